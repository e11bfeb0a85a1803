"""Weights on disk: what was saved comes back, and nothing else is taken for weights."""

import os
import pickle

import numpy as np
import pytest

from course_utils.training.weights import WeightsError, load_weights, save_weights

PARAMS = {"W_out": np.eye(2, 3, dtype=np.float32), "encoder": {"block_1": {"b": np.arange(4.0)}}}


def test_what_was_saved_comes_back(tmp_path):
    path = tmp_path / "weights.npz"
    save_weights(path, PARAMS, heads=4, words=["le", "chat"])
    params, about = load_weights(path)
    assert about == {"heads": 4, "words": ["le", "chat"]}
    assert list(params) == ["W_out", "encoder"]
    np.testing.assert_array_equal(params["W_out"], PARAMS["W_out"])
    assert params["W_out"].dtype == np.float32
    np.testing.assert_array_equal(params["encoder"]["block_1"]["b"], np.arange(4.0))
    assert os.listdir(tmp_path) == ["weights.npz"]


def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "weights.npz"
    save_weights(path, PARAMS, seed=1)
    with pytest.raises(TypeError):
        save_weights(path, PARAMS, seed=object())
    with pytest.raises(TypeError, match="encoder/b is not"):
        save_weights(path, {"encoder": {"b": np.arange(3)}})
    assert load_weights(path)[1] == {"seed": 1}
    assert os.listdir(tmp_path) == ["weights.npz"]


def broken_files(folder):
    """Yield a name for each kind of wrong file, made in `folder`."""
    good = folder / "good.npz"
    save_weights(good, PARAMS)
    data = good.read_bytes()
    (folder / "empty.npz").write_bytes(b"")
    (folder / "text.npz").write_text("no weights")
    (folder / "half.npz").write_bytes(data[: len(data) // 2])
    middle = bytearray(data)
    middle[len(data) // 3] ^= 0xFF
    (folder / "flipped.npz").write_bytes(middle)
    (folder / "pickle.npz").write_bytes(pickle.dumps({"a": 1}))
    np.savez(folder / "foreign.npz", a=np.ones(2))
    np.savez(folder / "objects.npz", a=np.array([object()], dtype=object))
    with open(folder / "array.npz", "wb") as file:
        np.save(file, np.ones(3))
    save_weights(folder / "nan.npz", {"a": np.array([np.nan])})
    about = np.load(good)["about.json"]
    np.savez(folder / "integers.npz", **{"about.json": about, "a": np.array([1, 2])})
    np.savez(folder / "version.npz", **{"about.json": np.array('{"format": "other"}')})
    np.savez(folder / "list.npz", **{"about.json": np.array("[1]")})
    yield from (path.name for path in folder.glob("*.npz") if path != good)
    yield "missing.npz"


def test_anything_else_gives_one_sentence(tmp_path):
    names = list(broken_files(tmp_path))
    assert len(names) == 13
    for name in names:
        with pytest.raises(WeightsError) as caught:
            load_weights(tmp_path / name)
        assert name in str(caught.value)
        assert str(caught.value).endswith(".")
        assert str(tmp_path) not in str(caught.value)
