"""What lesson 11 states about every seed, each as a number that can be measured again."""

from functools import partial

import numpy as np

from course_utils.data.lexicon import VERBS
from course_utils.model.induction import induction_score, knock_out
from course_utils.training.repeaters import said_twice


def cut(kind, queries, keys):
    """Return an edit that cuts one link in each sentence, in all heads and blocks of `kind`.

    `kind` is "encoder", "decoder" or "cross"; queries and keys are (B,) places, one link for each
    of B sentences. Lesson 11.
    """

    def edit(place, weights):
        if place[0] != kind:
            return weights
        return np.stack([knock_out(w, q, k) for w, q, k in zip(weights, queries, keys)])

    return edit


def leave_out(keys):
    """Return an edit that hides one English word in each sentence from every attention to it."""

    def edit(place, weights):
        if place[0] == "decoder":
            return weights
        hidden = np.arange(weights.shape[-1]) == np.asarray(keys)[:, None]  # (B, m)
        kept = np.where(hidden[:, None, None, :], 0.0, weights)
        return kept / np.maximum(kept.sum(axis=-1, keepdims=True), 1e-300)

    return edit


def agreement(inside):
    """Return how large three links are, and how many words are right without each.

    Sentences whose verb agrees, for "verb -> subject"; whose determiner shows a gender, for
    "the -> subject"; all, for "noun <- subject". Weights are those of the clearest head. Lesson 11.
    """
    at, rows = inside.places, np.arange(len(inside.pairs))
    first = np.zeros_like(rows)
    encoder = np.concatenate(inside.run()[1]["encoder"], axis=1)  # (B, blocks * heads, m, m)
    verb = encoder[rows, :, at.verb, at.subject]  # (B, blocks * heads)
    cross = inside.run()[1]["cross"][-1].mean(axis=1)[rows, at.noun, at.subject]  # (B,)
    no_verb = cut("encoder", at.verb, at.subject)
    no_subject = cut("encoder", first, at.subject)
    no_noun = cut("cross", at.noun, at.subject)
    return {
        "verb -> subject, agreeing": verb[at.agrees].mean(axis=0).max(),
        "other verbs": verb[~at.agrees].mean(axis=0).max(),
        "participle without it": inside.right_at(at.participle, no_verb)[at.agrees].mean(),
        "determiner without the -> subject": inside.right_at(first, no_subject)[at.gendered].mean(),
        "participle follows the French": follows_french(inside),
        "noun <- subject": cross.mean(),
        "noun without it": inside.right_at(at.noun, no_noun).mean(),
    }


def follows_french(inside):
    """Return how often the participle takes the gender of another French subject.

    Where the determiner is le, la or l', the decoder is told that it wrote "la souris" in the
    place of a masculine subject and "le chat" in the place of a feminine one. Lesson 11.
    """
    at, (_, french) = inside.places, inside.words
    told, rows, others = inside.batch.target_in.copy(), [], []
    forms = {v.masculine: v.feminine for v in VERBS if v.feminine}
    for i in np.flatnonzero(at.agrees):
        target = inside.pairs[i].target
        right = target[at.participle[i]]
        if target[0] in ("le", "la", "l'"):
            masculine = right in forms
            told[i, 1], told[i, at.noun[i] + 1] = french.encode(
                ("la", "souris") if masculine else ("le", "chat")
            )
            rows.append(i)
            others.append(forms[right] if masculine else _key_of(forms, right))
    exchanged = inside.given(inside.pairs)
    exchanged.batch = inside.batch._replace(target_in=told)
    said = exchanged.run()[0][rows, at.participle[rows]].argmax(axis=-1)
    return np.mean(said == french.encode(others))


def _key_of(forms, feminine):
    return next(masculine for masculine, form in forms.items() if form == feminine)


def sinks(inside):
    """Return where the first determiner looks, and whether it is right without. Lesson 11."""
    at, rows = inside.places, np.arange(len(inside.pairs))
    first, shown = np.zeros_like(rows), at.gendered
    cross = inside.run()[1]["cross"][-1].mean(axis=1)[:, 0]  # (B, m)
    links = {"the end mark": at.mark, "the subject": at.subject}
    weight = {f"weight on {name}": cross[rows, k][shown].mean() for name, k in links.items()}
    right = {
        f"right without {name}": inside.right_at(first, cut("cross", first, k))[shown].mean()
        for name, k in links.items()
    }
    return weight | right


def kendall(a, b):
    """Return Kendall's rank correlation of two rows of numbers, from -1 to 1 (ties count 0).

    >>> kendall(np.array([1, 2, 3]), np.array([10, 30, 20])).round(2).item()
    0.33
    """
    i, j = np.triu_indices(len(a), 1)
    return np.mean(np.sign(a[i] - a[j]) * np.sign(b[i] - b[j]))


def effects(inside, pair, change):
    """Return how far an edit of each link moves the probabilities of its step: (n, m), 0 to 1.

    `change(queries, keys)` makes the edit; the distance is half of the sum of all changes
    (total variation). One copy of the sentence is run for each link. Lesson 11.
    """
    n, m = len(pair.target), len(pair.source)
    queries, keys = np.divmod(np.arange(n * m), m)  # (n * m,) each
    one, copies = (inside.given([pair] * k) for k in (1, n * m))
    moved = np.abs(copies.probabilities(change(queries, keys)) - one.probabilities())
    return 0.5 * moved.sum(axis=-1)[np.arange(n * m), queries].reshape(n, m)


def push(queries, keys, share=0.6):
    """Return an edit that gives one link in each sentence this share, the others the rest."""

    def edit(place, weights):
        if place[0] != "cross":
            return weights
        rows, pushed = np.arange(len(weights)), weights.copy()
        pushed[rows, :, queries] *= 1 - share
        pushed[rows, :, queries, keys] += share
        return pushed

    return edit


def evenly(inside):
    """Return an edit that spreads cross-attention evenly over the words of each sentence."""
    keep = inside.batch.source_keep[:, None, None, :]  # (B, 1, 1, m)
    even = keep / keep.sum(axis=-1, keepdims=True)

    def edit(place, weights):
        return np.broadcast_to(even, weights.shape) if place[0] == "cross" else weights

    return edit


def explanation(inside, count=50):
    """Return how weight and effect go together over `count` sentences, and two comparisons.

    Weights are the mean over all heads and blocks that ask English. Lesson 11; after Jain &
    Wallace 2019 and Wiegreffe & Pinter 2019.
    """
    found = {"links": [], "words": [], "largest": [], "other weights": []}
    for pair in inside.pairs[:count]:
        one = inside.given([pair])
        weights = np.mean([w[0].mean(axis=0) for w in one.run()[1]["cross"]], axis=0)
        links = effects(inside, pair, partial(cut, "cross"))
        words = effects(inside, pair, lambda q, k: leave_out(k))
        same = same_word(inside, pair)
        for w, link, word, kept in zip(weights, links, words, same):
            found["links"].append(kendall(w, link))
            found["words"].append(kendall(w, word))
            found["largest"].append(w.argmax() == link.argmax())
            found["other weights"].append(kept[np.arange(len(w)) != w.argmax()].any())
    even = inside.right(evenly(inside))[inside.batch.target_keep].mean()
    return {name: np.mean(values) for name, values in found.items()} | {"evenly": even}


def same_word(inside, pair):
    """Return where a step says the same word with .6 of its weight on another: (n, m)."""
    n, m = len(pair.target), len(pair.source)
    queries, keys = np.divmod(np.arange(n * m), m)
    one, copies = (inside.given([pair] * k) for k in (1, n * m))
    before, after = one.run()[0], copies.run(push(queries, keys))[0]
    same = before.argmax(axis=-1) == after.argmax(axis=-1)  # (n * m, n + 1)
    return same[np.arange(n * m), queries].reshape(n, m)


def repeats(repeater, count=200):
    """Return what a repeater can do, what its heads score, and what is left without some links.

    "without ..." are shares of words right. Lesson 11.
    """
    words = said_twice(np.random.default_rng(0), count)
    loss, right = repeater.repeats(words)
    _, weights = repeater.run(words)
    last = len(weights) - 1
    scores = induction_score(weights[last]).mean(axis=0)  # (heads,)
    back = np.diagonal(weights[0], offset=-1, axis1=-2, axis2=-1).mean(axis=(0, 2))
    half = words.shape[-1] // 2
    best = scores.argmax()
    links = {
        "the best head's": cut_back(last, half - 1, [best]),
        "all heads'": cut_back(last, half - 1, range(len(scores))),
        "one word back": cut_back(0, 1, range(len(scores))),
    }
    without = {f"without {name}": repeater.repeats(words, e)[1] for name, e in links.items()}
    return {"loss": loss, "right": right, "scores": scores, "one back": back} | without


def cut_back(block, offset, heads):
    """Return an edit that cuts the link `offset` words back from every word, in these heads."""

    def edit(place, weights):
        if place != block:
            return weights
        weights, n = weights.copy(), weights.shape[-1]
        for head in heads:
            for query in range(offset, n):
                weights[:, head] = knock_out(weights[:, head], query, query - offset)
        return weights

    return edit
