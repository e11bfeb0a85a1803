"""The dashboard without a browser: it trains, stops, goes on, and says what failed."""

import asyncio
from typing import NamedTuple

import comm
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from course_utils.training.loop import train
from course_utils.widgets.training_dashboard import (
    MOST_POINTS,
    TrainingDashboard,
    TrainingDashboardModel,
)
from course_utils.widgets.training_errors import TrainingError, TrainingInterrupted


class Record(NamedTuple):
    step: int
    loss: float
    params: dict


def records(n=90, at=None, error=None):
    """Give records of one array that learns in place, as a training does."""
    params = {"w": np.zeros(2)}
    for step in range(n):
        if step == at:
            raise error
        params["w"] += 1
        yield Record(step, 5 / (1 + step), params)


def a_map(params):
    w = min(1.0, params["w"][0] / 100)
    return [[w, 1 - w], [0.2, 0.8]], ["le", "chat"], ["the", "cat"]


def run(dashboard, *calls):
    """Run it; `calls` are (steps, function): what happens after so many steps."""

    async def main():
        for steps, call in calls:
            call_at(dashboard, steps, call)
        await dashboard.run()

    asyncio.run(main())


def call_at(dashboard, steps, call):
    dashboard.observe(lambda change: change.new == steps and call(), "done")


def test_it_trains_to_the_end_and_prints_its_summary(capsys):
    dashboard = TrainingDashboardModel(records(), 90, a_map)
    run(dashboard)
    assert capsys.readouterr().out == dashboard.summary() + "\n"
    assert dashboard.summary().splitlines() == [
        "90 of 90 steps, finished; loss 5.0 nats at first, 0.1 at last.",
        "row   looks most at  weight",
        "le              the     0.9",
        "chat            cat     0.8",
    ]
    assert dashboard.losses == [5 / (1 + step) for step in range(90)]
    assert dashboard.points[0] == 5.0
    assert dashboard.points[1] == pytest.approx(np.mean(dashboard.losses[:20]), abs=1e-4)
    assert dashboard.points[-1] == pytest.approx(np.mean(dashboard.losses[80:]), abs=1e-4)
    assert dashboard.compute() == {"share": 1.0, "loss": dashboard.points[-1]}


def test_stopped_it_keeps_what_it_learned_and_goes_on_exactly_there(capsys):
    dashboard = TrainingDashboardModel(records(), 90)
    run(dashboard, (33, dashboard.stop))
    assert (dashboard.done, dashboard.state) == (33, "stopped")
    kept = dashboard.params
    run(dashboard, (50, dashboard.stop))
    assert kept["w"].tolist() == [33, 33]
    assert dashboard.params["w"].tolist() == [50, 50]
    run(dashboard)
    assert dashboard.state == "finished"
    run(dashboard)
    assert dashboard.done == 90
    assert [len(line.split(",")) for line in capsys.readouterr().out.splitlines()] == [3] * 4


def test_a_training_in_pieces_is_the_training_in_one(capsys):
    def loss(params, batch):
        return np.sum((params["w"] - batch) ** 2)

    def training():
        return train(loss, {"w": np.zeros(3)}, iter(np.arange(30.0)), 30)

    whole, pieces = TrainingDashboardModel(training(), 30), TrainingDashboardModel(training(), 30)
    run(whole)
    for steps in (1, 7, 20):
        run(pieces, (steps, pieces.stop))
    run(pieces)
    assert pieces.losses == whole.losses
    assert pieces.params["w"].tolist() == whole.params["w"].tolist()


def test_the_button_goes_on_between_the_cells(capsys):
    dashboard = TrainingDashboardModel(records(), 90)

    async def cells():
        call_at(dashboard, 10, dashboard.stop)
        await dashboard.run()
        call_at(dashboard, 40, dashboard.stop)
        dashboard.going = True  # what the button's message does, in whichever thread it comes
        await asyncio.sleep(0.2)
        assert (dashboard.done, dashboard.state) == (40, "stopped")
        await asyncio.to_thread(dashboard.set_trait, "going", True)
        await dashboard.run()  # joins the one that runs

    asyncio.run(cells())
    assert (dashboard.done, dashboard.state) == (90, "finished")


def test_other_tasks_run_between_the_steps(capsys):
    dashboard, seen = TrainingDashboardModel(records(), 90), []

    async def watch():
        while dashboard.state != "finished":
            seen.append(dashboard.done)
            await asyncio.sleep(0)

    async def main():
        await asyncio.gather(dashboard.run(), watch())

    asyncio.run(main())
    assert len(set(seen)) > 80


def test_an_interrupt_is_told_and_nothing_is_lost(capsys):
    dashboard = TrainingDashboardModel(records(), 90)

    async def main():
        call_at(dashboard, 25, asyncio.current_task().cancel)  # what the kernel does
        with pytest.raises(TrainingInterrupted, match=r"after 2[56] of 90 steps\. Nothing is lost"):
            await dashboard.run()

    asyncio.run(main())
    assert dashboard.state == "stopped"
    run(dashboard)
    assert dashboard.done == 90


def test_a_failed_step_is_one_sentence_with_the_learners_line(capsys):
    def attention(Q):
        raise ValueError("matmul:\n sizes differ")

    def training():
        yield from records(12)
        attention(1)

    dashboard = TrainingDashboardModel(training(), 90)
    words = (
        r"Step 12 failed with ValueError \(in attention, line \d+\): matmul: sizes differ\. `raise"
    )
    with pytest.raises(TrainingError, match=words) as caught:
        run(dashboard)
    assert caught.value._render_traceback_() == [dashboard.warning]
    assert dashboard.state == "failed"
    assert dashboard.params["w"].tolist() == [12, 12]
    assert dashboard.warning in dashboard.summary()
    with pytest.raises(ValueError, match="sizes differ"):
        raise dashboard.error
    with pytest.raises(TrainingError):
        run(dashboard)


@pytest.mark.parametrize("loss", [np.nan, np.inf])
def test_a_loss_that_is_no_number_fails(loss):
    dashboard = TrainingDashboardModel([Record(0, loss, {})], 1)
    with pytest.raises(TrainingError, match="FloatingPointError"):
        run(dashboard)
    assert dashboard.losses == []


def test_a_map_that_fails_is_told_and_the_training_goes_on(capsys):
    dashboard = TrainingDashboardModel(records(), 90, lambda params: params["v"])
    run(dashboard)
    assert (dashboard.done, dashboard.state) == (90, "finished")
    assert dashboard.warning == "The map failed with KeyError: 'v'"


@pytest.mark.parametrize("steps", [None, 200])
def test_a_training_may_end_before_its_time(steps, capsys):
    dashboard = TrainingDashboardModel(records(30), steps)
    run(dashboard)
    assert dashboard.state == "finished"
    assert dashboard.done == 30
    assert dashboard.summary().startswith("30 of 200" if steps else "30 steps, finished")


def test_a_long_training_has_no_more_points_than_a_short_one(capsys):
    dashboard = TrainingDashboardModel(records(4000), 4000, every=3)
    run(dashboard)
    assert MOST_POINTS / 2 < len(dashboard.points) <= MOST_POINTS + 1
    assert dashboard.block == 24
    assert dashboard.picture().figure


def test_before_the_first_step_there_are_no_parameters():
    dashboard = TrainingDashboardModel(records(), 90)
    with pytest.raises(TrainingError, match=r"await dashboard\.run\(\)"):
        _ = dashboard.params
    assert dashboard.picture()[0].figure
    assert dashboard.compute() == {"share": 0.0, "loss": None}


@pytest.mark.parametrize("bad", [{"steps": 0}, {"every": 0}])
def test_steps_count_from_one(bad):
    with pytest.raises(ValueError, match="must be a whole number from 1"):
        TrainingDashboardModel(records(), **bad)
    with pytest.raises(ValueError, match="a record for each step, as train"):
        TrainingDashboardModel(train, 90)


CELLS = [
    "from types import SimpleNamespace as R\n"
    "from course_utils.widgets import TrainingDashboard\n"
    "d = TrainingDashboard((R(loss=5 / (i + 1), params={'n': i}) for i in range(50)), 50,\n"
    "    lambda p: ([[p['n'] / 49, 1 - p['n'] / 49]], ['le'], ['the', 'cat']))",
    "await d.run()",
    "d.params",
]


def test_a_notebook_run_from_top_to_bottom_has_the_trained_model(tmp_path):
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute(cwd=tmp_path)
    _, ran, params = notebook.cells
    live, printed = ran.outputs
    assert sorted(live.data)[1:] == ["image/png", "text/plain"]
    assert "50 of 50 steps" in live.metadata["image/png"]["alt"]
    assert printed.text.splitlines()[0].startswith("50 of 50 steps, finished; loss 5.0 nats")
    assert params.outputs[0].data["text/plain"] == "{'n': 49}"


def test_the_page_is_told_every_so_often_and_not_at_each_step(capsys, monkeypatch):
    monkeypatch.setattr(comm, "create_comm", comm.DummyComm)  # importing ipykernel changes it
    dashboard, told = TrainingDashboard(records(90), 90, a_map, every=30), []
    dashboard.comm.send = lambda data, buffers=None: told.append(data["state"])
    run(dashboard)
    assert [state["step"] for state in told if "step" in state] == [30, 60, 90]
    assert len(told) < 9


def test_one_changed_weight_of_the_map_changes_the_summary(capsys):
    dashboard = TrainingDashboardModel(records(90), 90, a_map)
    run(dashboard)
    before = dashboard.summary()
    dashboard.map = [dashboard.map[0], [0.3, 0.7]]
    assert dashboard.summary() != before
