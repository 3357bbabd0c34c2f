"""The last look before a release: does any line of a solution stand in a released file?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from autograder.release.errors import ReleaseError
from autograder.release.regions import Region

# Shorter lines ("else:", "return y", "],") are nobody's idea.
SHORTEST = 10
# From here on a line is looked for inside longer ones too, as in a comment or a docstring; a
# shorter one ("kernel_size,") is part of many an innocent line.
TELLING = 24
# Long enough, and yet in every second file that uses torch.
IDIOMS = frozenset({"with torch.no_grad():"})


def solution_lines(text: str, regions: Sequence[Region]) -> set[str]:
    """The lines that only the solution has: of some length, and nowhere outside the regions."""
    outside = text.split("\n")
    for region in reversed(regions):
        del outside[region.first - 1 : region.last]
    given = {line.strip() for line in outside}
    inside = {line.strip() for region in regions for line in region.lines}
    return {line for line in inside - given - IDIOMS if len(line) >= SHORTEST}


def check_no_leak(released: Mapping[PurePath, str], secret: Mapping[PurePath, set[str]]) -> None:
    """Look for every solution line in every released file."""
    for file, text in released.items():
        for number, line in enumerate(text.split("\n"), start=1):
            for source, lines in secret.items():
                leaked = next((one for one in lines if _holds(line, one)), None)
                if leaked is not None:
                    reason = f"this line holds {leaked!r}, a line of a solution in {source}"
                    raise ReleaseError(file, number, reason)


def _holds(line: str, secret: str) -> bool:
    return secret in line if len(secret) >= TELLING else secret == line.strip()
