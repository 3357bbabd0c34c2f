"""`autograder course` as a teaching assistant meets it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

from autograder.authoring.called_function import CalledFunction
from autograder.authoring.declared import Arguments
from autograder.course.entries import Entry
from autograder.course.ledger import Ledger
from autograder.suites.segmentation.unpooling import oracle as unpooling
from corpus.paths import RELEASE, ROOT
from tests.support.command_line import Command, autograder
from tests.support.laid_out import written


@pytest.fixture
def course(command: Command) -> Command:
    return lambda *arguments: command("course", *arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three students: one with stubs, one who wrote unpooling, one with nothing."""
    folder = tmp_path / "class"
    for student in ("ahn", "baek", "cho"):
        (folder / student).mkdir(parents=True)
    for student in ("ahn", "baek"):
        for file in RELEASE.glob("*.py"):
            (folder / student / file.name).write_text(file.read_text())
    written = (ROOT / "examples" / "complete" / "unpooling.py").read_text()
    (folder / "baek" / "unpooling.py").write_text(written)
    return folder


def test_a_class_is_graded_once_and_again_only_where_something_changed(
    folder: Path, course: Command
) -> None:
    first = course("grade", folder, "--seed", "3")
    assert first.exit_code == 1, first.stderr  # cho has handed in nothing
    assert re.search(r"^ahn +0 +0 +0 +0 +0 +0 *$", first.stdout, re.MULTILINE)
    assert re.search(r"^baek +10 +0 +0 +0 +0 +10 *$", first.stdout, re.MULTILINE)
    assert re.search(r"^cho: .*/cho holds no Python file", first.stdout, re.MULTILINE)
    assert "2 graded, 1 without a grade; seed 3" in first.stdout
    assert (folder.parent / "class.ledger").is_file()

    (folder / "ahn" / "iou.py").write_text("# another try\n")
    second = course("grade", folder)
    assert second.exit_code == 0
    assert "1 graded, 2 unchanged; seed 3" in second.stdout

    other = course("grade", folder, "--seed", "4")
    assert other.exit_code == 2
    assert "grades with seed 3" in other.stderr


@pytest.fixture
def strewn(tmp_path: Path) -> Path:
    """Three students, of whom two left something that may be work elsewhere."""
    stubs = {file.name: file.read_text() for file in RELEASE.glob("*.py")}
    files: dict[str, str | bytes] = {f"ahn/{name}": text for name, text in stubs.items()}
    files |= {f"baek/hw/{name}": text for name, text in stubs.items()}
    strays = {"ahn/report.pdf": "", "baek/setup.py": "", "cho/main.py": "", "jung.rar": "Rar!"}
    return written(tmp_path / "class", {**files, **strays})


STREWN = [
    "ahn: passed over: report.pdf",
    "baek: not read, and may be work: setup.py",
    "cho: none of the five files found, only main.py",
    "beside the submissions: not read, and may be work: jung.rar (no folder)",
]


def test_what_was_not_read_has_its_line_in_every_run_and_is_no_success(
    strewn: Path, course: Command
) -> None:
    first = course("grade", strewn, "--seed", "3")
    assert first.exit_code == 1, first.stderr
    assert "3 graded; seed 3" in first.stdout
    assert [line for line in first.stdout.splitlines() if line in STREWN] == STREWN
    again = course("grade", strewn)
    assert again.exit_code == 1
    assert "0 graded, 3 unchanged" in again.stdout
    assert [line for line in again.stdout.splitlines() if line in STREWN] == STREWN
    regraded = course("regrade", strewn)
    assert regraded.exit_code == 1
    assert "0 of 3 grades would change\n" in regraded.stdout
    assert [line for line in regraded.stdout.splitlines() if line in STREWN] == STREWN


def test_a_regrade_says_why_it_is_no_success(tmp_path: Path, course: Command) -> None:
    (tmp_path / "class" / "empty").mkdir(parents=True)
    course("grade", tmp_path / "class")
    regraded = course("regrade", tmp_path / "class")
    assert regraded.exit_code == 1
    assert any(line.startswith("empty: ") for line in regraded.stdout.splitlines())


def test_a_report_beside_the_work_is_told_and_a_success(strewn: Path, course: Command) -> None:
    for stray in ("baek/setup.py", "cho/main.py", "jung.rar"):
        (strewn / stray).unlink()
    (strewn / "cho").rmdir()
    done = course("grade", strewn)
    assert done.exit_code == 0, done.stderr
    assert STREWN[0] in done.stdout.splitlines()


def obeyed(text: str) -> list[str]:
    """The lines of which a terminal or a workflow would take something for a command."""
    acts = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]|^\s*::|##\[")
    return [line for line in text.split("\n") if acts.search(line)]


ODD_NAMES = ("\x1b[2J\x1b[31mkim", "a\n::error::b", "::error::c", "\u202egnp", "##[error]d", "e\r")


@pytest.fixture
def odd_names(tmp_path: Path) -> Path:
    """Students with names that act where they are printed, and nothing else."""
    folder = tmp_path / "class"
    for name in (*ODD_NAMES, os.fsdecode(b"f\xff")):
        (folder / name).mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    "arguments", [("grade",), ("regrade",), ("report", "--roster"), ("similar", "--release")]
)
def test_no_name_acts_where_it_is_printed(
    arguments: tuple[str, ...], odd_names: Path, course: Command, tmp_path: Path
) -> None:
    if arguments[0] != "grade":
        course("grade", odd_names)
    (tmp_path / "roster").write_text("student\nnobody\n")
    options = {
        "--roster": ("--to", tmp_path / "pages", "--roster", tmp_path / "roster"),
        "--release": ("--release", RELEASE),
    }
    done = course(arguments[0], odd_names, *options.get(arguments[-1], ()))
    assert done.exit_code in (0, 1), done.stderr
    assert obeyed(done.stdout + done.stderr) == []


def test_every_odd_name_has_its_line(odd_names: Path, course: Command) -> None:
    done = course("grade", odd_names)
    assert done.exit_code == 1
    assert done.stdout.count("holds no Python file and no notebook") == len(ODD_NAMES) + 1
    with Ledger(odd_names.parent / "class.ledger") as ledger:
        kept = {entry.student for entry in ledger.record()}
    assert kept == {*ODD_NAMES, r"f\xff"}


def test_a_refusal_is_printable(course: Command, tmp_path: Path) -> None:
    done = course("grade", tmp_path / "\x1b[2J\n::error::gone")
    assert done.exit_code == 2
    assert obeyed(done.stderr) == []


def test_regrading_shows_which_grades_would_change_and_writes_none_unasked(
    folder: Path, course: Command
) -> None:
    path = folder.parent / "class.ledger"
    with Ledger(path) as ledger:
        ledger.set_default("seed", "3")
        ledger.add(Entry("ahn", "old", 100, 5.0, reason="an older suite"))
        ledger.add(Entry("baek", "old", 100, 10.0, reason="an older suite"))
    asked = course("regrade", folder)
    assert re.search(r"^ahn +5 +0 +-5", asked.stdout, re.MULTILINE), asked.stderr
    assert "baek" not in asked.stdout
    assert "2 of 3 grades would change" in asked.stdout  # cho's is new
    with Ledger(path) as ledger:
        assert [entry.earned for entry in ledger.record()] == [5.0, 10.0]

    assert "2 of 3 grades changed" in course("regrade", folder, "--write").stdout
    with Ledger(path) as ledger:
        assert [entry.earned for entry in ledger.record()] == [0.0, 10.0, 0.0]


def test_a_grade_that_changed_is_written_although_no_version_did(
    folder: Path, course: Command
) -> None:
    assert course("grade", folder, "--seed", "3").exit_code == 1
    path = folder.parent / "class.ledger"
    with Ledger(path) as ledger:
        (baek,) = (entry for entry in ledger.record() if entry.student == "baek")
        ledger.add(replace(baek, earned=7.0), again=True)
    assert "1 of 3 grades changed" in course("regrade", folder, "--write").stdout
    with Ledger(path) as ledger:
        assert [entry.earned for entry in ledger.history("baek")] == [10.0, 7.0, 10.0]


@pytest.fixture
def broken_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite of which every check that needs this expected value fails by itself."""

    original = CalledFunction.right_value

    def boom(called: CalledFunction, case: Arguments, **functions: Any) -> Tensor:
        if called.name == "nearest_unpool2d":
            raise RuntimeError("boom")
        return original(called, case, **functions)

    monkeypatch.setattr(CalledFunction, "right_value", boom)


UNDECIDED = "could not be decided: unpooling.nearest_fills_blocks (RuntimeError: boom)"


@pytest.mark.usefixtures("broken_suite")
def test_an_undecided_check_is_named_and_the_others_have_their_grades(
    folder: Path, course: Command
) -> None:
    done = course("grade", folder, "--seed", "3")
    assert done.exit_code == 1, done.stderr
    assert re.search(r"^ahn +0 +0 +0 +0 +0 +0 *$", done.stdout, re.MULTILINE)
    assert re.search(r"^baek +- *$", done.stdout, re.MULTILINE)
    assert f"\nbaek: {UNDECIDED}" in done.stdout
    assert "1 graded, 2 without a grade" in done.stdout
    with Ledger(folder.parent / "class.ledger") as ledger:
        (baek,) = (entry for entry in ledger.record() if entry.student == "baek")
    assert baek.partial is not None
    assert baek.partial.earned == 8
    assert "in expect_right" in (baek.traceback or "")
    again = course("grade", folder)
    assert "0 graded, 3 unchanged" in again.stdout
    assert again.exit_code == 1


def test_a_regrade_that_cannot_be_decided_takes_no_grade_away(
    folder: Path, course: Command, request: pytest.FixtureRequest
) -> None:
    course("grade", folder, "--seed", "3")
    request.getfixturevalue("broken_suite")
    done = course("regrade", folder, "--write")
    assert done.exit_code == 1, done.stderr
    assert "0 of 3 grades changed" in done.stdout
    assert f"\nbaek: {UNDECIDED}" in done.stdout
    again = course("grade", folder, "--again")
    assert f"\nbaek: {UNDECIDED}" in again.stdout
    assert "the grade from before stands" in again.stdout
    assert re.search(r"^baek +10 +0 +0 +0 +0 +10 *$", again.stdout, re.MULTILINE)


def test_a_grade_that_was_open_changes_once_the_suite_is_mended(
    folder: Path, course: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(unpooling, "nearest_unpool2d", None)
        course("grade", folder, "--seed", "3")
    done = course("regrade", folder, "--write")
    assert re.search(r"^baek +- +10 +\+10", done.stdout, re.MULTILINE), done.stdout
    with Ledger(folder.parent / "class.ledger") as ledger:
        assert [entry.earned for entry in ledger.record()] == [0, 10, 0]


def test_a_run_that_is_killed_goes_on_where_it_stopped(folder: Path) -> None:
    command = [sys.executable, "-m", "autograder", "course", "grade", str(folder), "--jobs", "1"]
    path = folder.parent / "class.ledger"
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
    deadline = time.monotonic() + 300
    graded = 0
    while not graded and time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            run.wait(0.1)
            break
        if path.is_file():
            with Ledger(path) as ledger:
                graded = sum(entry.result is not None for entry in ledger.record())
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert graded
    again = autograder("course", "grade", folder, "--jobs", "1")
    counted = re.search(r"(\d) graded, (\d) unchanged", again.stdout)
    assert counted, again.stdout + again.stderr
    assert int(counted[1]) + int(counted[2]) >= 2
    assert int(counted[2]) >= graded
    with Ledger(path) as ledger:
        assert [len(ledger.history(student)) for student in ("ahn", "baek", "cho")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("grade", "nowhere"), "nowhere does not exist"),
        (("grade", "file"), "file is not a folder"),
        (("grade", "empty"), "holds no folders"),
        (("grade", "full", "--ledger", "file"), "file is not a database"),
        (("grade", "full", "--ledger", "gone/ledger"), "unable to open"),
        (("grade", "full", "--assignment", "bogus"), "there is no assignment called bogus"),
        (("grade", "full", "--scheduler", "tcp://127.0.0.1:9"), "no Dask scheduler answers"),
        (("regrade", "full"), "there is no ledger"),
    ],
)
def test_what_cannot_go_on_is_said_in_one_line(
    arguments: tuple[str, ...], said: str, tmp_path: Path, course: Command
) -> None:
    (tmp_path / "file").write_text("no database, for all that it is a file " * 50)
    (tmp_path / "empty").mkdir()
    (tmp_path / "full" / "kim").mkdir(parents=True)
    places = {"nowhere", "file", "empty", "full", "gone/ledger"}
    done = course(*(tmp_path / a if a in places else a for a in arguments))
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_staff_is_told_what_a_file_reached_for(folder: Path, course: Command) -> None:
    file = folder / "baek" / "unpooling.py"
    file.write_text(f"{file.read_text()}\nimport ctypes\n")
    graded = course("grade", folder, "--seed", "3")
    assert re.search(r"^baek: unpooling.py reached for .*ctypes", graded.stdout, re.MULTILINE)
    assert "ahn: unpooling.py reached" not in graded.stdout
