"""Reads what a cell wrote: text and errors for its page, the transcript for the judge."""

import json
import re

from course_utils.grading.observe import MIME

IN_FILE = re.compile(r" \(\S+, (line \d+)\)$")  # IPython's name for a cell says nothing
NOBODY_ANSWERS = "asked for input, which nobody gives while it is graded"
KEPT = 12_000  # characters of what a cell wrote; the learner's page shows fewer


def error_words(outputs) -> str:
    """Return how a cell ended, in words, if it was with an error, else ""."""
    for output in outputs:
        if output.get("ename") == "StdinNotImplementedError":
            return NOBODY_ANSWERS
        if "ename" in output:
            message = IN_FILE.sub(r" (\1)", output.get("evalue", "")[:300]).rstrip(".")
            return f"stopped with {output['ename'][:100]}: {message}"
    return ""


def brief(outputs) -> list[dict]:
    """Return the outputs of a cell without pictures, and with the beginning of their text.

    There may be thousands of cells, with megabytes each.
    """
    kept, room = [], KEPT
    for output in outputs:
        data = output.get("data")
        words = data.get("text/plain", "") if isinstance(data, dict) else output.get("text", "")
        words = "".join(map(str, words)) if isinstance(words, list) else str(words)
        names = {name: str(output[name])[:room] for name in ("ename", "evalue") if name in output}
        kind = "error" if names else "stream"
        kept.append({"output_type": kind, "text": words[:room]} | names)
        room -= 100 + len(words) + sum(map(len, names.values()))
        if room <= 0:
            break
    return kept


def transcripts(outputs, name) -> list[dict]:
    """Return the transcripts of `name` among the outputs of a cell; anything else is left out."""
    found = []
    for output in outputs:
        data = output.get("data")
        if isinstance(data, dict) and MIME in data:
            try:
                text = data[MIME]
                transcript = json.loads(text) if isinstance(text, str) else dict(text)
            except (ValueError, TypeError, RecursionError):
                continue
            if isinstance(transcript, dict) and isinstance(transcript.get("cases"), list):
                found += [transcript] if transcript.get("name") == name else []
    return found
