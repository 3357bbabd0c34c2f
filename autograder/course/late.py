"""What handing in late costs: so many points for each day begun."""

from __future__ import annotations

import math

DAY_SECONDS = 24 * 60 * 60


def late_points(seconds_late: float, *, points_a_day: float, grace_minutes: float) -> float:
    """The points that are taken off; what is no later than the grace costs nothing."""
    if seconds_late <= grace_minutes * 60:
        return 0.0
    return points_a_day * math.ceil(seconds_late / DAY_SECONDS)
