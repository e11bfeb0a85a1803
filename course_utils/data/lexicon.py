"""The words of the two small languages, as data: nouns, adjectives, verbs, determiners."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    """A noun: what it may do in a sentence (`roles`) and which adjectives suit it (`described`).

    `elides` is True when an article before it loses its vowel (l'arbre); the h of `hérisson`
    forbids that, the h of `hôtel` does not, so it is written down and not guessed from spelling.
    Lessons 8 and 10.

    >>> Noun("tree", "arbre", "m", "shelter", "look", elides=True).gender
    'm'
    """

    english: str
    french: str
    gender: str
    roles: str
    described: str
    elides: bool = False


@dataclass(frozen=True)
class Adjective:
    """An adjective: its French forms, its place beside the noun and the groups it belongs to.

    `vowel` is the masculine form before a noun that elides (un vieil arbre).
    Lessons 8 and 10.

    >>> Adjective("old", "vieux", "vieille", "age", before=True, vowel="vieil").form("m", True)
    'vieil'
    """

    english: str
    masculine: str
    feminine: str
    groups: str
    before: bool = False
    vowel: str | None = None

    def form(self, gender: str, before_vowel: bool) -> str:
        """Return the form that agrees with a noun of this gender, directly before it or not."""
        if gender == "f":
            return self.feminine
        return self.vowel if before_vowel and self.vowel else self.masculine


@dataclass(frozen=True)
class Verb:
    """A verb in the past: its auxiliary and its participle.

    With `est` and `s'est` the participle agrees with the subject, with `a` it does not.
    Lessons 8, 10 and 11.

    >>> Verb("fell", "est", "tombé", "tombée").form("f"), Verb("slept", "a", "dormi").form("f")
    ('tombée', 'dormi')
    """

    english: str
    auxiliary: str
    masculine: str
    feminine: str | None = None

    def form(self, gender: str) -> str:
        """Return the participle for a subject of this gender."""
        return self.feminine if gender == "f" and self.feminine else self.masculine


@dataclass(frozen=True)
class Role:
    """A way of being somewhere: the preposition in both languages, and which nouns fit it.

    An empty `english` means that the English verb needs no preposition (entered the kitchen);
    `avoid` are determiners that are correct there but not what people say (à une école).
    Lessons 8 and 10.

    >>> Role("near", ("près", "de"), "landmark").french
    ('près', 'de')
    """

    english: str
    french: tuple[str, ...]
    fits: str
    avoid: tuple[str, ...] = ()


ANIMAL, PAINTED = "look life colour", "look age colour paint"

NOUNS = (
    Noun("cat", "chat", "m", "subject", ANIMAL),
    Noun("dog", "chien", "m", "subject", ANIMAL),
    Noun("rabbit", "lapin", "m", "subject", ANIMAL),
    Noun("fox", "renard", "m", "subject", ANIMAL),
    Noun("hedgehog", "hérisson", "m", "subject", ANIMAL),
    Noun("bird", "oiseau", "m", "subject", ANIMAL, elides=True),
    Noun("squirrel", "écureuil", "m", "subject", ANIMAL, elides=True),
    Noun("mouse", "souris", "f", "subject", ANIMAL),
    Noun("hen", "poule", "f", "subject", ANIMAL),
    Noun("frog", "grenouille", "f", "subject", ANIMAL),
    Noun("turtle", "tortue", "f", "subject", ANIMAL),
    Noun("goat", "chèvre", "f", "subject", ANIMAL),
    Noun("goose", "oie", "f", "subject", ANIMAL, elides=True),
    Noun("spider", "araignée", "f", "subject", ANIMAL, elides=True),
    Noun("mat", "tapis", "m", "seat ground landmark", PAINTED),
    Noun("bed", "lit", "m", "seat shelter height landmark", PAINTED),
    Noun("sofa", "canapé", "m", "seat shelter cover height landmark", PAINTED),
    Noun("bench", "banc", "m", "seat shelter cover height landmark", PAINTED),
    Noun("chair", "chaise", "f", "seat shelter cover height landmark", PAINTED),
    Noun("table", "table", "f", "seat ground shelter height landmark", PAINTED),
    Noun("ladder", "échelle", "f", "shelter cover height landmark", PAINTED, elides=True),
    Noun("basket", "panier", "m", "container cover height landmark", PAINTED),
    Noun("box", "boîte", "f", "container seat cover landmark", PAINTED),
    Noun("boat", "bateau", "m", "container ground height landmark", PAINTED),
    Noun("car", "voiture", "f", "container seat shelter cover height landmark", PAINTED),
    Noun("door", "porte", "f", "cover landmark", PAINTED),
    Noun("wall", "mur", "m", "seat ground cover height landmark", PAINTED),
    Noun("roof", "toit", "m", "seat ground height", PAINTED),
    Noun("bridge", "pont", "m", "ground shelter height landmark", PAINTED),
    Noun("tree", "arbre", "m", "shelter cover height landmark", "look age", elides=True),
    Noun("rock", "rocher", "m", "seat cover height landmark", "look colour"),
    Noun("garden", "jardin", "m", "area origin landmark", "look age calm"),
    Noun("forest", "forêt", "f", "area origin landmark", "look calm"),
    Noun("river", "rivière", "f", "water landmark", "look calm"),
    Noun("pond", "étang", "m", "water landmark", "look calm", elides=True),
    Noun("island", "île", "f", "ground origin landmark", "look calm", elides=True),
    Noun("beach", "plage", "f", "ground destination origin landmark", "look calm"),
    Noun("house", "maison", "f", "area cover origin landmark", "look age colour calm"),
    Noun("kitchen", "cuisine", "f", "area origin landmark", "look age"),
    Noun("farm", "ferme", "f", "cover destination origin landmark", "look age calm"),
    Noun("market", "marché", "m", "destination origin landmark", "look age"),
    Noun("mill", "moulin", "m", "area cover destination origin landmark", "look age"),
    Noun("castle", "château", "m", "area cover destination origin landmark", "look age"),
    Noun("hotel", "hôtel", "m", "area cover destination origin landmark", "look age", elides=True),
    Noun("school", "école", "f", "area cover destination origin landmark", "look age", elides=True),
    Noun(
        "church", "église", "f", "area cover destination origin landmark", "look age", elides=True
    ),
)

ADJECTIVES = (
    Adjective("small", "petit", "petite", "look", before=True),
    Adjective("big", "grand", "grande", "look", before=True),
    Adjective("pretty", "joli", "jolie", "look", before=True),
    Adjective("young", "jeune", "jeune", "life", before=True),
    Adjective("old", "vieux", "vieille", "life age", before=True, vowel="vieil"),
    Adjective("new", "nouveau", "nouvelle", "age", before=True, vowel="nouvel"),
    Adjective("tired", "fatigué", "fatiguée", "life"),
    Adjective("black", "noir", "noire", "colour"),
    Adjective("white", "blanc", "blanche", "colour"),
    Adjective("grey", "gris", "grise", "colour"),
    Adjective("brown", "marron", "marron", "colour"),
    Adjective("red", "rouge", "rouge", "paint"),
    Adjective("quiet", "calme", "calme", "calm"),
)

VERBS = (
    Verb("sat", "s'est", "assis", "assise"),
    Verb("hid", "s'est", "caché", "cachée"),
    Verb("rested", "s'est", "reposé", "reposée"),
    Verb("fled", "s'est", "enfui", "enfuie"),
    Verb("stayed", "est", "resté", "restée"),
    Verb("fell", "est", "tombé", "tombée"),
    Verb("went", "est", "allé", "allée"),
    Verb("came", "est", "venu", "venue"),
    Verb("returned", "est", "revenu", "revenue"),
    Verb("entered", "est", "entré", "entrée"),
    Verb("slept", "a", "dormi"),
    Verb("played", "a", "joué"),
    Verb("jumped", "a", "sauté"),
    Verb("ran", "a", "couru"),
    Verb("walked", "a", "marché"),
)

# Masculine and feminine before a consonant, then masculine and feminine before a vowel.
DETERMINERS = {
    "the": ("le", "la", "l'", "l'"),
    "a": ("un", "une", "un", "une"),
    "this": ("ce", "cette", "cet", "cette"),
    "my": ("mon", "ma", "mon", "mon"),
    "your": ("votre", "votre", "votre", "votre"),
    "his": ("son", "sa", "son", "son"),
    "her": ("son", "sa", "son", "son"),
    "our": ("notre", "notre", "notre", "notre"),
    "their": ("leur", "leur", "leur", "leur"),
}

ROLES = {
    "seat": Role("on", ("sur",), "seat"),
    "ground": Role("on", ("sur",), "ground"),
    "container": Role("in", ("dans",), "container"),
    "area": Role("in", ("dans",), "area"),
    "water": Role("in", ("dans",), "water"),
    "inside": Role("", ("dans",), "area"),
    "shelter": Role("under", ("sous",), "shelter"),
    "cover": Role("behind", ("derrière",), "cover"),
    "height": Role("from", ("de",), "height"),
    "origin": Role("from", ("de",), "origin"),
    "destination": Role("to", ("à",), "destination", avoid=("a",)),
    "goal": Role("towards", ("vers",), "landmark"),
    "near": Role("near", ("près", "de"), "landmark"),
}

# English puts `again` last and the others before the verb; French puts all after the auxiliary.
ADVERBS = {
    "often": "souvent",
    "also": "aussi",
    "finally": "enfin",
    "really": "vraiment",
    "again": "encore",
}

MARKS = (".", "!", "?", "…")

CONTRACTIONS = {("à", "le"): "au", ("de", "le"): "du"}
