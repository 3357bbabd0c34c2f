"""Moodle's *Download all submissions*, with and without folders, packed or unpacked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.course.collecting.handed_in import Attempt, DownloadedFile, WorkOwner
from autograder.course.collecting.layouts import MOODLE, PARTICIPANTS
from autograder.course.roster import folded
from autograder.course.trees import Member


@dataclass(frozen=True)
class _Named:
    """The fields in the names on the path to a file."""

    name: str
    number: str
    path: tuple[str, ...]


def read_moodle(members: Iterable[tuple[str, Member]]) -> tuple[list[Attempt], list[Member]]:
    """Read the attempts, and the files whose names are not Moodle's own.

    With each member goes the path of the archive that it lies in, as far as that is in another.
    """
    pieces: dict[tuple[str, str], list[DownloadedFile]] = {}
    rest: list[Member] = []
    for where, member in members:
        named = _named(member)
        if named is None:
            rest.append(member)
        else:
            owner = (named.name, named.number)
            pieces.setdefault(owner, []).append(
                DownloadedFile(where + member.path, named.path, member)
            )
    return list(_handed(pieces)), rest


def _named(member: Member) -> _Named | None:
    for layout in MOODLE:
        for depth, part in enumerate(member.parts):
            found = layout.match(part)
            if found is None:
                continue
            file = (found["file"],) if found["file"] else ()
            path = (*file, *member.parts[depth + 1 :])
            return _Named(found["name"], found["number"] or "", path) if path else None
    return None


def _handed(pieces: dict[tuple[str, str], list[DownloadedFile]]) -> Iterator[Attempt]:
    for (name, number), files in pieces.items():
        owner = WorkOwner(
            label=f"{name}_{number}" if number else name,
            # As the grading worksheet writes it: Participant 12345.
            texts=(f"{name} {number}",) if number else (),
            names=(name,),
            person=number,
            nameless=folded(name) in PARTICIPANTS,
        )
        yield Attempt(owner, tuple(files))
