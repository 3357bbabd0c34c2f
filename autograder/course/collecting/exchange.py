"""nbgrader's folders: `submitted`, the exchange's `inbound`, and `downloaded`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from autograder.course.collecting.entries import owner_of, read_entries
from autograder.course.collecting.handed_in import Attempt, DownloadedFile, Note, Sorted, counted
from autograder.course.collecting.layouts import INBOUND
from autograder.course.moments import CHARACTERS_CAP, NotAMoment, read_moment
from autograder.course.roster import Roster
from autograder.course.trees import Member

TIMESTAMP = "timestamp.txt"
SUBMITTED = "submitted"
_TEXT_CAP = 4 * CHARACTERS_CAP
_Parts = tuple[str, ...]


def read_exchange(
    members: Sequence[Member], assignment: str, roster: Roster, zone: ZoneInfo
) -> Sorted:
    """Read the attempts for the assignment from any of these folders."""
    if any(INBOUND.match(part) for member in members for part in member.parts[:-1]):
        return _inbound(members, assignment, zone)
    for step in ("archive", "extracted"):
        if any(_below(member, assignment, step) for member in members):
            return _downloaded(members, assignment, step, roster)
    submitted = _submitted(members, assignment, zone)
    if submitted.handed:
        return submitted
    handed, rest = read_entries(members, roster)
    return Sorted(tuple(handed), tuple(_strays([member for member, _ in rest])))


def _inbound(members: Sequence[Member], assignment: str, zone: ZoneInfo) -> Sorted:
    """`USER+ASSIGNMENT+TIME+LETTERS/`, of which each is an attempt."""

    def place(member: Member) -> int | None:
        parts = member.parts[:-1]
        return next((k + 1 for k, part in enumerate(parts) if INBOUND.match(part)), None)

    pieces, strays = _by_folder(members, place)
    handed: list[Attempt] = []
    others: list[str] = []
    notes: list[Note] = []
    for folder, files in pieces.items():
        found = INBOUND.match(folder[-1])
        assert found is not None
        if found["assignment"] == assignment:
            received = _moment(found["time"], "/".join(folder), zone, notes)
            handed.append(Attempt(owner_of(found["user"], prefixes=False), tuple(files), received))
        else:
            others += [found["assignment"]] * len(files)
    return Sorted(tuple(handed), (*notes, *_others(others, assignment), *_strays(strays)))


def _submitted(members: Sequence[Member], assignment: str, zone: ZoneInfo) -> Sorted:
    """`STUDENT/ASSIGNMENT/`, and of a whole course's folders those in `submitted/`."""
    course = any(SUBMITTED in member.parts[:-3] for member in members)

    def place(member: Member) -> int | None:
        inner = member.parts[1:-1]
        if assignment not in inner or (course and SUBMITTED not in member.parts):
            return None
        return inner.index(assignment) + 2

    pieces, rest = _by_folder(members, place)
    notes: list[Note] = []
    handed = [
        Attempt(owner_of(folder[-2], prefixes=False), tuple(files), _stamp(files, zone, notes))
        for folder, files in pieces.items()
    ]
    others: list[str] = []
    strays: list[Member] = []
    for member in rest:
        parts = member.parts
        if course and SUBMITTED not in parts[:-1]:
            others.append(parts[0])
            continue
        inner = parts[parts.index(SUBMITTED) + 1 :] if course else parts
        if len(inner) > 2:
            others.append(inner[1])
        else:
            strays.append(member)
    return Sorted(tuple(handed), (*notes, *_others(others, assignment), *_strays(strays)))


def _downloaded(members: Sequence[Member], assignment: str, step: str, roster: Roster) -> Sorted:
    """`downloaded/ASSIGNMENT/archive/`, or else `extracted/`, what `zip_collect` makes of it."""
    inside: dict[_Parts, list[Member]] = {}
    others: list[str] = []
    for member in members:
        if _below(member, assignment, step):
            above = member.parts[: member.parts.index(step) + 1]
            inside.setdefault(above, []).append(member)
        else:
            depth = 2 if assignment in member.parts[:-2] else 1
            others.append("/".join(member.parts[:depth]))
    handed: list[Attempt] = []
    strays: list[Member] = []
    for above, files in inside.items():
        entries, rest = read_entries(files, roster, above)
        handed += entries
        strays += (member for member, _ in rest)
    return Sorted(tuple(handed), (*_others(others, assignment), *_strays(strays)))


def _below(member: Member, assignment: str, step: str) -> bool:
    """Whether a file lies below `ASSIGNMENT/STEP/`, or `STEP/` at the top."""
    parts = member.parts
    return step in parts[:-1] and parts[: parts.index(step)][-1:] in ((assignment,), ())


def _by_folder(
    members: Sequence[Member], place: Callable[[Member], int | None]
) -> tuple[dict[_Parts, list[DownloadedFile]], list[Member]]:
    """The files by the first so many parts of their paths, and those that have no place."""
    pieces: dict[_Parts, list[DownloadedFile]] = {}
    rest: list[Member] = []
    for member in members:
        depth = place(member)
        if depth is None:
            rest.append(member)
        else:
            piece = DownloadedFile(member.path, member.parts[depth:], member)
            pieces.setdefault(member.parts[:depth], []).append(piece)
    return pieces, rest


def _stamp(files: Sequence[DownloadedFile], zone: ZoneInfo, notes: list[Note]) -> datetime | None:
    """The time in `timestamp.txt`, from `nbgrader submit` or a copied folder."""
    for file in files:
        if file.path == (TIMESTAMP,):
            content = file.member.read(_TEXT_CAP)
            if isinstance(content, str):
                notes.append(Note(f"{file.place}: {content}; no time is known", look=True))
                return None
            return _moment(content.decode("utf-8-sig", "replace"), file.place, zone, notes)
    return None


def _moment(text: str, place: str, zone: ZoneInfo, notes: list[Note]) -> datetime | None:
    try:
        return read_moment(text, zone)
    except NotAMoment as error:
        notes.append(Note(f"{place}: no time is known: {error}", look=True))
        return None


def _strays(members: Sequence[Member]) -> Iterator[Note]:
    for member in members:
        yield Note(f"not collected: {member.path}: in no folder of a student's", look=True)


def _others(names: Iterable[str], assignment: str) -> Iterator[Note]:
    """Other assignments and other folders of a course, a line each."""
    for name, count in sorted(Counter(names).items()):
        files = counted(count, "file")
        yield Note(f"not collected: {name}: not handed in for {assignment} ({files})")
