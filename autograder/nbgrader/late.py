"""The penalty for handing in late: so many points for each day begun."""

from __future__ import annotations

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float

from autograder.course.late import late_points


class PointsADay(LateSubmissionPlugin):  # type: ignore[misc]
    """Points are taken off, not a part of the score: marking by hand later changes nothing."""

    points_a_day = Float(10.0, min=0.0, help="Points off for each day begun.").tag(config=True)
    grace_minutes = Float(0.0, min=0.0, help="Up to so late costs nothing.").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        """nbgrader takes off no more than the score."""
        return late_points(
            total_seconds_late, points_a_day=self.points_a_day, grace_minutes=self.grace_minutes
        )
