"""The grade of record: the best or the last grading that counts, less what is late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from autograder.course.late import late_points
from autograder.course.ledger import Ledger, Push
from autograder.github.configuration import Course
from autograder.github.roster import Roster
from autograder.reports.spreadsheet import number, plain


@dataclass(frozen=True)
class Grade:
    """A grading that counts, and the points that are taken off it."""

    push: Push
    late: float

    @property
    def points(self) -> float:
        return max(0.0, self.push.earned - self.late)


def late(course: Course, received: datetime) -> float | None:
    """The points that are taken off what was received then; None where it does not count."""
    if received > course.closes:
        return None
    return late_points(
        (received - course.deadline).total_seconds(),
        points_a_day=course.late.points_a_day,
        grace_minutes=course.late.grace_minutes,
    )


def of_record(course: Course, pushes: Iterable[Push]) -> dict[str, Grade]:
    """Each student's grade, of gradings in the order in which they were made.

    Of equally good ones the first counts; of several gradings of the last commit, the last.
    """
    grades: dict[str, Grade] = {}
    for push in pushes:
        off = late(course, push.received)
        if push.reason is not None or off is None:
            continue
        grade, before = Grade(push, off), grades.get(push.student)
        if before is None or (
            grade.points > before.points
            if course.counts == "best"
            else push.received >= before.push.received
        ):
            grades[push.student] = grade
    return grades


def table(course: Course, roster: Roster, ledger: Ledger) -> Iterator[Sequence[object]]:
    """A header and a row a student, for a spreadsheet; who has no grade has empty cells."""
    grades = of_record(course, ledger.pushes())
    results = {student: ledger.result(grade.push.number) for student, grade in grades.items()}
    tasks = next((result.tasks for result in results.values() if result is not None), ())
    yield [
        *("student", "login", "name", "repository", "commit", "received", "graded"),
        *(task.name for task in tasks),
        *("earned", "late", "total", "out of"),
    ]
    for student in roster:
        who = (student.id, student.login, student.name, course.repository_of(student))
        grade, result = grades.get(student.id), results.get(student.id)
        if grade is None or result is None:
            yield [*map(plain, who), *("" for _ in range(7 + len(tasks)))]
            continue
        earned = {task.name: task.earned for task in result.tasks}
        yield [
            *map(plain, who),
            grade.push.commit,
            *(_utc(moment) for moment in (grade.push.received, grade.push.graded)),
            *(number(earned.get(task.name, 0.0)) for task in tasks),
            *map(number, (grade.push.earned, grade.late, grade.points, grade.push.points)),
        ]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
