"""Points off for each day begun."""

from __future__ import annotations

import pytest

from autograder.course.late import DAY_SECONDS as DAY
from autograder.nbgrader.late import PointsADay


@pytest.mark.parametrize(
    ("seconds", "points"),
    [(0, 0), (600, 0), (601, 10), (DAY, 10), (DAY + 1, 20), (7 * DAY, 70)],
)
def test_every_day_begun_costs_its_points_once_the_grace_is_over(
    seconds: float, points: float
) -> None:
    plugin = PointsADay(points_a_day=10, grace_minutes=10)
    assert plugin.late_submission_penalty("kim", 100, seconds) == points
