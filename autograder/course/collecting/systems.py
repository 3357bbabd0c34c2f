"""Sources of downloads, and layouts of collected work."""

from __future__ import annotations

import enum


class System(enum.StrEnum):
    """The system whose names are read."""

    MOODLE = "moodle"
    CANVAS = "canvas"
    NBGRADER = "nbgrader"
    FOLDER = "folder"


class Laid(enum.StrEnum):
    """The layout CLASS/STUDENT/, or nbgrader's CLASS/STUDENT/ASSIGNMENT/ with a timestamp.txt."""

    FOLDER = "folder"
    NBGRADER = "nbgrader"
