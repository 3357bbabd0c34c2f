"""Which files are looked at for answers, and which are not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.nbgrader.handed_in import (
    DOCUMENTS_READ,
    NOTEBOOKS_READ,
    HandedIn,
    look_for_answers,
)
from autograder.nbgrader.released_text import ReleasedText
from autograder.nbgrader.submitted import read_released
from corpus.nbgrader.odd_notebooks import MINE, TEXT, answered, encoded, own
from corpus.nbgrader.students import NOTEBOOK
from corpus.paths import RELEASE

BLANK, ANSWERED = TEXT.encode(), encoded(answered())
OTHER = encoded({"cells": [own(MINE)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def released() -> ReleasedText:
    return ReleasedText(read_released(RELEASE / NOTEBOOK))


def look(folder: Path, files: Mapping[str, bytes], released: ReleasedText) -> HandedIn:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return look_for_answers(folder / NOTEBOOK, released, {"README.md", "data", "other.ipynb"})


def waits(handed_in: HandedIn, released: ReleasedText) -> bool:
    return bool(handed_in.found.waiting(released, handed_in.elsewhere))


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "hw3/README.md",
        "data/photo.pdf",
        "hw3/data/photo.pdf",
        "other.ipynb",
        "timestamp.txt",
        "requirements-dev.txt",
        "__MACOSX/._a.ipynb",
        ".hidden.ipynb",
        "layers.py",
        "plots/one.png",
    ],
)
def test_these_files_hold_no_answers(name: str, tmp_path: Path, released: ReleasedText) -> None:
    files = {NOTEBOOK: BLANK, name: OTHER if name.endswith("ipynb") else b"x = 1  # of mine"}
    assert not waits(look(tmp_path, files, released), released)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mine.ipynb", OTHER),
        ("answers.txt", b"1. Because of the border."),
        ("hw3/Answers.MD", b"1. Because of the border."),
        ("answers.hwp", b"\xd0\xcf\x11\xe0"),
        ("scan.jpg", b"\xff\xd8\xff"),
        ("export.py", b"# In[1]:\n\n# Because of the border."),
        (f".ipynb_checkpoints/{NOTEBOOK}", ANSWERED),
    ],
)
@pytest.mark.parametrize("beside", [{NOTEBOOK: BLANK}, {}], ids=["beside a blank one", "alone"])
def test_these_files_may_hold_answers(
    name: str, content: bytes, beside: dict[str, bytes], tmp_path: Path, released: ReleasedText
) -> None:
    assert waits(look(tmp_path, beside | {name: content}, released), released)


def test_a_link_beside_the_notebook_is_not_followed(tmp_path: Path, released: ReleasedText) -> None:
    (tmp_path / "notes.md").symlink_to("/etc/passwd")
    assert not waits(look(tmp_path, {NOTEBOOK: BLANK}, released), released)


def test_beside_an_answered_notebook_others_are_only_named(
    tmp_path: Path, released: ReleasedText
) -> None:
    handed_in = look(tmp_path, {NOTEBOOK: ANSWERED, "mine.ipynb": OTHER}, released)
    assert handed_in.problem is not None
    assert handed_in.problem.en == "Not shown here: mine.ipynb."
    assert MINE not in [cell["source"] for cell in handed_in.cells]


def test_jupyters_own_copy_of_an_answered_notebook_is_not_worth_a_word(
    tmp_path: Path, released: ReleasedText
) -> None:
    files = {NOTEBOOK: ANSWERED, f".ipynb_checkpoints/{NOTEBOOK}": BLANK}
    assert look(tmp_path, files, released).problem is None


@pytest.mark.parametrize("suffix", ["ipynb", "txt"])
def test_of_more_files_than_are_read_the_others_are_named(
    suffix: str, tmp_path: Path, released: ReleasedText
) -> None:
    many = max(NOTEBOOKS_READ, DOCUMENTS_READ) + 1
    files = {f"{number}.{suffix}": b"mine" for number in range(many)}
    handed_in = look(tmp_path, files, released)
    assert waits(handed_in, released)
    assert handed_in.problem is not None
    assert f"{many - 1}.{suffix}" in handed_in.problem.en or f"({many - 1})" in handed_in.problem.en


def test_names_of_files_are_printable(tmp_path: Path, released: ReleasedText) -> None:
    problem = look(tmp_path, {"\x1b[2J.ipynb": ANSWERED}, released).problem
    assert problem is not None
    assert "\x1b" not in problem.en
