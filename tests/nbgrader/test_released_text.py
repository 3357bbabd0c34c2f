"""What counts as released text, and what does not."""

from __future__ import annotations

import unicodedata

import pytest
from nbformat import NotebookNode, v4

from autograder.nbgrader.released_text import ReleasedText, key

QUESTION = "**Question 1.** Why is the first padding one hundred?\n\n문제 1. 왜 그럴까요?\n\nANSWER"


def cell(source: str, name: str) -> NotebookNode:
    about = {"grade_id": name, "grade": True, "solution": True, "points": 2}
    made: NotebookNode = v4.new_markdown_cell(source, metadata={"nbgrader": about})
    return made


@pytest.fixture(scope="module")
def released() -> ReleasedText:
    plain = v4.new_markdown_cell("# Padding\n\nA word of it.", id="plain")
    code = v4.new_code_cell("x = 1\nprint(x)")
    asked = [cell(QUESTION, "one"), cell("What is a stride, and of what?\n\nANSWER", "two")]
    return ReleasedText(v4.new_notebook(cells=[plain, code, *asked]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "\ufeffA word\u200b of it.\r\n",
        "A word of it.\n# Padding",
        "# Padding A word of it.",
        "x=1",
        unicodedata.normalize("NFD", "문제 1. 왜 그럴까요?"),
        "ANSWER\n\nprint(x)",
    ],
)
def test_whole_lines_are_released_text_whatever_an_editor_made_of_them(
    text: str, released: ReleasedText
) -> None:
    assert released.covers(text)


@pytest.mark.parametrize("text", ["padding", "A word", "x", "A word of it. So.", "print(x) # 1"])
def test_a_part_of_a_line_may_be_an_answer(text: str, released: ReleasedText) -> None:
    assert not released.covers(text)


def test_a_question_is_not_answered_by_its_own_text_alone(released: ReleasedText) -> None:
    assert released.known["one"].covers("ANSWER\n문제 1. 왜 그럴까요?")


def test_a_line_from_elsewhere_may_answer_a_question(released: ReleasedText) -> None:
    assert not released.known["one"].covers(QUESTION + "\n\nA word of it.")


def test_pieces_of_a_split_cell_are_known_together(released: ReleasedText) -> None:
    assert released.covers_together(["A word", " of it.\n\nx =", " 1"])


@pytest.mark.parametrize("texts", [["word", " of it."], ["A word", " of that."]])
def test_pieces_that_are_no_whole_lines_are_not(texts: list[str], released: ReleasedText) -> None:
    assert not released.covers_together(texts)


@pytest.mark.parametrize(
    "line",
    [
        "**Question 1.** Why is the first padding one hundred?",
        "Question 1: why is the first padding one hundred? Because.",
        "# **Question 1.** Why's the first padding one hundred?",
    ],
)
def test_a_question_is_known_by_most_of_a_line(line: str, released: ReleasedText) -> None:
    assert released.asked_by(line) is released.known["one"]


@pytest.mark.parametrize("line", ["ANSWER", "Why is the", "A padding of one hundred is large."])
def test_other_lines_ask_nothing(line: str, released: ReleasedText) -> None:
    assert released.asked_by(line) is None


def test_many_accents_cost_no_time_that_grows_with_their_square() -> None:
    assert len(key("\u0301\u0316" * 200_000)) == 400_000
