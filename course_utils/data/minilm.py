"""Real queries, keys and values: all 72 heads of a pretrained model, for three sentences."""

import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

SHIPPED = Path(__file__).parent / "shipped" / "minilm.npz"
LAYERS, HEADS, D_HEAD = 6, 12, 32
REPAIR = "; get the course's file back, or make it with tools/make_minilm_qkv.py."
SENTENCES = {
    "cat": "The cat sat on the mat.",
    "tired": "The animal didn't cross the street because it was too tired.",
    "wide": "The animal didn't cross the street because it was too wide.",
}


class MiniLMHeads(NamedTuple):
    """What enters the attention of every head of MiniLM for one sentence.

    tokens are n word pieces, from [CLS] to [SEP]; Q, K and V are float32, each
    (layers 6, heads 12, n, 32). Made by tools/make_minilm_qkv.py. Lessons 5 and 11.

    >>> MiniLMHeads._fields
    ('tokens', 'Q', 'K', 'V')
    """

    tokens: tuple[str, ...]
    Q: np.ndarray
    K: np.ndarray
    V: np.ndarray


def load_minilm(name: str, path: Path = SHIPPED) -> MiniLMHeads:
    """Return tokens, Q, K and V for one of SENTENCES: "cat", "tired" or "wide".

    Raises ValueError, with one sentence that says what to do, when there is no such sentence or
    when the file is missing or not what it should be. Lessons 5 and 11.

    >>> heads = load_minilm("cat")
    >>> heads.tokens[2], heads.Q.shape
    ('cat', (6, 12, 9, 32))
    """
    if name not in SENTENCES:
        raise ValueError(f"MiniLM was run on {', '.join(SENTENCES)}; there is no {name!r}.")
    tokens, *arrays = _read(path, [f"{name}_{part}" for part in ("tokens", "Q", "K", "V")])
    for symbol, array in zip("QKV", arrays):
        expected = (LAYERS, HEADS, len(tokens), D_HEAD)
        if array.shape != expected or array.dtype != np.float16 or not np.isfinite(array).all():
            raise ValueError(
                f"In {path.name}, {symbol} should be finite float16 {expected}, "
                f"got {array.dtype} {array.shape}{REPAIR}"
            )
    return MiniLMHeads(tuple(map(str, tokens)), *(a.astype(np.float32) for a in arrays))


def _read(path: Path, names: list[str]) -> list[np.ndarray]:
    # Opened here, because np.load leaves a broken file open.
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            return [file[name] for name in names]
    except FileNotFoundError:
        raise ValueError(f"The file {path.name} is missing{REPAIR}") from None
    except (OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile):
        raise ValueError(f"The file {path.name} is broken or another file{REPAIR}") from None
