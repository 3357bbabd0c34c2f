"""What is added to an exchange is added to whichever it is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.abc import (
    ExchangeError,
    ExchangeReleaseAssignment,
    ExchangeReleaseFeedback,
)
from traitlets.config import Config

from autograder.nbgrader import configure
from autograder.nbgrader.exchange import RECEIPT, checked_release, patient_feedback
from corpus.paths import ROOT, SOLUTIONS

released: list[str] = []


class ByPigeon(ExchangeReleaseAssignment):  # type: ignore[misc]
    """An exchange that is no folder."""

    def init_src(self) -> None:
        coursedir = self.coursedir
        self.src_path = coursedir.format_path(
            coursedir.release_directory, ".", coursedir.assignment_id
        )

    def init_dest(self) -> None:
        """Pigeons know the way."""

    def copy_files(self) -> None:
        released.append(self.src_path)


class FeedbackByPigeon(ExchangeReleaseFeedback):  # type: ignore[misc]
    def init_src(self) -> None:
        """Pigeons find it."""

    init_dest = init_src

    def copy_files(self) -> None:
        released.append(self.coursedir.student_id_exclude)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    released.clear()
    shutil.copytree(
        ROOT / "assignment",
        tmp_path / "assignment",
        ignore=shutil.ignore_patterns("data", ".*_cache"),
    )
    (tmp_path / "solutions").symlink_to(SOLUTIONS.parent)
    config = Config()
    configure(config, tmp_path)
    return config


def start(exchange: Any, config: Config) -> None:
    coursedir = CourseDirectory(config=config, assignment_id="segmentation")
    exchange(coursedir=coursedir, config=config).start()


def test_a_clean_release_leaves(config: Config) -> None:
    start(checked_release(f"{__name__}.ByPigeon"), config)
    assert len(released) == 1


def test_a_release_with_a_solution_stays(config: Config, tmp_path: Path) -> None:
    shutil.copyfile(SOLUTIONS / "iou.py", tmp_path / "assignment" / "segmentation" / "iou.py")
    with pytest.raises(ExchangeError, match=r"^Not released: iou\.py:\d+: "):
        start(checked_release(f"{__name__}.ByPigeon"), config)
    assert released == []


def test_who_cannot_be_reached_is_passed_over(config: Config, tmp_path: Path) -> None:
    for student in ("kim", "lee"):
        folder = tmp_path / "course" / "feedback" / student / "segmentation"
        folder.mkdir(parents=True)
        for name in RECEIPT if student == "kim" else ():
            (folder / name).touch()
    start(patient_feedback(f"{__name__}.FeedbackByPigeon"), config)
    assert released == ["lee"]


def test_who_has_an_open_grade_is_passed_over(config: Config, tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    with Gradebook(f"sqlite:///{tmp_path / 'course' / 'gradebook.db'}") as book:
        book.add_assignment("segmentation")
        book.add_notebook("practice", "segmentation")
        book.add_grade_cell("iou", "practice", "segmentation", max_score=2, cell_type="code")
        for student, score in (("kim", 1.5), ("lee", None)):
            book.add_student(student)
            book.add_submission("segmentation", student)
            book.find_grade("iou", "practice", "segmentation", student).auto_score = score
        book.db.commit()
    for student in ("kim", "lee"):
        folder = tmp_path / "course" / "feedback" / student / "segmentation"
        folder.mkdir(parents=True)
        for name in RECEIPT:
            (folder / name).touch()
    start(patient_feedback(f"{__name__}.FeedbackByPigeon"), config)
    assert released == ["lee"]


def test_who_has_an_answer_that_nobody_has_read_is_named_and_gets_the_page(
    config: Config, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "course").mkdir()
    with Gradebook(f"sqlite:///{tmp_path / 'course' / 'gradebook.db'}") as book:
        book.add_assignment("segmentation")
        book.add_notebook("practice", "segmentation")
        book.add_grade_cell("why", "practice", "segmentation", max_score=2, cell_type="markdown")
        for student in ("kim", "lee"):
            book.add_student(student)
            book.add_submission("segmentation", student)
            grade = book.find_grade("why", "practice", "segmentation", student)
            grade.needs_manual_grade = student == "kim"
        book.db.commit()
    for student in ("kim", "lee"):
        folder = tmp_path / "course" / "feedback" / student / "segmentation"
        folder.mkdir(parents=True)
        for name in RECEIPT:
            (folder / name).touch()
    start(patient_feedback(f"{__name__}.FeedbackByPigeon"), config)
    assert released == [""]
    assert "Nobody has read all answers of kim yet; their pages say so" in caplog.text


def test_every_part_of_an_exchange_comes_from_the_module_that_was_named(config: Config) -> None:
    parts = config.ExchangeFactory
    assert parts.submit == "nbgrader.exchange.default.ExchangeSubmit"
    assert parts.fetch_assignment == "nbgrader.exchange.default.ExchangeFetchAssignment"
    assert parts.exchange == "nbgrader.exchange.default.Exchange"
