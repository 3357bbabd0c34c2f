"""What is no grade never becomes one, and what is one is kept and shown once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.course.ledger import Ledger
from autograder.document import result as results
from autograder.document.result import Check, Result
from autograder.github import grades
from autograder.github.checks import REGRADE
from autograder.github.dispatch import dispatch
from autograder.github.errors import CourseError, RequestRefused
from autograder.github.fetch import fetch
from autograder.github.publish import Recorded, keep, show
from autograder.sandbox.protocol.errors import Frame, Verdict
from corpus.github.came_back import ASSIGNMENT, came_back, ended, outline
from corpus.github.fake import Json
from corpus.github.storage import Content, Link
from corpus.results import HOSTILE, lost
from tests.github.classroom import DEADLINE, Classroom

KIM = "segmentation-octo-kim"
FILES = {"iou.py": "return x[0]\n"}
NOTHING = ended(Verdict.FAILED, Verdict.FAILED)
HALF = ended(Verdict.FAILED, Verdict.PASSED)
ALL = ended(Verdict.PASSED, Verdict.PASSED)


class Desk:
    """One student's commit and what comes back for it."""

    def __init__(self, room: Classroom, ledger: Ledger, folder: Path, student: str = "kim") -> None:
        self.room, self.ledger, self.path = room, ledger, folder / "result.json"
        self.student = room.student(student)
        self.assignment = ASSIGNMENT
        self.push(FILES)

    def push(self, files: Mapping[str, Content], **how: Any) -> None:
        name = self.room.course.repository_of(self.student)
        pushed: dict[str, Content] = {"iou.py": "", **files}
        self.commit = self.room.github.push(name, pushed, **how)
        self.target = self.room.target(self.commit, self.student.id)

    def extend(self, **changes: Any) -> None:
        self.student = self.room.change(self.student.id, **changes)
        self.target = self.room.target(self.commit, self.student.id)

    def write(self, checks: list[Check] = NOTHING, **changes: Any) -> Result:
        """A result of these checks, about the very files that were pushed."""
        about, _ = fetch(self.room.client(), self.room.course, self.target, self.room.now)
        made = came_back(self.target.submission, about.files, *checks)
        made = msgspec.structs.replace(made, **changes)
        self.path.write_bytes(results.encode(made))
        return made

    def keep(self) -> Recorded:
        client = self.room.client()
        self.about, _ = fetch(client, self.room.course, self.target, self.room.now)
        course = self.room.course
        return keep(self.ledger, course, self.assignment, self.target, self.about, self.path)

    def publish(self) -> Recorded:
        kept = self.keep()
        client = self.room.client()
        show(client, self.ledger, self.room.course, self.target, self.about, kept)
        return kept

    @property
    def checks(self) -> list[Json]:
        return self.room.github.check_runs.get(self.target.repository, [])


@pytest.fixture
def desk(running: Classroom, ledger: Ledger, tmp_path: Path) -> Desk:
    return Desk(running, ledger, tmp_path)


def test_a_grade_is_kept_and_shown(desk: Desk) -> None:
    desk.write(HALF)
    kept = desk.publish()
    (push,) = desk.ledger.pushes()
    assert (push.commit, push.earned, push.points) == (desk.commit, 1.0, 2.0)
    assert push.received == desk.room.now
    assert desk.ledger.result(push.number) == kept.result
    (check,) = desk.checks
    assert (check["head_sha"], check["conclusion"]) == (desk.commit, "failure")
    assert check["output"]["title"] == "1 / 2"
    assert "What counts for you now: 1 of 2." in check["output"]["summary"]
    assert check["actions"][0]["identifier"] == REGRADE
    (note,) = check["annotations"]
    assert (note["path"], note["start_line"]) == ("iou.py", 12)


def test_everything_right_is_a_success(desk: Desk) -> None:
    desk.write(ALL)
    desk.publish()
    assert desk.checks[0]["conclusion"] == "success"


def test_publishing_twice_makes_one_row_and_one_check_run(desk: Desk) -> None:
    desk.write()
    desk.publish()
    before = len(desk.room.github.writes())
    desk.publish()
    assert len(desk.room.github.writes()) == before
    assert len(desk.ledger.pushes()) == len(desk.checks) == 1
    assert len(desk.checks[0]["annotations"]) == 1


def test_the_check_run_that_waited_shows_the_result(desk: Desk) -> None:
    dispatch(desk.room.client(), desk.room.course, desk.target, desk.room.now)
    desk.write()
    desk.publish()
    (check,) = desk.checks
    assert (check["status"], check["conclusion"]) == ("completed", "failure")


def test_a_ledger_that_was_lost_is_filled_again_and_nothing_shown_twice(
    desk: Desk, tmp_path: Path
) -> None:
    desk.write()
    desk.publish()
    with Ledger(tmp_path / "other") as desk.ledger:
        desk.publish()
        assert len(desk.ledger.pushes()) == 1
    assert len(desk.checks) == 1


def test_a_run_that_dies_between_the_ledger_and_the_check_goes_on_there(desk: Desk) -> None:
    desk.write()
    desk.keep()  # and died here
    assert [push.check_run for push in desk.ledger.pushes()] == [None]
    desk.publish()
    assert [push.check_run for push in desk.ledger.pushes()] == [desk.checks[0]["id"]]
    assert len(desk.ledger.pushes()) == 1


@pytest.mark.parametrize("done", [False, True])
def test_an_answer_that_is_lost_makes_no_second_check_run(desk: Desk, done: bool) -> None:
    desk.write()
    desk.room.github.fail("POST", "/check-runs$", 502, done=done)
    desk.publish()
    assert len(desk.checks) == len(desk.checks[0]["annotations"]) == 1


def test_a_check_run_that_cannot_be_written_leaves_the_grade_in_the_ledger(desk: Desk) -> None:
    desk.write()
    desk.room.github.fail("POST", "/check-runs$", 403)
    with pytest.raises(RequestRefused, match="403"):
        desk.publish()
    (push,) = desk.ledger.pushes()
    assert (push.reason, push.check_run) == (None, None)


def test_a_regrade_is_another_row_and_another_check_run(desk: Desk) -> None:
    desk.write(seed=1)
    desk.publish()
    dispatch(desk.room.client(), desk.room.course, desk.target, desk.room.now)
    desk.write(HALF, seed=2)
    desk.publish()
    assert [push.earned for push in desk.ledger.pushes()] == [0.0, 1.0]
    assert [check["output"]["title"] for check in desk.checks] == ["0 / 2", "1 / 2"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"earned": 2.0}, "its points do not add up"),
        ({"schema": "autograder-result/9"}, "not a result"),
    ],
)
def test_of_a_result_that_is_no_grade_nothing_is_shown(
    desk: Desk, changes: dict[str, Any], said: str
) -> None:
    desk.write(**changes)
    kept = desk.publish()
    assert kept.result is None
    assert said in (kept.reason or "")
    (check,) = desk.checks
    assert (check["conclusion"], check["output"]["title"]) == ("neutral", "Could not be graded")
    assert check["annotations"] == []
    assert "mean_iou" not in check["output"]["summary"]
    assert desk.ledger.pushes()[0].earned == 0.0


def test_a_forged_result_stops_no_other_students(desk: Desk) -> None:
    lee = Desk(desk.room, desk.ledger, desk.path.parent, "lee")
    desk.write(ALL, submission=lee.target.submission)
    assert desk.publish().result is None
    lee.write(ALL)
    lee.publish()
    assert lee.checks[0]["output"]["title"] == "2 / 2"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no result"),
        (b"", "not a result"),
        (b'{"earned": 100}', "not a result"),
        (b"[" * 100_000, "not a result"),
        (b"\xff\xfe", "not a result"),
    ],
)
def test_a_result_that_is_missing_or_broken_takes_no_grade_away(
    desk: Desk, content: bytes | None, said: str
) -> None:
    desk.write(HALF)
    desk.publish()
    desk.path.unlink()
    if content is not None:
        desk.path.write_bytes(content)
    kept = desk.publish()
    assert said in (kept.reason or "")
    assert "What counts for you now: 1 of 2." in desk.checks[-1]["output"]["summary"]
    (record,) = desk.ledger.record()
    assert record.earned == 1.0


def test_a_result_with_an_undecided_check_is_shown_as_open_and_is_no_grade(desk: Desk) -> None:
    made = desk.write(ended(Verdict.UNDECIDED, Verdict.PASSED))
    kept = desk.publish()
    assert (kept.result, kept.partial) == (None, made)
    assert kept.reason == "could not be decided: iou.a; ask the authors of the suite"
    (push,) = desk.ledger.pushes()
    assert (push.earned, push.reason) == (0.0, kept.reason)
    assert desk.ledger.result(push.number) is None
    assert grades.of_record(desk.room.course, desk.room.roster, desk.ledger.pushes()) == {}
    (check,) = desk.checks
    assert (check["conclusion"], check["output"]["title"]) == (
        "neutral", "The grade is open: the staff is asked"
    )  # fmt: skip
    assert "## 1 / 2 so far" in check["output"]["summary"]


def test_an_undecided_check_takes_no_grade_away(desk: Desk) -> None:
    desk.write(HALF)
    desk.publish()
    desk.write(ended(Verdict.UNDECIDED, Verdict.FAILED))
    desk.publish()
    assert "What counts for you now: 1 of 2." in desk.checks[-1]["output"]["summary"]
    assert [entry.earned for entry in desk.ledger.record()] == [1.0]


def test_a_result_without_a_gpu_is_no_grade_where_the_course_wants_one(desk: Desk) -> None:
    desk.room.with_(gpu=True)
    desk.write()
    assert desk.keep().reason == "it was graded on 'cpu', not on cuda"
    desk.write(device="cuda")
    assert desk.keep().reason is None


def test_a_result_planted_in_the_submission_earns_nothing(desk: Desk) -> None:
    planted = results.encode(came_back(desk.target.submission, {}, *ALL))
    desk.push({**FILES, "result.json": planted, "result/result.json": planted})
    _, files = fetch(desk.room.client(), desk.room.course, desk.target, desk.room.now)
    assert list(files) == ["iou.py"]
    desk.path.write_bytes(planted)  # even if it were taken for the runner's
    assert desk.publish().result is None


def test_a_push_without_python_is_told_of_with_its_reason(desk: Desk) -> None:
    desk.push({"iou.py": Link("/etc/passwd")}, force=True)
    assert desk.publish().reason == "there is no Python file in the assignment's folder"
    summary = desk.checks[0]["output"]["summary"]
    assert "There is no Python file where the assignment's files belong" in summary
    assert "Not taken over: `iou.py` (a link)." in summary


def test_what_is_late_is_told(desk: Desk) -> None:
    desk.push({"iou.py": "late"}, at=DEADLINE + timedelta(hours=1))
    desk.write(ALL)
    desk.publish()
    summary = desk.checks[0]["output"]["summary"]
    assert "Late: 10 points are taken off, so it counts 0." in summary
    desk.push({"iou.py": "too late"}, at=DEADLINE + timedelta(days=2, seconds=1))
    desk.write(ALL)
    desk.publish()
    assert "does not count" in desk.checks[-1]["output"]["summary"]


def test_the_check_says_which_deadline_was_used(desk: Desk) -> None:
    desk.room.with_(zone="Asia/Seoul")
    desk.write()
    desk.publish()
    head = desk.checks[0]["output"]["summary"].partition("##")[0]
    assert "received 2027-04-30 00:00 KST." in head
    assert "The course's deadline: 2027-05-01 00:00 KST." in head


def test_the_check_says_that_a_deadline_is_the_students_own(desk: Desk) -> None:
    desk.room.with_(language="ko", zone="Asia/Seoul")
    desk.extend(deadline=DEADLINE + timedelta(days=7))
    desk.push({"iou.py": "later"}, at=DEADLINE + timedelta(days=6))
    desk.write(ALL)
    desk.publish()
    head = desk.checks[-1]["output"]["summary"].partition("##")[0]
    assert "개인 제출 기한: 2027-05-08 00:00 KST." in head
    assert "현재 반영되는 점수: 2점 중 2점." in head


def test_an_excused_student_is_told_so_and_loses_nothing(desk: Desk) -> None:
    desk.extend(excused=True)
    desk.push({"iou.py": "late"}, at=DEADLINE + timedelta(days=1))
    desk.write(ALL)
    desk.publish()
    head = desk.checks[-1]["output"]["summary"].partition("##")[0]
    assert "You are excused" in head
    assert "Late:" not in head
    assert "counts for you now" not in head


def test_students_read_it_in_the_courses_language(desk: Desk) -> None:
    desk.room.with_(language="ko")
    dispatch(desk.room.client(), desk.room.course, desk.target, desk.room.now)
    assert desk.checks[0]["output"]["title"] == "채점을 기다리는 중"
    desk.write()
    desk.publish()
    assert "현재 반영되는 점수" in desk.checks[0]["output"]["summary"]
    assert desk.checks[0]["actions"][0]["label"] == "다시 채점"


def test_students_are_told_no_more_than_the_course_wants(desk: Desk) -> None:
    desk.room.with_(feedback="score")
    desk.write()
    desk.publish()
    assert desk.checks[0]["annotations"] == []
    assert "Count them" not in desk.checks[0]["output"]["summary"]


def test_more_notes_than_one_request_takes_are_sent_in_several(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.github.checks.ANNOTATIONS_CAP", 3)
    frames = [(Frame("iou.py", line, "f", "x"),) for line in range(1, 9)]
    checks = [
        lost(id=f"iou.{n}", points=0.25, function=f"f{n}", traceback=frame)
        for n, frame in enumerate(frames)
    ]
    desk.assignment = outline(*checks)
    desk.write(checks)
    desk.room.github.fail("PATCH", "/check-runs/", 502, done=True)
    desk.publish()
    assert sorted(note["start_line"] for note in desk.checks[0]["annotations"]) == list(range(1, 9))
    desk.publish()
    assert len(desk.checks) == 1
    assert len(desk.checks[0]["annotations"]) == 8


def test_words_of_the_students_mention_nobody(desk: Desk) -> None:
    desk.push({**FILES, "@teacher.py": "x", "unet.py": Link("@teacher"), "@a.ipynb": Link("#1")})
    check = lost(traceback=(Frame("iou.py", 1, HOSTILE, HOSTILE),), function=HOSTILE)
    desk.assignment = outline(check)
    desk.write([check])
    desk.publish()
    output, (note,) = desk.checks[0]["output"], desk.checks[0]["annotations"]
    # What tests/reports/test_markdown.py proves of the rest.
    head = output["summary"].partition("##")[0]
    assert head.endswith("Not taken over: `unet.py` (a link).  \n\n")
    assert "@" not in head + output["title"]
    # GitHub shows these as they stand, and `raw_details`, which is not sent, as Markdown.
    shown = {"path", "start_line", "end_line", "annotation_level", "title", "message"}
    assert set(note) == shown


def test_what_a_student_forges_as_a_check_run_is_left_alone(desk: Desk) -> None:
    desk.write()
    kept = desk.publish()
    forged = {**desk.checks[0], "id": 99, "app": {"id": 15368, "slug": "github-actions"}}
    desk.room.github.check_runs[KIM] = [forged]
    show(desk.room.client(), desk.ledger, desk.room.course, desk.target, desk.about, kept)
    assert len(desk.checks) == 2
    assert desk.checks[0] == forged


def test_a_deleted_repository_fails_alone(desk: Desk) -> None:
    desk.write()
    kept = desk.keep()
    desk.room.github.remove_repository(KIM)
    with pytest.raises(CourseError, match="404"):
        show(desk.room.client(), desk.ledger, desk.room.course, desk.target, desk.about, kept)
    assert desk.ledger.pushes() == [kept.push]
