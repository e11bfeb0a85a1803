"""The shipped Q, K and V against attention maps that transformers and PyTorch computed."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from course_utils.data.minilm import SENTENCES, SHIPPED, load_minilm
from course_utils.model.attention import attention

ROWS = {"cat": (2, 3, 6), "tired": (0, 10, 15), "wide": (0, 10, 15)}  # as tools/ stores them
TRUE = Path(__file__).parent / "minilm_true_rows.npz"


@pytest.mark.parametrize("name", SENTENCES)
def test_attention_reproduces_the_maps_of_the_model(name):
    heads = load_minilm(name)
    _, weights = attention(heads.Q, heads.K, heads.V)
    with np.load(TRUE) as file:
        expected = file[name]
    n = len(heads.tokens)
    assert weights.shape == (6, 12, n, n)
    assert expected.shape == (6, 12, 3, n)
    np.testing.assert_allclose(expected.sum(axis=-1), 1, atol=1e-6)
    assert abs(weights[:, :, list(ROWS[name])] - expected).max() < 1e-3


def test_the_heads_differ_so_that_a_mix_up_would_show():
    with np.load(TRUE) as file:
        expected = file["cat"].reshape(72, -1)
    distances = abs(expected[:, None] - expected[None]).max(axis=-1) + np.eye(72)
    assert distances.min() > 0.01


def test_tokens_spell_the_sentence():
    for name, sentence in SENTENCES.items():
        tokens = load_minilm(name).tokens
        assert (tokens[0], tokens[-1]) == ("[CLS]", "[SEP]")
        assert "".join(tokens[1:-1]) == sentence.lower().replace(" ", "")


def test_a_token_means_the_same_only_until_it_has_looked_around():
    """In layer 1 both sentences agree except at tired/wide; later they differ everywhere."""
    tired, wide = load_minilm("tired"), load_minilm("wide")
    at = tired.tokens.index("tired")
    others = [i for i in range(16) if i != at]
    np.testing.assert_array_equal(tired.V[0][:, others], wide.V[0][:, others])
    assert abs(tired.V[5] - wide.V[5]).max(axis=(0, 2)).min() > 0.01


def test_arrays_are_what_they_are_said_to_be():
    for name in SENTENCES:
        heads = load_minilm(name)
        for array in heads[1:]:
            assert array.dtype == np.float32
            assert array.shape == (6, 12, len(heads.tokens), 32)


def test_size_and_checksum_are_those_of_the_readme():
    text = (SHIPPED.parent / "README.md").read_text("utf-8")
    content = SHIPPED.read_bytes()
    assert len(content) <= 700 * 1024
    assert f"Size: {len(content)} bytes" in text
    assert hashlib.sha256(content).hexdigest() in re.findall(r"[0-9a-f]{64}", text)


def test_no_such_sentence():
    with pytest.raises(ValueError, match="MiniLM was run on cat, tired, wide; there is no 'dog'"):
        load_minilm("dog")


def test_a_missing_file(tmp_path):
    with pytest.raises(ValueError, match=r"minilm.npz is missing; get the course's file back"):
        load_minilm("cat", tmp_path / "minilm.npz")


def broken_files():
    whole = SHIPPED.read_bytes()
    flipped = bytearray(whole)
    flipped[300000] ^= 255  # the archive keeps a checksum of each array
    return {
        "empty": b"",
        "cut": whole[:200000],
        "text": b"hello",
        "flipped": bytes(flipped),
        "head": whole[:64] + bytes(100) + whole[164:],
    }


@pytest.mark.parametrize("kind", broken_files())
def test_a_broken_file(tmp_path, kind):
    path = tmp_path / "minilm.npz"
    path.write_bytes(broken_files()[kind])
    for_all = []
    for name in SENTENCES:
        try:
            load_minilm(name, path)
        except ValueError as error:
            for_all.append(str(error))
    assert for_all
    assert all("minilm.npz is broken or another file" in message for message in for_all)


def test_a_folder_in_its_place(tmp_path):
    with pytest.raises(ValueError, match="broken or another file"):
        load_minilm("cat", tmp_path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"a": np.ones(3)},
        {"cat_tokens": np.array(["x"]), "cat_Q": np.ones(3), "cat_K": np.ones(3)},
        {"cat_tokens": np.array([{"a": 1}], dtype=object)},
    ],
)
def test_another_archive(tmp_path, arrays):
    np.savez(tmp_path / "other.npz", **arrays)
    with pytest.raises(ValueError, match=r"other.npz is broken or another file"):
        load_minilm("cat", tmp_path / "other.npz")


def test_a_single_array_file(tmp_path):
    np.save(tmp_path / "one.npy", np.ones(3))
    with pytest.raises(ValueError, match=r"one.npy is broken or another file"):
        load_minilm("cat", tmp_path / "one.npy")


def test_wrong_shape_dtype_or_values_are_named(tmp_path):
    with np.load(SHIPPED) as file:
        good = dict(file)
    bad = {
        "Q should be finite float16": {"cat_Q": good["cat_Q"][:5]},
        "K should be finite float16": {"cat_K": good["cat_K"].astype(np.float32)},
        "V should be finite float16": {"cat_V": good["cat_V"] * np.float16("nan")},
    }
    for message, change in bad.items():
        np.savez(tmp_path / "minilm.npz", **(good | change))
        with pytest.raises(ValueError, match=message):
            load_minilm("cat", tmp_path / "minilm.npz")
