"""What every suite promises: points that add up, words in two languages, one door for all."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import autograder.suites.segmentation as suites
from autograder.authoring.marks import CheckSpec
from autograder.grading.assignments import load_assignment
from autograder.grading.suite_run import planned_checks

ASSIGNMENT = load_assignment("segmentation")
FOLDER = Path(suites.__file__).parent
HANGUL = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def marks() -> dict[str, list[CheckSpec]]:
    return {task.name: list(planned_checks(ASSIGNMENT, task).values()) for task in ASSIGNMENT.tasks}


def test_points_are_the_contracts(marks: dict[str, list[CheckSpec]]) -> None:
    totals = {task: sum(mark.points for mark in of_task) for task, of_task in marks.items()}
    assert totals == {"unpooling": 10, "transposed_conv": 25, "fcn8s": 25, "unet": 20, "iou": 20}
    assert {task.name: task.points for task in ASSIGNMENT.tasks} == totals


def test_every_function_of_the_contract_has_checks_and_no_other(
    marks: dict[str, list[CheckSpec]],
) -> None:
    for task in ASSIGNMENT.tasks:
        assert {mark.function for mark in marks[task.name]} == set(task.function_names)


def test_no_single_check_decides_over_a_file(marks: dict[str, list[CheckSpec]]) -> None:
    for task in ASSIGNMENT.tasks:
        assert max(mark.points for mark in marks[task.name]) <= task.points / 4


def test_every_word_is_there_in_both_languages(marks: dict[str, list[CheckSpec]]) -> None:
    for of_task in marks.values():
        for mark in of_task:
            for text in (mark.title, mark.hint):
                assert text.en.strip()
                assert not HANGUL.search(text.en)
                assert HANGUL.search(text.ko), text


def test_titles_tell_the_checks_of_a_function_apart(marks: dict[str, list[CheckSpec]]) -> None:
    for of_task in marks.values():
        english = [(mark.function, mark.title.en) for mark in of_task]
        korean = [(mark.function, mark.title.ko) for mark in of_task]
        assert len(set(english)) == len(set(korean)) == len(of_task)


def literal_texts() -> list[tuple[str, str, str]]:
    """(place, English, Korean) of every Text(...) in the package written with plain strings."""
    found = []
    for path in sorted(FOLDER.parents[1].rglob("*.py")):
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
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names]
                assert not any(
                    "solutions" in name for name in [*names, getattr(node, "module", "") or ""]
                )
