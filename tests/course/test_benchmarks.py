"""The benchmarks that need no peer run, and say in their last line what they measured."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments):
    command = [sys.executable, *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_decoding_prints_ratios():
    made = run("benchmarks/decoding.py", "--lengths", "4", "--batch", "1", "--runs", "2")
    assert made["name"] == "decoding"
    assert [row["length"] for row in made["rows"]] == [4]
    assert all(row["ratio"] > 0 for row in made["rows"])
