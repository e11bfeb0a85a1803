"""Lesson 9: what a class really hands in for encoder_block, each under its name."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.feed_forward_mistakes import made_of as network
from course_utils.checks.layer_norm_mistakes import along
from course_utils.checks.multi_head_attention_mistakes import right as attend

layer_norm, feed_forward = along(-1), network()


def normed(X, block, number):
    """Return X after the norm with this number."""
    return layer_norm(X, **block[f"norm_{number}"])


def left_alone(X, block, number):
    """Return X without a norm."""
    return X


def numbered(choose):
    """Return a norm that takes the gain and bias of another."""
    return lambda X, block, number: normed(X, block, choose[number])


def only(kept):
    """Return a norm that works at one place and is left out at the others."""
    return lambda X, block, number: normed(X, block, number) if number == kept else X


def added(X, asked, new):
    """Return the words with what is new added."""
    return X + new


def added_but(place, other):
    """Return sums of which one, at this place, is another."""
    return tuple(other if i == place else added for i in range(3))


def think(X, block):
    """Return what the feed-forward network makes of each word."""
    return feed_forward(X, **block["feed_forward"])


def replaced(X, asked, new):
    """Forget the residual."""
    return new


def normed_kept(X, asked, new):
    """Add to the normed words."""
    return asked + new


def causal(X, mask):
    """Return a mask that hides later words, too."""
    earlier = np.tril(np.ones((X.shape[-2], X.shape[-2]), dtype=bool))
    return earlier if mask is None else mask & earlier


def made_of(norm=normed, adds=(added,) * 3, see=lambda X, mask: mask, think=think):
    """Return an encoder block in which one of the steps is another."""

    def encoder_block(X, block, heads, mask=None):
        asked = norm(X, block, 1)
        new, weights = attend(asked, asked, **block["attention"], heads=heads, mask=see(X, mask))
        X = adds[0](X, asked, new)
        asked = norm(X, block, 2)
        return adds[1](X, asked, think(asked, block)), weights

    return encoder_block


right = made_of()


def then(change):
    """Return the right block with its two results changed afterwards."""
    return lambda *arguments: change(*right(*arguments))


def norm_after(X, block, heads, mask=None):
    """Normalize after each sum, as in 2017."""
    new, weights = attend(X, X, **block["attention"], heads=heads, mask=mask)
    X = normed(X + new, block, 1)
    return normed(X + think(X, block), block, 2), weights


def norm_of_what_is_new(X, block, heads, mask=None):
    """Normalize what each part made, and add that."""
    new, weights = attend(X, X, **block["attention"], heads=heads, mask=mask)
    X = X + normed(new, block, 1)
    return X + normed(think(X, block), block, 2), weights


def norm_again(X, block, heads, mask=None):
    """Normalize the result once more."""
    output, weights = right(X, block, heads, mask)
    return normed(output, block, 2), weights


def beginning_kept(X, block, heads, mask=None):
    """Add the network's result to the words that came in."""
    asked = normed(X, block, 1)
    new, weights = attend(asked, asked, **block["attention"], heads=heads, mask=mask)
    return X + think(normed(X + new, block, 2), block), weights


def side_by_side(X, block, heads, mask=None):
    """Let both parts read the words that came in."""
    asked = normed(X, block, 1)
    new, weights = attend(asked, asked, **block["attention"], heads=heads, mask=mask)
    return X + new + think(normed(X, block, 2), block), weights


def thinks_of_the_new(X, block, heads, mask=None):
    """Send what attention gathered, without the words, through the network."""
    asked = normed(X, block, 1)
    new, weights = attend(asked, asked, **block["attention"], heads=heads, mask=mask)
    return X + new + think(normed(new, block, 2), block), weights


def network_first(X, block, heads, mask=None):
    """Exchange the two parts."""
    X = X + think(normed(X, block, 2), block)
    asked = normed(X, block, 1)
    new, weights = attend(asked, asked, **block["attention"], heads=heads, mask=mask)
    return X + new, weights


def queries_alone_normed(X, block, heads, mask=None):
    """Let normed words ask and raw ones answer."""
    new, weights = attend(normed(X, block, 1), X, **block["attention"], heads=heads, mask=mask)
    X = X + new
    return X + think(normed(X, block, 2), block), weights


def keys_alone_normed(X, block, heads, mask=None):
    """Let raw words ask and normed ones answer."""
    new, weights = attend(X, normed(X, block, 1), **block["attention"], heads=heads, mask=mask)
    X = X + new
    return X + think(normed(X, block, 2), block), weights


def pair_added(X, block, heads, mask=None):
    """Take the pair that attention returns for its output."""
    asked = normed(X, block, 1)
    return X + attend(asked, asked, **block["attention"], heads=heads, mask=mask), None


ENCODER_MISTAKES = (
    Mistake(
        "your function stops on every input: an inhomogeneous shape means that X + a pair is made",
        pair_added,
        "multi_head_attention returns output and weights. Give the two results two names.",
    ),
    Mistake(
        "your first residual is missing: the words are replaced by what attention gathered",
        made_of(adds=added_but(0, replaced)),
        "What a part finds is added to the words. Which part does not add?",
    ),
    Mistake(
        "your second residual is missing: the words are replaced by what the network made",
        made_of(adds=added_but(1, replaced)),
        "What a part finds is added to the words. Which part does not add?",
    ),
    Mistake(
        "your residuals are both missing",
        made_of(adds=(replaced,) * 3),
        "What a part finds is added to the words.",
    ),
    Mistake(
        "your norms stand after the sums: this is post-norm, as in 2017",
        norm_after,
        "Here each part reads a normed copy, and nothing is normed on the way straight up.",
    ),
    Mistake(
        "your norms are taken of what each part made, before it is added",
        norm_of_what_is_new,
        "A part reads normed words. What it makes is added as it is.",
    ),
    Mistake(
        "your block has one norm too many: the result is normed once more",
        norm_again,
        "The last thing a block does is a sum.",
    ),
    Mistake(
        "your first sum adds to the normed words, not to the words themselves",
        made_of(adds=added_but(0, normed_kept)),
        "Keep the words and their normed copy under two names.",
    ),
    Mistake(
        "your second sum adds to the normed words, not to the words themselves",
        made_of(adds=added_but(1, normed_kept)),
        "Keep the words and their normed copy under two names.",
    ),
    Mistake(
        "your sums both add to the normed words, not to the words themselves",
        made_of(adds=(normed_kept,) * 3),
        "Keep the words and their normed copy under two names.",
    ),
    Mistake(
        "your two parts share a norm: norm_1 is used for both",
        made_of(norm=numbered({1: 1, 2: 1})),
        'Each part has a norm of its own: block["norm_1"], block["norm_2"].',
    ),
    Mistake(
        "your two parts share a norm: norm_2 is used for both",
        made_of(norm=numbered({1: 2, 2: 2})),
        'Each part has a norm of its own: block["norm_1"], block["norm_2"].',
    ),
    Mistake(
        "your two norms are exchanged",
        made_of(norm=numbered({1: 2, 2: 1})),
        "norm_1 belongs to the part that comes first.",
    ),
    Mistake(
        "your first norm is missing: attention reads the words as they are",
        made_of(norm=only(2)),
        "Each part reads a normed copy of the words.",
    ),
    Mistake(
        "your second norm is missing: the network reads the words as they are",
        made_of(norm=only(1)),
        "Each part reads a normed copy of the words.",
    ),
    Mistake(
        "your norms are both missing",
        made_of(norm=left_alone),
        "Each part reads a normed copy of the words.",
    ),
    Mistake(
        "your queries are normed, your keys and values are not",
        queries_alone_normed,
        "Within one sentence, those who ask and those who answer are the same words.",
    ),
    Mistake(
        "your keys and values are normed, your queries are not",
        keys_alone_normed,
        "Within one sentence, those who ask and those who answer are the same words.",
    ),
    Mistake(
        "your network's result is added to the words that came in: what attention added is lost",
        beginning_kept,
        "The second sum goes on from the first.",
    ),
    Mistake(
        "your network reads the words that came in, not the first sum",
        side_by_side,
        "Some later models do so. Here the network comes after attention.",
    ),
    Mistake(
        "your network reads what attention gathered, without the words",
        thinks_of_the_new,
        "The network comes after the first sum.",
    ),
    Mistake(
        "your parts come in the other order: first the network, then attention",
        network_first,
        "First the words talk, then each thinks.",
    ),
    Mistake(
        "your network is missing",
        made_of(think=lambda asked, block: 0.0 * asked),
        "Two parts are in a block. Which one have you not called?",
    ),
    Mistake(
        "your mask does not reach the attention",
        made_of(see=lambda X, mask: None),
        "The mask came in with the other arguments. To whom must it be handed on?",
    ),
    Mistake(
        "your mask is inverted: the words look at what is forbidden",
        made_of(see=lambda X, mask: None if mask is None else ~mask),
        "True means: may attend.",
    ),
    Mistake(
        "your words see earlier words only: there is a causal mask in the encoder",
        made_of(see=causal),
        "An encoder reads the whole sentence. Use the mask that is handed over, and no other.",
    ),
    Mistake(
        "your number of heads does not reach the attention: there is always one",
        lambda X, block, heads, mask=None: right(X, block, 1, mask),
        "Hand `heads` on.",
    ),
    Mistake(
        "your function returns the output alone",
        then(lambda output, weights: output),
        "Two results are asked for: the output and the weights of every head.",
    ),
    Mistake(
        "your results come in the other order: weights first",
        then(lambda output, weights: (weights, output)),
        "The output comes first, the weights second.",
    ),
)
