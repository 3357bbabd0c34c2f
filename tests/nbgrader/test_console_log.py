"""What a command of nbgrader says: what matters on the console, everything in a log file."""

from __future__ import annotations

import io
import logging
import warnings
from pathlib import Path

import pytest
from nbgrader.converters.base import NbGraderException

from autograder.nbgrader.console_log import Printable, log_file, summarize


class Said:
    """A logger as nbgrader's commands have one, and what its console shows."""

    def __init__(self, level: int = logging.INFO) -> None:
        self.log = logging.Logger("AutogradeApp", logging.DEBUG)
        self._stream = io.StringIO()
        handler = logging.StreamHandler(self._stream)
        handler.setLevel(level)
        handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
        handler.addFilter(Printable())
        self.log.addHandler(handler)

    @property
    def console(self) -> list[str]:
        return self._stream.getvalue().splitlines()


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log" / "autograde.log"


def test_copying_and_nbgraders_constant_warnings_are_in_the_file_alone(
    said: Said, file: Path
) -> None:
    with log_file(said.log, file):
        said.log.info("Copying a -> b")
        said.log.warning("Cell 'parameters' does not exist in the database")
        said.log.warning("kim: the notebook is damaged")
    assert said.console[:-1] == ["[WARNING] kim: the notebook is damaged"]
    text = file.read_text(encoding="utf-8")
    assert "INFO Copying a -> b" in text
    assert "WARNING Cell 'parameters'" in text


def test_the_last_line_names_the_file(
    said: Said, file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with log_file(said.log, file):
        pass
    assert said.console == ["Everything that was said: log/autograde.log"]


def test_a_summary_stands_as_it_is(said: Said, file: Path) -> None:
    with log_file(said.log, file):
        summarize(said.log, "student  points\nkim          20")
    assert said.console[:2] == ["student  points", "kim          20"]


def test_of_a_traceback_the_console_has_the_last_line(said: Said, file: Path) -> None:
    with log_file(said.log, file):
        said.log.error("Traceback (most recent call last):\n  File x\nValueError: wrong\n")
    assert said.console[0] == "[ERROR] ValueError: wrong"
    assert "File x" in file.read_text(encoding="utf-8")


def test_warnings_of_libraries_are_in_the_file_alone(
    said: Said, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings(), log_file(said.log, file):
        warnings.simplefilter("always")
        warnings.warn("not in session", UserWarning, stacklevel=1)
    assert len(said.console) == 1
    assert capsys.readouterr().err == ""
    assert "UserWarning: not in session" in file.read_text(encoding="utf-8")


def test_afterwards_the_console_is_as_it_was(said: Said, file: Path) -> None:
    with log_file(said.log, file):
        pass
    said.log.info("Collecting kim")
    assert said.console[1:] == ["[INFO] Collecting kim"]


def test_with_debug_the_console_has_everything(file: Path) -> None:
    said = Said(logging.DEBUG)
    with log_file(said.log, file):
        said.log.info("Copying a -> b")
    assert "[INFO] Copying a -> b" in said.console


def test_what_strangers_chose_is_printable_in_the_file(said: Said, file: Path) -> None:
    with log_file(said.log, file):
        said.log.info("Copying %s", "\x1b[2Jname\nTraceback of my own")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert "\x1b" not in "".join(lines)
    assert "    Traceback of my own" in lines


def test_a_course_folder_that_cannot_be_written_is_named(said: Said, tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    with (
        pytest.raises(NbGraderException),
        log_file(said.log, tmp_path / "log" / "autograde.log"),
    ):
        pytest.fail("nothing is to be done")
    assert said.console[0].startswith("[ERROR] The course folder cannot be written: ")
