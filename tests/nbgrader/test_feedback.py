"""The cell of a file shows what its grading found; whoever grades sees the marking guide too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode, v4
from nbgrader.converters import Autograde
from traitlets.config import Config, Configurable

from autograder.course.ledger import Entry
from autograder.grading.text import Language, Text
from autograder.nbgrader.autograde import TrustedAutograde
from autograder.nbgrader.feedback import ShowFeedback, told
from autograder.nbgrader.grading import Grading
from autograder.nbgrader.marking_guides import HideMarkingGuides, ShowMarkingGuides, read_guides

NOTHING = Entry("kim", "", 100, 0, reason="there is no Python file")


def cell(name: str, kind: str = "code") -> NotebookNode:
    made = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
    return made("source", metadata={"nbgrader": {"grade_id": name}})


def after(step: Any, cells: list[NotebookNode], grading: Grading) -> list[NotebookNode]:
    resources = {"nbgrader": {"grading": grading}}
    notebook, _ = step.preprocess(v4.new_notebook(cells=cells), resources)
    return notebook.cells


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "No file could be graded: there is no Python file"),
        ("ko", "채점할 수 있는 파일이 없습니다: there is no Python file"),
    ],
)
def test_where_nothing_could_be_graded_the_reason_is_told(language: Language, said: str) -> None:
    assert told("iou", NOTHING, language) == {"text/plain": said}


def test_what_a_file_left_behind_in_its_cell_gives_way_to_the_feedback() -> None:
    old = cell("iou")
    old.outputs = [v4.new_output("stream", text="100 points")]
    (new,) = after(ShowFeedback(), [old], Grading(NOTHING, {"iou": 20}, "en"))
    assert [list(output.data) for output in new.outputs] == [["text/plain"]]


def test_a_notebook_that_could_not_be_read_is_told_of_at_the_top() -> None:
    grading = Grading(NOTHING, {}, "ko", problem=Text("It is damaged.", "손상되었습니다."))
    notice, _ = after(ShowFeedback(), [cell("iou")], grading)
    assert "손상되었습니다. 따라서" in notice.source


def test_a_guide_follows_its_answer_and_is_gone_from_feedback() -> None:
    grading = Grading(NOTHING, {}, "en", guides={"written": "- 1 point: why\n- 1 point: how"})
    shown = after(ShowMarkingGuides(), [cell("written", "markdown"), cell("iou")], grading)
    assert [one.source for one in shown][1] == "> - 1 point: why\n> - 1 point: how"
    assert len(after(HideMarkingGuides(), shown, grading)) == 2


def test_without_nbgraders_source_there_are_no_guides(tmp_path: Path) -> None:
    assert read_guides(tmp_path / "practice.ipynb") == {}


@pytest.mark.parametrize(
    ("config", "kind"),
    [(Config(), Autograde), (Config(TrustedAutograde={"language": "ko"}), TrustedAutograde)],
)
def test_a_course_that_is_not_configured_so_keeps_nbgraders_own(
    config: Config, kind: type[Autograde]
) -> None:
    assert type(TrustedAutograde(parent=Configurable(config=config))) is kind
