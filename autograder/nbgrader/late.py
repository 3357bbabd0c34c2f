"""The penalty for handing in late: so many points for each day begun."""

from __future__ import annotations

import math

from nbgrader.plugins import LateSubmissionPlugin
from traitlets import Float

DAY = 24 * 60 * 60


class PointsADay(LateSubmissionPlugin):  # type: ignore[misc]
    """Points are taken off, not a part of the score: marking by hand later changes nothing."""

    points_a_day = Float(10.0, min=0.0, help="Points off for each day begun.").tag(config=True)
    grace_minutes = Float(0.0, min=0.0, help="Up to so late costs nothing.").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        """nbgrader takes off no more than the score."""
        if total_seconds_late <= self.grace_minutes * 60:
            return 0.0
        return self.points_a_day * math.ceil(total_seconds_late / DAY)
