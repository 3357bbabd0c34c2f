"""The ledger: every grading there was, appended and never changed, in one SQLite file."""

from __future__ import annotations

import secrets
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.course.entries import Entry, Push
from autograder.course.ledger_steps import STEPS, VERSION, statements
from autograder.document import result as results
from autograder.document.result import Result
from autograder.errors import AutograderError

WAIT_SECONDS = 60.0

_APPEND = """
INSERT INTO grading (student, key, graded, points, earned, reason, document, commit_id, received,
    open, partial, traceback, aside)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class LedgerError(AutograderError):
    """The file is no ledger, or cannot be written; the message says which and why."""


class Ledger:
    """An open ledger; the file is made if there is none. Use as a context manager.

    Several processes may write at once: each grading is one transaction.

    Raises LedgerError when the file is something else or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._prepare()
        except sqlite3.Error as error:
            raise LedgerError(f"{path}: {error}") from None

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def _prepare(self) -> None:
        with self._transaction():
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if version > VERSION or (version == 0 and tables > 0):
                raise LedgerError(f"{self.path} is no ledger of this version")
            for step in STEPS[version:]:
                for statement in statements(step):
                    self._connection.execute(statement)
            if version < VERSION:
                self._connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All that is written inside, or nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def set_default(self, name: str, value: str) -> str:
        """Store the value unless `name` has one; return the stored one."""
        with self._connection as connection:
            connection.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", (name, value))
            row = connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return str(row[0])

    def seed(self, wanted: int | None = None) -> int:
        """The seed of the class: the first one that was wanted, or drawn, stays.

        Raises LedgerError when another one is wanted.
        """
        first = secrets.randbelow(2**31) if wanted is None else wanted
        settled = int(self.set_default("seed", str(first)))
        if wanted not in (None, settled):
            raise LedgerError(
                f"{self.path} grades with seed {settled}; to grade with {wanted}, name another file"
            )
        return settled

    def seed_per_student(self, wanted: bool = False) -> bool:
        """Whether each student has a seed of his own; what was settled first stays.

        Raises LedgerError when it is wanted and the class was begun with one seed for all.
        """
        settled = self.set_default("seed per student", "yes" if wanted else "no") == "yes"
        if wanted and not settled:
            raise LedgerError(
                f"{self.path} grades with one seed for all; for a seed per student name another "
                "file"
            )
        return settled

    def has(self, student: str, key: str) -> bool:
        """Whether the student's last grading is this very one."""
        row = self._connection.execute(
            "SELECT key FROM grading WHERE student = ? ORDER BY number DESC LIMIT 1", (student,)
        ).fetchone()
        return row is not None and row[0] == key

    def add(self, entry: Entry, *, again: bool = False) -> bool:
        """Append a grading; unless `again`, not one that is the student's last already.

        One of a commit is appended only if the student has none with its key. Returns whether it
        was appended. Raises LedgerError when it cannot be written, on a full disk for instance.
        """
        row = (
            entry.student,
            entry.key,
            _now(),
            entry.points,
            entry.earned,
            entry.reason,
            _deflated(entry.result),
            entry.commit,
            entry.received,
            entry.open,
            _deflated(entry.partial),
            entry.traceback,
        )
        try:
            with self._transaction():
                if entry.commit is None:
                    wanted = again or not self.has(entry.student, entry.key)
                else:
                    wanted = self.find_push(entry.student, entry.key) is None
                if wanted:
                    self._connection.execute(_APPEND, (*row, self._has_a_grade(entry)))
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: {error}") from None
        return wanted

    def _has_a_grade(self, entry: Entry) -> bool:
        """Whether it is open, but the grade of record is of the very same files."""
        if entry.partial is None:
            return False
        query = "SELECT document FROM record WHERE student = ?"
        before = self._connection.execute(query, (entry.student,)).fetchone()
        graded = None if before is None else _result(before[0])
        return graded is not None and graded.files == entry.partial.files

    def record(self) -> Iterator[Entry]:
        """The grade of record of every student, by name, read one at a time."""
        query = (
            "SELECT student, key, points, earned, graded, reason, document, commit_id, received,"
            " open, partial, traceback FROM record ORDER BY student"
        )
        with closing(self._connection.execute(query)) as rows:
            for row in rows:
                about, (document, *pushed, is_open, partial, traceback) = row[:6], row[6:]
                found = (_result(document), *pushed, bool(is_open), _result(partial), traceback)
                yield Entry(*about, *found)

    def history(self, student: str) -> list[Entry]:
        """Every grading of a student, the first one first."""
        rows = self._connection.execute(
            "SELECT student, key, points, earned, graded, reason FROM grading"
            " WHERE student = ? ORDER BY number",
            (student,),
        )
        return [Entry(*fields) for fields in rows]

    def pushes(self) -> list[Push]:
        """Every grading of a commit, the first one first."""
        return [_push(row) for row in self._connection.execute(f"{_PUSHES} ORDER BY number")]

    def find_push(self, student: str, key: str) -> Push | None:
        """The grading of a commit that has this key."""
        query = f"{_PUSHES} AND student = ? AND key = ?"
        row = self._connection.execute(query, (student, key)).fetchone()
        return None if row is None else _push(row)

    def result(self, number: int) -> Result | None:
        """The whole result of a grading."""
        query = "SELECT document FROM grading WHERE number = ?"
        (document,) = self._connection.execute(query, (number,)).fetchone()
        return _result(document)

    def record_check_run(self, number: int, check_run: int) -> None:
        """Note that a grading was shown to the student; a second note changes nothing."""
        try:
            self._connection.execute(
                "INSERT OR IGNORE INTO check_run VALUES (?, ?, ?)", (number, check_run, _now())
            )
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: {error}") from None


_PUSHES = """
SELECT number, student, commit_id, received, graded, points, earned, reason, check_run.id
FROM grading LEFT JOIN check_run ON check_run.grading = number WHERE commit_id IS NOT NULL
"""


def _push(row: tuple[Any, ...]) -> Push:
    number, student, commit, received, graded, *rest = row
    times = datetime.fromisoformat(received), datetime.fromisoformat(graded)
    return Push(number, student, commit, *times, *rest)


def _result(document: bytes | None) -> Result | None:
    return results.decode(zlib.decompress(document)) if document else None


def _deflated(result: Result | None) -> bytes | None:
    return None if result is None else zlib.compress(results.encode(result))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
