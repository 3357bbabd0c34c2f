"""Where a download comes from, and how what is collected is to lie."""

from __future__ import annotations

import enum


class System(enum.StrEnum):
    """Whose names are read."""

    MOODLE = "moodle"
    CANVAS = "canvas"
    NBGRADER = "nbgrader"
    FOLDER = "folder"


class Laid(enum.StrEnum):
    """CLASS/STUDENT/, or nbgrader's CLASS/STUDENT/ASSIGNMENT/ with a timestamp.txt."""

    FOLDER = "folder"
    NBGRADER = "nbgrader"
