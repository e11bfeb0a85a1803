"""Lesson 10: a training to watch, to stop and to go on with."""

import asyncio
import copy
from contextlib import nullcontext
from itertools import count

import numpy as np
from traitlets import Bool, Float, Int, List, Unicode, observe

from course_utils.plots import Card, curves, heatmap
from course_utils.plots.inputs import as_weights
from course_utils.widgets.explorer import Explorer, Model
from course_utils.widgets.numeric import count_of, real_numbers
from course_utils.widgets.training_errors import (
    TrainingError,
    TrainingInterrupted,
    one_line,
    sentence,
)
from course_utils.widgets.wording import checked_tokens, table

MOST_POINTS = 240  # of the loss curve; longer trainings have longer means
DIGITS = 4  # of a weight or a loss, sent to the browser
ENDED = ("finished", "failed")


class TrainingDashboardModel(Model):
    """A training that runs between the events of a page: its losses, its map, its wishes."""

    steps = Int(0).tag(sync=True)  # in all; 0 where it is not known
    done = Int(0)  # after each step
    step = Int(0).tag(sync=True)  # the same when the page was told last
    points = List(Float()).tag(sync=True)  # the first loss, then a mean for each `block` steps
    block = Int(1).tag(sync=True)
    state = Unicode("ready").tag(sync=True)  # ready, training, stopped, finished or failed
    going = Bool(False)  # the wish; the state follows after the step that runs
    map = List(List(Float())).tag(sync=True)  # weights (rows, columns)
    rows = List(Unicode()).tag(sync=True)
    columns = List(Unicode()).tag(sync=True)
    warning = Unicode().tag(sync=True)

    def __init__(self, trainer, steps=None, attention=None, every=20):
        every = count_of(every, "every")
        super().__init__(steps=0 if steps is None else count_of(steps, "steps"))
        try:
            self._records = iter(trainer)
        except TypeError:
            raise ValueError(
                "trainer must give a record for each step, as train(...) does, but a "
                f"{type(trainer).__name__} arrived."
            ) from None
        self.every, self.losses, self.error = every, [], None
        self._attention, self._params, self._task = attention, None, None
        self._loop = _running_loop()

    @property
    def params(self):
        """A copy of the parameters after the last step. Raises TrainingError before the first."""
        if not self.losses:
            raise TrainingError("No step was trained yet: run `await dashboard.run()` first.")
        return copy.deepcopy(self._params)

    async def run(self):
        """Train to the end, or to the button Stop, and print the summary.

        Called again, it goes on where it stopped. Raises TrainingError when a step fails, and
        TrainingInterrupted when the kernel is interrupted, after the step that runs then.
        """
        self._loop = asyncio.get_running_loop()
        self._show()
        self._start()
        try:
            if self._task:
                await asyncio.shield(self._task)
        except asyncio.CancelledError:
            self.stop()
            await self._task
            raise TrainingInterrupted(
                f"Interrupted after {self._progress()}. Nothing is lost: run it again to go on."
            ) from None
        if self.error is not None:
            raise TrainingError(self.warning)
        print(self.summary())

    def stop(self):
        """Stop after the step that runs now; `run` or the button goes on."""
        self.going = False

    @observe("going")
    def _heed(self, change):
        # The button's message may come in another thread, a subshell of the kernel.
        if change.new and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._start)

    def _start(self):
        """Begin or go on, unless it is going already or over."""
        if (self._task is None or self._task.done()) and self.state not in ENDED:
            self.state, self.going = "training", True
            self._task = self._loop.create_task(self._train())

    async def _train(self):
        """Train step by step; whatever waits in the kernel gets its turn between two steps."""
        state = "stopped"
        try:
            while self.going and state == "stopped":
                state = self._step()
                if self.done % self.every == 0:
                    self._update()
                await asyncio.sleep(0)
        except Exception as error:
            self.error, state = error, "failed"
            self.warning = sentence(error, self.done)
        self._update(state)
        if state in ENDED:  # a stopped one keeps its view, and with it the focus of the keyboard
            self._leave()

    def _step(self):
        """Make a step and return the state after it, were it the last."""
        record = next(self._records, None)
        if record is not None:
            loss = float(record.loss)
            if not np.isfinite(loss):
                raise FloatingPointError(f"the loss is {loss}")
            self.losses.append(loss)
            self._params = record.params
            self.done += 1
        return "finished" if record is None or self.done == self.steps else "stopped"

    def _update(self, state="training"):
        """Show losses and map as they are now."""
        with getattr(self, "hold_sync", nullcontext)():
            self.step = self.done
            self.block, self.points = _means(self.losses, self.every)
            if self._attention is not None and self.losses:
                self._look()
            self.state = state
            if state != "training":
                self.going = False

    def _look(self):
        """Ask for the map; a map that fails is told and left out, the training goes on."""
        try:
            weights, rows, columns = self._attention(self._params)
            weights = as_weights(real_numbers(weights, "the map"), "the map")
            rows = checked_tokens(rows, weights.shape[0], "row token", "map")
            columns = checked_tokens(columns, weights.shape[1], "column token", "map")
            self.map, self.rows, self.columns = weights.round(DIGITS).tolist(), rows, columns
        except Exception as error:
            self._attention = None
            self.warning = f"The map failed with {type(error).__name__}: {one_line(error)}"

    def _show(self):
        """Show the dashboard, where there is a page to show it on."""

    def _leave(self):
        """Leave a picture for where no kernel runs."""

    def _progress(self):
        total = f" of {self.steps:,}" if self.steps else ""
        return f"{self.done:,}{total} steps"

    def compute(self):
        """Return the share of the steps done, the last mean loss and its step; None if unknown."""
        points = self.points
        share = min(1.0, self.step / self.steps) if self.steps else None
        return {"share": share, "loss": points[-1] if points else None}

    def _finding(self):
        """Return the sentence with the losses, rounded so that no BLAS shows in it."""
        if not self.losses:
            return f"{self._progress()}, {self.state}."
        last = np.mean(self.losses[-self.every :])
        words = f"loss {self.losses[0]:.1f} nats at first, {last:.1f} at last"
        return f"{self._progress()}, {self.state}; {words}."

    def summary(self):
        """Return steps, first and last loss, and the column each row of the map looks at most."""
        parts = [self._finding(), *([self.warning] if self.warning else [])]
        if self.map:
            weights = np.round(self.map, 1)
            rows = [
                [name, self.columns[int(np.argmax(row))], f"{row.max():.1f}"]
                for name, row in zip(self.rows, weights)
            ]
            parts.append(table(["row", "looks most at", "weight"], rows))
        return "\n".join(parts)

    def alt(self):
        """Return the sentence that says how far the training is and what its map shows."""
        parts = [f"Training dashboard. {self._finding()}", self.warning]
        if self.map:
            tops = [self.columns[int(np.argmax(row))] for row in np.round(self.map, 1)]
            seen = ", ".join(f"“{r}” at “{c}”" for r, c in zip(self.rows, tops))
            parts.append(f"Attention looks most: {seen}.")
        return " ".join(filter(None, parts))

    def picture(self, dark=False):
        """Return the Axes of the loss curve, and of the map where there is one."""
        title = self._finding().rstrip(".")
        if not self.points:
            with Card.row(1, 320, 24, title, dark) as axes:
                return axes
        x = np.minimum(np.arange(len(self.points)) * self.block, self.done)
        lines, words = {"loss": self.points}, {"x_label": "step", "y_label": "nats"}
        if not self.map:
            return curves(x, lines, title=title, y_range=(0, None), dark=dark, **words)
        with Card.row(2, 300, 240, title, dark) as axes:
            curves(x, lines, ax=axes[0], y_range=(0, None), dark=dark, **words)
            heatmap(
                self.map,
                self.rows,
                self.columns,
                ax=axes[1],
                title="",
                dark=dark,
                row_name="",
                column_name="",
            )
        return axes


def _running_loop():
    """Return the event loop of the kernel, or None in a plain script."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _means(losses, every):
    """Return a block length, a multiple of `every`; the first loss and the mean of each block."""
    block = next(every * 2**k for k in count() if len(losses) <= MOST_POINTS * every * 2**k)
    starts = np.arange(0, len(losses), block)
    if not len(starts):
        return block, []
    sums = np.add.reduceat(np.array(losses), starts)
    sizes = np.minimum(block, len(losses) - starts)
    return block, np.round([losses[0], *(sums / sizes)], DIGITS).tolist()


class TrainingDashboard(TrainingDashboardModel, Explorer):
    """Return a training to watch: `await dashboard.run()` shows it and trains to the end.

    `trainer` is an iterator of records with `.loss` and `.params`, one a step, such as
    `train(...)` gives; `steps` their number. `attention(params)` returns the map: weights
    (rows, columns), row tokens, column tokens. Both are shown anew every `every` steps. Stop (the
    button, `stop()` or an interrupt) ends the cell after the step that runs; the button Go on, or
    `run()` again, continues exactly there. `params` is a copy of what was learned so far,
    `losses` has one loss a step, in nats, and `error` the exception of a step that failed.
    Raises ValueError for what is no iterator. Lesson 10.

    >>> TrainingDashboardModel(iter([]), steps=900).summary()
    '0 of 900 steps, ready.'
    """

    script = "training_dashboard.js"
    _handle = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A message, not a trait: the page holds a changed trait back until the last was answered.
        self.on_msg(lambda _, wish, __: self.set_trait("going", wish == "go"))

    def _show(self):
        display = _displayer()
        if display is not None:
            live, _ = super(Explorer, self)._repr_mimebundle_()
            # The same words before and after, since the picture comes as a change of this output.
            live["text/plain"] = "The training, live; its summary is printed below."
            self._handle = display(live, raw=True, display_id=True)

    def _leave(self):
        if self._handle is not None:
            data, metadata = self._repr_mimebundle_()
            data["text/plain"] = "The training, live; its summary is printed below."
            self._handle.update(data, metadata=metadata, raw=True)


def _displayer():
    """Return IPython's display where a notebook runs, else None."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        return None
    return None if get_ipython() is None else display
