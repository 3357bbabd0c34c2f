"""nbgrader's own commands read times by the course's one way."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import nbgrader.apps.zipcollectapp
import nbgrader.utils
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.dbapp import DbAssignmentAddApp
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course.moments import NotAMoment
from autograder.nbgrader.times import read_times

ELEVEN = datetime(2026, 11, 27, 11, 0)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    c = Config()
    c.Exchange.timezone = "Asia/Seoul"
    c.CourseDirectory.root = str(tmp_path)
    c.CourseDirectory.db_url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    read_times(c)
    return c


@pytest.mark.parametrize(
    "text", ["2026-11-27 20:00:00 KST", "2026-11-27 20:00:00 +0900", "2026-11-27 8:00 PM"]
)
def test_every_command_reads_the_courses_zone(config: Config, text: str) -> None:
    assert nbgrader.utils.parse_utc(text) == ELEVEN
    assert nbgrader.apps.zipcollectapp.parse_utc(text) == ELEVEN


def test_a_moment_of_nbgraders_own_stays(config: Config) -> None:
    assert nbgrader.utils.parse_utc(None) is None
    assert nbgrader.utils.parse_utc(ELEVEN) == ELEVEN
    assert nbgrader.utils.parse_utc(ELEVEN.replace(tzinfo=UTC)) == ELEVEN


def test_a_text_that_is_no_time_is_refused(config: Config) -> None:
    with pytest.raises(NotAMoment, match="'PST' is not sure"):
        nbgrader.utils.parse_utc("2026-11-27 20:00 PST")


def test_a_folder_whose_time_cannot_be_read_has_none(
    config: Config, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    coursedir = CourseDirectory(config=config)
    assert coursedir.get_existing_timestamp(str(tmp_path)) is None
    (tmp_path / "timestamp.txt").write_text("2026-11-27 20:00:00 KST")
    assert coursedir.get_existing_timestamp(str(tmp_path)) == ELEVEN
    (tmp_path / "timestamp.txt").write_text("soon")
    with caplog.at_level(logging.WARNING):
        assert coursedir.get_existing_timestamp(str(tmp_path)) is None


def add(config: Config, due: str) -> None:
    app = DbAssignmentAddApp(config=config)
    app.coursedir = CourseDirectory(config=config)
    app.duedate = due
    app.extra_args = ["segmentation"]
    app.start()


def test_a_due_date_is_kept_in_utc(config: Config) -> None:
    add(config, "2026-11-27 20:00 KST")
    with Gradebook(config.CourseDirectory.db_url) as book:
        assert book.find_assignment("segmentation").duedate == ELEVEN


def test_a_due_date_that_is_no_time_is_one_line(config: Config) -> None:
    with pytest.raises(SystemExit) as ended:
        add(config, "2026-11-27 20:00 CST")
    assert ended.value.code == 1
