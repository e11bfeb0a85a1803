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
)
