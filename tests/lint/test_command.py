"""`autograder lint`: what it prints and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.authoring.manifest import Assignment, Function, Task
from autograder.grading.assignments import assignments
from autograder.lint import rules
from autograder.lint.rules import Report, lint_suite
from autograder.lint.suite import Suite
from corpus.paths import ROOT


def test_lint_ends_with_exit_code_1_where_anything_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = Report(("a is missing", "b is missing"), ("c was not run",))
    monkeypatch.setattr("autograder.lint.lint_suite", lambda name, root: report)
    done = CliRunner().invoke(cli.app, ["lint", "edges"])
    assert done.exit_code == 1
    lines = ["a is missing", "b is missing", "note: c was not run", "edges: 2 found"]
    assert done.stdout.splitlines() == lines


def test_lint_refuses_an_assignment_that_is_not_there() -> None:
    done = CliRunner().invoke(cli.app, ["lint", "edges"])
    assert done.exit_code == 2
    assert done.stderr == "autograder: there is no assignment called edges\n"


def test_lint_refuses_a_folder_without_the_solutions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli.app, ["lint", "segmentation"])
    assert done.exit_code == 2
    assert "there is no folder solutions/segmentation here" in done.stderr
    assert done.stderr.count("\n") == 1


def test_lint_of_a_broken_solution_prints_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "solutions" / "segmentation"
    folder.mkdir(parents=True)
    (folder / "iou.py").write_text("def mean_iou(:\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli.app, ["lint", "segmentation"])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("autograder: solutions/segmentation/iou.py:1: does not parse: ")
    assert done.stderr.count("\n") == 1


def test_a_suite_whose_points_are_wrong_is_linted_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = Task("empty", 1, (Function("f"),), ())
    monkeypatch.setattr(
        "autograder.lint.suite.load_assignment", lambda name: Assignment(name, "1", (task,))
    )
    suite = Suite.read("segmentation", ROOT)
    (found,) = rules.tasks_that_cannot_be_collected(suite)
    assert found.startswith("empty: no check can be collected: ")


@pytest.mark.parametrize("name", assignments())
def test_no_assignment_lacks_anything(name: str) -> None:
    assert lint_suite(name, ROOT).missing == ()
