"""Read a download: the owner of each file, as its system writes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from zoneinfo import ZoneInfo

from autograder.course.collecting.canvas import read_canvas
from autograder.course.collecting.entries import read_entries
from autograder.course.collecting.exchange import read_exchange
from autograder.course.collecting.handed_in import Attempt, CannotCollect, Note, Sorted
from autograder.course.collecting.layouts import CANVAS, INBOUND, MOODLE, Layout
from autograder.course.collecting.moodle import read_moodle
from autograder.course.collecting.systems import System
from autograder.course.roster import Roster
from autograder.course.trees import FileTree, Member, is_archive, nested
from autograder.grading.assignments import load_assignment
from autograder.sandbox.grader.intake import NoSubmission

_NAMES = {
    System.MOODLE: "Moodle",
    System.CANVAS: "Canvas",
    System.NBGRADER: "nbgrader",
    System.FOLDER: "a folder a student",
}
_LAYOUTS: dict[System, Sequence[Layout]] = {
    System.MOODLE: MOODLE,
    System.CANVAS: CANVAS,
    System.NBGRADER: [INBOUND],
}


def read_download(
    tree: FileTree,
    system: System,
    assignment: str,
    roster: Roster,
    zone: ZoneInfo,
    stack: ExitStack,
) -> Sorted:
    """Read the attempts, with a note for each file without an owner.

    What it reads from can be opened as long as `stack` is.

    Raises:
        CannotCollect: it is no download of that system's.
        NoAssignment: there is no such assignment.
    """
    expected = expected_names(assignment)
    passed_over = [
        Note(f"not collected: {gone.path}: {gone.reason}", look=True) for gone in tree.passed_over
    ]
    if system is System.NBGRADER:
        found = read_exchange(tree.members, assignment, roster, zone)
    elif system is System.FOLDER:
        handed, rest = read_entries(tree.members, roster)
        found = Sorted(tuple(handed), tuple(_left(m.path, why) for m, why in rest))
    else:
        found = _read_names(tree, system, expected, stack)
    other = _looks_like(tree, system)
    hint = f"it looks like {_NAMES[other]} (--from {other})" if other is not None else ""
    if not found.handed:
        unread = (note.text for note in found.notes if not note.text.endswith(_no_name(system)))
        why = "; ".join(filter(None, (hint, next(unread, ""))))
        raise CannotCollect(
            f"{tree.name} holds nothing that was handed in and is laid out as by "
            f"{_NAMES[system]}{'; ' if why else ''}{why}"
        )
    notes = [Note(f"{tree.name}: {hint}", look=True)] if hint else []
    return Sorted(found.handed, (*notes, *passed_over, *found.notes))


def _read_names(
    tree: FileTree, system: System, expected: frozenset[str], stack: ExitStack
) -> Sorted:
    """Moodle's or Canvas' names, also in archives that lie beside or above them."""

    def read(members: Iterable[tuple[str, Member]]) -> tuple[list[Attempt], list[Member]]:
        if system is System.MOODLE:
            return read_moodle(members)
        return read_canvas(members, expected)

    handed, rest = read(("", member) for member in tree.members)
    notes: list[Note] = []
    for member in rest:
        if is_archive(member.name):
            try:
                inner = stack.enter_context(nested(member))
            except NoSubmission as error:
                notes.append(_left(member.path, str(error)))
                continue
            where = f"{member.path}/"
            more, others = read((where, each) for each in inner.members)
            if more:
                handed += more
                notes += (_left(where + each.path, _no_name(system)) for each in others)
                notes += (_left(where + gone.path, gone.reason) for gone in inner.passed_over)
                continue
        notes.append(_left(member.path, _no_name(system)))
    return Sorted(tuple(handed), tuple(notes))


def expected_names(assignment: str) -> frozenset[str]:
    """The files that the assignment asks for. Raises NoAssignment."""
    asked = load_assignment(assignment)
    names = (*(f"{task.name}.py" for task in asked.tasks), asked.given.notebook)
    return frozenset(name.casefold() for name in names if name)


def _no_name(system: System) -> str:
    return f"{_NAMES[system]} calls no student's file so"


def _left(path: str, why: str) -> Note:
    return Note(f"not collected: {path}: {why}", look=True)


def _looks_like(tree: FileTree, system: System) -> System | None:
    """Another system by whose names most of the download is called, if there is one."""
    tops = {member.parts[0] for member in tree.members}
    for other, layouts in _LAYOUTS.items():
        called = [name for name in tops if any(layout.match(name) for layout in layouts)]
        if other is not system and len(called) > len(tops) / 2:
            return other
    return None
