"""Gradebook work of `nbgrader autograde` before the first student and after the last."""

from __future__ import annotations

from collections.abc import Iterable
from shutil import get_terminal_size
from typing import Any

from nbgrader.api import Assignment, Gradebook

from autograder.course.roster import Roster
from autograder.nbgrader.changes import GradebookPoints, standings
from autograder.nbgrader.console_log import summarize
from autograder.nbgrader.enrol import enrol
from autograder.nbgrader.late import AssignLateness
from autograder.nbgrader.summary import Run, summary


def before_the_run(step: Any, roster: Roster) -> dict[str, GradebookPoints]:
    """Put the roster's students into the gradebook; how everybody stands."""
    with Gradebook(step.coursedir.db_url, step.coursedir.course_id) as gradebook:
        enrol(gradebook, roster)
        return standings(gradebook.find_assignment(step.coursedir.assignment_id))


def forget_time(step: Any, student: str) -> None:
    """Nobody is late by the time of other work, which nbgrader keeps where it finds no new one."""
    with Gradebook(step.coursedir.db_url, step.coursedir.course_id) as gradebook:
        gradebook.find_submission(step.coursedir.assignment_id, student).timestamp = None
        gradebook.db.commit()


def put_back(step: Any, student: str, before: GradebookPoints | None) -> None:
    """Where there is no notebook of the right name, nbgrader first gives 0 to everything.

    That is no grade to compare with.
    """
    if before is None:
        return
    with Gradebook(step.coursedir.db_url, step.coursedir.course_id) as gradebook:
        submission = gradebook.find_submission(step.coursedir.assignment_id, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                if grade.name in before.files:
                    grade.auto_score = before.files[grade.name].suites
        gradebook.db.commit()


def after_the_run(step: Any, run: Run, untouched: Iterable[str]) -> None:
    """Say how everybody stands now.

    Of who was left `untouched`, as nothing new was handed in, the deadline may be another one.
    """
    with Gradebook(step.coursedir.db_url, step.coursedir.course_id) as gradebook:
        assignment = gradebook.find_assignment(step.coursedir.assignment_id)
        _assign_lateness(step, assignment, run.roster, set(untouched))
        gradebook.db.commit()
        summarize(step.log, summary(assignment, run, get_terminal_size((120, 24)).columns))


def _assign_lateness(step: Any, assignment: Assignment, roster: Roster, students: set[str]) -> None:
    lateness = AssignLateness(parent=step)
    for submission in assignment.submissions:
        if submission.student_id in students:
            for notebook in submission.notebooks:
                lateness.assign(submission, notebook.name, roster)
