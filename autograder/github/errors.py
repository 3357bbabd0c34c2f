"""What can go wrong between the course and GitHub.

CourseError                 its message is one line
├── BadConfiguration        course.toml or the roster; file, key and what is wrong
├── NoCredentials           nothing to sign in with, or GitHub does not take it
├── BadOrder                a student who is not on the roster, a commit id that is none
├── NoLogin                 a student on the roster who has no login, and so no repository
├── NoPush                  there is nothing at that commit that could be graded
└── Refused                 GitHub said no to one request
    └── Unavailable         GitHub could not answer, even after waiting
"""

from __future__ import annotations


class CourseError(Exception):
    """A command, or one student's part of it, cannot go on; the message is one line."""


class BadConfiguration(CourseError):
    pass


class NoCredentials(CourseError):
    pass


class BadOrder(CourseError):
    pass


class NoLogin(CourseError):
    pass


class NoPush(CourseError):
    pass


class Refused(CourseError):
    """`status` is HTTP's, 0 where no answer came."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Unavailable(Refused):
    pass
