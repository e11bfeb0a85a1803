"""Lesson 9: known wrong answers to decoder_block whose sentences, masks or heads go astray."""

import numpy as np

from course_utils.checks.check import Mistake
from course_utils.checks.decoder_block_mistakes import made_of, normed, right


def always_causal(Y, X, block, heads, cross_heads, mask=None, cross_mask=None):
    """Hide later words whether or not a mask came."""
    n = Y.shape[-2]
    return right(Y, X, block, heads, cross_heads, np.tril(np.ones((n, n), dtype=bool)), cross_mask)


def normed_source(number):
    """Return a crossing in which X is normed once more."""
    return lambda asked, X, block: (asked, normed(X, block, number))


DECODER_INPUT_MISTAKES = (
    Mistake(
        "your cross-attention is the wrong way round: X asks and Y answers",
        made_of(crossing=lambda asked, X, block: (X, asked)),
        "Who writes the next word, and needs to know? That sentence asks.",
    ),
    Mistake(
        "your cross-attention asks Y itself: X is not used",
        made_of(crossing=lambda asked, X, block: (asked, asked)),
        "Y asks. But who answers?",
    ),
    Mistake(
        "your cross-attention is X asking itself",
        made_of(crossing=lambda asked, X, block: (X, X)),
        "X answers. But who asks?",
    ),
    Mistake(
        "your self-attention asks X: the words of Y do not look at each other",
        made_of(asking=lambda asked, X: (asked, X)),
        "First the words of Y ask and answer. X answers in the second part.",
    ),
    Mistake(
        "your X is normed again, by norm_2",
        made_of(crossing=normed_source(2)),
        "X is finished: the encoder has normed it. The norms of this block are for Y.",
    ),
    Mistake(
        "your X is normed again, by norm_1",
        made_of(crossing=normed_source(1)),
        "X is finished: the encoder has normed it. The norms of this block are for Y.",
    ),
    Mistake(
        "your X is normed again, by norm_3",
        made_of(crossing=normed_source(3)),
        "X is finished: the encoder has normed it. The norms of this block are for Y.",
    ),
    Mistake(
        "your attentions have exchanged their matrices",
        made_of(
            own=lambda block: block["cross_attention"], other=lambda block: block["self_attention"]
        ),
        'block["self_attention"] is for Y alone.',
    ),
    Mistake(
        "your attentions share the matrices of self-attention",
        made_of(other=lambda block: block["self_attention"]),
        "Each attention has four matrices of its own.",
    ),
    Mistake(
        "your attentions share the matrices of cross-attention",
        made_of(own=lambda block: block["cross_attention"]),
        "Each attention has four matrices of its own.",
    ),
    Mistake(
        "your numbers of heads are exchanged",
        made_of(counts=lambda heads, cross_heads: (cross_heads, heads)),
        "`heads` is for self-attention, `cross_heads` for cross-attention.",
    ),
    Mistake(
        "your cross-attention has as many heads as the self-attention: cross_heads is not used",
        made_of(counts=lambda heads, cross_heads: (heads, heads)),
        "`heads` is for self-attention, `cross_heads` for cross-attention.",
    ),
    Mistake(
        "your self-attention has as many heads as the cross-attention: heads is not used",
        made_of(counts=lambda heads, cross_heads: (cross_heads, cross_heads)),
        "`heads` is for self-attention, `cross_heads` for cross-attention.",
    ),
    Mistake(
        "your mask does not reach the self-attention: the words see what comes after them",
        made_of(masks=lambda mask, cross_mask: (None, cross_mask)),
        "A decoder that sees the next word learns to copy it. To whom goes `mask`?",
    ),
    Mistake(
        "your cross_mask does not reach the cross-attention",
        made_of(masks=lambda mask, cross_mask: (mask, None)),
        "To whom goes `cross_mask`?",
    ),
    Mistake(
        "your masks are both ignored",
        made_of(masks=lambda mask, cross_mask: (None, None)),
        "Two masks came in, one for each attention.",
    ),
    Mistake(
        "your masks are exchanged",
        made_of(masks=lambda mask, cross_mask: (cross_mask, mask)),
        "`mask` is among the words of Y, `cross_mask` between Y and X.",
    ),
    Mistake(
        "your causal mask goes to both attentions: the words see the other sentence in part only",
        made_of(masks=lambda mask, cross_mask: (mask, mask)),
        "All of X is known before the first word of Y is written. What is there to hide?",
    ),
    Mistake(
        "your causal mask goes to the cross-attention, and the self-attention has none",
        made_of(masks=lambda mask, cross_mask: (None, mask)),
        "Which sentence must not be read ahead?",
    ),
    Mistake(
        "your words never see later words, also when no mask is handed over",
        always_causal,
        "Use the mask that came, and no other: `decode` of lesson 10 makes the causal one.",
    ),
)
