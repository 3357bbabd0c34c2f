"""Find a student's work in a tree of files: take one folder, and name everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from autograder.authoring.manifest import Given
from autograder.course.files_beside import (
    NOTEBOOK,
    TIME,
    Beside,
    is_given,
    is_given_notebook,
    is_packed,
    listed,
    may_be_work,
)
from autograder.course.members import FileTree, Member, PassedOver, below
from autograder.course.several_students import several_students
from autograder.course.trees import UNPACKED_CAP, is_archive, nested
from autograder.sandbox.grader.intake import (
    FILE_CAP,
    NoSubmission,
    SubmissionFiles,
    can_be_imported,
)
from autograder.sandbox.grader.near_misses import NAME_CAP, bare, looks_like_python, near_misses
from autograder.sandbox.grader.printable import printable

# A student may pack each file by itself.
ARCHIVES_CAP = 8
NAMES_CAP = 6
DEEPER = "an archive inside of another one's archive, which is not opened"
UNKNOWN_KIND = "not opened: no .zip, .tar or .tar.gz"
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}

Parts = tuple[str, ...]
# A file, or why it is none that can be taken.
Files = dict[Parts, Member | str]


@dataclass(frozen=True)
class Work:
    """The files of a submission that are graded, and those that are not.

    `folder` is where it lies in the submission, and `instead_of` are other folders there that hold
    files of `tasks`, too. `near` are, by the name of a file that is not there, those near it.
    """

    submitted: SubmissionFiles
    tasks: tuple[str, ...]
    folder: Parts = ()
    instead_of: tuple[Parts, ...] = ()
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)

    @property
    def found(self) -> int:
        """How many of the tasks' files are there."""
        there = _there(self.submitted)
        return sum(f"{task}.py" in there for task in self.tasks)

    @property
    def to_look_at(self) -> bool:
        """Whether a person has to: something that may be work was not read."""
        return not self.found or bool(self.beside.unread) or bool(self.near)

    @property
    def notice(self) -> str:
        """One line to show beside the grade; empty if there is nothing to say."""
        return "; ".join((*self._choice(), *self.beside.lines()))

    def _choice(self) -> Iterator[str]:
        if not self.found:
            count = len(self.tasks)
            there = sorted(set(self.submitted.files).difference(*self.near.values()))
            only = f", only {listed(there, NAMES_CAP)}" if there else ""
            yield f"none of the {_NUMBERS.get(count, count)} files found{only}"
        if self.instead_of:
            others = ["/".join(other) or "the top" for other in self.instead_of]
            taken = "/".join(self.folder) or "the top"
            yield f"taken was {taken}, not {listed(others, NAMES_CAP)}"
        for name, near in self.near.items():
            yield f"{name} was not found, but {', '.join(near)}"


class NoWork(NoSubmission):
    """There is neither a Python file nor a notebook, but perhaps something else."""

    def __init__(self, place: str, beside: Beside) -> None:
        what = f"{place} holds no Python file and no notebook"
        super().__init__("; ".join((what, *beside.lines())))
        self.beside = beside


def find_work(
    tree: FileTree,
    tasks: Sequence[str],
    given: Given,
    *,
    place: str | None = None,
    preferred: str = "",
    archives_deep: int = 1,
) -> Work:
    """The folder that holds most of the files of `tasks`, with the Python files beside them.

    Names that are near those count less, and what students were given is nobody's work. Of
    equals, one called `preferred` is taken, then the topmost, then the first by name. Archives are
    folders, if they lie in no more than `archives_deep` others. Messages call the tree by its
    `place`.

    Raises:
        NoWork: no folder holds a Python file or a notebook.
        NoSubmission: the work is that of several students.
    """
    place = tree.name if place is None else place
    with ExitStack() as stack:
        files: Files = {}
        refused: list[PassedOver] = []
        _open_archives(tree, archives_deep, files, refused, stack)
        names: dict[Parts, set[str]] = {}
        for parts in files:
            names.setdefault(parts[:-1], set()).add(parts[-1])
        signs = {folder: _Sign.of(there, tasks) for folder, there in names.items()}
        if several := several_students(files, {each: sign.tasks for each, sign in signs.items()}):
            raise NoSubmission(f"{place} {several}")
        candidates = [folder for folder, sign in signs.items() if sign.python or sign.notebook]
        if not candidates:
            raise NoWork(place, _beside(files, refused, tasks, given))
        folder = min(candidates, key=lambda each: _rank(each, signs[each], preferred))
        submitted = _collect({name: files[*folder, name] for name in names[folder]}, tasks)
        near = _near(submitted, tasks)
        known = {*submitted.files, *(name for found in near.values() for name in found)}
        if _there(submitted):
            known |= {name for name in names[folder] if is_given_notebook(name, given)}
        for name in known:
            del files[*folder, name]
        files |= {(*folder, name): reason for name, reason in submitted.problems.items()}
        if folder == (preferred,):
            _leave_out_other_assignments(files, signs, names)
        others = sorted(each for each, sign in signs.items() if sign.tasks and each != folder)
        beside = _beside(files, refused, tasks, given)
        return Work(submitted, tuple(tasks), folder, tuple(others), near, beside)


@dataclass(frozen=True)
class _Sign:
    """The signs of a folder: files of the very names, and of names near those."""

    exact: frozenset[str]
    near: frozenset[str]
    python: bool
    notebook: bool

    @classmethod
    def of(cls, names: set[str], tasks: Sequence[str]) -> _Sign:
        python = [name for name in names if looks_like_python(name)]
        bares = {bare(name) for name in python if len(name) <= NAME_CAP}
        exact = frozenset(task for task in tasks if f"{task}.py" in names)
        near = frozenset(task for task in tasks if bare(f"{task}.py") in bares)
        notebook = any(name.casefold().endswith(NOTEBOOK) for name in names)
        return cls(exact, near - exact, bool(python), notebook)

    @property
    def tasks(self) -> frozenset[str]:
        return self.exact | self.near


def _rank(folder: Parts, sign: _Sign, preferred: str) -> tuple[object, ...]:
    """The folder with the lowest is taken."""
    least = (-len(sign.exact), -len(sign.near), not sign.python)
    return (*least, folder[-1:] != (preferred,), len(folder), folder)


def _open_archives(
    tree: FileTree, deep: int, files: Files, refused: list[PassedOver], stack: ExitStack
) -> None:
    """Add the files of a tree, those in its archives in place of the archives."""
    opened, left = 0, UNPACKED_CAP
    waiting = [(tree, deep)]
    while waiting:
        each, levels = waiting.pop()
        files |= {member.parts: member for member in each.members}
        files |= {gone.parts: gone.reason for gone in each.passed_over if gone.parts}
        refused += [gone for gone in each.passed_over if not gone.parts]
        for member in each.members:
            if not is_archive(member.name):
                continue
            if not levels:
                files[member.parts] = DEEPER
            elif opened == ARCHIVES_CAP:
                files[member.parts] = f"not opened: one of more than {ARCHIVES_CAP} archives"
            else:
                opened += 1
                try:
                    inner = stack.enter_context(nested(member, left))
                except NoSubmission as error:
                    prefix = f"{printable(member.path)} is "
                    files[member.parts] = str(error).removeprefix(prefix)
                else:
                    left -= inner.unpacked
                    waiting.append((below(inner, *member.parts), levels - 1))
                    del files[member.parts]


def _collect(here: Mapping[str, Member | str], tasks: Sequence[str]) -> SubmissionFiles:
    submitted = SubmissionFiles()
    # However many helpers there are, the files that were asked for come first.
    asked = {f"{task}.py" for task in tasks}
    for name in sorted(here, key=lambda name: (name not in asked, name)):
        if can_be_imported(name):
            submitted.add(name, _reader(here[name]))
        else:
            submitted.pass_over(name)
    return submitted


def _reader(what: Member | str) -> Callable[[], bytes | str]:
    return (lambda: what) if isinstance(what, str) else partial(what.read, FILE_CAP)


def _there(submitted: SubmissionFiles) -> set[str]:
    return {*submitted.files, *submitted.problems}


def _near(submitted: SubmissionFiles, tasks: Sequence[str]) -> dict[str, tuple[str, ...]]:
    there = _there(submitted)
    missing = [name for task in tasks if (name := f"{task}.py") not in there]
    every = (*there, *submitted.passed_over)
    return {name: found for name in missing if (found := near_misses(name, every))}


def _leave_out_other_assignments(
    files: Files, signs: Mapping[Parts, _Sign], names: Mapping[Parts, set[str]]
) -> None:
    """nbgrader keeps what a student handed in for each assignment, with the time, side by side."""
    others = {
        folder[0]
        for folder, there in names.items()
        if len(folder) == 1 and TIME in there and not signs[folder].tasks
    }
    for parts in [parts for parts in files if len(parts) > 1 and parts[0] in others]:
        del files[parts]


def _beside(
    files: Files, refused: Sequence[PassedOver], tasks: Sequence[str], given: Given
) -> Beside:
    unread = list(refused)
    others: list[PassedOver] = []
    for parts, what in sorted(files.items(), key=lambda item: item[0]):
        if is_given(parts, tasks, given):
            continue
        gone = PassedOver("/".join(parts), _reason(parts[-1], what), parts)
        # A link may lead to anything, and so may a folder that cannot be opened.
        work = isinstance(what, str) or may_be_work(parts[-1], tasks)
        (unread if work else others).append(gone)
    return Beside(tuple(unread), tuple(others))


def _reason(name: str, what: Member | str) -> str:
    if isinstance(what, str):
        return what
    return UNKNOWN_KIND if is_packed(name) else ""
