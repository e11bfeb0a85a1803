"""Hostile submissions between honest ones, graded in one run with `--course-sandbox`."""

import socket
from pathlib import Path

import pytest
from hostile_class import HONEST, HURTING, KEPT_IN, MARK, SLEEP, attack
from submissions import ROOT, command_lines, grade_folder, solved

FULL = {"softmax": 4, "soft_lookup": 3}
OPTIONS = ("--course-sandbox", "--course-seconds=5")
# What would do no harm if it were not kept in.
HARMLESS = ("reads_the_solutions", "imports_the_reference", "calls_home")


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Listen on TCP and on two local sockets; return the addresses."""
    folder = tmp_path_factory.mktemp("socket")
    local, hidden = str(folder / "s"), "\0" + folder.name
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as first,
        socket.socket(socket.AF_UNIX) as second,
    ):
        for one, place in ((first, local), (second, hidden)):
            one.bind(place)
            one.listen()
        yield [tcp.getsockname(), local, hidden]


@pytest.fixture(scope="module")
def graded(tmp_path_factory, made_of, places):
    """Grade the class, with a folder for temporary files that nobody else uses."""
    base = tmp_path_factory.mktemp("class")
    members = {name: make() for name, (make, _) in (HURTING | HONEST).items()}
    members |= {name: attack(code, places) for name, code in KEPT_IN.items()}
    members |= {"a_first": solved(), "z_last": solved()}
    for name, made in members.items():
        made.save(base / "submissions" / name / "02_softmax.ipynb")
    result = _grade(base / "submissions", base / "scratch", *OPTIONS)
    result.scratch = base / "scratch"
    return result


def _grade(folder, scratch, *options):
    scratch.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(scratch))
        patch.setenv("COURSE_TEST_SECRET", "1")
        return grade_folder(folder, *options)


@pytest.mark.parametrize("name", KEPT_IN)
def test_an_attack_is_kept_in(graded, name):
    assert "kept in" in graded.words[name, "softmax"]
    assert graded.points[name, "softmax"] == 0
    assert graded.points[name, "soft_lookup"] == 3


def test_the_attacks_would_pay_without_a_sandbox(tmp_path, places):
    for name in HARMLESS:
        made = attack(KEPT_IN[name], places)
        made.save(tmp_path / "class" / name / "02_softmax.ipynb")
    result = _grade(tmp_path / "class", tmp_path / "scratch")
    assert {name: result.points[name, "softmax"] for name in HARMLESS} == dict.fromkeys(HARMLESS, 4)
    assert "Graded without a sandbox" in result.output


@pytest.mark.parametrize("name", HURTING | HONEST)
def test_a_submission_gets_what_it_earned(graded, name):
    _, expected = (HURTING | HONEST)[name]
    for (exercise, full), wanted in zip(FULL.items(), expected):
        got = graded.points[name, exercise]
        if wanted == "some":
            assert 0 < got < full
        elif wanted != "any":
            assert got == wanted, graded.words[name, exercise]


@pytest.mark.parametrize("name", ["a_first", "z_last"])
def test_the_others_keep_their_points(graded, name):
    assert {exercise: graded.points[name, exercise] for exercise in FULL} == FULL


def test_nothing_is_left_behind(graded):
    lines = command_lines()
    assert SLEEP not in lines
    assert str(graded.scratch) not in lines
    assert list(graded.scratch.iterdir()) == []
    for place in ("/", "/usr", "/etc", "/var/tmp", "/dev", ROOT, ROOT / "solutions"):
        assert not (Path(place) / MARK).exists()
