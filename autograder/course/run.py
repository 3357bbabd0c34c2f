"""Grading many submissions through an executor, each as it comes, none of them lost."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from itertools import chain

from autograder.course.entries import Entry, key_of, to_entry
from autograder.course.executors import Graders
from autograder.course.grade_submission import Graded
from autograder.course.policy import Policy, versions
from autograder.course.submissions import Submission
from autograder.course.work import NoWork
from autograder.document import result as results
from autograder.document.faults import SuiteError
from autograder.errors import AutograderError
from autograder.sandbox.grader.intake import NoSubmission, SubmissionFiles
from autograder.sandbox.grader.printable import printable
from autograder.sandbox.protocol.errors import Cause, SandboxError


class GradingStopped(AutograderError):
    """The run cannot go on; the message says why. What was graded before is kept."""


@dataclass(frozen=True)
class Job:
    """A submission that was taken and is to be graded."""

    submission: Submission
    submitted: SubmissionFiles
    key: str

    @property
    def student(self) -> str:
        return self.submission.student


@dataclass(frozen=True)
class Notice:
    """What is to be known of a submission beside its grade: `line`, empty if nothing is.

    A person has `to_look_at` it where something that may be work was not read.
    """

    student: str
    line: str
    to_look_at: bool


def prepare(
    submissions: Iterable[Submission],
    policy: Policy,
    known: Callable[[str, str], bool] | None = None,
    *,
    on_notice: Callable[[Notice], None] = lambda notice: None,
) -> Iterator[Job | Entry]:
    """What is to be done for each submission: a job, or an entry where nothing can be graded.

    Submissions of which `known(student, key)` says that they were graded are left out; without
    it none is. Of each, left out or not, there is a notice first.
    """
    suites, grader, points = versions(policy)
    for found in submissions:
        submission = replace(found, assignment=policy.assignment)
        reason = None
        try:
            work = submission.look()
            submitted = work.submitted
            on_notice(Notice(submission.student, work.notice, work.to_look_at))
        except NoSubmission as error:
            submitted, reason = SubmissionFiles(problems={"": str(error)}), str(error)
            nothing = isinstance(error, NoWork) and not error.beside.unread
            on_notice(Notice(submission.student, "", not nothing))
        seed = policy.seed_for(submission.student)
        key = key_of(submitted, suites=suites, grader=grader, seed=seed, points=points)
        if known is not None and known(submission.student, key):
            continue
        if reason is None:
            yield Job(submission, submitted, key)
        else:
            yield Entry(submission.student, key, points, 0.0, reason=reason)


def run(
    jobs: Iterable[Job | Entry],
    policy: Policy,
    graders: Graders,
    *,
    on_start: Callable[[Job], None] = lambda job: None,
) -> Iterator[Entry]:
    """Grade, and hand out each entry as soon as it is there.

    No more jobs than it takes at once are with the executor, so memory does not grow with the
    class. A submission that is the only one is graded by all graders at once. Two kinds of
    submission are tried once more at the end, with nothing beside them: one whose grader died
    (killed, out of memory), which gets no grade if that happens again, and its entry says so; and
    one with a call that ran out of wall time on a busy machine. What a grader raises of its own is
    an open entry, too.

    Raises GradingStopped when the suites are broken or a submission cannot be isolated.
    """
    source, is_alone = _looked_ahead(jobs)
    running: dict[Future[Graded], Job] = {}
    again: list[Job] = []

    def start(job: Job) -> Future[Graded]:
        on_start(job)
        if is_alone and graders.alone is not None:
            return _called(graders.alone, job.student, job.submitted, policy)
        return graders.executor.submit(graders.job, job.student, job.submitted, policy)

    try:
        while True:
            while len(running) < graders.max_in_flight and (job := next(source, None)) is not None:
                if isinstance(job, Entry):
                    yield job
                else:
                    running[start(job)] = job
            if not running:
                break
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                job = running.pop(future)
                entry = _entry_of(job, future, policy, graders)
                if entry is None or _out_of_wall_time(entry):
                    again.append(job)
                else:
                    yield entry
        for job in again:
            future = start(job)
            wait([future])
            yield _entry_of(job, future, policy, graders) or _given_up(job, policy)
    finally:
        for future in running:
            future.cancel()


def _looked_ahead(jobs: Iterable[Job | Entry]) -> tuple[Iterator[Job | Entry], bool]:
    """The same, and whether there is a single one to grade among them."""
    source = iter(jobs)
    first: list[Job | Entry] = []
    for each in source:
        first.append(each)
        if sum(isinstance(one, Job) for one in first) > 1:
            break
    return chain(first, source), sum(isinstance(one, Job) for one in first) == 1


def _called(function: Callable[..., Graded], *arguments: object) -> Future[Graded]:
    """A future that is done already."""
    future = Future[Graded]()
    try:
        future.set_result(function(*arguments))
    except Exception as error:
        future.set_exception(error)
    return future


def _entry_of(job: Job, future: Future[Graded], policy: Policy, graders: Graders) -> Entry | None:
    """The entry of a submission; None where the grader died of it, or with it."""
    try:
        return _entry(job, future)
    except GradingStopped:
        raise
    except graders.fatal_errors:
        return None
    except Exception as error:
        return _failed(job, policy, error)


def _entry(job: Job, future: Future[Graded]) -> Entry:
    try:
        graded = future.result()
    except (SuiteError, SandboxError) as error:
        raise GradingStopped(f"{job.student}: {error}") from error
    return to_entry(job.student, job.key, results.decode(graded.document), graded.faults)


def _out_of_wall_time(entry: Entry) -> bool:
    found = entry.result or entry.partial
    return found is not None and any(
        check.cause == Cause.CALL_WALL_SECONDS for check in found.checks
    )


def _given_up(job: Job, policy: Policy) -> Entry:
    reason = "the grader died each time this was graded, the second time with nothing beside it"
    return _open(job, policy, reason)


def _failed(job: Job, policy: Policy, error: Exception) -> Entry:
    """No fault of the student's, or one that nobody foresaw; the others are graded on."""
    said = printable(f"{type(error).__name__}: {error}")
    lines = "".join(traceback.format_exception(error))
    return replace(_open(job, policy, f"the grader itself failed ({said})"), traceback=lines)


def _open(job: Job, policy: Policy, reason: str) -> Entry:
    return Entry(job.student, job.key, versions(policy)[2], 0.0, reason=reason, open=True)
