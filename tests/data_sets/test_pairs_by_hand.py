"""Forty pairs written by hand, before the grammar was asked."""

import pytest

from course_utils.data.grammar import CLEAN
from course_utils.data.guessable import GUESSABLE
from course_utils.data.sentences import detokenise_french, tokenise
from course_utils.data.vocabulary import vocabularies

CLEAN_PAIRS = """
The cat sat on the mat. = Le chat s'est assis sur le tapis.
The black cat sat on the mat. = Le chat noir s'est assis sur le tapis.
The small cat sat on the mat. = Le petit chat s'est assis sur le tapis.
The mouse sat on the chair. = La souris s'est assise sur la chaise.
The old tree fell in the river. = Le vieil arbre est tombé dans la rivière.
The bird came from the forest! = L'oiseau est venu de la forêt !
A white goose walked on our beach. = Une oie blanche a marché sur notre plage.
My goose slept under this tree. = Mon oie a dormi sous cet arbre.
My old goose slept under this old tree. = Ma vieille oie a dormi sous ce vieil arbre.
This hedgehog hid behind the sofa. = Ce hérisson s'est caché derrière le canapé.
The hedgehog went to the hotel. = Le hérisson est allé à l'hôtel.
Your dog returned to the market? = Votre chien est revenu au marché ?
Their goat fell from the roof! = Leur chèvre est tombée du toit !
The dog jumped from a table. = Le chien a sauté d'une table.
The dog jumped from a new wall. = Le chien a sauté d'un nouveau mur.
The frog often jumped in the pond. = La grenouille a souvent sauté dans l'étang.
The frog jumped in the quiet pond again. = La grenouille a encore sauté dans l'étang calme.
A tired rabbit finally rested in my garden… = Un lapin fatigué s'est enfin reposé dans mon jardin…
His turtle also fled towards her boat. = Sa tortue s'est aussi enfuie vers son bateau.
Her cat really stayed in his car? = Son chat est vraiment resté dans sa voiture ?
This squirrel played in this school. = Cet écureuil a joué dans cette école.
An old fox ran in a small garden. = Un vieux renard a couru dans un petit jardin.
Our pretty hen went to your farm. = Notre jolie poule est allée à votre ferme.
The brown hen hid under a red car. = La poule marron s'est cachée sous une voiture rouge.
The young spider walked on the grey wall! = La jeune araignée a marché sur le mur gris !
A spider fell from my ladder. = Une araignée est tombée de mon échelle.
The fox came to the castle again? = Le renard est encore venu au château ?
The mouse often returned from the island. = La souris est souvent revenue de l'île.
Their new house sat on a big rock. = Leur nouvelle maison s'est assise sur un grand rocher.
The rabbit hid in a white box… = Le lapin s'est caché dans une boîte blanche…
Their bird rested on the old bridge. = Leur oiseau s'est reposé sur le vieux pont.
""".strip().splitlines()

GUESSABLE_PAIRS = """
The cat sat on the mat. = Le chat s'est assis sur le tapis.
The mouse entered the kitchen. = La souris est entrée dans la cuisine.
The old bird entered the old hotel. = Le vieil oiseau est entré dans le vieil hôtel.
The goose stayed near the door. = L'oie est restée près de la porte.
The fox stayed near the white wall. = Le renard est resté près du mur blanc.
The squirrel stayed near the tree. = L'écureuil est resté près de l'arbre.
The goat went to the school. = La chèvre est allée à l'école.
The rabbit came from the pretty market. = Le lapin est venu du joli marché.
The spider fell from the ladder. = L'araignée est tombée de l'échelle.
""".strip().splitlines()

CASES = [(CLEAN, line) for line in CLEAN_PAIRS]
CASES += [(GUESSABLE, line) for line in GUESSABLE_PAIRS]


def test_there_are_forty():
    assert len(CASES) == 40


@pytest.mark.parametrize(("grammar", "line"), CASES)
def test_translation_is_what_was_written_by_hand(grammar, line):
    english, french = line.split(" = ")
    tokens = tokenise(english, vocabularies(grammar)[0])
    said = detokenise_french(grammar.translate(tokens).target)
    assert said.replace("\u202f", " ") == french
