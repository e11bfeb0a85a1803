"""The page of known mistakes says what the checks say."""

import make_mistakes_page
from course_utils.checks.registry import all_checks


def test_the_page_is_fresh():
    text = make_mistakes_page.PAGE.read_text(encoding="utf-8")
    assert text == make_mistakes_page.page(), "run: .venv/bin/python tools/make_mistakes_page.py"


def test_every_mistake_stands_in_it_once_under_its_exercise():
    sections = make_mistakes_page.page().split("\n## ")[1:]
    shown = {section.split("`")[1]: section.count("\n| ") - 1 for section in sections}
    expected = {c.name: len(make_mistakes_page.mistakes_of(c)) for c in all_checks().values()}
    assert shown == {name: count for name, count in expected.items() if count}
    assert sum(shown.values()) >= 60
