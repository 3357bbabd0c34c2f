"""No answer gets 0 by itself, whatever became of the notebook, and no untouched one waits."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode

from autograder.nbgrader.submitted import Submitted, grade_id, read_released, read_submitted
from corpus.nbgrader.odd_answers import all_of_them
from corpus.nbgrader.odd_notebooks import ANSWERS, EVERY, QUESTIONS, Odd
from corpus.nbgrader.students import MODULES, NOTEBOOK
from corpus.paths import RELEASE

ODD = {odd.name: odd for odd in all_of_them()}


@pytest.fixture(scope="module")
def released() -> NotebookNode:
    return read_released(RELEASE / NOTEBOOK)


def read(odd: Odd, folder: Path, released: NotebookNode) -> Submitted:
    odd.write(folder)
    return read_submitted(folder / NOTEBOOK, released, RELEASE)


def text_of(submitted: Submitted) -> str:
    said = submitted.problem.en if submitted.problem else ""
    return "\n".join([said, *(cell.source for cell in submitted.notebook.cells)])


@pytest.mark.parametrize("name", ODD)
def test_questions_wait_where_anything_but_the_release_was_handed_in(
    name: str, tmp_path: Path, released: NotebookNode
) -> None:
    submitted = read(ODD[name], tmp_path, released)
    assert set(submitted.waiting) == (set(QUESTIONS) if ODD[name].waits else set())
    shown = text_of(submitted)
    assert [text for text in ODD[name].must_be_shown if text not in shown] == []


@pytest.mark.parametrize("name", ODD)
def test_every_graded_cell_is_there_once(name: str, tmp_path: Path, released: NotebookNode) -> None:
    cells = read(ODD[name], tmp_path, released).notebook.cells
    graded = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert sorted(str(grade_id(cell)) for cell in graded) == sorted([*MODULES, *QUESTIONS])


# The answer stands in its question's cell then, where the Formgrader has the box for its points.
ELSEWHERE = {"below", "below_code", "at_the_top", "under_one", "split_lost_a", "head_lost", "plain",
             "other_json"}  # fmt: skip
IN_PLACE = [
    name
    for name, odd in ODD.items()
    if odd.answered == EVERY and odd.shown is None and name not in ELSEWHERE
]


@pytest.mark.parametrize("name", IN_PLACE)
def test_an_answer_is_put_into_the_cell_of_its_question(
    name: str, tmp_path: Path, released: NotebookNode
) -> None:
    notebook = read(ODD[name], tmp_path, released).notebook
    cells = {grade_id(cell): cell.source for cell in notebook.cells}
    assert [each for each in QUESTIONS if ANSWERS[each] not in cells[each]] == []


REASONS = {
    "nb_clean_a": "the answer was found by the cell's id",
    "vscode_a": "the answer was found by the question's text",
    "prompts_gone": "the answer was found by its place",
    "copy_below": "the question's cell was copied or split",
    "two_answers": "with different answers; all of them are shown",
    "merged_a": "several questions stood in one cell",
    "below": "text of one's own stands in other cells",
    "epochs": "text of one's own stands in other cells",
    "one_alone": "there are answers to other questions",
    "pdf": "there are other files that may hold it",
    "cut_blank": "not all of what was handed in could be read",
    "too_many": "not all of what was handed in could be read",
}


@pytest.mark.parametrize("name", REASONS)
def test_the_reason_is_told(name: str, tmp_path: Path, released: NotebookNode) -> None:
    waiting = read(ODD[name], tmp_path, released).waiting
    assert any(REASONS[name] in reason.en for reason in waiting.values() if reason)


PROBLEMS = {
    "no_bytes": f"{NOTEBOOK} holds no text at all.",
    "no_notebook": f"{NOTEBOOK} was not handed in.",
    "final": "was not handed in, but final.ipynb, which was read in its place",
    "capitals": "24_SEGMENTATION_PRACTICE.IPYNB, which was read in its place",
    "twice": "-1.ipynb was read in its place, as it is most like it",
    "among_others": "as it is most like it. Not shown here: a.ipynb.",
    "beside_blank": "-Copy1.ipynb was read in its place",
    "utf_16_be": "is stored in UTF-16",
    "cp949": "is stored in cp949",
    "garbage": "more text follows the notebook",
    "cut": "is damaged; what could be saved of it is shown",
    "plain": "is no notebook; its text is shown",
    "archive": "is neither a notebook nor a text",
    "too_many": "was not read: it has more than 1000 cells",
    "html": "What stands in 24_Segmentation_practice.html is shown below",
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_was_the_matter_with_a_file_is_told(
    name: str, tmp_path: Path, released: NotebookNode
) -> None:
    problem = read(ODD[name], tmp_path, released).problem
    assert problem is not None
    assert PROBLEMS[name] in problem.en
    assert problem.ko != problem.en


STATES = {"as_meant": "read", "utf_16": "read", "final": "renamed", "capitals": "renamed",
          "cut": "damaged", "no_bytes": "damaged", "no_notebook": "missing"}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_the_state_of_a_notebook_is_one_word(
    name: str, tmp_path: Path, released: NotebookNode
) -> None:
    assert read(ODD[name], tmp_path, released).state == STATES[name]
