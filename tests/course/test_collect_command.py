"""`autograder course collect` prints who was collected, and what was not; its exit code says so."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import nbgrader.utils
import pytest
from typer.testing import CliRunner, Result

from autograder import cli

Run = Callable[..., Result]
ROSTER = "student,name\nkim,Kim Minsu\nlee,이지우\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("roster.csv").write_text(ROSTER, encoding="utf-8")
    runner = CliRunner()
    return lambda *words: runner.invoke(
        cli.app, ["course", "collect", *map(str, words), "--to", "CLASS"]
    )


def download(*names: str) -> Path:
    path = Path("download.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, f"# {name}\n")
    return path


def moodle(*people: str) -> Path:
    return download(*(f"{person}_assignsubmission_file_/iou.py" for person in people))


def test_who_was_collected_is_a_table(run: Run) -> None:
    result = run(
        moodle("Kim Minsu_12345", "이지우_12346"), "--from", "moodle", "--roster", "roster.csv"
    )
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split() == [
        *("kim", "Kim", "Minsu", "1", "Kim", "Minsu_12345_assignsubmission_file_/iou.py")
    ]
    assert result.stdout.splitlines()[-1] == "2 students collected into CLASS: 2 new"


def test_a_second_run_says_what_changed(run: Run) -> None:
    run(moodle("Kim Minsu_12345", "이지우_12346"), "--from", "moodle")
    with zipfile.ZipFile("download.zip", "w") as archive:
        archive.writestr("Kim Minsu_12345_assignsubmission_file_/iou.py", "x = 2\n")
        archive.writestr("Jun Park_12347_assignsubmission_file_/iou.py", "x = 3\n")
    result = run("download.zip", "--from", "moodle")
    said = "2 students collected into CLASS: 1 new, 1 changed (Kim Minsu_12345)"
    assert result.stdout.splitlines()[-1] == said


def test_what_needs_a_look_is_exit_code_1(run: Run) -> None:
    result = run(
        moodle("Kim Minsu_12345", "Nobody_1"), "--from", "moodle", "--roster", "roster.csv"
    )
    assert result.exit_code == 1
    assert "on the roster, and nothing collected: lee" in result.stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nothing.zip", "--from", "moodle"], "there is no folder nothing.zip"),
        (["roster.csv", "--from", "moodle"], "is not a folder, and no .zip"),
        (["download.zip", "--from", "canvas"], "it looks like Moodle (--from moodle)"),
        (["download.zip", "--from", "moodle", "--roster", "no.csv"], "no.csv cannot be read"),
        (["download.zip", "--from", "moodle", "--config", "no.toml"], "no.toml: "),
        (["download.zip", "--from", "moodle", "--zone", "Seoul"], "Seoul is no time zone"),
        (["download.zip", "--from", "moodle", "--times", "no.csv"], "no.csv cannot be read"),
        (["download.zip", "--from", "moodle", "--assignment", "x"], "no assignment called x"),
        (
            ["download.zip", "--from", "moodle", "--config", "course.toml", "--zone", "UTC"],
            "--zone: course.toml has the zone",
        ),
    ],
)
def test_what_cannot_begin_is_one_line_and_exit_code_2(
    run: Run, words: list[str], why: str
) -> None:
    moodle("Kim Minsu_12345")
    Path("course.toml").write_text('zone = "Asia/Seoul"\n')
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not Path("CLASS").exists()


def test_an_archive_that_cannot_be_read_is_named(run: Run) -> None:
    Path("work").mkdir()
    Path("work/seg.zip").write_bytes(b"PK")
    result = run("work", "--from", "moodle")
    assert result.exit_code == 2
    assert "not collected: seg.zip: seg.zip is not a zip file that can be read" in result.stderr


def test_a_courses_file_gives_the_zone_and_the_roster(run: Run) -> None:
    Path("course.toml").write_text('zone = "Asia/Seoul"\nroster = "roster.csv"\n')
    Path("times.csv").write_text("student,received\nkim,2026-11-27 20:00\n")
    result = run(
        *(moodle("Kim Minsu_12345"), "--from", "moodle", "--config", "course.toml"),
        *("--times", "times.csv"),
    )
    assert "2026-11-27 20:00 KST" in result.stdout
    assert "kim,2026-11-27 20:00:00+09:00,," in Path("CLASS/collected.csv").read_text()


def test_the_courses_own_files_were_not_handed_in(run: Run, tmp_path: Path) -> None:
    Path("work/kim").mkdir(parents=True)
    Path("work/kim/iou.py").write_text("")
    Path("work/roster.csv").write_text("student\nkim\n")
    result = run("work", "--from", "folder", "--roster", "work/roster.csv")
    assert (result.exit_code, "not collected" in result.stdout) == (0, False)


def test_nbgrader_itself_reads_the_time_that_is_written(run: Run) -> None:
    Path("times.csv").write_text("student,received\nkim,2026-11-27 20:00 +0900\n")
    run(
        *(moodle("Kim Minsu_12345"), "--from", "moodle", "--roster", "roster.csv"),
        *("--times", "times.csv", "--layout", "nbgrader"),
    )
    stamp = Path("CLASS/kim/segmentation/timestamp.txt").read_text()
    assert nbgrader.utils.parse_utc(stamp) == datetime(2026, 11, 27, 11, 0)


def test_what_students_call_their_files_does_nothing_to_a_terminal(run: Run) -> None:
    made = download("kim/iou.py", "\x1b[31m ::error::\nlee")
    result = run(made, "--from", "folder")
    assert "\x1b" not in result.stdout
    assert "::error" not in result.stdout
