"""What a session keeps of a submission, and what it makes of outputs that are none."""

import itertools
import json

import pytest

from course_utils.grading.classroom.outputs import as_text
from course_utils.grading.observe import MIME
from course_utils.grading.session import Session
from course_utils.grading.transplant import Plan, Step
from course_utils.grading.written import KEPT, brief, transcripts

LONG = "x" * 5_000_000


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": LONG},
        {"output_type": "error", "ename": LONG, "evalue": LONG, "traceback": [LONG] * 9},
        {"output_type": "display_data", "data": {"text/plain": LONG, "image/png": LONG}},
        {"output_type": "display_data", "data": {"text/plain": [LONG, 3]}, "metadata": {"a": LONG}},
    ],
)
def test_little_is_kept_of_much(output):
    """A notebook of 250 cells that print 5 MB each took 1.3 GB of the grader's memory."""
    kept = brief([output] * 1_000)
    assert len(str(kept)) < 3 * KEPT
    assert as_text([kept])[:3_000] == as_text([[output]])[:3_000]


def test_many_small_outputs_are_cut_too():
    assert len(brief([{"output_type": "stream", "text": ""}] * 100_000)) < 1_000


@pytest.mark.parametrize("data", [None, 3, "text", [MIME], {MIME: None}, {MIME: "["}, {MIME: 3}])
def test_an_output_that_is_none_is_no_transcript(data):
    output = {"output_type": "display_data", "data": data}
    assert transcripts([output, {"output_type": "stream"}], "softmax") == []
    assert as_text([brief([output])]) is not None


def test_what_an_answer_says_it_lacks_is_not_believed_without_end():
    """A transcript may be forged: this one lacks another name each time it is asked."""
    asked = itertools.count()

    def run(source):
        if "observe_in_kernel" not in source:
            return []
        number = next(asked)
        assert number < 100
        names = ("helper", f"made_up_{number}")
        errors = [{"type": "NameError", "message": f"name '{one}' is not defined"} for one in names]
        made = {"name": "softmax", "cases": [{"error": error} for error in errors]}
        return [{"output_type": "display_data", "data": {MIME: json.dumps(made)}}]

    plan = Plan([Step("extra", "", "helper = 1"), Step("answer", "softmax", "def softmax(x): ...")])
    plan.steps.append(Step("check", "softmax", ""))
    session = Session(plan, ["softmax"], 0, run, lambda: None)
    assert session.grade("softmax").fraction == 0
