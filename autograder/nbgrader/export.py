"""Grades out of the gradebook: a table for the course office, and Canvas's gradebook import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin
from traitlets import Enum, Unicode

from autograder.nbgrader.open_grades import is_open
from autograder.reports.spreadsheet import number, plain, write
from autograder.sandbox.printable import printable

MISSING, UNFINISHED, GRADED = "missing", "needs manual grading", "graded"


class CourseOffice(ExportPlugin):  # type: ignore[misc]
    """A row a student; columns for each file, the written questions, lateness, total, status.

    A file that nobody could grade has an empty cell, and the student an empty total.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Written to --to, by default grades.csv."""
        assignments = _chosen(gradebook.assignments, "name", self.assignment)
        tasks = list(dict.fromkeys(task for each in assignments for task in _tasks(each)))
        header = ["assignment", "student", "last name", "first name", "email"]
        header += [*tasks, "manual", "late", "total", "out of", "status"]
        rows = [
            self._row(assignment, student, _submission(gradebook, assignment, student), tasks)
            for assignment in assignments
            for student in _chosen(gradebook.students, "id", self.student)
        ]
        path = write(self.to or "grades.csv", [header, *rows])
        self.log.info("%d rows written to %s", len(rows), path)

    def _row(
        self,
        assignment: Assignment,
        student: Student,
        submission: SubmittedAssignment | None,
        tasks: Sequence[str],
    ) -> list[object]:
        names = (student.id, student.last_name, student.first_name, student.email)
        row: list[object] = [assignment.name, *map(plain, names)]
        if submission is None:
            return [*row, *("" for _ in tasks), "", "", 0, number(assignment.max_score), MISSING]
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        by_task = {
            grade.name: grade.score
            for grade in grades
            if grade.cell_type == "code" and not is_open(grade)
        }
        manual = sum(grade.score for grade in grades if grade.cell_type != "code")
        return [
            *row,
            *(number(by_task[task]) if task in by_task else "" for task in tasks),
            number(manual),
            number(-submission.late_submission_penalty),
            "" if any(map(is_open, grades)) else number(_total(submission)),
            number(assignment.max_score),
            UNFINISHED if submission.needs_manual_grade else GRADED,
        ]


class Canvas(ExportPlugin):  # type: ignore[misc]
    """The file that Canvas's gradebook imports: a column for each assignment.

    Only what is graded to the end is written; Canvas leaves the grade of an empty cell as it is.
    """

    student_column = Enum(
        ("SIS Login ID", "SIS User ID", "ID"),
        "SIS Login ID",
        help="Which of Canvas's columns our student ids are; ID also takes the LMS user id.",
    ).tag(config=True)
    section = Unicode("", help="The section of every student.").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Written to --to, by default canvas.csv."""
        assignments = _chosen(gradebook.assignments, "name", self.assignment)
        header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        points = ["    Points Possible", "", "", "", ""]
        header += [assignment.name for assignment in assignments]
        points += [number(assignment.max_score) for assignment in assignments]
        rows = []
        for student in _chosen(gradebook.students, "id", self.student):
            ids = {"ID": student.lms_user_id or "", self.student_column: student.id}
            row: list[object] = [
                plain(
                    ", ".join(filter(None, (student.last_name, student.first_name))) or student.id
                ),
                *(plain(ids.get(column, "")) for column in header[1:4]),
                self.section,
            ]
            for assignment in assignments:
                submission = _submission(gradebook, assignment, student)
                ready = submission is not None and not submission.needs_manual_grade
                row.append(number(_total(submission)) if ready else "")
                if not ready:
                    self.log.warning(
                        "%s, %s: left empty, %s",
                        assignment.name, printable(student.id),
                        UNFINISHED if submission else MISSING,
                    )  # fmt: skip
            rows.append(row)
        path = write(self.to or "canvas.csv", [header, points, *rows], marked=False)
        self.log.info("%d students written to %s", len(rows), path)


def _chosen(all_of_them: Sequence[Any], key: str, wanted: Sequence[object]) -> list[Any]:
    """Those asked for on the command line, all if none were."""
    names = {str(name) for name in wanted}
    return [each for each in all_of_them if not names or getattr(each, key) in names]


def _tasks(assignment: Assignment) -> Iterator[str]:
    """The files, by name: the gradebook knows no order of cells."""
    for notebook in assignment.notebooks:
        yield from sorted(cell.name for cell in notebook.grade_cells if cell.cell_type == "code")


def _submission(
    gradebook: Gradebook, assignment: Assignment, student: Student
) -> SubmittedAssignment | None:
    try:
        return gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return None


def _total(submission: SubmittedAssignment) -> float:
    return max(0.0, float(submission.score) - float(submission.late_submission_penalty))
