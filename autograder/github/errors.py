"""Errors between the course and GitHub; autograder/errors.py draws the whole tree."""

from __future__ import annotations

from autograder.errors import AutograderError


class CourseError(AutograderError):
    """A command, or one student's part of it, cannot go on."""


class BadConfiguration(CourseError):
    pass


class NoCredentials(CourseError):
    pass


class BadTarget(CourseError):
    pass


class NoLogin(CourseError):
    pass


class NoPush(CourseError):
    pass


class RequestRefused(CourseError):
    """GitHub refused a request; `status` is the HTTP status, 0 where no answer came."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Unavailable(RequestRefused):
    pass
