"""Answers are found wherever they stand in a notebook, and none is left out."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat import NotebookNode, v4

from autograder.nbgrader.find_answers import FoundAnswers, find_answers
from autograder.nbgrader.read_cells import CELLS_CAP
from autograder.nbgrader.released_text import ReleasedText

PROMPTS = {
    "one": "**Question 1.** Why is the first padding one hundred?",
    "two": "**Question 2.** What sets how many maps come out?",
    "three": "**Question 3.** How do the scores become labels?",
}
PICTURE = {"image.png": {"image/png": "AAAA"}}


def known(name: str, source: str, **about: object) -> NotebookNode:
    about = {"grade_id": name, "grade": True, "solution": True, "points": 2} | about
    cell: NotebookNode = v4.new_markdown_cell(source, id=name, metadata={"nbgrader": about})
    return cell


@pytest.fixture(scope="module")
def released() -> ReleasedText:
    cells = [
        v4.new_markdown_cell("# Written questions", id="head"),
        known("locked", "print(1)", solution=False, locked=True),
        known("free", "# your code", grade=False),
        *(known(name, prompt) for name, prompt in PROMPTS.items()),
    ]
    return ReleasedText(v4.new_notebook(cells=cells))


def named(name: str, source: str, **fields: object) -> dict[str, Any]:
    return own(source, metadata={"nbgrader": {"grade_id": name}}, **fields)


def own(source: str, **fields: object) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **fields}


def texts(found: FoundAnswers, name: str) -> list[str]:
    return [one.text for one in found.placed if one.known and one.known.name == name]


def test_two_pictures_are_shown_in_two_cells(released: ReleasedText) -> None:
    text = PROMPTS["one"] + "\n![](attachment:image.png)"
    cells = [named("one", text, attachments=PICTURE), named("one", text + "!", attachments=PICTURE)]
    found = find_answers(cells, released)
    assert [(one.cell, one.known is not None) for one in found.placed] == [(0, True), (1, False)]


def test_the_same_answer_twice_is_shown_once(released: ReleasedText) -> None:
    text = PROMPTS["one"] + "\nThe border."
    found = find_answers([named("one", text), named("one", text + "\n")], released)
    assert len(found.placed) == 1


def test_in_a_blank_cell_stands_what_was_released(released: ReleasedText) -> None:
    found = find_answers([named("one", "  \n")], released)
    assert texts(found, "one") == [PROMPTS["one"]]


def test_text_before_the_first_question_of_a_merged_cell_is_ones_own(
    released: ReleasedText,
) -> None:
    found = find_answers([own(f"Hello.\n{PROMPTS['two']}\nThe kernels.")], released)
    assert [one.text for one in found.placed] == ["Hello.\n", f"{PROMPTS['two']}\nThe kernels."]
    assert found.has_own_cells


def test_in_a_cell_to_write_code_into_it_is_not_shown_twice(released: ReleasedText) -> None:
    found = find_answers([named("free", "x = 1")], released)
    assert [one.text for one in found.placed] == ["x = 1"]


def test_of_two_copies_of_a_locked_cell_the_last_counts(released: ReleasedText) -> None:
    found = find_answers([named("locked", "print(1)"), named("locked", "print(1)")], released)
    assert [one.known is not None for one in found.placed] == [False, True]


def test_a_name_that_was_not_released_is_nothing(released: ReleasedText) -> None:
    found = find_answers([named("four", "An answer.")], released)
    assert [one.known for one in found.placed] == [None]


@pytest.mark.parametrize(
    ("between", "place"),
    [(["A."], "A."), (["A.", "B."], None), ([], None), (["# Written questions"], None)],
)
def test_a_place_is_found_only_for_as_many_texts_as_questions_are_missing(
    between: list[str], place: str | None, released: ReleasedText
) -> None:
    cells = [named("one", PROMPTS["one"]), *map(own, between), named("three", PROMPTS["three"])]
    assert texts(find_answers(cells, released), "two") == ([place] if place else [])


def test_at_the_top_no_place_is_known(released: ReleasedText) -> None:
    found = find_answers([own("A."), named("two", PROMPTS["two"])], released)
    assert texts(found, "one") == []


def test_a_text_that_would_become_more_cells_than_are_read_stays_whole(
    released: ReleasedText,
) -> None:
    text = "\n".join([PROMPTS["one"], PROMPTS["two"]] * CELLS_CAP)
    found = find_answers([own(text)], released)
    assert [one.text for one in found.placed] == [text]


def test_nothing_waits_where_nothing_was_found(released: ReleasedText) -> None:
    assert find_answers([], released).waiting(released) == {}


def test_every_question_waits_where_one_has_an_answer(released: ReleasedText) -> None:
    found = find_answers([named("one", PROMPTS["one"] + "\nThe border.")], released)
    waiting = found.waiting(released)
    assert set(waiting) == {"one", "two", "three"}
    assert waiting["one"] is None
    assert waiting["two"] == waiting["three"]
    assert waiting["two"] is not None
