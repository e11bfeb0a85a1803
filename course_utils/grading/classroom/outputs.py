"""What the cells of a submission wrote, as plain text of limited length."""

import re
import unicodedata

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07")  # colours of a terminal
UNSEEN = {"Cc", "Cf", "Cs"}
LONGEST = 4_000  # characters, of all that is shown for one exercise


def as_text(outputs) -> str:
    """Return the texts of lists of outputs (or None), one below the other, cut where too long."""
    texts = [_text(output) for cell in outputs for output in cell or ()]
    return cut(plain("\n".join(text.rstrip("\n") for text in texts if text)), LONGEST)


def _text(output):
    kind = output.get("output_type")
    if kind == "error":
        return cut(f"{output.get('ename', '')}: {output.get('evalue', '')}", LONGEST)
    data = output.get("data", {}) if kind != "stream" else {"text/plain": output.get("text", "")}
    text = data.get("text/plain", "")
    text = "".join(map(str, text)) if isinstance(text, list) else str(text)
    return text[: 2 * LONGEST] if len(text) > 2 * LONGEST else text


def plain(text) -> str:
    r"""Return text without a terminal's colours, control characters and signs of direction.

    >>> plain("\x1b[31mred\x1b[0m\tline\n\u202e")
    'red\tline\n'
    """
    text = ESCAPES.sub("", text)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in UNSEEN)


def all_plain(data):
    """Return JSON data with every text in it made plain."""
    if isinstance(data, dict):
        return {key: all_plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [all_plain(value) for value in data]
    return plain(data) if isinstance(data, str) else data


def cut(text, longest) -> str:
    """Return the text, or its beginning and how much is left out.

    >>> cut("abcdef", 4)
    'abcd … (2 more characters)'
    """
    text = str(text)
    more = len(text) - longest
    return text if more <= 0 else f"{text[:longest]} … ({more:,} more characters)"
