"""Whether it can be told when a submission was handed in.

`nbgrader submit` writes timestamp.txt; in a zip file from a learning system it may be anything. At
one that is no time nbgrader ends, for the whole class, and of a link it reads whatever it leads to.
"""

from __future__ import annotations

from pathlib import Path

from nbgrader.utils import parse_utc

TIMESTAMP = "timestamp.txt"
CHARACTERS_CAP = 200


def holds_a_time(folder: Path) -> bool:
    """Whether nbgrader can read the folder's timestamp.txt, or there is none."""
    path = folder / TIMESTAMP
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return False
    if not path.exists():
        return True
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(CHARACTERS_CAP + 1)
        if text.strip():  # an empty one nbgrader takes for none
            parse_utc(text.strip())
    except (OSError, ValueError, OverflowError, TypeError, AttributeError):
        return False
    return len(text) <= CHARACTERS_CAP
