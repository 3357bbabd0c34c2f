"""`autograder github grade`: from a push to its check in one process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from autograder import cli
from autograder.authoring.manifest import Assignment
from autograder.cli import github_grade, github_run
from autograder.course.ledger import Ledger
from autograder.grading.grader_pool import GraderDied
from autograder.sandbox.grader.client import Sandbox
from corpus.paths import SOLUTIONS
from tests.github.classroom import NOW, Classroom, Write
from tests.support.command_line import AtOnce, in_this_process

KIM = "segmentation-octo-kim"
Run = Callable[..., Result]


@pytest.fixture
def run(
    classroom: Classroom,
    course_file: Write,
    prepared: Sandbox,
    assignment: Assignment,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """`autograder github grade kim ...` in a folder with a course.toml."""
    in_this_process(monkeypatch, prepared, assignment)
    monkeypatch.setattr(github_grade, "GraderPool", AtOnce)
    monkeypatch.setattr(github_run, "utc_now", lambda: NOW)
    course_file("late.days = 2", "late.points_a_day = 10")
    monkeypatch.chdir(tmp_path)
    classroom.github.add_repository(KIM, {})
    runner = CliRunner(env={"GITHUB_API_URL": classroom.github.url, "GITHUB_TOKEN": "token"})
    return lambda *options: runner.invoke(cli.app, ["github", "grade", "kim", *options])


def entries() -> list[tuple[float, str | None]]:
    with Ledger(Path("course.ledger")) as ledger:
        return [(push.earned, push.reason) for push in ledger.pushes()]


def test_a_push_has_its_row_and_its_check_and_nothing_is_left_behind(
    run: Run, classroom: Classroom, tmp_path: Path
) -> None:
    before = set(os.listdir(tmp_path))
    files = {"iou.py": (SOLUTIONS / "iou.py").read_text(encoding="utf-8")}
    sha = classroom.github.push(KIM, files)
    done = run(sha)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-2:] == [f"kim {sha}: 20 / 100", "check run 1"]
    assert entries() == [(20.0, None)]
    assert set(os.listdir(tmp_path)) - before == {"course.ledger"}


def test_a_push_of_which_nothing_can_be_graded_is_published(run: Run, classroom: Classroom) -> None:
    sha = classroom.github.push(KIM, {"notes.txt": "later"})
    done = run(sha)
    assert done.exit_code == 1
    assert entries() == [(0.0, "there is no Python file in the assignment's folder")]


def test_a_grader_that_dies_keeps_and_publishes_nothing(
    run: Run, classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*arguments: object) -> None:
        raise GraderDied("the grader ended while it did this job")

    monkeypatch.setattr(github_grade, "grade_spread", die)
    sha = classroom.github.push(KIM, {"iou.py": "work"})
    done = run(sha)
    assert (done.exit_code, entries()) == (2, [])
    assert done.stderr == "autograder: the grader ended while it did this job\n"


def test_a_course_that_grades_on_a_gpu_is_refused(run: Run, course_file: Write) -> None:
    course_file("gpu = true")
    done = run("a" * 40)
    assert done.exit_code == 2
    assert "its machine has no key; use fetch and publish" in done.stderr
