"""Logging of nbgrader: the important lines on the console, all of it in a file.

Names of students' files and folders stand in its messages, so they are made printable.
"""

from __future__ import annotations

import logging
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from nbgrader.converters.base import NbGraderException

from autograder.sandbox.grader.printable import printable

LINE_CAP = 5000
BYTES_CAP = 4 << 20
# A name with a line break in it begins no line of its own.
INDENT = "\n    "
# What nbgrader warns of at every run, and nobody can do anything about.
ROUTINE = re.compile(
    r"Removing existing |Updating existing |Late submission penalty: |No submitted file: "
    r"|SubmittedAssignment<.* seconds late$|Cell '.*' does not exist in the database$"
    r"|Removing notebook '|Removing failed |Please see the "
    r"|There was an error processing assignment '|Directory not found. Creating: "
    r"|Clearing existing files in "
)
TRACEBACK = "Traceback (most recent call last)"
OURS, DONE = "summary", "printable"


class Printable(logging.Filter):
    """Makes the messages of a handler printable, nbgrader's own among them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, OURS) and not hasattr(record, DONE):
            lines = record.getMessage().splitlines()
            record.msg, record.args = INDENT.join(printable(line, LINE_CAP) for line in lines), ()
            setattr(record, DONE, True)  # the next handler gets the same record
        return True


LOGGING = {
    "filters": {"printable": {"()": f"{__name__}.{Printable.__name__}"}},
    "handlers": {"console": {"filters": ["printable"]}},
}


class _Signal(logging.Filter):
    """Lets important records through."""

    def filter(self, record: logging.LogRecord) -> bool:
        if hasattr(record, OURS):
            return True
        return record.levelno >= logging.WARNING and not ROUTINE.match(record.getMessage())


class _Formatter(logging.Formatter):
    """The handler's format, but a summary bare, and of a traceback only the last line."""

    def __init__(self, own: logging.Formatter | None) -> None:
        super().__init__()
        self.own = own or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if hasattr(record, OURS):
            return message
        if message.startswith(TRACEBACK):
            record = logging.makeLogRecord(record.__dict__)
            record.msg, record.args = message.rstrip().rpartition("\n")[2].strip(), ()
        return self.own.format(record)


def summarize(log: logging.Logger, text: str) -> None:
    """Say it on the console as it stands, which must be printable, and in the log file."""
    log.info("%s", text, extra={OURS: True})


@contextmanager
def log_file(log: logging.Logger, path: Path) -> Iterator[None]:
    """Everything that is said goes to the file; what matters, and the file's name, to the console.

    With --debug the console has everything, too. Raises NbGraderException where the file cannot be
    written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(path, maxBytes=BYTES_CAP, backupCount=1, encoding="utf-8")
    except OSError as error:
        log.error("The course folder cannot be written: %s", error)
        raise NbGraderException(str(error)) from None
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    file.addFilter(Printable())
    file.setLevel(logging.INFO)
    consoles = [each for each in log.handlers if _is_console(each)]
    if any(each.level == logging.DEBUG for each in consoles):
        consoles = []
    signal, formatters = _Signal(), [each.formatter for each in consoles]
    for console, own in zip(consoles, formatters, strict=True):
        console.setFormatter(_Formatter(own))
        console.addFilter(signal)
    log.addHandler(file)
    try:
        with _warnings_to(log):
            log.info("$ %s", " ".join(sys.argv))
            yield
    finally:
        summarize(log, f"Everything that was said: {printable(from_here(path), LINE_CAP)}")
        log.removeHandler(file)
        file.close()
        for console, own in zip(consoles, formatters, strict=True):
            console.setFormatter(own)
            console.removeFilter(signal)


def _is_console(handler: logging.Handler) -> bool:
    """The terminal, or what the Formgrader shows."""
    files = isinstance(handler, logging.FileHandler)
    return isinstance(handler, logging.StreamHandler) and not files


def from_here(path: Path) -> str:
    """A path relative to the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


@contextmanager
def _warnings_to(log: logging.Logger) -> Iterator[None]:
    """SQLAlchemy warns of what nbgrader does with it, for instance."""

    def show(message: Warning | str, kind: type[Warning], file: str, line: int, *_: object) -> None:
        log.info("%s: %s (%s:%d)", kind.__name__, message, file, line)

    with warnings.catch_warnings():
        warnings.showwarning = show  # type: ignore[assignment]
        yield
