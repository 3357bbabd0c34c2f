"""Grades out of the gradebook: a table for the course office, and Canvas's gradebook import."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any, NoReturn

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Dict, Enum, Unicode

from autograder.course.roster import Roster
from autograder.errors import AutograderError
from autograder.nbgrader.class_roster import ClassRoster
from autograder.nbgrader.enrol import enrol
from autograder.nbgrader.file_order import file_order
from autograder.nbgrader.marks import standing_in, standing_without
from autograder.nbgrader.open_grades import is_open
from autograder.nbgrader.zone import course_zone
from autograder.reports.spreadsheet import number, plain, write
from autograder.reports.standing import Standing
from autograder.sandbox.grader.printable import printable

MISSING, UNFINISHED, GRADED = "missing", "needs manual grading", "graded"
EXCUSED = "excused"


class Ours(ExportPlugin):  # type: ignore[misc]
    """Base of our exports: they know the roster, and refuse impossible points.

    nbgrader takes any number for a score: 15 of 10, or -1.
    """

    anyway = Bool(False, help="Write points below 0 and above the maximum, too.").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that --to names. Ends with exit code 1 where there is something wrong."""
        try:
            self._roster = ClassRoster(parent=self).read()
            self._zone = course_zone(self.config)
        except AutograderError as error:
            self._refuse(str(error))
        enrol(gradebook, self._roster)
        assignments = _chosen(gradebook.assignments, "name", self.assignment)
        students = _chosen(gradebook.students, "id", self.student)
        wrong = list(_impossible(assignments, students, self._roster))
        for line in wrong:
            self.log.error(line)
        if wrong and not self.anyway:
            option = f"--{type(self).__name__}.anyway=True"
            self._refuse(f"nothing was written; mend it in the Formgrader, or add {option}")
        self.write(gradebook, assignments, students)

    def write(
        self, gradebook: Gradebook, assignments: Sequence[Assignment], students: Sequence[Student]
    ) -> None:
        """The file itself."""
        raise NotImplementedError

    def excused(self, student: Student) -> bool:
        """Whether the student gets no grade."""
        return _is_excused(self._roster, student.id)

    def _refuse(self, reason: str) -> NoReturn:
        self.log.error(reason)
        sys.exit(1)


class CourseOffice(Ours):
    """A row a student; columns for each file, the written questions, lateness, total, status.

    A file that nobody could grade has an empty cell, and the student an empty total.
    """

    def write(
        self, gradebook: Gradebook, assignments: Sequence[Assignment], students: Sequence[Student]
    ) -> None:
        """Export to grades.csv by default."""
        tasks = list(dict.fromkeys(task for each in assignments for task in _tasks(each)))
        header = ["assignment", "student", "last name", "first name", "email", *tasks]
        header += ["manual", "late", "total", "out of", "status", "handed in", "deadline"]
        rows = [
            self._row(assignment, student, _submission(gradebook, assignment, student), tasks)
            for assignment in assignments
            for student in students
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
        out_of, excused = number(assignment.max_score), self.excused(student)
        if submission is None:
            due = assignment.duedate and assignment.duedate.replace(tzinfo=UTC)
            standing = standing_without(student.id, due, self._roster, self._zone)
            total, status = ("", EXCUSED) if excused else (0, MISSING)
            empty = ("" for _ in (*tasks, "manual", "late"))
            return [*row, *empty, total, out_of, status, *_times(standing)]
        standing = standing_in(submission, self._roster, {}, self._zone)
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        by_task = {
            grade.name: grade.score
            for grade in grades
            if grade.cell_type == "code" and not is_open(grade)
        }
        manual = sum(grade.score for grade in grades if grade.cell_type != "code")
        open_ = any(map(is_open, grades))
        status = UNFINISHED if submission.needs_manual_grade else GRADED
        return [
            *row,
            *(number(by_task[task]) if task in by_task else "" for task in tasks),
            number(manual),
            number(-(submission.late_submission_penalty or 0.0)),
            "" if open_ or excused else number(_total(submission)),
            out_of,
            EXCUSED if excused else status,
            *_times(standing),
        ]


class Canvas(Ours):
    """The file that Canvas's gradebook imports: a column for each assignment.

    Only what is graded to the end is written; Canvas leaves the grade of an empty cell as it is.
    """

    student_column = Enum(
        ("SIS Login ID", "SIS User ID", "ID"),
        "SIS Login ID",
        help="Which of Canvas's columns our student ids are; ID also takes the roster's lms_id.",
    ).tag(config=True)
    section = Unicode("", help="The section of who has none on the roster.").tag(config=True)
    assignment_ids = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Canvas's number of an assignment; without one Canvas goes by the name, and makes a "
        "new assignment where there is none of that name.",
    ).tag(config=True)

    def write(
        self, gradebook: Gradebook, assignments: Sequence[Assignment], students: Sequence[Student]
    ) -> None:
        """Export to canvas.csv by default."""
        header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
        points = ["    Points Possible", "", "", "", ""]
        header += [self._column(assignment.name) for assignment in assignments]
        points += [number(assignment.max_score) for assignment in assignments]
        rows = []
        for student in students:
            ids = {"ID": student.lms_user_id or "", self.student_column: student.id}
            there = self._roster.get(student.id)
            row: list[object] = [
                plain(
                    ", ".join(filter(None, (student.last_name, student.first_name))) or student.id
                ),
                *(plain(ids.get(column, "")) for column in header[1:4]),
                plain(there.section if there and there.section else self.section),
            ]
            row += [self._cell(gradebook, assignment, student) for assignment in assignments]
            rows.append(row)
        path = write(self.to or "canvas.csv", [header, points, *rows], marked=False)
        self.log.info("%d students written to %s", len(rows), path)

    def _column(self, name: str) -> str:
        canvas = self.assignment_ids.get(name)
        if canvas is None:
            return name
        if not canvas.isdecimal():
            self._refuse(f"Canvas.assignment_ids: {name}: {printable(canvas)} is no number")
        return f"{name} ({canvas})"

    def _cell(self, gradebook: Gradebook, assignment: Assignment, student: Student) -> str:
        if self.excused(student):
            return "EX"
        submission = _submission(gradebook, assignment, student)
        if submission is not None and not submission.needs_manual_grade:
            return number(_total(submission))
        status = UNFINISHED if submission else MISSING
        name = printable(student.id)
        self.log.warning("%s, %s: left empty, %s", assignment.name, name, status)
        return ""


def _impossible(
    assignments: Sequence[Assignment], students: Sequence[Student], roster: Roster
) -> Iterator[str]:
    """A line for each score below 0 or above the maximum. Extra credit is given on purpose."""
    wanted = {student.id for student in students}
    for assignment in assignments:
        for submission in sorted(assignment.submissions, key=lambda each: each.student_id):
            name = submission.student_id
            if name not in wanted or _is_excused(roster, name):
                continue
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    score = grade.auto_score if grade.manual_score is None else grade.manual_score
                    if score is not None and not 0 <= score <= grade.max_score:
                        yield (
                            f"{assignment.name}, {printable(name)}: {grade.name} has {score:g} of "
                            f"{grade.max_score:g} points"
                        )


def _is_excused(roster: Roster, student: str) -> bool:
    found = roster.get(student)
    return found is not None and found.excused


def _times(standing: Standing) -> tuple[str, str]:
    """When it was handed in, and the deadline that was used."""
    return standing.received, f"{standing.deadline} (own)" if standing.own else standing.deadline


def _chosen(all_of_them: Sequence[Any], key: str, wanted: Sequence[object]) -> list[Any]:
    """Those asked for on the command line, all if none were."""
    names = {str(name) for name in wanted}
    return [each for each in all_of_them if not names or getattr(each, key) in names]


def _tasks(assignment: Assignment) -> list[str]:
    return file_order(
        assignment.name,
        [
            cell.name
            for notebook in assignment.notebooks
            for cell in notebook.grade_cells
            if cell.cell_type == "code"
        ],
    )


def _submission(
    gradebook: Gradebook, assignment: Assignment, student: Student
) -> SubmittedAssignment | None:
    try:
        return gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return None


def _total(submission: SubmittedAssignment) -> float:
    return max(0.0, float(submission.score) - float(submission.late_submission_penalty or 0.0))
