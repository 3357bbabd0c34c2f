"""What is wrong with the hidden tests themselves, for which no student loses a point."""

from __future__ import annotations


class SuiteError(Exception):
    """A suite failed for a reason of its own; no grade can be given."""


class NoAssignment(SuiteError):
    """There is none of that name."""
