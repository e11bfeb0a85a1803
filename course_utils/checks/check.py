"""What an exercise expects, as data: cases, oracle, identities and known wrong answers."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Case:
    """One call of the learner's function.

    `label` names the inputs ("x of shape (3, 5), axis=0"). `claim`, where given, is the identity
    that this case tests, as a sentence ("adding 1,000 to every score changes nothing").
    `args` are NumPy arrays, numbers, booleans, strings, None, nested dicts of these with strings
    as keys, or functions of `course_utils.training`. `expected` is the right result where no
    oracle can work it out from the arguments, such as the translations of held-out sentences.
    """

    label: str
    args: tuple
    claim: str = ""
    expected: object = None


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: `function` computes it, `message` names it, `hint` leads on.

    `message` completes a sentence about the learner's result ("your weights match a softmax over
    the queries (axis=-2)"); `hint` says what to look at, without giving the answer. `also` are
    functions that make the same mistake and give other results, such as another small number.
    """

    message: str
    function: Callable
    hint: str
    also: tuple[Callable, ...] = ()


@dataclass(frozen=True)
class Identity:
    """Something that holds for every right result: `sentence` says it, `holds` tests it.

    `holds(case, *results)` gets the case and the learner's arrays and returns a bool.
    """

    sentence: str
    holds: Callable


@dataclass(frozen=True)
class Score:
    """How a result is judged where it must be good enough, not equal number for number.

    `rows(expected, result)` gets two integer arrays with as many rows and says for each row
    whether it is right; the share of right rows must be `at_least`. `unit` names the rows
    ("sentences"). `signs` are pairs (Mistake, holds): `holds(expected, result)` says whether a
    result that is not good enough bears the mark of that mistake; the first that does is named.
    """

    rows: Callable[[np.ndarray, np.ndarray], np.ndarray]
    at_least: float
    unit: str
    signs: tuple = ()


@dataclass(frozen=True)
class Check:
    """An exercise: who it is, what it is worth, and how its answer is judged.

    name, signature: the function the learner writes. number: "2.1", exercise 1 of lesson 2.
    returns: what comes back, with named axes, one string for each result.
    oracle: the right answer by explicit loops. cases: from an rng the list of cases, in the order
    of difficulty, the first small enough to check by hand; sizes differ from each other.
    points; difficulty and importance from 1 to 5; minutes. score: given where a result is judged
    by how good it is. Such a call may take seconds, so a kept answer is not called again and
    again: it counts as right as long as its text is the one that passed. trained: False where
    nobody trains through the result, so that float64 for float32 deserves no note.
    """

    name: str
    number: str
    signature: str
    returns: tuple[str, ...]
    oracle: Callable
    cases: Callable[[np.random.Generator], list[Case]]
    points: int
    difficulty: int
    importance: int
    minutes: int
    mistakes: tuple[Mistake, ...] = ()
    identities: tuple[Identity, ...] = field(default=())
    rtol: float = 1e-7
    atol: float = 1e-9
    score: Score | None = None
    trained: bool = True

    @property
    def lesson(self) -> int:
        """The number of the lesson that the exercise belongs to."""
        return int(self.number.split(".")[0])


def distinct_sizes(rng, count, low=2, high=8):
    """Return `count` different integers from `low` to `high`, so no two axes are alike.

    >>> len(set(distinct_sizes(np.random.default_rng(0), 4)))
    4
    """
    return [int(size) for size in rng.permutation(np.arange(low, high + 1))[:count]]
