"""When a submission was handed in, as its timestamp.txt says.

`nbgrader submit` writes the file; in a zip file from a learning system it may be anything.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.course.moments import CHARACTERS_CAP, NotAMoment, read_moment

TIMESTAMP = "timestamp.txt"


def read_time(folder: Path, zone: ZoneInfo) -> datetime | None:
    """The moment, in UTC; None where there is no such file. Raises NotAMoment.

    A link is not followed, nor is anything else opened that is no regular file.
    """
    path = folder / TIMESTAMP
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise NotAMoment(f"{TIMESTAMP} is no regular file")
    if not path.exists():
        return None
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(CHARACTERS_CAP + 1)
    except UnicodeDecodeError:
        raise NotAMoment(f"{TIMESTAMP} is no text") from None
    except OSError as error:
        raise NotAMoment(f"{TIMESTAMP} cannot be read: {error.strerror}") from None
    try:
        return read_moment(text, zone)
    except NotAMoment as error:
        raise NotAMoment(f"{TIMESTAMP}: {error}") from None
