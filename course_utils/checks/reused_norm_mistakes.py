"""Lesson 9: known wrong answers to both blocks in which a copy or an array is used too often."""

from course_utils.checks.check import Mistake
from course_utils.checks.decoder_block_mistakes import right as right_decoder
from course_utils.checks.encoder_block_mistakes import attend, normed, think
from course_utils.checks.encoder_block_mistakes import right as right_encoder


def encoder_network_reads_the_old_copy(X, block, heads, mask=None):
    """Send what attention read through the network, too."""
    asked = normed(X, block, 1)
    new, weights = attend(asked, asked, **block["attention"], heads=heads, mask=mask)
    return X + new + think(asked, block), weights


def decoder(old_copy=False, forgets=()):
    """Return a decoder block that asks X with its first copy, or goes on from an older sum."""

    def decoder_block(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
        asked = normed(Y, block, 1)
        new, weights = attend(asked, asked, **block["self_attention"], heads=heads, mask=mask)
        first = Y + new
        asked = asked if old_copy else normed(first, block, 2)
        new, crossed = attend(
            asked, X, **block["cross_attention"], heads=cross_heads, mask=cross_mask
        )
        second = (Y if 1 in forgets else first) + new
        noted = think(normed(second, block, 3), block)
        return (Y if 2 in forgets else second) + noted, weights, crossed

    return decoder_block


def then(change):
    """Return the right decoder block with its three results changed afterwards."""
    return lambda *arguments: change(*right_decoder(*arguments))


def made_with(asks=None, thinks=None, adds=(1, 1)):
    """Return a decoder block whose later parts read something else, or whose notes are lost.

    `asks` and `thinks` make what the second and third part read of the note before it and of the
    copy that the part before it read; `adds` says which of the attentions' notes are added.
    """

    def decoder_block(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
        first = normed(Y, block, 1)
        new, weights = attend(first, first, **block["self_attention"], heads=heads, mask=mask)
        Y = Y + adds[0] * new
        second = asks(new, first, block) if asks else normed(Y, block, 2)
        new, crossed = attend(
            second, X, **block["cross_attention"], heads=cross_heads, mask=cross_mask
        )
        Y = Y + adds[1] * new
        third = thinks(new, second, block) if thinks else normed(Y, block, 3)
        return Y + think(third, block), weights, crossed

    return decoder_block


def normed_once_more(Y, X, block, *rest):
    """Norm what comes out."""
    output, *weights = right_decoder(Y, X, block, *rest)
    return (normed(output, block, 3), *weights)


def written_into_the_words(right):
    """Return a block that leaves its output in the array that came in."""

    def block(words, *rest):
        output, *weights = right(words, *rest)
        words[...] = output
        return (words, *weights)

    return block


ENCODER_REUSE_MISTAKES = (
    Mistake(
        "your sums are right, and `X += ...` writes them into the words of the caller",
        written_into_the_words(right_encoder),
        "X = X + note makes a new array. The old one still belongs to whoever called.",
    ),
    Mistake(
        "your network reads the copy that attention read: nothing is normed again in between",
        encoder_network_reads_the_old_copy,
        "The network comes after the first sum. What does it read, and through which norm?",
    ),
)

DECODER_REUSE_MISTAKES = (
    Mistake(
        "your sums are right, and `Y += ...` writes them into the words of the caller",
        written_into_the_words(right_decoder),
        "Y = Y + note makes a new array. The old one still belongs to whoever called.",
    ),
    Mistake(
        "your cross-attention asks with the copy that self-attention read",
        decoder(old_copy=True),
        "Each part reads a normed copy of the sum before it: norm, note, sum, three times.",
    ),
    Mistake(
        "your second sum begins with Y as it came in: what self-attention added is lost",
        decoder(forgets=(1,)),
        "Each sum goes on from the one before it. Which name does it stand under?",
    ),
    Mistake(
        "your last sum begins with Y as it came in: what both attentions added is lost",
        decoder(forgets=(2,)),
        "Each sum goes on from the one before it. Which name does it stand under?",
    ),
    Mistake(
        "your sums all begin with Y as it came in: only the network's note is left",
        decoder(forgets=(1, 2)),
        "Each sum goes on from the one before it. Which name does it stand under?",
    ),
    Mistake(
        "your network reads the copy that cross-attention read: nothing is normed in between",
        made_with(thinks=lambda note, copy, block: copy),
        "Each part reads a normed copy of the sum before it: norm, note, sum, three times.",
    ),
    Mistake(
        "your cross-attention asks with what self-attention noted, without the words",
        made_with(asks=lambda note, copy, block: normed(note, block, 2)),
        "Each part reads a normed copy of the sum before it: norm, note, sum, three times.",
    ),
    Mistake(
        "your network reads what cross-attention noted, without the words",
        made_with(thinks=lambda note, copy, block: normed(note, block, 3)),
        "Each part reads a normed copy of the sum before it: norm, note, sum, three times.",
    ),
    Mistake(
        "your first sum is missing: what self-attention notes is never added",
        made_with(adds=(0, 1)),
        "Norm, note, sum: three times. Where does the first note go?",
    ),
    Mistake(
        "your second sum is missing: what cross-attention notes is never added",
        made_with(adds=(1, 0)),
        "Norm, note, sum: three times. Where does the second note go?",
    ),
    Mistake(
        "your block has one norm too many: the result is normed once more",
        normed_once_more,
        "The last thing a block does is a sum.",
    ),
    Mistake(
        "your weights of the self-attention are lost: those of the cross-attention come twice",
        then(lambda output, weights, crossed: (output, crossed, crossed)),
        "Two attentions, two tables of weights. Does the second take the name of the first?",
    ),
)
