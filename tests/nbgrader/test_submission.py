"""What nbgrader's commands tell of a submission's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.nbgrader.submission import WithNotebook
from autograder.sandbox.grader.intake import NoSubmission


def handed_in(folder: Path, *names: str) -> WithNotebook:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x = 1\n")
    return WithNotebook("kim", folder)


def test_notebooks_and_nbgraders_receipt_are_not_told(tmp_path: Path) -> None:
    work = handed_in(
        tmp_path, "iou.py", "final (2).ipynb", "timestamp.txt", "submission_secret.txt"
    ).look()
    assert (work.notice, work.to_look_at) == ("", False)


def test_other_work_is(tmp_path: Path) -> None:
    work = handed_in(tmp_path, "iou.py", "unet.py", "old/iou.py", "report.pdf").look()
    assert work.notice == (
        "taken was the top, not old; not read, and may be work: old/iou.py; passed over: report.pdf"
    )
    assert work.to_look_at


def test_a_notebook_that_is_a_link_is_told(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, "iou.py")
    (tmp_path / "final.ipynb").symlink_to("/etc/passwd")
    assert "final.ipynb" in submission.look().notice


def test_where_nothing_can_be_taken_it_says_why(tmp_path: Path) -> None:
    with pytest.raises(NoSubmission):
        WithNotebook("kim", tmp_path / "nowhere").look()
