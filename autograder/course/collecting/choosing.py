"""Choose the attempt that counts for a student, and its files: the newest, if sure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from pathlib import Path

from autograder.course.collecting.handed_in import Attempt, DownloadedFile, Note, counted
from autograder.course.collecting.people import OwnersFound
from autograder.course.collecting.times import TimesRow
from autograder.course.roster import Student, folded
from autograder.course.trees import UNPACKED_CAP, Member, is_archive, nested
from autograder.sandbox.grader.intake import NoSubmission

# What one file of a download may have; an archive that a student handed in is opened no further.
FILE_LIMIT = UNPACKED_CAP
_STEP = 1024 * 1024


@dataclass(frozen=True)
class CollectedWork:
    """The work collected for one person. `student` is None for one who is not on the roster."""

    student: Student | None
    handed: Attempt

    @property
    def name(self) -> str:
        """The person's name, from the roster or else from the system."""
        if self.student is not None:
            return self.student.name
        return next(iter(self.handed.owner.names), "")


def choose(
    found: Sequence[tuple[Attempt, OwnersFound]],
) -> tuple[list[CollectedWork], list[Note], bool]:
    """Each student's work that counts, a line for all other, and whether names were not enough."""
    notes: list[Note] = []
    unsure = False
    by_student: dict[tuple[bool, str], list[tuple[Attempt, OwnersFound, Student | None]]] = {}
    for handed, who in found:
        if who.unclear:
            notes.append(_left(handed, who.unclear))
            unsure = True
            continue
        for student in who.students or (None,):
            key = (student is not None, folded(student.id if student else handed.owner.label))
            by_student.setdefault(key, []).append((handed, who, student))
    works = []
    for several in by_student.values():
        student = several[0][2]
        name = student.id if student else several[0][0].owner.label
        attempts, namesakes = _without_namesakes(name, several)
        chosen, older = _newest(name, attempts)
        notes += [*namesakes, *older]
        unsure = unsure or bool(namesakes)
        if chosen is not None:
            one, doubles = _without_doubles(name, chosen)
            notes += doubles
            line = next(who.line for handed, who, _ in several if handed is chosen)
            works.append(CollectedWork(student, _timed(one, line)))
    return works, notes, unsure


def _timed(handed: Attempt, line: TimesRow | None) -> Attempt:
    """The attempt with the time from the file of times, which overrides the download's."""
    if line is None:
        return handed
    received = line.received or handed.received
    return replace(handed, received=received, late=handed.late or line.late)


def _without_namesakes(
    name: str, several: Sequence[tuple[Attempt, OwnersFound, Student | None]]
) -> tuple[list[Attempt], list[Note]]:
    """One person's attempts, where the system tells people apart whom the roster does not."""
    persons = {handed.owner.person for handed, _, _ in several}
    if len(persons) < 2 or several[0][2] is None or all(who.sure for _, who, _ in several):
        return [handed for handed, _, _ in several], []
    sure = [handed for handed, who, _ in several if who.sure]
    why = f"{len(persons)} people are called so, and the roster knows one, {name}"
    return sure, [_left(handed, why) for handed, who, _ in several if not who.sure]


def _newest(name: str, attempts: Sequence[Attempt]) -> tuple[Attempt | None, list[Note]]:
    if len(attempts) < 2:
        return next(iter(attempts), None), []
    notes: list[Note] = []
    received = [handed.received.timestamp() if handed.received else 0.0 for handed in attempts]
    uploads = [float(handed.upload) for handed in attempts]
    for ranks in (received, uploads):
        if all(ranks) and len(set(ranks)) == len(ranks):
            *older, chosen = (attempts[k] for k in sorted(range(len(ranks)), key=ranks.__getitem__))
            notes += [
                Note(f"{name}: {described(handed)} is older, {chosen.source} counts")
                for handed in older
            ]
            return chosen, notes
    if len({_contents(handed) for handed in attempts}) == 1:
        chosen, *doubles = attempts
        notes += [Note(f"{name}: {described(handed)} is the same again") for handed in doubles]
        return chosen, notes
    why = f"which of {len(attempts)} of {name} is the newest is not known"
    return None, [_left(handed, why) for handed in attempts]


def _without_doubles(name: str, handed: Attempt) -> tuple[Attempt, list[Note]]:
    """One file of each name: the one that was uploaded last, if there are such numbers."""
    notes: list[Note] = []
    by_path: dict[tuple[str, ...], list[DownloadedFile]] = {}
    for piece in handed.pieces:
        by_path.setdefault(piece.path, []).append(piece)
    newest: list[DownloadedFile] = []
    for pieces in by_path.values():
        *older, last = sorted(pieces, key=lambda piece: piece.upload)
        newest.append(last)
        for piece in older:
            if piece.upload < last.upload:
                notes.append(Note(f"{name}: {piece.place} is older, {last.place} counts"))
                continue
            path = _unused(piece.path, by_path.keys() | {other.path for other in newest})
            newest.append(replace(piece, path=path))
            notes.append(Note(f"{name}: {piece.place} is kept as {'/'.join(path)}", look=True))
    return replace(handed, pieces=tuple(newest)), notes


def _unused(path: tuple[str, ...], taken: Set[tuple[str, ...]]) -> tuple[str, ...]:
    name = Path(path[-1])
    numbered = ((*path[:-1], f"{name.stem} ({number}){name.suffix}") for number in count(2))
    return next(other for other in numbered if other not in taken)


def _left(handed: Attempt, why: str) -> Note:
    return Note(f"not collected: {described(handed)}: {why}", look=True)


def described(handed: Attempt) -> str:
    """The place of an attempt and its number of files."""
    return f"{handed.source} ({counted(len(handed.pieces), 'file')})"


def _contents(handed: Attempt) -> frozenset[tuple[str, int]]:
    """Hashes of the files, also of those in archives, whatever their names."""
    hashes = Counter(one for piece in handed.pieces for one in _hashes(piece.member, packed=True))
    return frozenset(hashes.items())


def _hashes(member: Member, *, packed: bool) -> Iterator[str]:
    if packed and is_archive(member.name):
        try:
            with nested(member) as tree:
                yield from [one for inner in tree.members for one in _hashes(inner, packed=False)]
            return
        except NoSubmission:
            pass  # compared as it is
    yield hash_of(member)


def hash_of(member: Member) -> str:
    """The hash of the content, or of the reason why there is none."""
    file = member.open(FILE_LIMIT)
    if isinstance(file, str):
        return f"{member.path}: {file}"
    digest = sha256()
    with file:
        while chunk := file.read(_STEP):
            digest.update(chunk)
    return digest.hexdigest()
