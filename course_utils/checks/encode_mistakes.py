"""Lesson 10: what a class really hands in for the encoder, each under its name."""

from course_utils.checks.check import Mistake
from course_utils.model.masks import causal_mask
from course_utils.model.positions import sinusoidal_positions
from course_utils.model.transformer import embed
from course_utils.model.transformer_block import encoder_block, layer_norm


def looked_up(params, source):
    """Return the words' vectors with scale and positions."""
    return embed(source, params["source_embedding"])


def bare(params, source):
    """Return rows of the table as they are."""
    return params["source_embedding"][source]


def final(params, X):
    """Return X after the last norm."""
    return layer_norm(X, **params["encoder_norm"])


def made_of(begin=looked_up, step=encoder_block, end=final, blocks=lambda all_blocks: all_blocks):
    """Return an encoder in which one of the steps is another."""

    def encode(params, source, heads=4, mask=None):
        X, all_weights = begin(params, source), []
        for block in blocks(list(params["encoder"].values())):
            X, weights = step(X, block, heads, mask)
            all_weights.append(weights)
        return end(params, X), all_weights

    return encode


def always_from_the_words(params, source, heads=4, mask=None):
    """Hand every block the embedded words."""
    words, all_weights = looked_up(params, source), []
    for block in params["encoder"].values():
        X, weights = encoder_block(words, block, heads, mask)
        all_weights.append(weights)
    return final(params, X), all_weights


def normed_each_time(params, source, heads=4, mask=None):
    """Normalise after each block."""
    X, all_weights = looked_up(params, source), []
    for block in params["encoder"].values():
        X, weights = encoder_block(X, block, heads, mask)
        X = final(params, X)
        all_weights.append(weights)
    return X, all_weights


def normed_first(params, source):
    """Normalize what goes into the first block."""
    return layer_norm(looked_up(params, source), **params["encoder_norm"])


def positions_again(params, source):
    """Add the positions that `embed` has added."""
    X = looked_up(params, source)
    return X + sinusoidal_positions(*X.shape[-2:])


def residual_again(X, block, heads, mask):
    """Add what went into a block to what comes out."""
    out, weights = encoder_block(X, block, heads, mask)
    return X + out, weights


def causal(X, block, heads, mask):
    """Hide the words that come later."""
    earlier = causal_mask(X.shape[-2])
    return encoder_block(X, block, heads, earlier if mask is None else mask & earlier)


def only_words(params, source, heads=4, mask=None):
    """Forget the second result."""
    return made_of()(params, source, heads, mask)[0]


def last_weights(params, source, heads=4, mask=None):
    """Return the weights of the last block."""
    X, all_weights = made_of()(params, source, heads, mask)
    return X, all_weights[-1]


ENCODE_MISTAKES = (
    Mistake(
        "your blocks are not chained: each begins with the embedded words again",
        always_from_the_words,
        "What comes out of one block goes into the next.",
    ),
    Mistake(
        "your last norm is missing",
        made_of(end=lambda params, X: X),
        "Inside a block the norm stands before each part, so nothing normalizes the last sum.",
    ),
    Mistake(
        "your last norm is the decoder's",
        made_of(end=lambda params, X: layer_norm(X, **params["decoder_norm"])),
        'There is one for each: params["encoder_norm"].',
    ),
    Mistake(
        "your norm stands after each block, and belongs after the last one only",
        normed_each_time,
        "Look at the indentation: what is repeated for each block, and what is done once?",
    ),
    Mistake(
        "your words are rows of the table, without scale and positions",
        made_of(begin=bare),
        "`embed` of exercise 10.2 does all three.",
    ),
    Mistake(
        "your words come from the target's table",
        made_of(begin=lambda params, source: embed(source, params["target_embedding"])),
        'The source has a table of its own: params["source_embedding"].',
    ),
    Mistake(
        "your encoder has one block alone, the first",
        made_of(blocks=lambda blocks: blocks[:1]),
        "Does a `return` stand inside the loop?",
    ),
    Mistake(
        "your encoder has one block alone, the last",
        made_of(blocks=lambda blocks: blocks[-1:]),
        "All blocks work, one after the other.",
    ),
    Mistake(
        "your blocks come in the other order",
        made_of(blocks=lambda blocks: blocks[::-1]),
        "A dict keeps the order in which its keys were put in. The first key comes first.",
    ),
    Mistake(
        "your mask does not reach the blocks",
        made_of(step=lambda X, block, heads, mask: encoder_block(X, block, heads)),
        "Padding must be hidden in every block.",
    ),
    Mistake(
        "your words see earlier words only: there is a causal mask in the encoder",
        made_of(step=causal),
        "The whole source is there from the start. Who must not see ahead?",
    ),
    Mistake(
        "your number of heads does not reach the blocks: there are always 4",
        made_of(step=lambda X, block, heads, mask: encoder_block(X, block, 4, mask)),
        "Hand `heads` on.",
    ),
    Mistake(
        "your residual is added twice: the block has it already",
        made_of(step=residual_again),
        "`X, weights = encoder_block(...)` is all that happens in a block.",
    ),
    Mistake(
        "your function returns the encoded words alone",
        only_words,
        "Two results are asked for: the words, and a list with the weights of each block.",
    ),
    Mistake(
        "your second result is the weights of the last block, not a list of all",
        last_weights,
        "Begin with an empty list, and append to it in the loop.",
    ),
    Mistake(
        "your norm stands before the blocks, and belongs after the last one",
        made_of(begin=normed_first, end=lambda params, X: X),
        "Inside a block the norm stands before each part. Only the last sum has none after it.",
    ),
    Mistake(
        "your positions are added twice: `embed` has added them",
        made_of(begin=positions_again),
        "`embed` of exercise 10.2 looks up, scales and adds the positions.",
    ),
    Mistake(
        "your function stops on every input, and if the error speaks of indices, your loop over a "
        "dict gives the names of the blocks and not the blocks",
        lambda params, source, heads=4, mask=None: encoder_block("block_1", "block_1", heads, mask),
        'What does `for block in params["encoder"]` go through, and what with `.values()`? If an '
        "argument is missing: `encoder_block(X, block, heads, mask)`.",
    ),
    Mistake(
        "your results come in the other order: weights first",
        lambda *arguments: made_of()(*arguments)[::-1],
        "The encoded words come first, the list of weights second.",
    ),
)
