"""Notebooks with answers, and such as may have had some: all their questions wait."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator

import nbformat
from nbconvert import HTMLExporter, MarkdownExporter, PythonExporter

from corpus.nbgrader.odd_notebooks import (
    ANSWERS,
    MINE,
    NONE,
    QUESTIONS,
    STEM,
    TEXT,
    Notebook,
    Odd,
    answered,
    as_kind,
    by_colab,
    by_vscode,
    cell_of,
    changed,
    encoded,
    lose_metadata,
    merged,
    own,
    place_of,
    released,
    rewritten,
    split,
    untouched,
    with_cells,
)
from corpus.nbgrader.students import NOTEBOOK

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="  # noqa: E501  # fmt: skip
FIRST, SECOND, *_ = QUESTIONS


def all_of_them() -> list[Odd]:
    return [*untouched(), *edited(), *files(), *damaged()]


def edited() -> Iterator[Odd]:
    """The right file; what is in it was moved, changed, or written elsewhere."""

    def one(name: str, done: str, notebook: Notebook, **about: object) -> Odd:
        return Odd(name, done, {NOTEBOOK: encoded(notebook)}, **about)  # type: ignore[arg-type]

    yield one("as_meant", "answered below each question", answered())
    yield one(
        "one_alone", "one question was answered", answered(FIRST), answered=frozenset((FIRST,))
    )
    yield one("rewritten_a", "NFD, CRLF, blanks at line ends", changed(answered(), rewritten),
              shown=())  # fmt: skip
    yield one("nb_clean_a", "cleaned by nb-clean 5.0", changed(answered(), lose_metadata))
    yield one("vscode_a", "metadata and ids lost", by_vscode(answered()))
    yield one("colab_a", "saved by Colab", by_colab(answered()))
    yield one("half_prompt", "metadata, ids and the English question lost",
              changed(by_vscode(answered()), _without_english))  # fmt: skip
    yield one("prompts_gone", "metadata, ids and the questions lost",
              changed(by_vscode(_answers_alone()), lambda cell: None))  # fmt: skip
    yield one("instead", "answers in place of the questions", _answers_alone())
    yield one("below", "answers in cells of one's own below", _below("markdown"))
    yield one("below_code", "as comments in code cells below", _below("code"))
    yield one("at_the_top", "all answers in one cell at the top",
              with_cells(released(), 0, own("\n\n".join(ANSWERS.values()))))  # fmt: skip
    yield one("under_one", "all answers below the first question", _all_under_one())
    yield one("in_a_locked", "an answer in a cell that nbgrader restores", _in_locked(),
              answered=frozenset((FIRST,)))  # fmt: skip
    yield one("one_word", "the answer is a word of the release", _one_word(),
              answered=frozenset((SECOND,)), shown=())  # fmt: skip
    yield one("quoted", "the answer is a line of the release", _quoted(),
              answered=frozenset((SECOND,)), shown=())  # fmt: skip
    yield one("a_picture", "the answer is a picture", _picture(),
              answered=frozenset((FIRST,)), shown=())  # fmt: skip
    yield one("epochs", "a number of epochs was changed, no answer", _epochs(), answered=NONE)
    blank = copy.deepcopy(cell_of(released(), FIRST)) | {"id": "copied"}
    yield one("copy_below", "a blank copy below an answer",
              with_cells(_a := answered(), place_of(_a, FIRST) + 1, blank))  # fmt: skip
    mine = blank | {"source": blank["source"] + "\n\n" + ANSWERS[FIRST]}
    yield one("copy_answered", "the answer in a copy below", _with_copy(mine),
              answered=frozenset((FIRST,)))  # fmt: skip
    yield one("copy_lost", "the answer in a copy without metadata",
              _with_copy(mine | {"metadata": {}}), answered=frozenset((FIRST,)))  # fmt: skip
    other = blank | {"source": blank["source"] + "\n\n" + MINE}
    yield one("two_answers", "a copy with another answer",
              with_cells(_b := answered(), place_of(_b, FIRST) + 1, other),
              shown=(*ANSWERS.values(), MINE))  # fmt: skip
    yield one("split_a", "question and answer were split",
              split(answered(), FIRST, "YOUR ANSWER HERE", keep=True))  # fmt: skip
    yield one("split_lost_a", "and the answer has no metadata",
              split(answered(), FIRST, "YOUR ANSWER HERE", keep=False))  # fmt: skip
    yield one("merged_a", "all questions are in one cell", merged(answered()))
    yield one("merged_lost", "and without metadata and ids",
              by_vscode(merged(answered())))  # fmt: skip
    yield one("to_code", "questions were made code cells", as_kind(answered(), "code"))
    yield one("to_raw", "questions were made raw cells", as_kind(answered(), "raw"))
    yield one("to_code_lost", "and without metadata and ids",
              by_vscode(as_kind(answered(), "code")))  # fmt: skip
    yield one("reordered_a", "the cells are in another order",
              (whole := by_vscode(answered())) | {"cells": whole["cells"][::-1]})  # fmt: skip


def files() -> Iterator[Odd]:
    """The notebook under another name, in another encoding, or another kind of file."""
    good = encoded(answered())
    yield Odd("again", "handed in again: -1", {f"{STEM}-1.ipynb": good})
    yield Odd("browser_a", "downloaded twice: (1)", {f"{STEM} (1).ipynb": good})
    yield Odd("final", "renamed", {"final.ipynb": good})
    yield Odd("capitals", "capitals", {f"{STEM.upper()}.IPYNB": good})
    yield Odd("as_text", "saved by a browser as text", {f"{NOTEBOOK}.txt": good})
    yield Odd("in_a_folder", "in a folder", {f"hw3/{NOTEBOOK}": good})
    yield Odd("beside_blank", "answered in a copy, the original beside it",
              {NOTEBOOK: TEXT.encode(), f"{STEM}-Copy1.ipynb": good})  # fmt: skip
    notes = encoded({"cells": [own(MINE)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    yield Odd("among_others", "renamed, beside another notebook",
              {"a.ipynb": notes, "z.ipynb": good})  # fmt: skip
    yield Odd("beside_broken", "a copy beside a damaged original",
              {NOTEBOOK: good[: len(good) // 2], f"{STEM}-1.ipynb": good})  # fmt: skip
    yield Odd("mark", "UTF-8 with a byte order mark", {NOTEBOOK: b"\xef\xbb\xbf" + good})
    text = good.decode()
    yield Odd("utf_16_a", "UTF-16 with a byte order mark", {NOTEBOOK: text.encode("utf-16")})
    yield Odd("utf_16_le", "UTF-16 without", {NOTEBOOK: text.encode("utf-16-le")})
    yield Odd("utf_16_be", "UTF-16 without, the other way", {NOTEBOOK: text.encode("utf-16-be")})
    cp949 = text.encode("cp949", errors="replace")
    yield Odd("cp949", "cp949", {NOTEBOOK: cp949})
    parsed = nbformat.from_dict(answered())
    old = nbformat.convert(copy.deepcopy(parsed), 3)
    yield Odd("v3", "nbformat 3", {NOTEBOOK: json.dumps(old, ensure_ascii=False).encode()})
    python, _ = PythonExporter().from_notebook_node(parsed)
    yield Odd("python", "a Python export", {f"{STEM}.py": python.encode()})
    page, _ = HTMLExporter().from_notebook_node(parsed)
    yield Odd("html", "an HTML export", {f"{STEM}.html": page.encode()})
    yield Odd("html_named", "an HTML export, named as the notebook", {NOTEBOOK: page.encode()})
    plain, _ = MarkdownExporter().from_notebook_node(parsed)
    yield Odd("markdown", "a Markdown export beside the original",
              {NOTEBOOK: TEXT.encode(), "answers.md": plain.encode()})  # fmt: skip
    for name in ("answers.jpg", "work.zip"):
        yield Odd(name[-3:], f"{name} beside the original",
                  {NOTEBOOK: TEXT.encode(), name: b"\xff\xd8\xff"}, shown=(name,))  # fmt: skip
    yield Odd("pdf", "a PDF beside the original",
              {NOTEBOOK: TEXT.encode(), "answers.pdf": b"%PDF-1.7\n" + bytes(range(256))},
              shown=("answers.pdf",))  # fmt: skip


def damaged() -> Iterator[Odd]:
    """Files that are no JSON, or not to their end."""
    good = encoded(answered())
    yield Odd("garbage", "text after the end", {NOTEBOOK: good + b"\n" + MINE.encode()},
              shown=(*ANSWERS.values(), MINE))  # fmt: skip
    last = ANSWERS[QUESTIONS[-1]].encode()
    yield Odd("cut", "cut within the last answer", {NOTEBOOK: good[: good.index(last) + 5]},
              shown=tuple(ANSWERS[name] for name in QUESTIONS[:-1]))  # fmt: skip
    yield Odd("cut_early", "cut in the middle, no answer left", {NOTEBOOK: good[: len(good) // 2]},
              answered=NONE)  # fmt: skip
    head = ANSWERS[FIRST].encode()
    yield Odd("head_lost", "the first half is gone", {NOTEBOOK: good[good.index(head) - 90 :]})
    conflict = good.replace(head, b'",\n<<<<<<< HEAD\n "' + head + b'",\n=======\n "mine')
    yield Odd("conflict", "a merge conflict", {NOTEBOOK: conflict})
    yield Odd("comma", "a comma too many", {NOTEBOOK: good.replace(b'"nbformat"', b', "nbformat"')})
    broken = ANSWERS[SECOND].encode()
    yield Odd("a_byte", "a byte that is no UTF-8", {NOTEBOOK: good.replace(broken[:3], b"\xff", 1)},
              shown=(ANSWERS[FIRST], ANSWERS[SECOND][1:]))  # fmt: skip
    yield Odd("breaks", "line breaks within strings",
              {NOTEBOOK: good.replace(b"\\n\\n" + head, b"\n\n" + head)})  # fmt: skip
    plain = "\n".join(ANSWERS.values())
    yield Odd("plain", "plain text under the name of the notebook", {NOTEBOOK: plain.encode()})
    yield Odd("other_json", "JSON that is no notebook",
              {NOTEBOOK: json.dumps(ANSWERS, ensure_ascii=False).encode()})  # fmt: skip
    yield Odd("archive", "a zip file under the name of the notebook",
              {NOTEBOOK: b"PK\x03\x04" + bytes(range(256)) * 20}, answered=NONE)  # fmt: skip
    yield Odd("cut_blank", "untouched, and cut in the middle",
              {NOTEBOOK: TEXT.encode()[: len(TEXT) // 2]}, answered=NONE)  # fmt: skip
    many = released()
    many["cells"] += [own("", name=f"e{number}") for number in range(1000)]
    yield Odd("too_many", "more cells than are read", {NOTEBOOK: encoded(many)}, answered=NONE)


def _without_english(cell: Notebook) -> None:
    lines = cell["source"].split("\n")
    cell["source"] = "\n".join(line for line in lines if not line.startswith("**Question "))


def _answers_alone() -> Notebook:
    notebook = released()
    for name in QUESTIONS:
        cell_of(notebook, name)["source"] = ANSWERS[name]
    return notebook


def _below(kind: str) -> Notebook:
    notebook = released()
    for name in QUESTIONS:
        text = f"# {ANSWERS[name]}" if kind == "code" else ANSWERS[name]
        with_cells(notebook, place_of(notebook, name) + 1, own(text, kind, f"own-{name[8:]}"))
    return notebook


def _all_under_one() -> Notebook:
    notebook = released()
    cell_of(notebook, FIRST)["source"] += "\n\n" + "\n\n".join(ANSWERS.values())
    return notebook


def _in_locked() -> Notebook:
    notebook = released()
    cell_of(notebook, "iou")["source"] += f"\n# {ANSWERS[FIRST]}"
    return notebook


def _one_word() -> Notebook:
    notebook = released()
    cell_of(notebook, SECOND)["source"] = "padding"
    return notebook


def _quoted() -> Notebook:
    notebook = released()
    line = next(cell for cell in notebook["cells"] if cell["id"] == "2fa268cb")["source"]
    cell_of(notebook, SECOND)["source"] += "\n\n" + line.split("\n")[0]
    return notebook


def _picture() -> Notebook:
    notebook = released()
    cell_of(notebook, FIRST)["attachments"] = {"image.png": {"image/png": PNG}}
    return notebook


def _epochs() -> Notebook:
    notebook = released()
    cell = cell_of(notebook, "parameters")
    cell["source"] = cell["source"].replace("ROAD_EPOCHS = 16", "ROAD_EPOCHS = 4")
    return notebook


def _with_copy(cell: Notebook) -> Notebook:
    notebook = released()
    return with_cells(notebook, place_of(notebook, FIRST) + 1, cell)
