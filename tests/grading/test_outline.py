"""What is known of an assignment without torch is what its suites say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring.manifest import Assignment, Task
from autograder.document.faults import NoAssignment, SuiteError
from autograder.grading import outline
from autograder.grading.assignments import assignments
from autograder.grading.outline import CheckOutline, read_outline
from autograder.grading.suite_run import planned_checks

WITHOUT = ("torch", "numpy", "pytest", "hypothesis")


def test_the_outline_is_what_pytest_collects(any_assignment: Assignment) -> None:
    found = read_outline(any_assignment.name)
    assert (found.name, found.version) == (any_assignment.name, any_assignment.version)
    assert [(task.name, task.points) for task in found.tasks] == [
        (task.name, task.points) for task in any_assignment.tasks
    ]
    for task, of_task in zip(any_assignment.tasks, found.tasks, strict=True):
        assert of_task.checks == tuple(
            CheckOutline(name, mark.function, mark.points)
            for name, mark in planned_checks(any_assignment, task).items()
        )


@pytest.mark.parametrize("name", ["bogus", "", "segmentation/iou", "../suites/segmentation"])
def test_an_assignment_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(NoAssignment, match=f"no assignment called {name}"):
        read_outline(name)


def test_a_test_without_a_mark_is_a_fault_of_the_suite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made" / "task").mkdir(parents=True)
    (tmp_path / "made" / "task" / "test_sums.py").write_text("def test_adds_up(student): pass\n")
    made = Assignment("made", "1", (Task("task", 1, (), ("sums",)),))
    monkeypatch.setattr(outline, "SUITES", tmp_path)
    monkeypatch.setattr(outline, "load_assignment", lambda name: made)
    with pytest.raises(SuiteError, match=r"test_sums\.py: test_adds_up is not marked as a check"):
        read_outline("made")


def test_a_declared_check_of_another_module_is_a_fault_of_the_suite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made" / "task").mkdir(parents=True)
    (tmp_path / "made" / "task" / "test_sums.py").write_text("test_a = SUM.values(points=1)\n")
    made = Assignment("made", "1", (Task("task", 1, (), ("sums",)),))
    monkeypatch.setattr(outline, "SUITES", tmp_path)
    monkeypatch.setattr(outline, "load_assignment", lambda name: made)
    with pytest.raises(SuiteError, match=r"test_a: SUM is not declared in this module"):
        read_outline("made")


def test_every_neighbour_that_a_task_needs_can_be_judged(any_assignment: Assignment) -> None:
    needed = {spec.function for task in any_assignment.tasks for spec in task.neighbours}
    assert needed == set(any_assignment.knowledge().usable)


@pytest.mark.parametrize(
    "program",
    [
        *(f"import autograder.suites.{name}" for name in assignments()),
        *(
            f"from autograder.grading import outline; outline.read_outline('{name}')"
            for name in assignments()
        ),
        "import autograder.cli.github_run, autograder.github.publish",
        "import autograder.cli.class_run",
    ],
)
def test_it_is_known_without_the_graders_libraries(program: str) -> None:
    blocked = f"import sys; sys.modules.update(dict.fromkeys({WITHOUT}))\n{program}"
    subprocess.run([sys.executable, "-c", blocked], check=True)
