"""Files of a submission that are not graded: work all the same, something beside it, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from autograder.authoring.manifest import Given
from autograder.course.members import PassedOver
from autograder.sandbox.grader.near_misses import NAME_CAP, bare, looks_like_python

NOTEBOOK = ".ipynb"
# More files of one folder are told by the folder's name.
OF_A_FOLDER = 4
TOLD_CAP = 30
PATH_CAP = 200

TIME = "timestamp.txt"  # nbgrader's

_PACKED = re.compile(r"\.(zip|zipx|rar|7z|tar|gz|tgz|bz2|tbz2?|xz|txz|zst|alz|egg)$")


@dataclass(frozen=True)
class Beside:
    """Files of a submission that are not graded: `unread` may be work, the others are not."""

    unread: tuple[PassedOver, ...] = ()
    others: tuple[PassedOver, ...] = ()

    def lines(self) -> Iterator[str]:
        """The parts of a line."""
        if self.unread:
            yield f"not read, and may be work: {_listed(self.unread)}"
        if self.others:
            yield f"passed over: {_listed(self.others)}"


def may_be_work(name: str, tasks: Sequence[str]) -> bool:
    """Whether a file of that name may hold what is graded: Python, a notebook, an archive."""
    if looks_like_python(name) or name.casefold().endswith(NOTEBOOK) or is_packed(name):
        return True
    short = PurePath(name).stem if len(name) <= NAME_CAP else ""
    return bare(short) in {bare(task) for task in tasks}


def is_packed(name: str) -> bool:
    """Whether that is an archive or a packed file by its name, of whatever kind."""
    return _PACKED.search(name.casefold()) is not None


def is_given(parts: Sequence[str], tasks: Sequence[str], given: Given) -> bool:
    """Whether the file comes with the assignment, so that it is no student's work."""
    *folders, name = parts
    if name in given.files or name in (TIME, given.folder):
        return True
    if folders[-1:] == ["tests"] and name in {f"test_{task}.py" for task in tasks}:
        return True
    return given.folder in folders and not may_be_work(name, tasks)


def is_given_notebook(name: str, given: Given) -> bool:
    """Whether that is the notebook that everybody has, or its text, whatever its name became."""
    stem, ending = PurePath(name).stem, PurePath(name).suffix.casefold()
    if not given.notebook or len(name) > NAME_CAP or ending not in (NOTEBOOK, ".py"):
        return False
    return bare(stem) == bare(PurePath(given.notebook).stem)


def _listed(files: Sequence[PassedOver]) -> str:
    by_folder: dict[str, list[PassedOver]] = {}
    for file in files:
        by_folder.setdefault(file.path.rpartition("/")[0], []).append(file)
    names: list[str] = []
    for folder, there in by_folder.items():
        if folder and len(there) > OF_A_FOLDER:
            names.append(f"{folder[:PATH_CAP]}/ ({len(there)} files)")
        else:
            names += [_file(file) for file in there]
    return listed(names)


def _file(file: PassedOver) -> str:
    path = file.path if len(file.path) <= PATH_CAP else f"{file.path[:PATH_CAP]}…"
    return f"{path} ({file.reason})" if file.reason else path


def listed(names: Sequence[str], cap: int = TOLD_CAP) -> str:
    """Names in a line, no more of them than anybody reads."""
    more = [f"and {len(names) - cap} more"] if len(names) > cap else []
    return ", ".join([*names[:cap], *more])
