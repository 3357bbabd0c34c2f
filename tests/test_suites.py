"""What every suite promises: points that add up, words in two languages, one door for all."""

from __future__ import annotations

import ast
import re

import pytest

from autograder.authoring.manifest import Assignment
from autograder.authoring.marks import CheckSpec
from autograder.grading.assignments import SUITES
from autograder.grading.suite_run import planned_checks

HANGUL = re.compile("[가-힣]")
POINTS = {
    "segmentation": {"unpooling": 10, "transposed_conv": 25, "fcn8s": 25, "unet": 20, "iou": 20},
    "after_fcn": {"deconvnet": 25, "atrous": 25, "pyramid_pooling": 20, "metrics": 15, "crf": 15},
}

Marks = dict[str, list[CheckSpec]]


@pytest.fixture(scope="module")
def marks(any_assignment: Assignment) -> Marks:
    return {
        task.name: list(planned_checks(any_assignment, task).values())
        for task in any_assignment.tasks
    }


def test_points_are_the_contracts(marks: Marks, any_assignment: Assignment) -> None:
    totals = {task: sum(mark.points for mark in of_task) for task, of_task in marks.items()}
    assert {task.name: task.points for task in any_assignment.tasks} == totals
    assert totals == POINTS.get(any_assignment.name, totals)


def test_every_function_of_the_contract_has_checks_and_no_other(
    marks: Marks, any_assignment: Assignment
) -> None:
    for task in any_assignment.tasks:
        assert {mark.function for mark in marks[task.name]} == set(task.function_names)


def test_no_single_check_decides_over_a_file(marks: Marks, any_assignment: Assignment) -> None:
    for task in any_assignment.tasks:
        assert max(mark.points for mark in marks[task.name]) <= task.points / 4


def test_every_word_is_there_in_both_languages(marks: Marks) -> None:
    for of_task in marks.values():
        for mark in of_task:
            for text in (mark.title, mark.hint):
                assert text.en.strip()
                assert not HANGUL.search(text.en)
                assert HANGUL.search(text.ko), text


def test_titles_tell_the_checks_of_a_function_apart(marks: Marks) -> None:
    for of_task in marks.values():
        english = [(mark.function, mark.title.en) for mark in of_task]
        korean = [(mark.function, mark.title.ko) for mark in of_task]
        assert len(set(english)) == len(set(korean)) == len(of_task)


def literal_texts() -> list[tuple[str, str, str]]:
    """(place, English, Korean) of every Text(...) in the package written with plain strings."""
    found = []
    for path in sorted(SUITES.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id == "Text" and len(node.args) == 2:
                en, ko = (_words(argument) for argument in node.args)
                if re.search("[A-Za-z]", en):  # others only join what has been said
                    found.append((f"{path.name}:{node.lineno}", en, ko))
    return found


def _words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
    return ""


def test_every_text_in_the_package_is_bilingual() -> None:
    texts = literal_texts()
    assert len(texts) > 200
    silent = [place for place, en, ko in texts if HANGUL.search(en) or not HANGUL.search(ko)]
    assert silent == []


def test_no_suite_knows_the_solutions() -> None:
    for path in SUITES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names]
                assert not any(
                    "solutions" in name for name in [*names, getattr(node, "module", "") or ""]
                )
