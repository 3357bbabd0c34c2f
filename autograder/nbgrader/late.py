"""The penalty for handing in late, by the rule that holds for every way work comes in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float, Integer

from autograder.course.lateness import Lateness, LateRule, lateness
from autograder.course.roster import Roster
from autograder.nbgrader.class_roster import ClassRoster


class PointsADay(LateSubmissionPlugin):  # type: ignore[misc]
    """Points are taken off, not a part of the score: marking by hand later changes nothing."""

    points_a_day = Float(10.0, min=0.0, help="Points off for each day begun.").tag(config=True)
    grace_minutes = Float(0.0, min=0.0, help="Up to so late costs nothing.").tag(config=True)
    days = Integer(
        None, allow_none=True, min=0, help="After so many days nothing counts; None: no end."
    ).tag(config=True)

    @property
    def rule(self) -> LateRule:
        return LateRule(
            days=self.days, points_a_day=self.points_a_day, grace_minutes=self.grace_minutes
        )


class AssignLateness(AssignLatePenalties):  # type: ignore[misc]
    """nbgrader's own step, but that a student's own deadline and being excused count."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        about = resources["nbgrader"]
        roster = ClassRoster(parent=self).read()
        with Gradebook(about["db_url"]) as gradebook:
            submission = gradebook.find_submission(about["assignment"], about["student"])
            self.assign(submission, about["notebook"], roster)
            gradebook.db.commit()
        return nb, resources

    def assign(self, submission: SubmittedAssignment, name: str, roster: Roster) -> None:
        """Put the penalty of the notebook of that name into the gradebook."""
        self.init_plugin()
        notebook = submission_notebook(submission, name)
        found = lateness_of(submission, self.plugin_inst, roster)
        penalty = self._penalty(found, notebook, submission.student_id)
        notebook.late_submission_penalty = (
            self._check_late_penalty(notebook, penalty) if penalty else None
        )

    def _penalty(self, found: Lateness, notebook: SubmittedNotebook, student: str) -> float:
        if not found.counts:
            return float(notebook.score)
        if isinstance(self.plugin_inst, PointsADay) or not found.late or found.excused:
            return found.off
        seconds = found.late.total_seconds()
        penalty = self.plugin_inst.late_submission_penalty(student, notebook.score, seconds)
        return float(penalty or 0.0)


def submission_notebook(submission: SubmittedAssignment, name: str) -> SubmittedNotebook:
    """The notebook of that name in a submission."""
    return next(notebook for notebook in submission.notebooks if notebook.name == name)


def lateness_of(
    submission: SubmittedAssignment, plugin: LateSubmissionPlugin | None, roster: Roster
) -> Lateness:
    """The lateness of a submission in the gradebook.

    A deadline on the roster goes before an extension that was granted in the gradebook.
    """
    # What another plugin takes off is its own affair; whether work is late is not.
    rule = plugin.rule if isinstance(plugin, PointsADay) else LateRule(days=None)
    due = extended = _aware(submission.assignment.duedate)
    if due is not None and submission.extension is not None:
        extended = due + submission.extension
    student = roster.get(submission.student_id)
    found = lateness(_aware(submission.timestamp), extended, rule, student)
    return found if found.own or due == extended else _own(found)


def _own(found: Lateness) -> Lateness:
    return Lateness(found.deadline, True, found.received, found.off, found.counts, found.excused)


def _aware(moment: datetime | None) -> datetime | None:
    """nbgrader keeps moments in UTC, without saying so."""
    return None if moment is None else moment.replace(tzinfo=UTC)
