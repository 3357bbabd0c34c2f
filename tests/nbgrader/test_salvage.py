"""What is saved of a damaged notebook."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.nbgrader.read_cells import CELLS_CAP, Reader, TooMuch
from autograder.nbgrader.salvage import RAW_CAP, salvaged

CELL = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["one\n", "two"]}
WHOLE = json.dumps({"cells": [CELL, CELL | {"id": "b"}], "metadata": {}, "nbformat": 4}, indent=1)


def sources(text: str) -> list[str]:
    cells, damage = salvaged(text)
    assert damage == "broken"
    return ["".join(cell["source"]) for cell in cells]


def test_whole_cells_are_kept_as_they_are() -> None:
    assert sources(WHOLE[:-1]) == ["one\ntwo", "one\ntwo"]


def test_of_a_cell_that_was_cut_off_the_text_up_to_there_is_kept() -> None:
    cut = WHOLE[: WHOLE.rindex("two") + 2]
    assert sources(cut) == ["one\ntwo", "one\ntw"]


def test_a_cut_within_an_escape_ends_the_text_there() -> None:
    assert sources(WHOLE[: WHOLE.rindex("\\n") + 1]) == ["one\ntwo", "one"]


def test_name_and_id_of_a_broken_cell_are_found() -> None:
    about = {"nbgrader": {"grade_id": "why"}}
    text = json.dumps({"cells": [CELL | {"metadata": about}]})
    ((cell,), _) = salvaged(text[: text.index("two")])
    assert (cell["id"], cell["metadata"]) == ("a", about)


def test_both_sides_of_a_merge_conflict_are_kept() -> None:
    broken = WHOLE.replace('"one\\n"', '\n<<<<<<< HEAD\n"mine"\n=======\n"yours"\n>>>>>>> x\n', 1)
    first, second = sources(broken)
    assert "mine" in first
    assert "yours" in first
    assert second == "one\ntwo"


def test_what_stands_between_cells_is_kept() -> None:
    broken = WHOLE.replace("},\n  {", "},\n lost words \n  {", 1)
    assert any("lost words" in text for text in sources(broken))


@pytest.mark.parametrize("text", ["{}", "no notebook", '{"cells": 7, "answer": "one"}'])
def test_where_there_are_no_cells_the_text_is_kept(text: str) -> None:
    cells, damage = salvaged(text)
    assert (damage, [cell["source"] for cell in cells]) == ("text", [text])


def test_a_long_text_is_cut() -> None:
    ((cell,), _) = salvaged("x" * (RAW_CAP + 1))
    assert cell["source"] == "x" * RAW_CAP + "\n…"


def test_of_a_page_the_text_is_kept_without_styles_and_scripts() -> None:
    page = "<!DOCTYPE html><style>p {}</style><script>act()</script><p>one</p><p>two <b>a</b></p>"
    ((cell,), _) = salvaged(page)
    assert cell["source"] == "one\ntwo a"


def test_what_is_no_text_is_not_shown() -> None:
    assert salvaged("PK\x03\x04" * 10 + "words") == ([], "binary")


def test_control_characters_are_shown_as_such() -> None:
    ((cell,), _) = salvaged("word " * 10 + "\x1b[2J")
    assert cell["source"].endswith("\ufffd[2J")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (WHOLE.encode("utf-8-sig"), None),
        (WHOLE.encode("utf-16"), "UTF-16"),
        (WHOLE.encode("utf-16-be"), "UTF-16"),
        (WHOLE.encode("utf-32"), "UTF-32"),
        (WHOLE.replace("one", "하나").replace("\\ud558\\ub098", "하나").encode("cp949"), "cp949"),
    ],
)
def test_the_encoding_is_found(content: bytes, encoding: str | None) -> None:
    read = Reader().read(content)
    assert (read["encoding"], read["damage"]) == (encoding, None)


def test_a_byte_that_was_lost_at_the_end_makes_no_other_encoding() -> None:
    content = json.dumps({"cells": [CELL | {"source": "하나 둘"}]}, ensure_ascii=False).encode()
    read = Reader().read(content[: content.index("둘".encode()) + 2])
    assert (read["encoding"], read["damage"]) == (None, "broken")
    assert read["cells"] == [CELL | {"source": "하나 \ufffd"}]


@pytest.mark.parametrize("key", ["input", "text"])
def test_what_a_cell_says_under_another_key_is_kept(key: str) -> None:
    content = json.dumps({"cells": [{"cell_type": "code", key: "An answer."}]})
    cells: Any = Reader().read(content.encode())["cells"]
    (cell,) = cells
    assert "An answer." in cell["source"]


def test_an_old_notebook_that_cannot_be_brought_up_is_saved_cell_by_cell() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": "x", "outputs": 7}]}
    content = json.dumps({"nbformat": "three", "worksheets": [sheet]})
    read = Reader().read(content.encode())
    assert read["damage"] == "broken"


def test_cells_that_were_saved_are_counted_too() -> None:
    content = '{"cells": [' + '{"cell_type": "code", "source": "x"},' * (CELLS_CAP + 1)
    with pytest.raises(TooMuch, match="cells"):
        Reader().read(content.encode())
