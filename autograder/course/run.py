"""Grading many submissions through an executor, each as it comes, none of them lost."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace

from autograder.course.entries import Entry, key_of, to_entry
from autograder.course.executors import Graders
from autograder.course.policy import Policy, versions
from autograder.course.pool import Graded, grade_parcel
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
    parcel: SubmissionFiles
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
            parcel = work.submitted
            on_notice(Notice(submission.student, work.notice, work.to_look_at))
        except NoSubmission as error:
            parcel, reason = SubmissionFiles(problems={"": str(error)}), str(error)
            nothing = isinstance(error, NoWork) and not error.beside.unread
            on_notice(Notice(submission.student, "", not nothing))
        seed = policy.seed_for(submission.student)
        key = key_of(parcel, suites=suites, grader=grader, seed=seed, points=points)
        if known is not None and known(submission.student, key):
            continue
        if reason is None:
            yield Job(submission, parcel, key)
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
    class. Where a grader dies (killed, out of memory), a new executor goes on, with what was in
    the old one's hands one at a time: a submission with which it dies alone gets no grade, and
    its entry says so. A call that ran out of wall time on a busy machine is tried once more,
    alone, before it is believed. What a grader raises of its own is an open entry, too.

    Raises GradingStopped when the suites are broken or a submission cannot be isolated.
    """
    source = iter(jobs)
    running: dict[Future[Graded], Job] = {}
    suspected: list[Job] = []
    pool = graders.executor()

    def start(job: Job) -> Future[Graded]:
        on_start(job)
        return pool.submit(grade_parcel, job.student, job.parcel, policy)

    def entry_of(job: Job, future: Future[Graded]) -> Entry:
        try:
            return _entry(job, future)
        except Exception as error:
            if isinstance(error, (GradingStopped, *graders.deaths)):
                raise
            return _failed(job, policy, error)

    def alone(job: Job) -> Entry:
        nonlocal pool
        try:
            return entry_of(job, start(job))
        except graders.deaths:
            pool = _instead_of(pool, graders)
            return _given_up(job, policy)

    try:
        while True:
            while len(running) < graders.at_once and (job := next(source, None)) is not None:
                if isinstance(job, Entry):
                    yield job
                else:
                    running[start(job)] = job
            if not running:
                break
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            orphans: list[Job] = []
            for future in done:
                job = running.pop(future)
                try:
                    entry = entry_of(job, future)
                except graders.deaths:
                    orphans.append(job)
                    continue
                if _out_of_wall_time(entry):
                    suspected.append(job)
                else:
                    yield entry
            if orphans:  # of all that it had in hand, one broke the pool; which, none can tell
                orphans += running.values()
                running.clear()
                pool = _instead_of(pool, graders)
            for job in orphans:
                yield alone(job)
        for job in suspected:
            yield alone(job)
    finally:
        for future in running:
            future.cancel()
        pool.shutdown(wait=False)


def _instead_of(pool: Executor, graders: Graders) -> Executor:
    pool.shutdown(wait=False)  # what it still had is being done elsewhere
    return graders.executor()


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
