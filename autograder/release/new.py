"""A new assignment with one function, out of the files in `template/`, for a teacher to go on from.

It is graded, released and linted as it stands; what it asks is put in the place of a moving mean.
"""

from __future__ import annotations

import keyword
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError
from autograder.grading.assignments import SUITES
from autograder.release.build import DRAWING

TEMPLATE = Path(__file__).parent / "template"
SUFFIX = ".in"  # what lies there is no Python yet, for no tool
LONGEST = 24  # a line that holds the assignment's and the file's name stays below 100 columns
# What a file beside the shared ones, or a function in the suite's files, must not be called.
TAKEN = frozenset({"assignment", "conftest", "oracle", "strategies", "signal", "size", "tests"})
PACKAGES = frozenset(
    {"torch", "torchvision", "numpy", "pytest", "matplotlib", "tqdm", "autograder"}
)
# Files that students are given and no assignment lists: what is hidden, and folders.
LISTED = frozenset({".py", ".toml"})


class CannotBegin(AutograderError):
    """No new assignment can be made there, or not by that name."""


@dataclass(frozen=True)
class Names:
    """What the assignment, its one file (without .py) and its one function are called."""

    assignment: str
    file: str
    function: str


def new_assignment(root: Path, names: Names) -> list[Path]:
    """Write the solution, the suite and one variant into the repository; the files, sorted.

    Raises `CannotBegin`, before anything is written, for names that Python or the files beside
    them do not allow, for an assignment that is there, and where `root` is not the repository.
    """
    shared = _shared(root)
    _check_name(names.assignment, PACKAGES | {"shared"})
    for name in (names.file, names.function):
        _check_name(name, PACKAGES | TAKEN | sys.stdlib_module_names | _stems(shared))
    words = _words(names, shared)
    made = {root / _filled(file, words): text for file, text in _templates(words)}
    for folder in ("solutions", "autograder/suites", "corpus/variants"):
        if (root / folder / names.assignment).exists():
            raise CannotBegin(f"{folder}/{names.assignment} is there already; nothing was written")
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return sorted(made)


def _shared(root: Path) -> frozenset[str]:
    """The files that students of every assignment are given. Raises CannotBegin."""
    shared = root / "solutions" / "shared"
    if (root / "autograder" / "suites").resolve() != SUITES.resolve() or not shared.is_dir():
        where = SUITES.parent.parent
        raise CannotBegin(f"run this in the repository whose suites are graded with, {where}")
    listed = {path.name for path in shared.iterdir() if path.suffix in LISTED}
    return frozenset({DRAWING.name, *(name for name in listed if name[0] != ".")})


def _check_name(name: str, taken: frozenset[str]) -> None:
    lower = name.isascii() and name.isidentifier() and name == name.lower()
    if not lower or name.startswith("_"):
        reason = "must be a lower-case Python identifier: letters, digits, underscores"
        raise CannotBegin(f"{name!r} {reason}")
    if keyword.iskeyword(name):
        raise CannotBegin(f"{name!r} is a keyword of Python")
    if len(name) > LONGEST:
        raise CannotBegin(f"{name!r} is longer than {LONGEST} characters")
    if name in taken:
        raise CannotBegin(f"{name!r} is the name of something that lies beside it")


def _stems(files: frozenset[str]) -> frozenset[str]:
    return frozenset(Path(file).stem for file in files)


def _words(names: Names, shared: frozenset[str]) -> dict[str, str]:
    """What stands in a template, and what takes its place."""
    given = sorted({"assignment.py", *shared})
    return {
        "NEWNAME": names.assignment,
        "NEWFILE": names.file,
        "NEWFUNCTION": names.function,
        "NEWIMPORTS": "\n".join(sorted([f"import {names.file}", "import torch"])),
        "NEWGIVEN": "\n".join(f'{" " * 16}"{file}",' for file in given),
    }


def _templates(words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each file of the template: its path, and its text with the words filled in."""
    for path in sorted(TEMPLATE.rglob(f"*{SUFFIX}")):
        file = path.relative_to(TEMPLATE).as_posix().removesuffix(SUFFIX)
        yield file, _filled(path.read_text(encoding="utf-8"), words)


def _filled(text: str, words: dict[str, str]) -> str:
    for word, meant in words.items():
        text = text.replace(word, meant)
    return text
