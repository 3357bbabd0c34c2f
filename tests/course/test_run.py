"""A run hands out every submission's entry exactly once, whatever happens to its graders."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
)
from pathlib import Path

import pytest

from autograder.course.entries import Entry
from autograder.course.executors import Graders, NoScheduler, on_dask, on_this_machine
from autograder.course.grade_submission import Graded
from autograder.course.policy import Policy
from autograder.course.run import GradingStopped, Job, Notice, prepare, run
from autograder.course.submissions import Submission, find
from autograder.document import result as results
from autograder.document.faults import Fault, SuiteError
from autograder.sandbox.grader.intake import SubmissionFiles
from autograder.sandbox.protocol.errors import Cause, SandboxUnavailable, Verdict
from corpus.paths import RELEASE
from corpus.results import lost, result
from tests.support.laid_out import written

POLICY = Policy("segmentation", seed=1)
Grade = Callable[[str, SubmissionFiles, Policy], Graded]


def jobs(*students: str) -> list[Job | Entry]:
    return [
        Job(Submission(name, Path(name)), SubmissionFiles(), f"key of {name}") for name in students
    ]


def graded(student: str, submitted: SubmissionFiles, policy: Policy) -> Graded:
    return Graded(results.encode(result(lost(earned=1.0))))


@pytest.fixture
def entries() -> Callable[..., list[Entry]]:
    """Run jobs with a grade function, in threads; the students in the order of their entries."""

    def entries(grade: Grade, work: list[Job | Entry], at_once: int = 2) -> list[Entry]:
        with ThreadPoolExecutor(at_once) as executor:
            return list(run(work, POLICY, Graders(executor, at_once, grade)))

    return entries


def test_every_submission_has_its_entry_once(entries: Callable[..., list[Entry]]) -> None:
    names = [f"student{n}" for n in range(25)]
    found = entries(graded, jobs(*names))
    assert sorted(entry.student for entry in found) == sorted(names)
    assert all(entry.earned == 1.0 and entry.key == f"key of {entry.student}" for entry in found)


def test_no_more_is_with_the_executor_than_it_takes(entries: Callable[..., list[Entry]]) -> None:
    taken: list[str] = []
    finished: list[str] = []

    def source() -> Iterator[Job | Entry]:
        for job in jobs(*"abcdefgh"):
            taken.append(job.student)
            assert len(taken) - len(finished) <= 3 + 1  # one is being handed out
            yield job

    def grade(student: str, submitted: SubmissionFiles, policy: Policy) -> Graded:
        finished.append(student)
        return graded(student, submitted, policy)

    assert len(entries(grade, source(), at_once=3)) == 8


def test_what_cannot_be_graded_goes_past_the_graders(entries: Callable[..., list[Entry]]) -> None:
    empty = Entry("kim", "k", 100, 0, reason="holds no Python file")
    assert entries(graded, [empty, *jobs("lee")])[0] == empty


@pytest.mark.parametrize("error", [SuiteError("a bug"), SandboxUnavailable("no landlock")])
def test_a_run_that_cannot_go_on_names_the_submission(
    error: Exception, entries: Callable[..., list[Entry]]
) -> None:
    def grade(student: str, submitted: SubmissionFiles, policy: Policy) -> Graded:
        raise error

    with pytest.raises(GradingStopped, match=f"kim: {error}"):
        entries(grade, jobs("kim"))


def test_running_out_of_wall_time_is_tried_once_more_and_alone(
    entries: Callable[..., list[Entry]],
) -> None:
    asked: list[str] = []

    def grade(student: str, submitted: SubmissionFiles, policy: Policy) -> Graded:
        asked.append(student)
        slow = student == "b" or (student == "c" and asked.count("c") == 1)
        late = lost(Verdict.TIMEOUT, cause=Cause.CALL_WALL_SECONDS)
        return Graded(results.encode(result(late if slow else lost(earned=1.0))))

    found = {entry.student: entry.earned for entry in entries(grade, jobs(*"abcd"))}
    assert found == {"a": 1.0, "b": 0.0, "c": 1.0, "d": 1.0}
    assert sorted(asked) == ["a", "b", "b", "c", "c", "d"]
    assert sorted(asked[4:]) == ["b", "c"]


def test_an_undecided_check_leaves_one_student_open_and_the_others_graded(
    entries: Callable[..., list[Entry]],
) -> None:
    fault = Fault("iou.a", "Traceback\nRuntimeError: boom", "RuntimeError: boom")

    def grade(student: str, submitted: SubmissionFiles, policy: Policy) -> Graded:
        if student != "b":
            return graded(student, submitted, policy)
        return Graded(results.encode(result(lost(Verdict.UNDECIDED))), (fault,))

    found = {entry.student: entry for entry in entries(grade, jobs(*"abc"))}
    assert [found[name].earned for name in "ac"] == [1.0, 1.0]
    assert (found["b"].result, found["b"].open) == (None, True)
    assert "iou.a (RuntimeError: boom)" in (found["b"].reason or "")
    assert "RuntimeError: boom" in (found["b"].traceback or "")


def test_an_error_of_the_grader_leaves_open_the_grade_of_one_student_alone(
    entries: Callable[..., list[Entry]],
) -> None:
    def grade(student: str, submitted: SubmissionFiles, policy: Policy) -> Graded:
        if student == "b":
            raise OSError(36, "File name too long")
        return graded(student, submitted, policy)

    found = {entry.student: entry for entry in entries(grade, jobs(*"abc"))}
    assert [found[name].earned for name in "ac"] == [1.0, 1.0]
    assert (found["b"].result, found["b"].open) == (None, True)
    assert "OSError: [Errno 36] File name too long" in (found["b"].reason or "")
    assert "Traceback" in (found["b"].traceback or "")


class Mortal(Executor):
    """Loses the grader of some students, so many times each."""

    def __init__(self, **deaths: int) -> None:
        self.asked: list[str] = []
        self._deaths = deaths

    def submit(self, function, student, *arguments):  # type: ignore[no-untyped-def, override]
        future: Future[Graded] = Future()
        self.asked.append(student)
        if self.asked.count(student) <= self._deaths.get(student, 0):
            future.set_exception(BrokenExecutor("died"))
        else:
            future.set_result(graded(student, *arguments))
        return future


def test_a_submission_that_kills_graders_is_found_and_the_others_graded() -> None:
    executor = Mortal(poison=2, unlucky=1)
    work = jobs("a", "unlucky", "poison", "b")
    found = {entry.student: entry for entry in run(work, POLICY, Graders(executor, 4))}
    assert {name for name, entry in found.items() if entry.reason} == {"poison"}
    assert found["poison"].open
    assert set(found) == {"a", "unlucky", "poison", "b"}
    assert sorted(executor.asked[4:]) == ["poison", "unlucky"]  # with nothing beside them


def test_a_grader_that_dies_at_the_second_look_leaves_that_student_open() -> None:
    late = lost(Verdict.TIMEOUT, cause=Cause.CALL_WALL_SECONDS)

    class Twice(ThreadPoolExecutor):
        def submit(self, function, student, *arguments):  # type: ignore[no-untyped-def, override]
            future: Future[Graded] = Future()
            asked.append(student)
            if asked.count(student) == 2:
                future.set_exception(BrokenExecutor("died"))
            else:
                future.set_result(Graded(results.encode(result(late))))
            return future

    asked: list[str] = []
    found = list(run(jobs("a"), POLICY, Graders(Twice(), 1)))
    assert [(entry.student, entry.open) for entry in found] == [("a", True)]


def stubs(folder: Path, count: int) -> list[Submission]:
    """Submissions that are graded in a moment."""
    for number in range(count):
        (folder / f"student{number}").mkdir()
        for file in RELEASE.glob("*.py"):
            (folder / f"student{number}" / file.name).write_text(
                f"{file.read_text()}\n# {number}\n"
            )
    return find(folder, "segmentation")


def test_a_grader_that_is_killed_is_replaced(tmp_path: Path) -> None:
    submissions = stubs(tmp_path, 3)
    killed: list[int] = []
    with on_this_machine(1, "segmentation") as graders:

        def kill_the_first(job: Job) -> None:
            if job.student == "student1" and not killed:
                killed.append(graders.executor.submit(os.getpid).result())
                os.kill(killed[0], signal.SIGKILL)

        work = prepare(submissions, POLICY, lambda student, key: False)
        found = list(run(work, POLICY, graders, on_start=kill_the_first))
    assert killed
    assert sorted(entry.student for entry in found) == ["student0", "student1", "student2"]
    assert {entry.reason for entry in found} == {None}


def test_a_cluster_goes_on_when_one_of_its_workers_is_killed(tmp_path: Path) -> None:
    from distributed import LocalCluster

    submissions = stubs(tmp_path, 5)
    work = prepare(submissions, POLICY, lambda student, key: False)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        on_dask(cluster.scheduler_address) as graders,
    ):
        assert graders.max_in_flight == 4
        found: list[Entry] = []
        for entry in run(work, POLICY, graders):
            if not found:
                os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
            found.append(entry)
    assert sorted(entry.student for entry in found) == [f"student{n}" for n in range(5)]
    assert {(entry.earned, entry.reason) for entry in found} == {(0.0, None)}


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.course.executors.CONNECT_SECONDS", 0.2)
    with (
        pytest.raises(NoScheduler, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"),
        on_dask("tcp://127.0.0.1:9"),
    ):
        pass


def test_what_was_graded_and_has_not_changed_is_left_out(tmp_path: Path) -> None:
    submissions = stubs(tmp_path, 2)
    (tmp_path / "nothing").mkdir()
    submissions = find(tmp_path, "segmentation")
    keys = {}
    for each in prepare(submissions, POLICY, lambda student, key: False):
        keys[each.student] = each.key
    assert len(set(keys.values())) == 3

    def known(student: str, key: str) -> bool:
        return keys[student] == key

    assert list(prepare(submissions, POLICY, known)) == []
    with (tmp_path / "student1" / "iou.py").open("a") as file:
        file.write("# changed\n")
    assert [each.student for each in prepare(submissions, POLICY, known)] == ["student1"]
    other = Policy("segmentation", seed=2)
    assert len(list(prepare(submissions, other, known))) == 3


def test_every_submission_has_a_notice_also_where_it_was_graded_before(
    tmp_path: Path,
) -> None:
    files = {
        "kim/iou.py": "",
        "lee/hw/iou.py": "",
        "lee/setup.py": "",
        "park/report.pdf": "",
        "choi/work.rar": "",
        "han/main.py": "",
    }
    written(tmp_path, files)
    notices: list[Notice] = []
    submissions = find(tmp_path, "segmentation")
    work = prepare(submissions, POLICY, lambda student, key: True, on_notice=notices.append)
    assert list(work) == []
    told = {each.student: (each.line.partition(";")[0], each.to_look_at) for each in notices}
    assert told == {
        "kim": ("", False),
        "lee": ("not read, and may be work: setup.py", True),
        "park": ("", False),  # that it holds no Python file is the reason for no grade
        "choi": ("", True),
        "han": ("none of the five files found, only main.py", True),
    }
