"""The zone in which a course's clocks run."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from traitlets.config import Config

from autograder.course.moments import read_zone

DEFAULT_ZONE = "UTC"


def course_zone(config: Config) -> ZoneInfo:
    """The exchange's zone, in which times without one are meant. Raises NotAMoment."""
    name = config.get("Exchange", {}).get("timezone", DEFAULT_ZONE)
    return read_zone(name if isinstance(name, str) else DEFAULT_ZONE)
