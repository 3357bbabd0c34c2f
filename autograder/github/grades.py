"""The grade of record: the best or the last grading that counts, less what is late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.course.entries import Push
from autograder.course.lateness import Lateness
from autograder.course.ledger import Ledger
from autograder.course.moments import show
from autograder.course.roster import Roster, Student
from autograder.github.configuration import Course
from autograder.reports.class_summary import Status
from autograder.reports.spreadsheet import number, plain

EXCUSED, TOO_LATE = "excused", "too late"


@dataclass(frozen=True)
class Grade:
    """A grading that counts, and how it stands to the student's deadline."""

    push: Push
    lateness: Lateness

    @property
    def points(self) -> float:
        return self.lateness.total(self.push.earned)


def counting(course: Course, student: Student | None, pushes: Iterable[Push]) -> Grade | None:
    """The one that counts of a student's gradings, in the order in which they were made.

    Of equally good ones the first counts; of several gradings of the last commit, the last.
    Nothing counts for an excused student. `student` is None for one who left the roster.
    """
    best: Grade | None = None
    for push in pushes:
        lateness = course.lateness(student, push.received)
        if push.reason is not None or lateness.excused or not lateness.counts:
            continue
        grade = Grade(push, lateness)
        if best is None or (
            grade.points > best.points
            if course.counts == "best"
            else push.received >= best.push.received
        ):
            best = grade
    return best


def of_record(course: Course, roster: Roster, pushes: Iterable[Push]) -> dict[str, Grade]:
    """Each student's grade; who has none is not in it."""
    found = {
        student: counting(course, roster.get(student), theirs)
        for student, theirs in by_student(pushes).items()
    }
    return {student: grade for student, grade in found.items() if grade is not None}


def by_student(pushes: Iterable[Push]) -> dict[str, list[Push]]:
    found: dict[str, list[Push]] = {}
    for push in pushes:
        found.setdefault(push.student, []).append(push)
    return found


def standing(student: Student, pushes: Sequence[Push], grade: Grade | None) -> str:
    """The outcome of a student's work, in words for a table."""
    if student.excused:
        return EXCUSED
    if grade is not None:
        return Status.GRADED
    if not pushes:
        return Status.MISSING
    return TOO_LATE if any(push.reason is None for push in pushes) else Status.NO_GRADE


def table(course: Course, roster: Roster, ledger: Ledger) -> Iterator[Sequence[object]]:
    """A header and a row a student, for a spreadsheet; who has no grade has empty cells.

    Moments are on the course's clocks.
    """
    pushes = by_student(ledger.pushes())
    grades = of_record(course, roster, ledger.pushes())
    results = {student: ledger.result(grade.push.number) for student, grade in grades.items()}
    tasks = next((result.tasks for result in results.values() if result is not None), ())
    yield [
        *("student", "login", "name", "repository", "deadline", "status"),
        *("commit", "received", "graded"),
        *(task.name for task in tasks),
        *("earned", "late", "total", "out of"),
    ]
    zone = course.zone_info
    for student in roster:
        grade, result = grades.get(student.id), results.get(student.id)
        repository = course.repository_of(student) if student.login else ""
        about = [
            *map(plain, (student.id, student.login, student.name, repository)),
            show(student.deadline or course.deadline, zone),
            standing(student, pushes.get(student.id, ()), grade),
        ]
        if grade is None or result is None:
            yield [*about, *("" for _ in range(7 + len(tasks)))]
            continue
        earned = {task.name: task.earned for task in result.tasks}
        push = grade.push
        yield [
            *about,
            push.commit,
            *(show(moment, zone) for moment in (push.received, push.graded)),
            *(number(earned.get(task.name, 0.0)) for task in tasks),
            *map(number, (push.earned, grade.lateness.off, grade.points, push.points)),
        ]
