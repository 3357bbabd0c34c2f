"""The last look before a release leaves: by us when it is built and when it is released."""

from __future__ import annotations

import json
from pathlib import Path, PurePath

from nbformat import NotebookNode
from traitlets import Unicode
from traitlets.config import Configurable

from autograder.nbgrader.submitted import read_released
from autograder.release.build import SINGLE_FILES
from autograder.release.destination import MANIFEST
from autograder.release.errors import ReleaseError
from autograder.release.leaks import check_no_leak, solution_lines
from autograder.release.notebook import is_notebook, secret_lines, solution_notebook
from autograder.release.regions import find_regions, looks_like_a_marker

CHECKED = frozenset({".py", ".yml", ".md", ".ipynb"})
PICTURES = frozenset({".png"})


class LeakCheck(Configurable):
    """Holds a release to the solutions, which must not get out."""

    solutions = Unicode(help="The folder with each assignment's solutions.").tag(config=True)

    def check(self, release: Path, assignment: str) -> None:
        """Raises ReleaseError if any file of the folder holds a line of a solution."""
        secret = read_secrets(Path(self.solutions, assignment))
        texts = release_texts(release)
        check_no_leak(texts, secret)
        for file, text in texts.items():
            for number, line in enumerate(text.split("\n"), start=1):
                if looks_like_a_marker(line):
                    raise ReleaseError(file, number, "marks a solution, which must have been cut")


def read_secrets(solutions: Path) -> dict[PurePath, set[str]]:
    """The lines of each solution that stand nowhere else. Raises ReleaseError without any."""
    secret: dict[PurePath, set[str]] = {}
    for path in sorted(solutions.rglob("*.py")):
        file, text = path.relative_to(solutions), path.read_text(encoding="utf-8")
        if is_notebook(text):
            secret[file] = secret_lines(file, solution_notebook(file, text))
        else:
            secret[file] = solution_lines(text, find_regions(file, text))
    if not any(secret.values()):
        raise ReleaseError(solutions, None, "holds no solution that the release could be held to")
    return secret


def release_texts(release: Path) -> dict[PurePath, str]:
    """Texts in the files of a release. Raises ReleaseError for an unknown kind of file."""
    texts: dict[PurePath, str] = {}
    for path in sorted(release.rglob("*")):
        file = path.relative_to(release)
        if path.is_symlink():
            raise ReleaseError(file, None, "is a link; put the file there")
        if path.is_dir() or path.name == MANIFEST or path.suffix in PICTURES:
            continue
        if path.suffix not in CHECKED and file.as_posix() not in SINGLE_FILES:
            raise ReleaseError(file, None, "is of a kind that cannot be looked at for solutions")
        text = path.read_text(encoding="utf-8")
        texts[file] = notebook_text(read_released(path)) if path.suffix == ".ipynb" else text
    return texts


def notebook_text(notebook: NotebookNode) -> str:
    """All that a reader finds in a notebook, outputs and metadata too."""
    rest = [
        {key: value for key, value in cell.items() if key != "source"} for cell in notebook.cells
    ]
    return "\n".join([*(cell.source for cell in notebook.cells), json.dumps(rest)])
