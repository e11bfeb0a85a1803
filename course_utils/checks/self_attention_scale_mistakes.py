"""Lesson 5: known wrong answers to self_attention whose scale or axes go astray."""

from course_utils.checks.attention_mistakes import hide
from course_utils.checks.attention_mistakes import made_of as attention_made_of
from course_utils.checks.check import Mistake
from course_utils.checks.leading_axes_mistakes import one_leading_axis
from course_utils.checks.scaled_scores_mistakes import turned
from course_utils.checks.self_attention_mistakes import projected

zeros_for_hidden = attention_made_of(
    hide=lambda scores, mask: scores if mask is None else scores * mask
)
lowest_for_open = attention_made_of(
    hide=lambda scores, mask: scores if mask is None else scores - 1e9 * mask
)

SELF_ATTENTION_SCALE_MISTAKES = (
    Mistake(
        "your scores are divided by d_k: the scale is applied twice, or its root is missing",
        projected(attention_made_of(scores=lambda Q, K: Q @ turned(K) / Q.shape[-1])),
        "`attention` of lesson 3 divides by √d_k already.",
    ),
    Mistake(
        "your scores are divided by the root of the number of words",
        projected(attention_made_of(scores=lambda Q, K: Q @ turned(K) / K.shape[-2] ** 0.5)),
        "How many products does one score add up? `attention` of lesson 3 does all of it.",
    ),
    Mistake(
        "your hidden words get the score 0, and exp(0) is 1, not 0",
        projected(zeros_for_hidden),
        "Which score becomes exactly 0 when np.exp is taken?",
    ),
    Mistake(
        "your large negative number is added where the mask is True, and True means: may attend",
        projected(lowest_for_open),
        "Whose scores have to go: those where the mask is True, or the others?",
    ),
    one_leading_axis(projected(attention_made_of(hide=hide))),
)
