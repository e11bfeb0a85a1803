"""Draws the README's picture from the shipped translator: python tools/make_readme_picture.py"""

from pathlib import Path

from course_utils.plots import attention_lines
from course_utils.plots.display import png
from course_utils.training.shipped import load_translator

TARGET = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "translator.png"


def main():
    """Write the attention of the worked sentence, the row that predicts "chat" brought out."""
    cat = load_translator("clean").translate("The cat sat on the mat.")
    axes = attention_lines(cat.cross, cat.target, cat.source, row=cat.target.index("chat"))
    TARGET.write_bytes(png(axes))


if __name__ == "__main__":
    main()
