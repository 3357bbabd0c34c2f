"""The ledger keeps everything, once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as replaced

from autograder.course.entries import Entry, key_of, to_entry
from autograder.course.ledger import Ledger, LedgerError
from autograder.course.ledger_steps import STEPS
from autograder.document.faults import Fault
from autograder.document.result import Result
from autograder.sandbox.grader.intake import SubmissionFiles
from autograder.sandbox.protocol.errors import Verdict
from corpus.results import lost, result


def entry(student: str = "kim", key: str = "k", earned: float = 1.0) -> Entry:
    return Entry(student, key, 2.0, earned, result=result(lost(earned=earned)))


def test_what_was_added_is_there_after_opening_again(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        assert ledger.add(entry())
    with Ledger(tmp_path / "l") as ledger:
        (kept,) = ledger.record()
    assert kept.result == entry().result
    assert kept.graded
    assert replace(kept, graded="") == entry()


def test_the_last_grading_is_the_grade_of_record(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        ledger.add(entry(key="a", earned=2.0))
        ledger.add(entry(key="b", earned=1.0))
        ledger.add(entry("lee", key="c", earned=0.5))
        assert [(e.student, e.earned) for e in ledger.record()] == [("kim", 1.0), ("lee", 0.5)]
        assert [e.earned for e in ledger.history("kim")] == [2.0, 1.0]


def test_the_same_grading_is_kept_once_unless_asked_for_again(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        assert ledger.add(entry())
        assert ledger.has("kim", "k")
        assert not ledger.has("lee", "k")
        assert not ledger.add(entry())
        assert ledger.add(entry(), again=True)
        assert len(ledger.history("kim")) == 2


def test_work_that_went_back_to_an_earlier_state_is_a_new_grading(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        for key in ("a", "b", "a"):
            assert ledger.add(entry(key=key))


def test_nothing_is_changed_or_taken_out(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        ledger.add(entry())
    connection = sqlite3.connect(tmp_path / "l")
    for statement in ("UPDATE grading SET earned = 2", "DELETE FROM grading"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)


def test_what_could_not_be_graded_is_kept_with_its_reason(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        ledger.add(Entry("kim", "k", 100, 0, reason="holds no Python file"))
        (kept,) = ledger.record()
    assert (kept.reason, kept.result) == ("holds no Python file", None)


def test_what_is_settled_stays(tmp_path: Path) -> None:
    for value in ("7", "8"):
        with Ledger(tmp_path / "l") as ledger:
            assert ledger.set_default("seed", value) == "7"


WRITER = """
import sys
from pathlib import Path
from autograder.course.entries import Entry
from autograder.course.ledger import Ledger
with Ledger(Path(sys.argv[1])) as ledger:
    for number in range(40):
        ledger.add(Entry(f"student{number}", "k", 1, 1, reason="-"))
"""


def test_several_processes_write_at_once_and_nothing_is_there_twice(tmp_path: Path) -> None:
    path = tmp_path / "l"
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen(command) for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    with Ledger(path) as ledger:
        assert [len(ledger.history(f"student{n}")) for n in range(40)] == [1] * 40


KILLED = """
import os, signal, sys
from pathlib import Path
from autograder.course.entries import Entry
from autograder.course.ledger import Ledger
with Ledger(Path(sys.argv[1])) as ledger:
    ledger.add(Entry("kim", "k", 1, 1, reason="-"))
    ledger._connection.execute("BEGIN IMMEDIATE")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_that_is_killed_while_writing_loses_nothing_before(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "l")])
    assert killed.returncode == -9
    with Ledger(tmp_path / "l") as ledger:
        assert ledger.has("kim", "k")
        assert ledger.add(entry("lee"))


def test_another_file_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database, but long enough to be looked at" * 50)
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE x (y)").connection.commit()
    for name in ("text", "other"):
        with pytest.raises(LedgerError, match=name):
            Ledger(tmp_path / name)
    with pytest.raises(LedgerError, match="gone"):
        Ledger(tmp_path / "gone" / "l")


def test_a_full_disk_is_said_in_one_line(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        ledger.add(entry())
        pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
        ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
        document: Result = result(*(lost(id=f"iou.{n}") for n in range(3000)))
        with pytest.raises(LedgerError, match="full"):
            ledger.add(Entry("lee", "k", 2, 1, result=document))
        assert ledger.has("kim", "k")


@pytest.mark.parametrize(
    "what", ["suites", "grader", "seed", "points", "files", "problems", "names"]
)
def test_a_key_depends_on_everything_that_decides(what: str) -> None:
    base: dict[str, Any] = {"suites": "1", "grader": "1", "seed": 1, "points": 100.0}
    submitted, other = SubmissionFiles({"iou.py": b"a"}), SubmissionFiles({"iou.py": b"a"})
    changed = dict(base)
    if what == "files":
        other = SubmissionFiles({"iou.py": b"b"})
    elif what == "problems":
        other = SubmissionFiles({"iou.py": b"a"}, {"unet.py": "a link"})
    elif what == "names":
        other = SubmissionFiles({"iou.py": b"a"}, passed_over=["unet-1.py"])
    else:
        changed[what] = type(base[what])(2)
    same = key_of(SubmissionFiles({"iou.py": b"a"}), **base)
    assert key_of(submitted, **base) == same
    assert key_of(other, **changed) != same


# --- what could not be decided

UNDECIDED = result(lost(Verdict.UNDECIDED), lost(Verdict.PASSED, id="iou.b", earned=2.0))
FAULTS = (Fault("iou.a", "Traceback\nRuntimeError: boom", "RuntimeError: boom"),)


def undecided(student: str = "kim", key: str = "u", **files: str) -> Entry:
    return to_entry(student, key, replaced(UNDECIDED, files=files), FAULTS)


def test_a_result_with_an_undecided_check_is_no_grade_and_names_it() -> None:
    entry = undecided()
    assert (entry.result, entry.open, entry.partial) == (None, True, UNDECIDED)
    assert entry.reason == (
        "could not be decided: iou.a (RuntimeError: boom); ask the authors of the suite"
    )


def test_the_ledger_keeps_what_was_found_and_the_traceback(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        ledger.add(undecided())
    with Ledger(tmp_path / "l") as ledger:
        (kept,) = ledger.record()
    assert replace(kept, graded="") == undecided()
    assert kept.traceback == "iou.a\nTraceback\nRuntimeError: boom"


def test_the_grade_of_other_files_gives_way_to_an_undecided_one(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        ledger.add(entry())
        ledger.add(undecided(**{"iou.py": "changed"}))
        assert [e.result for e in ledger.record()] == [None]


def test_the_grade_of_the_same_files_stays_beside_an_undecided_one(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        ledger.add(entry())
        assert ledger.add(undecided())
        assert [e.earned for e in ledger.record()] == [1.0]
        assert ledger.has("kim", "u")
        assert [e.open for e in ledger.record()] == [False]
        ledger.add(entry(key="mended", earned=2.0))
        assert [e.earned for e in ledger.record()] == [2.0]


def test_a_second_undecided_grading_follows_the_first(tmp_path: Path) -> None:
    with Ledger(tmp_path / "l") as ledger:
        ledger.add(undecided(key="a"))
        ledger.add(undecided(key="b"))
        assert [e.key for e in ledger.record()] == ["b"]


def test_a_ledger_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "l")
    for step in STEPS[:2]:
        connection.executescript(step)
    connection.execute("PRAGMA user_version = 2")
    connection.execute(
        "INSERT INTO grading (student, key, graded, points, earned, reason) "
        "VALUES ('kim', 'k', '2026-11-28T00:00:00+00:00', 2, 0, 'holds no Python file')"
    )
    connection.commit()
    connection.close()
    with Ledger(tmp_path / "l") as ledger:
        ledger.add(undecided("lee"))
        assert [(e.student, e.open) for e in ledger.record()] == [("kim", False), ("lee", True)]
    connection = sqlite3.connect(tmp_path / "l")
    for statement in ("UPDATE grading SET aside = 1", "DELETE FROM grading"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
