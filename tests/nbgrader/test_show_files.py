"""Whoever grades finds a student's file below the feedback on it."""

from __future__ import annotations

from pathlib import Path

from nbformat import v4

from autograder.course.entries import Entry
from autograder.document.text import Language
from autograder.nbgrader.grading import Grading
from autograder.nbgrader.show_files import ShowFiles, files_of, folded

NOTHING = Entry("kim", "", 100, 0, reason="there is no Python file")


def test_the_file_follows_the_feedback_in_its_cell() -> None:
    cells = [
        v4.new_code_cell(
            "source",
            metadata={"nbgrader": {"grade_id": name}},
            outputs=[v4.new_output("display_data", data={"text/plain": "feedback"})],
        )
        for name in ("iou", "unet", "setup")
    ]
    about = {
        "grading": Grading(NOTHING, {"iou": 20, "unet": 20}, Language.EN),
        "files": {"iou.py": b"x = 1\n", "setup.py": b"y = 2\n"},
    }
    notebook, _ = ShowFiles().preprocess(v4.new_notebook(cells=cells), {"nbgrader": about})
    shown = [[next(iter(output.data.values())) for output in c.outputs] for c in notebook.cells]
    assert shown == [["feedback", folded("iou.py", b"x = 1\n")], ["feedback"], ["feedback"]]


def test_nothing_in_a_file_can_act() -> None:
    page = folded("iou.py", b"'</pre><script>act()</script>'\n\tx\x1b[2J\xff\n")
    assert page == (
        "<details><summary>iou.py</summary>\n"
        "<pre>&#x27;&lt;/pre&gt;&lt;script&gt;act()&lt;/script&gt;&#x27;\n"
        "    x\ufffd[2J\ufffd</pre>\n</details>"
    )


def test_a_very_long_file_is_cut_and_says_so() -> None:
    assert folded("iou.py", b"x\n" * 2003).endswith("x\n… 3 more lines</pre>\n</details>")


def test_the_files_are_those_that_are_graded_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / "iou.py").write_text("x = 1\n")
    assert files_of(tmp_path, "segmentation") == {"iou.py": b"x = 1\n"}


def test_where_nothing_can_be_graded_there_is_no_file(tmp_path: Path) -> None:
    assert files_of(tmp_path / "nowhere", "segmentation") == {}
