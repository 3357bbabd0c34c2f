"""Right ways to write each file, other than the solution's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.paths import ASSIGNMENT, solutions_of
from corpus.solution import solution_files, tasks_of

VARIANTS = Path(__file__).parent


@dataclass(frozen=True)
class Variant:
    """A right way to write one file; `path` is a file, or a folder with its helpers."""

    assignment: str
    task: str
    path: Path

    @property
    def name(self) -> str:
        is_solution = self.path.parent == solutions_of(self.assignment)
        return f"{self.task}/{'solution' if is_solution else self.path.stem}"

    def files(self) -> dict[str, str]:
        """The whole submission: this variant among the solution's files."""
        if self.path.is_dir():
            own = {file.name: file.read_text() for file in self.path.glob("*.py")}
        else:
            own = {f"{self.task}.py": self.path.read_text()}
        return {**solution_files(self.assignment), **own}


def variants(tasks: Sequence[str] | None = None, assignment: str = ASSIGNMENT) -> Iterator[Variant]:
    """The solution and every variant of it, by task (by default all) and name."""
    for task in tasks or tasks_of(assignment):
        yield Variant(assignment, task, solutions_of(assignment) / f"{task}.py")
        folder = VARIANTS / assignment / task
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.suffix == ".py" or (path / f"{task}.py").is_file():
                yield Variant(assignment, task, path)
