"""The cell of a file shows what its grading found; whoever grades sees the marking guide too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from nbformat import NotebookNode, v4
from nbgrader.converters import Autograde
from traitlets.config import Config, Configurable

from autograder.course.entries import Entry, to_entry
from autograder.document.result import TaskResult
from autograder.document.text import Language, Text
from autograder.nbgrader.autograde import TrustedAutograde
from autograder.nbgrader.feedback import ShowFeedback, task_feedback
from autograder.nbgrader.grading import Grading
from autograder.nbgrader.marking_guides import ShowMarkingGuides, read_guides
from autograder.sandbox.protocol.errors import Verdict
from corpus.results import lost, result

NOTHING = Entry("kim", "", 100, 0, reason="there is no Python file")


def cell(name: str, kind: str = "code") -> NotebookNode:
    made: Any = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
    new: NotebookNode = made("source", metadata={"nbgrader": {"grade_id": name}})
    return new


def after(step: Any, cells: list[NotebookNode], grading: Grading) -> list[NotebookNode]:
    resources = {"nbgrader": {"grading": grading}}
    notebook, _ = step.preprocess(v4.new_notebook(cells=cells), resources)
    shown: list[NotebookNode] = notebook.cells
    return shown


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "No file could be graded: there is no Python file"),
        ("ko", "채점할 수 있는 파일이 없습니다: there is no Python file"),
    ],
)
def test_where_nothing_could_be_graded_the_reason_is_told(language: Language, said: str) -> None:
    assert task_feedback("iou", NOTHING, language) == {"text/plain": said}


OPEN = to_entry(
    "kim",
    "",
    replace(
        result(lost(Verdict.UNDECIDED), lost(task="unet", id="unet.a", earned=1.0)),
        tasks=(TaskResult("iou", 2.0, 0.0), TaskResult("unet", 2.0, 1.0)),
    ),
)


@pytest.mark.parametrize(
    ("entry", "points"),
    [
        (NOTHING, {"iou": 0.0, "unet": 0.0}),
        (OPEN, {"iou": None, "unet": 1.0}),
        (Entry("kim", "", 100, 0, reason="the grader died", open=True), {"iou": None}),
    ],
    ids=["nothing", "undecided", "died"],
)
def test_only_who_handed_nothing_in_has_0_points(
    entry: Entry, points: dict[str, float | None]
) -> None:
    grading = Grading(entry, {}, Language.EN)
    assert {task: grading.earned(task) for task in points} == points


def test_the_cell_of_a_file_that_is_undecided_says_so_and_no_other() -> None:
    assert "THE GRADE IS OPEN" in task_feedback("iou", OPEN, Language.EN)["text/html"]
    assert "THE GRADE IS OPEN" not in task_feedback("unet", OPEN, Language.EN)["text/html"]


def test_what_a_file_left_behind_in_its_cell_gives_way_to_the_feedback() -> None:
    old = cell("iou")
    old.outputs = [v4.new_output("stream", text="100 points")]
    (new,) = after(ShowFeedback(), [old], Grading(NOTHING, {"iou": 20}, Language.EN))
    assert [list(output.data) for output in new.outputs] == [["text/plain"]]


def test_a_notebook_that_could_not_be_read_is_told_of_at_the_top() -> None:
    grading = Grading(NOTHING, {}, Language.KO, problem=Text("It is damaged.", "손상되었습니다."))
    notice, _ = after(ShowFeedback(), [cell("iou")], grading)
    assert "손상되었습니다. 서술형" in notice.source


def test_a_guide_follows_its_answer() -> None:
    grading = Grading(
        NOTHING, {}, Language.EN, guides={"written": "- 1 point: why\n- 1 point: how"}
    )
    shown = after(ShowMarkingGuides(), [cell("iou"), cell("written", "markdown")], grading)
    assert [one.source for one in shown][-1] == "- 1 point: why\n- 1 point: how"


def test_whoever_grades_gets_to_the_answers_from_the_top() -> None:
    grading = Grading(NOTHING, {}, Language.EN, guides={"written": "- 1 point: why"})
    top, *_ = after(ShowMarkingGuides(), [cell("iou"), cell("written", "markdown")], grading)
    assert top.source == "**Written questions:** [written](#written)"


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
