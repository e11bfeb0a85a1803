"""Training where there is one thread and threadpoolctl warns: in Pyodide."""

import sys

import numpy as np

from course_utils.training import loop


def square(params, batch):
    return np.sum((params["w"] - batch) ** 2)


def trained():
    records = loop.train(square, {"w": np.zeros(3)}, iter([1.0, 2.0, 1.0]), 3, warm_up=1)
    return [record.loss for record in records]


def test_nobody_looks_for_threads_in_the_browser(monkeypatch):
    expected = trained()

    def look():
        raise RuntimeWarning("JsProxy.as_object_map() is deprecated")

    monkeypatch.setattr(loop, "ThreadpoolController", look)
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert trained() == expected


def test_elsewhere_each_step_asks_for_one_thread(monkeypatch):
    asked = []

    class Controller:
        def limit(self, **options):
            asked.append(options)
            return loop.nullcontext()

    monkeypatch.setattr(loop, "ThreadpoolController", Controller)
    trained()
    assert asked == [{"limits": 1, "user_api": "blas"}] * 3
