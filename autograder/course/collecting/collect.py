"""Collect a class: sort a download into one folder a student, and record times and owners."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from autograder.course import collected
from autograder.course.collected import Collected, NoTimes, read_collected, write_collected
from autograder.course.collecting.choosing import CollectedWork, choose, described
from autograder.course.collecting.exchange import TIMESTAMP
from autograder.course.collecting.handed_in import Attempt, CannotCollect, Note
from autograder.course.collecting.people import OwnersFound, People
from autograder.course.collecting.reading import read_download
from autograder.course.collecting.systems import System
from autograder.course.collecting.times import read_times
from autograder.course.collecting.unpacking import unpacked
from autograder.course.collecting.writing import ClassFolder, Item, opened
from autograder.course.roster import BYTES_CAP, FileNames, Roster, folded
from autograder.course.trees import FileTree, open_tree
from autograder.sandbox.grader.intake import NoSubmission
from autograder.sandbox.grader.printable import printable

# What helps where names are not enough, or where there are none.
UNSURE = {
    System.MOODLE: "which number is whose, Moodle's grading worksheet says (--times)",
    System.CANVAS: "which number is whose, the roster's lms_id says",
}
NAMELESS = {
    System.MOODLE: "Moodle told no names; its grading worksheet does (--times)",
    System.CANVAS: "Canvas told no names; it does where the assignment is not graded anonymously",
}


@dataclass(frozen=True)
class CollectOptions:
    """The system, assignment, time zone and layout of one collection.

    `nbgrader` asks for STUDENT/ASSIGNMENT/ with a timestamp.txt. `times` is Moodle's worksheet.
    Whatever is `known`, such as the roster, was not handed in, wherever it lies.
    """

    system: System
    assignment: str
    zone: ZoneInfo
    nbgrader: bool = False
    times: Path | None = None
    known: tuple[Path, ...] = ()


@dataclass(frozen=True)
class CollectedRow:
    """One student's row in the table; `folder` is where the work lies now."""

    folder: str
    name: str
    received: datetime | None
    late: bool
    files: int
    source: str


@dataclass
class CollectOutcome:
    """The students collected, the notes about them, and the folders that changed."""

    rows: list[CollectedRow] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def look(self) -> bool:
        return any(note.look for note in self.notes)


def collect(download: Path, to: Path, roster: Roster, wanted: CollectOptions) -> CollectOutcome:
    """Write each student's work into a folder in `to`. Raises CannotCollect, NoAssignment."""
    outcome = CollectOutcome()
    with ExitStack() as stack:
        try:
            tree = stack.enter_context(open_tree(download))
        except NoSubmission as error:
            raise CannotCollect(str(error)) from None
        lines, unread = read_times(wanted.times, wanted.zone) if wanted.times else ([], [])
        tree = _without(tree, download, to, wanted.known)
        there = read_download(tree, wanted.system, wanted.assignment, roster, wanted.zone, stack)
        people = People(roster, lines)
        found = [(handed, people.find(handed.owner)) for handed in there.handed]
        works, choices, unsure = choose(found)
        outcome.notes += [*unread, *there.notes, *choices]
        if unsure and wanted.times is None and wanted.system in UNSURE:
            outcome.notes.append(Note(UNSURE[wanted.system]))
        folder = ClassFolder(to, wanted.assignment if wanted.nbgrader else None)
        try:
            names = list(_folders(works, outcome.notes))
            for work, name in zip(works, names, strict=True):
                _write(work, name, folder, wanted, outcome)
            _move(folder, found, works, names, outcome.notes)
            _keep_times(folder, names, wanted, outcome)
            folder.close()
        except OSError as error:
            raise CannotCollect(f"{to} cannot be written: {error.strerror}") from None
        outcome.notes += folder.notes
        outcome.notes += _about_roster(roster, works, names, wanted.system)
    outcome.rows.sort(key=lambda row: row.folder)
    return outcome


def _without(tree: FileTree, download: Path, to: Path, known: Sequence[Path]) -> FileTree:
    """The download without the course's own files. Raises CannotCollect where `to` is in it."""
    root = download.resolve()
    if root.is_dir() and to.resolve().is_relative_to(root):
        raise CannotCollect(f"{to} lies in {download}; collect into a folder elsewhere")
    own = {path.resolve() for path in known}
    members = (member for member in tree.members if root.joinpath(*member.parts) not in own)
    return replace(tree, members=tuple(members))


def _folders(works: Sequence[CollectedWork], notes: list[Note]) -> Iterator[str]:
    """A folder's name for each: the student's id, or the system's own name made safe."""
    taken = {folded(work.student.id) for work in works if work.student is not None}
    for work in works:
        if work.student is not None and is_folder(work.student.id):
            yield work.student.id
            continue
        called = work.student.id if work.student is not None else work.handed.owner.label
        name = called if is_folder(called) else FileNames().of(called)
        if not is_folder(name) or folded(name) in taken:
            name = f"{name}-{sha256(called.encode(errors='replace')).hexdigest()[:8]}"
        taken.add(folded(name))
        if work.student is not None:
            notes.append(Note(f"{called} cannot be a folder's name; it is {name}", look=True))
        yield name


def is_folder(name: str) -> bool:
    """Whether a student's folder can have that name as it is."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return False
    return (
        0 < length <= BYTES_CAP
        and name == name.strip()
        and name.isprintable()
        and not name.startswith((".", "~$"))
        and not set(name) & set('/\\:*?"<>|')
        and folded(name) != collected.FILE
    )


def _write(
    work: CollectedWork,
    name: str,
    folder: ClassFolder,
    wanted: CollectOptions,
    outcome: CollectOutcome,
) -> None:
    handed = work.handed
    with ExitStack() as stack:
        if wanted.nbgrader:
            handed, notes = unpacked(name, handed, stack)
            outcome.notes += notes
        items = _items(handed, wanted, outcome.notes)
        written = folder.write(name, handed.owner.label, items)
    if written.new and not written.changed and written.there == len(written.new):
        outcome.new.append(name)
    elif written.new or written.changed or written.removed:
        outcome.changed.append(name)
    outcome.notes += [
        Note(f"{path} is taken away: it is in this download no more") for path in written.removed
    ]
    if wanted.nbgrader and handed.late and handed.received is None:
        why = "it came in late, but no time is known, so nbgrader takes no points off"
        outcome.notes.append(Note(f"{name}: {why}", look=True))
    # The student's files, without the time that was written beside them.
    files = written.there - (wanted.nbgrader and handed.received is not None)
    source = printable(work.handed.source)
    outcome.rows.append(CollectedRow(name, work.name, handed.received, handed.late, files, source))


def _items(handed: Attempt, wanted: CollectOptions, notes: list[Note]) -> Iterator[Item]:
    for piece in handed.pieces:
        if wanted.nbgrader and tuple(map(folded, piece.path)) == (TIMESTAMP,):
            if wanted.system is not System.NBGRADER:
                notes.append(Note(f"not collected: {piece.place}: a student tells no time"))
            continue
        yield Item(piece.path, piece.place, opened(piece.member.open))
    if wanted.nbgrader and handed.received is not None:
        # nbgrader's own reader loses most zones, but not this one.
        text = handed.received.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        yield Item((TIMESTAMP,), TIMESTAMP, partial(_text, text))


def _text(text: str) -> BinaryIO:
    return io.BytesIO(text.encode())


def _move(
    folder: ClassFolder,
    found: Sequence[tuple[Attempt, OwnersFound]],
    works: Sequence[CollectedWork],
    names: Sequence[str],
    notes: list[Note],
) -> None:
    """Remove work that an earlier run put under other names, now that the owner is known."""
    now: dict[str, list[str]] = {}
    for work, name in zip(works, names, strict=True):
        now.setdefault(work.handed.owner.label, []).append(name)
    for label, folders in now.items():
        for gone in folder.move_away(label, folders):
            notes.append(Note(f"{gone} is now {', '.join(folders)}"))
    for handed, who in found:
        if who.unclear and (before := folder.folders_of(handed.owner.label)):
            where = ", ".join(before)
            notes.append(
                Note(f"{described(handed)} was collected before, as {where}; it stays", look=True)
            )


def _keep_times(
    folder: ClassFolder, names: Sequence[str], wanted: CollectOptions, outcome: CollectOutcome
) -> None:
    """Write the times beside the work, with those of earlier downloads that are not in this one."""
    present = {folded(name) for name in names}
    earlier = sorted(name for name in folder.students() if folded(name) not in present)
    if earlier:
        outcome.notes.append(
            Note(f"of an earlier download, and not in this one: {', '.join(earlier)}")
        )
    if wanted.nbgrader:
        return
    try:
        before = read_collected(folder.root, wanted.zone)
    except NoTimes as error:
        outcome.notes.append(Note(str(error), look=True))
        return
    rows = [before[folded(name)] for name in earlier if folded(name) in before]
    rows += _rows(before, outcome)
    rows.sort(key=lambda row: row.student)
    write = partial(write_collected, rows=rows, zone=wanted.zone)
    if not folder.write_alone(collected.FILE, write):
        stays = [row for row in rows if before.get(folded(row.student)) != row]
        which = ", ".join(row.student for row in stays)
        why = "was changed by somebody else and stays"
        lacks = f"; it says something else of {which}" if which else ""
        outcome.notes.append(Note(f"{collected.FILE} {why}{lacks}", look=bool(which)))


def _rows(before: Mapping[str, Collected], outcome: CollectOutcome) -> Iterator[Collected]:
    """The times of this download; the same work keeps a time known from an earlier one."""
    same, anew = [], []
    for number, row in enumerate(outcome.rows):
        earlier = before.get(folded(row.folder))
        if row.received is None and earlier is not None and earlier.received is not None:
            if row.folder in outcome.changed:
                anew.append(row.folder)
            else:
                same.append(row.folder)
                row = replace(row, received=earlier.received, late=earlier.late)
                outcome.rows[number] = row
        yield Collected(student=row.folder, received=row.received, late=row.late, source=row.source)
    if same:
        outcome.notes.append(Note(f"the time of an earlier run is kept: {', '.join(same)}"))
    if anew:
        why = "handed in anew, and when is not known; --times says it"
        outcome.notes.append(Note(f"{why}: {', '.join(anew)}", look=True))


def _about_roster(
    roster: Roster, works: Sequence[CollectedWork], names: Sequence[str], system: System
) -> Iterator[Note]:
    if not len(roster):
        return
    there = [work.student.id for work in works if work.student is not None]
    absent = [f"{s.id} (excused)" if s.excused else s.id for s in roster.absent(there)]
    if absent:
        yield Note(f"on the roster, and nothing collected: {', '.join(absent)}")
    for work, name in zip(works, names, strict=True):
        if work.student is None:
            yield Note(
                f"not on the roster: {described(work.handed)}, collected as {name}", look=True
            )
    if any(work.student is None and work.handed.owner.nameless for work in works):
        yield Note(NAMELESS[system])
