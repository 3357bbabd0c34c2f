"""The commands as the course's staff and its workflows run them: lines, files, exit codes."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner, Result

from autograder import cli
from autograder.cli import github_run
from autograder.course.ledger import Ledger
from autograder.document import result as results
from autograder.sandbox.protocol.errors import Verdict
from corpus.github.came_back import ASSIGNMENT, came_back, ended
from corpus.github.fake import deliver
from tests.github.classroom import DEADLINE, Classroom, Write
from tests.support.alembic import ask_alembic_once

KIM = "segmentation-octo-kim"
Run = Callable[..., Result]


class Clock:
    now = DEADLINE.replace(day=29)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(github_run, "utc_now", made)
    return made


@pytest.fixture
def run(
    classroom: Classroom,
    course_file: Write,
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """`autograder github ...` in a folder with a course.toml."""
    course_file("late.days = 2", "late.points_a_day = 10")
    monkeypatch.chdir(tmp_path)
    ask_alembic_once(monkeypatch)
    monkeypatch.setattr(github_run, "time", SimpleNamespace(sleep=classroom.waits.append))
    monkeypatch.setattr(github_run, "read_outline", lambda name: ASSIGNMENT)
    environment = {"GITHUB_API_URL": classroom.github.url, "GITHUB_TOKEN": "token"}
    runner = CliRunner(env=environment)
    return lambda *arguments: runner.invoke(cli.app, ["github", *map(str, arguments)])


def write_result(tmp_path: Path, submission: str) -> None:
    about = json.loads((tmp_path / f"{submission}.push.json").read_text())
    made = came_back(submission, about["files"], *ended(Verdict.FAILED, Verdict.PASSED))
    (tmp_path / "result.json").write_bytes(results.encode(made))


def test_a_course_from_its_first_repository_to_its_last_grade(
    run: Run, classroom: Classroom, tmp_path: Path, clock: Clock
) -> None:
    assert run("provision").stdout.splitlines()[-1] == "3 changed, 0 as they were"
    assert run("provision").stdout == "0 changed, 3 as they were\n"
    assert "0 of 3 not graded" in run("sweep").stdout
    sha = classroom.github.push(KIM, {"iou.py": "work\n"}, at=clock.now)

    swept = run("sweep", "--dispatch", "--json", "found.json")
    assert (swept.exit_code, swept.stdout.splitlines()[0]) == (0, f"kim {sha}: sent")
    assert json.loads((tmp_path / "found.json").read_text()) == [
        {"student": "kim", "repository": KIM, "sha": sha}
    ]
    assert f"kim {sha}: waits already" in run("sweep", "--dispatch").stdout
    assert len(classroom.github.dispatches) == 1

    fetched = run("fetch", "kim", sha)
    assert (fetched.exit_code, "taken: iou.py" in fetched.stdout) == (0, True)
    write_result(tmp_path, f"kim-{sha}")
    for _ in range(2):
        published = run("publish", "kim", sha, "--result", "result.json")
        assert published.stdout == f"kim {sha}: 1 / 2\ncheck run 1\n"
        assert published.exit_code == 0
    assert "0 of 3 not graded" in run("sweep").stdout

    due, _, *table = run("status").stdout.splitlines()
    assert due == "The course's deadline: 2027-04-30 15:00 UTC"
    assert table[0].split() == [
        *("kim", KIM, sha[:7], sha[:7], "2027-04-29", "15:00", "UTC", "1", "/", "2", "1", "yes"),
    ]
    assert table[1].split() == ["lee", "segmentation-octo-lee", *"------", "-"]
    assert run("grades", "--csv", "grades.csv").stdout == "3 students written to grades.csv\n"
    assert "kim,octo-kim,Kim" in (tmp_path / "grades.csv").read_text(encoding="utf-8-sig")

    absent = run("gradebook")
    assert absent.exit_code == 2
    assert "--to: there is no gradebook gradebook.db" in absent.stderr
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        book.add_assignment("segmentation")
        book.add_notebook("practice", "segmentation")
        book.add_grade_cell("iou", "practice", "segmentation", max_score=2, cell_type="code")
    assert run("gradebook").stdout == "kim: written\n1 with a grade: 1 written\n"
    assert run("gradebook").stdout == "kim: as it was\n1 with a grade: 1 as it was\n"

    closed = run("close")
    assert closed.exit_code == 2
    assert "work is taken until 2027-05-02 15:00 UTC; --now closes before" in closed.stderr
    clock.now = DEADLINE.replace(month=6)
    assert run("close").stdout.splitlines()[-1] == "3 changed, 0 as they were"
    assert run("close").stdout == "0 changed, 3 as they were\n"


def test_one_students_trouble_is_one_line_and_the_exit_code(run: Run, classroom: Classroom) -> None:
    classroom.github.fail("PUT", "/collaborators/octo-lee$", 422, message="no such user")
    done = run("provision")
    assert done.exit_code == 1
    assert "2 changed, 0 as they were, 1 failed" in done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith("lee: ")
    assert line.endswith("422 no such user")
    classroom.github.remove_repository(KIM)
    done = run("sweep")
    assert done.exit_code == 1
    assert "0 of 3 not graded, 1 failed" in done.stdout
    assert f"kim: there is no repository {KIM}" in done.stderr


def test_a_student_with_a_deadline_of_their_own_keeps_write_access(
    run: Run, course_file: Write, clock: Clock
) -> None:
    roster = "student,login,deadline\nkim,octo-kim,\nlee,octo-lee,2027-05-09 15:00\n"
    course_file("late.days = 2", roster=roster)
    run("provision")
    clock.now = DEADLINE.replace(month=5, day=3)
    done = run("close")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "lee: keeps write access until 2027-05-11 15:00 UTC (own deadline)",
        "kim: octo-kim: invited with read access instead of write",
        "1 changed, 0 as they were, 1 keep write access",
    ]
    assert "lee: octo-lee: invited with read" in run("close", "--now").stdout
    assert "lee: octo-lee: invited with write" in run("provision").stdout


@pytest.mark.parametrize("command", ["provision", "sweep", "status"])
def test_a_student_without_a_login_is_named_and_passed_over(
    run: Run, classroom: Classroom, course_file: Write, tmp_path: Path, command: str
) -> None:
    course_file(roster="student,login\nkim,octo-kim\nlee,\n")
    Ledger(tmp_path / "course.ledger").__enter__().__exit__(None, None, None)
    run("provision")
    done = run(command)
    assert done.exit_code == 0
    assert "lee: passed over: no GitHub login on the roster" in done.stderr.splitlines()
    assert list(classroom.github.repositories) == ["grader", "segmentation", KIM]


def test_closing_passes_over_who_has_no_login(run: Run, course_file: Write, clock: Clock) -> None:
    course_file(roster="student,login\nkim,octo-kim\nlee,\n")
    run("provision")
    clock.now = DEADLINE.replace(month=6)
    done = run("close")
    assert done.stdout.splitlines()[-1] == "1 changed, 0 as they were, 1 without a login"
    assert done.stderr == "lee: passed over: no GitHub login on the roster\n"


def test_an_id_that_workflows_do_not_take_is_one_students_trouble(
    run: Run, course_file: Write
) -> None:
    course_file(roster="student,login\nkim,octo-kim\n이영희,octo-lee\n")
    done = run("provision")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == "1 changed, 0 as they were, 1 failed"
    assert "is no student id that GitHub's workflows take" in done.stderr


def test_an_excused_student_has_no_grade_in_any_table(
    run: Run, classroom: Classroom, course_file: Write, tmp_path: Path, clock: Clock
) -> None:
    course_file(roster="student,login,excused\nkim,octo-kim,yes\nlee,octo-lee,\n")
    run("provision")
    sha = classroom.github.push(KIM, {"iou.py": "work\n"}, at=clock.now)
    run("fetch", "kim", sha)
    write_result(tmp_path, f"kim-{sha}")
    run("publish", "kim", sha, "--result", "result.json")
    assert run("status").stdout.splitlines()[2].split()[-2:] == ["excused", "yes"]
    run("grades", "--csv", "grades.csv")
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        kim, lee = csv.DictReader(file)
    assert (kim["status"], kim["total"], lee["status"]) == ("excused", "", "missing")
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        book.add_assignment("segmentation")
    written = run("gradebook").stdout.splitlines()
    assert written == ["kim: excused, nothing is written", "nobody has a grade yet"]


def test_a_push_that_could_not_be_graded_is_published_and_seen(
    run: Run, classroom: Classroom
) -> None:
    run("provision")
    sha = classroom.github.push(KIM, {"iou.py": "work\n"})
    done = run("publish", "kim", sha, "--result", "absent.json")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (1, f"kim {sha}: there is no result")
    done = run("status")
    assert f"kim: {sha} could not be graded: there is no result" in done.stderr
    assert "0 of 3 not graded" in run("sweep").stdout
    assert "1 of 3 not graded" in run("sweep", "--failed").stdout


def test_a_grade_that_cannot_be_shown_is_kept(run: Run, classroom: Classroom) -> None:
    run("provision")
    sha = classroom.github.push(KIM, {"iou.py": "work\n"})
    classroom.github.fail("POST", "/check-runs$", 403)
    done = run("publish", "kim", sha, "--result", "absent.json")
    assert done.exit_code == 1
    assert "kept in course.ledger, but not shown to the student" in done.stderr


def test_while_github_makes_it_wait_it_says_so(run: Run, classroom: Classroom) -> None:
    classroom.github.fail("GET", "/orgs/example-course/repos$", 429, headers={"Retry-After": "9"})
    assert "waiting 10 s for GitHub" in run("sweep").stderr.splitlines()
    assert classroom.waits == [10]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sweep", "--config", "absent.toml"], "absent.toml: No such file or directory"),
        (["sweep", "--json", "absent/x.json"], "--json: there is no folder"),
        (["fetch", "mallory", "a" * 40, "--to", "x"], "there is no student 'mallory'"),
        (["fetch", "kim", "main", "--to", "x"], "'main' is no commit id"),
        (["fetch", "kim", "a" * 40, "--to", "."], "--to: . is there already"),
        (["publish", "kim", "$(id)", "--result", "x"], "'$(id)' is no commit id"),
        (["publish", "kim", "a" * 40, "--result", "x"], "404"),
        (["status"], "--ledger: there is no ledger course.ledger"),
        (["grades", "--csv", "x.csv"], "--ledger: there is no ledger course.ledger"),
        (["grades", "--csv", "absent/x.csv"], "--csv: there is no folder"),
        (["gradebook"], "--ledger: there is no ledger course.ledger"),
        (["listen"], "AUTOGRADER_WEBHOOK_SECRET is not set"),
    ],
)
def test_what_cannot_go_on_is_one_line_and_exit_code_2(
    run: Run, arguments: list[str], said: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    line = done.stderr.splitlines()[-1]
    assert line.startswith("autograder: ")
    assert said in line


def test_a_ledger_that_is_none_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "course.ledger").write_text("not a database, but long enough" * 100)
    done = run("sweep")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


def test_the_ledger_says_no_word_of_who_is_not_on_the_roster(
    run: Run, classroom: Classroom, tmp_path: Path
) -> None:
    done = run("publish", "mallory", "a" * 40, "--result", "x")
    assert done.exit_code == 2
    with Ledger(tmp_path / "course.ledger") as ledger:
        assert ledger.pushes() == []
    assert classroom.github.requests == []


def test_the_listener_answers_until_it_is_stopped(
    running: Classroom, course_file: Write, tmp_path: Path
) -> None:
    course_file()
    sha = running.github.push(KIM, {"iou.py": "work\n"})
    environment = {
        **os.environ,
        "GITHUB_API_URL": running.github.url,
        "GITHUB_TOKEN": "token",
        "AUTOGRADER_WEBHOOK_SECRET": "secret",
    }
    command = [sys.executable, "-m", "autograder", "github", "listen", "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, text=True, stdout=-1, stderr=-1
    ) as listener:
        assert listener.stdout is not None
        assert listener.stderr is not None
        url = listener.stdout.readline().strip().removeprefix("listening on ")
        assert deliver(url, "push", running.github.push_event(KIM, sha), "wrong") == 401
        assert deliver(url, "push", running.github.push_event(KIM, sha), "secret") == 202
        assert listener.stderr.readline() == f"kim {sha}: sent\n"
        listener.send_signal(signal.SIGTERM)
        assert listener.wait() == 0
    assert running.github.dispatches[0]["client_payload"] == {"student": "kim", "sha": sha}
    assert json.loads((tmp_path / "listener.jsonl").read_text())["commit"] == sha
