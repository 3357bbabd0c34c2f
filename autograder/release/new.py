"""A new assignment with one function, out of the files in `template/`, for a teacher to go on from.

It is graded, released and linted as it stands; what it asks is put in the place of a moving mean.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError
from autograder.grading.assignments import SUITES
from autograder.release.build import LOST_CHECK

TEMPLATE = Path(__file__).parent / "template"
SUFFIX = ".in"  # what lies there is no Python yet, for no tool
LONGEST = 24  # a line that holds the assignment's and the file's name stays below 100 columns
TAKEN = frozenset({"conftest", "tests"})  # what lies beside a file and is of no template
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
        if name in _used():
            raise CannotBegin(f"{name!r} is a name that the assignment's own files use")
    words = _words(names, shared)
    made: dict[Path, str] = {}
    for file, text in _templates(words):
        path = root / _filled(file, words)
        if path in made:
            raise CannotBegin(f"{names.file!r} is the name of its notebook; nothing was written")
        made[path] = text
    for own in _own(names.assignment):
        if (root / own).exists():
            raise CannotBegin(f"{own} is there already; nothing was written")
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return sorted(made)


def _own(assignment: str) -> Iterator[str]:
    """The folders of an assignment, and the page that its notebook becomes."""
    for folder in ("solutions", "autograder/suites", "corpus/variants"):
        yield f"{folder}/{assignment}"
    yield f"docs/{assignment}.html"


def _shared(root: Path) -> frozenset[str]:
    """The files that students of every assignment are given. Raises CannotBegin."""
    repository = SUITES.parent.parent
    if not (repository / "solutions" / "shared").is_dir():
        raise CannotBegin(
            "this autograder is installed without its repository: in a clone of that, run "
            "make check, activate .venv, and begin there"
        )
    if root.resolve() != repository.resolve():
        raise CannotBegin(f"run this in the repository whose suites are graded with, {repository}")
    shared = root / "solutions" / "shared"
    listed = {path.name for path in shared.iterdir() if path.suffix in LISTED}
    return frozenset({LOST_CHECK.name, *(name for name in listed if name[0] != ".")})


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


def _used() -> frozenset[str]:
    """Names that the file's or the function's would hide, or be hidden by."""
    used = set(dir(builtins))
    for path in TEMPLATE.rglob(f"*.py{SUFFIX}"):
        used.add(path.name.partition(".")[0])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                    used.add(name)
                case ast.alias(name=name, asname=other):
                    used.add(other or name)
    return frozenset(used)


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
