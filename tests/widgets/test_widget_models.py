"""The explorers without a browser: their numbers, their words, what they refuse."""

import math
import re
from importlib.resources import files

import numpy as np
import pytest

from course_utils import widgets
from course_utils.widgets.attention_stepper import AttentionStepperModel
from course_utils.widgets.attention_view import AttentionViewModel
from course_utils.widgets.dot_product import DotProductModel
from course_utils.widgets.softmax_explorer import SoftmaxExplorerModel

LIVE = "application/vnd.jupyter.widget-view+json"
Q, K, NAMES = [2.0, 1.3], [[1.8, -0.4], [0.5, 1.2], [-1.5, 0.7]], ["cat", "mat", "on"]
WEIGHTS, TOKENS = [[0.2, 0.5, 0.3], [0.1, 0.8, 0.1], [1, 0, 0]], ["The", "cat", "sat"]
SCORES = [[2, 1, 0], [1, 3, 0], [0, 1, 2]]
HAND = ([[2, 1, 0, 1]], [[2, 0, 1, 0], [0, 1, 0, 1], [0, 0, 2, 0]], [[10, 0], [0, 10], [5, 5]])
MADE = {
    "TranslationExplorer": lambda: widgets.TranslationExplorer(lambda _: (TOKENS, NAMES, WEIGHTS)),
    "TrainingDashboard": lambda: widgets.TrainingDashboard(iter([]), 900),
    "AlignmentView": lambda: widgets.AlignmentView(WEIGHTS, TOKENS, NAMES, gold=[(0, 1), (1, 0)]),
    "AttentionStepper": lambda: widgets.AttentionStepper(*HAND, NAMES),
    "DotProduct": lambda: widgets.DotProduct(Q, K, NAMES),
    "MaskExplorer": lambda: widgets.MaskExplorer(SCORES, TOKENS, causal=True),
    "PositionExplorer": lambda: widgets.PositionExplorer(12, 8, position=3),
    "ScaleExplorer": lambda: widgets.ScaleExplorer((4, 64), query=3),
    "SoftmaxExplorer": lambda: widgets.SoftmaxExplorer([2, 1, 0], NAMES, temperature=0.5),
    "AttentionView": lambda: widgets.AttentionView([WEIGHTS, WEIGHTS[::-1]], TOKENS, head=1),
}


def weights_by_loop(scores, temperature=1.0):
    powers = [math.exp((s - max(scores)) / temperature) for s in scores]
    return [power / sum(powers) for power in powers]


def test_every_explorer_is_tested_here():
    assert set(MADE) == set(widgets.__all__)


@pytest.mark.parametrize("name", MADE)
def test_the_bundle_bears_view_picture_and_summary(name):
    data, metadata = MADE[name]()._repr_mimebundle_()
    assert sorted(data) == [LIVE, "image/png", "text/plain"]
    assert data["text/plain"] == MADE[name]().summary()
    assert len(metadata["image/png"]["alt"].split()) > 5


@pytest.mark.parametrize("name", MADE)
def test_two_runs_give_the_same_output(name):
    one, other = (MADE[name]()._repr_mimebundle_() for _ in range(2))
    one[0].pop(LIVE), other[0].pop(LIVE)
    assert one == other


@pytest.mark.parametrize("name", MADE)
def test_what_is_sent_to_the_browser_is_small(name):
    widget = MADE[name]()
    assert len(widget._esm) + len(widget._css) < 30_000
    assert "import " not in widget._esm
    assert "innerHTML" not in widget._esm
    assert "http" not in widget._esm.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("name", MADE)
def test_its_own_rules_win_over_the_shared_ones_of_any_other_widget(name):
    own = files("course_utils.widgets").joinpath(MADE[name]().script.replace(".js", ".css"))
    rules = re.sub(r"/\*.*?\*/", "", own.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = re.findall(r"([^{}]+)\{", rules)
    assert len(selectors) > 3
    for selector in selectors:
        for part in re.sub(r"\([^)]*\)", "", selector).split(","):
            assert part.strip().startswith(".atc "), part


@pytest.mark.parametrize("trait", ["weights", "logits", "K", "q", "Q", "V", "scores"])
def test_one_changed_number_changes_the_summary(trait):
    for make in MADE.values():
        widget = make()
        if not widget.has_trait(trait):
            continue
        before = widget.summary()
        changed = np.array(getattr(widget, trait))
        changed.flat[-1] += 0.1 if trait in "QKV" else 0.01
        setattr(widget, trait, changed)
        assert widget.summary() != before


def test_dot_products_by_loops():
    found = DotProductModel(Q, K, NAMES, temperature=2.0).compute()
    dots = [Q[0] * k[0] + Q[1] * k[1] for k in K]
    assert found["dots"] == pytest.approx(dots)
    assert found["cosines"] == pytest.approx(
        [d / math.hypot(*Q) / math.hypot(*k) for d, k in zip(dots, K)]
    )
    assert [s * found["length"] for s in found["shadows"]] == pytest.approx(dots)
    assert found["weights"] == pytest.approx(weights_by_loop(dots, 2.0))


def test_vectors_of_length_zero_have_no_cosine():
    model = DotProductModel([0, 0], [[1, 2], [0, 0]], ["a", "b"])
    assert model.compute()["cosines"] == [None, None]
    assert "–" in model.summary()
    assert model.picture().figure


def test_softmax_by_loops():
    found = SoftmaxExplorerModel([1000, 999, -1000], NAMES, temperature=0.5).compute()
    assert found["weights"] == pytest.approx(weights_by_loop([1000, 999, -1000], 0.5))
    assert found["powers"][0] == 1.0
    assert found["sum"] == pytest.approx(1 + math.exp(-2))


def test_the_steps_of_lesson_3_by_hand():
    found = AttentionStepperModel(*HAND, NAMES).compute()
    assert found["scores"] == [4, 2, 0]
    assert found["scaled"] == [2, 1, 0]
    assert found["weights"] == pytest.approx(weights_by_loop([2, 1, 0]))
    by_hand = [sum(w * v[i] for w, v in zip(found["weights"], HAND[2])) for i in (0, 1)]
    assert found["output"] == pytest.approx(by_hand)
    model = AttentionStepperModel(np.eye(3), np.eye(3), np.eye(3), NAMES, row=-1)
    assert model.queries == NAMES
    assert model.row == 2
    assert model.summary().count("output") == 3


def test_the_view_shows_the_row_asked_for():
    model = AttentionViewModel([WEIGHTS, WEIGHTS[::-1]], TOKENS, head=1, query=-2)
    assert model.query == 1
    assert model.compute() == {"row": [0.1, 0.8, 0.1], "order": [1, 0, 2]}
    assert "Head 1 of 2: “cat” looks at cat 80%" in model.alt()


def test_every_row_of_every_head_is_in_the_summary():
    text = AttentionViewModel(np.full((3, 60, 60), 1 / 60)).summary()
    assert text.count("0.02") == 3 * 60 * 60


class Tensor:
    """What a PyTorch tensor on the CPU does when NumPy asks for it, with a gradient or without."""

    def __init__(self, values, attached=True):
        self.values, self.attached = values, attached

    def detach(self):
        return Tensor(self.values, attached=False)

    def __array__(self, dtype=None, copy=None):
        if self.attached:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return np.array(self.values, dtype=dtype)


@pytest.mark.parametrize("kind", [list, np.array, np.float32, Tensor])
def test_any_array_like_will_do(kind):
    assert AttentionViewModel(kind(WEIGHTS), TOKENS).summary().endswith("sat    1.00  0.00  0.00")
    assert DotProductModel(kind(Q), kind(K)).summary()
    assert SoftmaxExplorerModel(kind([1.0, 2.0])).summary()


def test_a_temperature_of_any_kind_will_do():
    for kind in (int, np.float32, np.float16, np.array):
        assert DotProductModel(Q, K, temperature=kind(4)).temperature == 4.0
        assert SoftmaxExplorerModel([1, 2], temperature=kind(4)).temperature == 4.0


def test_a_list_of_tensors_will_do():
    heads = [Tensor(WEIGHTS), Tensor(WEIGHTS)]
    assert np.shape(AttentionViewModel(heads, TOKENS).weights) == (2, 3, 3)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: AttentionViewModel(WEIGHTS, TOKENS[:2]), "2 query tokens arrived"),
        (lambda: AttentionViewModel(WEIGHTS, "The cat sat"), r"did you mean .split\(\)\?"),
        (lambda: AttentionViewModel([[0.5, np.nan]]), r"NaN at \[0, 1\]"),
        (lambda: AttentionViewModel([[3.0, -2.0]]), "from before the softmax"),
        (lambda: AttentionViewModel(np.zeros((0, 0)), []), "nothing to draw"),
        (lambda: AttentionViewModel([], []), r"shape \(0,\) arrived"),
        (lambda: AttentionViewModel(np.zeros((2, 2, 2, 2))), r"weights\[0\]"),
        (lambda: AttentionViewModel([WEIGHTS] * 2, head=2), "there are 2 heads, from 0"),
        (lambda: AttentionViewModel(WEIGHTS, query=3), "there are 3 queries, from 0"),
        (lambda: DotProductModel([1, 2, 3], [[1, 2, 3]]), "must have|2 numbers"),
        (lambda: DotProductModel([1, 2], [[1, 2]], ["a", "b"]), "2 names arrived"),
        (lambda: DotProductModel([1, np.inf], [[1, 2]]), "must be finite"),
        (lambda: SoftmaxExplorerModel([1, 2], temperature=0), "temperature must lie between"),
        (lambda: SoftmaxExplorerModel([1, -np.inf]), "must be finite.* from before the mask"),
        (lambda: AttentionViewModel([[0.5, 0.5], [1]]), "rows of equal length"),
        (lambda: AttentionStepperModel(*HAND, NAMES, queries=["a", "b"]), "2 queries arrived"),
        (lambda: AttentionStepperModel([[1, 2]], [[1]], [[1]]), "K has 1: no dot product"),
        (lambda: AttentionStepperModel([[1]], [[1]], [[1], [2]]), "V has 2 values"),
        (lambda: AttentionStepperModel(*HAND, NAMES, row=1), "row 1 is not there"),
        (lambda: SoftmaxExplorerModel([]), "nothing to draw"),
    ],
)
def test_bad_input_gets_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_later_value_is_checked_too():
    model = AttentionViewModel(WEIGHTS, TOKENS)
    with pytest.raises(ValueError, match="2 queries and 2 keys"):
        model.weights = np.eye(2)
    with pytest.raises(ValueError, match="there are 1 heads"):
        model.head = 1
    assert model.head == 0


def test_rows_that_do_not_sum_to_one_get_a_warning():
    model = AttentionViewModel([[0.5, 0.2], [0.0, 0.0]], ["cat", "sat"])
    words = "The row of “cat” sums to 0.70, neither to 1 nor to 0."
    assert model.warning == words
    assert model.summary().startswith(words)
    model.weights = [[0.5, 0.2], [0.0, 0.5]]
    assert model.warning == "2 rows sum neither to 1 nor to 0, first that of “cat”: 0.70."
    model.weights = [[0.5, 0.5], [0.0, 0.0]]
    assert model.warning == ""


def test_a_token_is_one_visible_line_of_text():
    tokens = ["<b>x</b>", "two\nlines", "\u202eevil"]
    view = AttentionViewModel(np.full((3, 3), 1 / 3), tokens)
    assert view.queries == ["<b>x</b>", "two⏎lines", "□evil"]
    assert view.picture().figure
