"""A folder of one's own making: an entry a student, called by whatever the roster knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.course.collecting.handed_in import Attempt, DownloadedFile, WorkOwner
from autograder.course.roster import Roster
from autograder.course.trees import Member, is_archive, stem


def read_entries(
    members: Sequence[Member], roster: Roster, above: tuple[str, ...] = ()
) -> tuple[list[Attempt], list[tuple[Member, str]]]:
    """A folder or an archive for each student, and the files that are neither, with the reason.

    They lie in the folder `above`, or in its only one.
    """
    above = _folder_of_class(members, roster, above)
    entries: dict[str, list[Member]] = {}
    rest: list[tuple[Member, str]] = []
    for member in members:
        inner = member.parts[len(above) :]
        if len(inner) > 1 or is_archive(member.name):
            entries.setdefault(inner[0], []).append(member)
        else:
            rest.append((member, "neither a folder nor an archive of a student's"))
    return [_handed(entry, files, above) for entry, files in entries.items()], rest


def _handed(entry: str, files: list[Member], above: tuple[str, ...]) -> Attempt:
    packed = files[0].parts == (*above, entry)
    # An archive is kept as it is, under its own name; of a folder, what is in it.
    first = len(above) if packed else len(above) + 1
    name = stem(entry) if packed else entry
    return Attempt(
        owner_of(name, prefixes=True),
        tuple(DownloadedFile(file.path, file.parts[first:], file) for file in files),
    )


def owner_of(name: str, *, prefixes: bool) -> WorkOwner:
    """The student of an entry. `kim_homework` is kim's where nobody is called so altogether."""
    names = (name, *(_prefixes(name) if prefixes else ()))
    return WorkOwner(label=name, texts=names, names=names)


def _prefixes(name: str) -> Iterator[str]:
    """The parts before each underscore, the longest first."""
    parts = name.split("_")
    for end in range(len(parts) - 1, 0, -1):
        if before := "_".join(parts[:end]):
            yield before


def _folder_of_class(
    members: Sequence[Member], roster: Roster, above: tuple[str, ...]
) -> tuple[str, ...]:
    while members:
        tops = {member.parts[len(above)] for member in members}
        if len(tops) != 1 or not _is_class(members, len(above), roster):
            break
        above = (*above, *tops)
    return above


def _is_class(members: Sequence[Member], depth: int, roster: Roster) -> bool:
    """Whether the only folder at that depth is no student's, but holds the students'."""
    if any(len(member.parts) == depth + 1 for member in members):
        return False
    name = members[0].parts[depth]
    if roster.find(name):
        return False
    entries = {
        member.parts[depth + 1]: is_archive(member.name) or len(member.parts) > depth + 2
        for member in members
    }
    known = any(roster.find(stem(entry)) for entry in entries)
    return known or (len(entries) > 1 and all(entries.values()))
