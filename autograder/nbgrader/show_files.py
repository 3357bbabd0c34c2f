"""Show a student's file, folded below its feedback, in the Formgrader."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, v4
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.course.submissions import Submission
from autograder.nbgrader.submitted import grade_id
from autograder.sandbox.grader.intake import NoSubmission
from autograder.sandbox.grader.printable import printable

LINES_CAP = 2000


class ShowFiles(NbGraderPreprocessor):  # type: ignore[misc]
    """Adds the file as it was graded to what its cell puts out."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        about = resources["nbgrader"]
        for cell in nb.cells:
            task = grade_id(cell)
            content = about["files"].get(f"{task}.py")
            if task in about["grading"].points and content is not None:
                data = {"text/html": folded(f"{task}.py", content)}
                output = v4.new_output("display_data", data=data)
                cell.outputs = [*cell.outputs, output]
        return nb, resources


def files_of(folder: Path, assignment: str) -> dict[str, bytes]:
    """The files of a submission as they are graded; none where none can be."""
    try:
        return Submission("", folder, assignment=assignment).take().files
    except NoSubmission:
        return {}


def folded(name: str, content: bytes) -> str:
    """The file as HTML in which nothing can act."""
    lines = content.decode(errors="replace").expandtabs(4).splitlines()
    shown = [escape(printable(line)) for line in lines[:LINES_CAP]]
    if len(lines) > LINES_CAP:
        shown.append(f"… {len(lines) - LINES_CAP} more lines")
    text = "\n".join(shown)
    return f"<details><summary>{escape(name)}</summary>\n<pre>{text}</pre>\n</details>"
