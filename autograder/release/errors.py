"""Errors that stop a release."""

from __future__ import annotations

from pathlib import PurePath

from autograder.errors import AutograderError


class ReleaseError(AutograderError):
    """A release that must not be made, with the file and, where there is one, the line to blame."""

    def __init__(self, file: PurePath, line: int | None, reason: str) -> None:
        self.file = file
        self.line = line
        self.reason = reason
        where = file.as_posix() if line is None else f"{file.as_posix()}:{line}"
        super().__init__(f"{where}: {reason}")
