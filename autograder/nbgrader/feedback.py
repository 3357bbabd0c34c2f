"""The preprocessor that puts the feedback on each file into its cell of the notebook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import msgspec
from nbformat import NotebookNode, v4
from nbgrader.preprocessors import NbGraderPreprocessor
from rich.console import Console

from autograder.course.entries import Entry
from autograder.document.result import Result, undecided
from autograder.document.text import Language, Text
from autograder.nbgrader.grading import Grading
from autograder.nbgrader.submitted import NOTICE, grade_id
from autograder.reports.html import fragment
from autograder.reports.terminal import print_result

WIDTH = 100

NOTHING = Text("No file could be graded", "채점할 수 있는 파일이 없습니다")
BLANK = Text(
    "No answers to the written questions were found; the files were graded all the same.",
    "서술형 문제의 답을 찾지 못했습니다. 파일은 이와 관계없이 채점했습니다.",
)
READ = Text(
    "A person reads the answers to the written questions; the files were graded all the same.",
    "서술형 문제의 답은 사람이 읽고 채점합니다. 파일은 이와 관계없이 채점했습니다.",
)


class ShowFeedback(NbGraderPreprocessor):  # type: ignore[misc]
    """Every file's cell puts out what its grading found; a line above says what was the matter."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        grading: Grading = resources["nbgrader"]["grading"]
        for cell in nb.cells:
            task = grade_id(cell)
            if task is not None and task in grading.points:
                cell.outputs = [_output(task_feedback(task, grading.entry, grading.language))]
        lines = list(notices(grading))
        if lines:
            text = "\n\n".join(lines)
            nb.cells.insert(0, v4.new_markdown_cell(text, id=NOTICE))
        return nb, resources


def notices(grading: Grading) -> Iterator[str]:
    """Notes about the notebook, and about each question with something unusual."""
    language, unusual = grading.language, grading.unusual
    if grading.problem is not None:
        follows = READ if grading.waiting else BLANK
        yield f"**{grading.problem.in_(language)} {follows.in_(language)}**"
    elif unusual:
        yield f"**{READ.in_(language)}**"
    if unusual:
        yield "\n".join(
            f"- {', '.join(f'`{name}`' for name in names)}: {reason.in_(language)}."
            for reason, names in unusual.items()
        )


def task_feedback(task: str, entry: Entry, language: Language) -> dict[str, str]:
    """The feedback on a file, as a page shows it and as text."""
    found = entry.result or entry.partial
    if found is None:
        return {"text/plain": f"{NOTHING.in_(language)}: {entry.reason}"}
    console = Console(file=io.StringIO(), width=WIDTH, record=True)
    found = only(task, found)
    print_result(found, console, language)
    return {
        "text/html": fragment(found, task, language),
        "text/plain": console.export_text(styles=False).rstrip(),
    }


def only(task: str, result: Result) -> Result:
    """The result of one file alone."""
    (total,) = (each for each in result.tasks if each.name == task)
    checks = tuple(check for check in result.checks if check.task == task)
    return msgspec.structs.replace(
        result,
        points=total.points,
        earned=total.earned,
        tasks=(total,),
        checks=checks,
        undecided=undecided(checks),
    )


def _output(data: dict[str, str]) -> NotebookNode:
    output: NotebookNode = v4.new_output("display_data", data=data)
    return output
