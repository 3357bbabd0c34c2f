"""Right ways to write each file, other than the solution's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.paths import SOLUTIONS
from corpus.solution import TASKS, solution_files

VARIANTS = Path(__file__).parent


@dataclass(frozen=True)
class Variant:
    """A right way to write one file; `path` is a file, or a folder with its helpers."""

    task: str
    path: Path

    @property
    def name(self) -> str:
        return f"{self.task}/{'solution' if self.path.parent == SOLUTIONS else self.path.stem}"

    def files(self) -> dict[str, str]:
        """The whole submission: this variant among the solution's files."""
        if self.path.is_dir():
            own = {file.name: file.read_text() for file in self.path.glob("*.py")}
        else:
            own = {f"{self.task}.py": self.path.read_text()}
        return {**solution_files(), **own}


def variants(tasks: Sequence[str] = TASKS) -> Iterator[Variant]:
    """The solution and every variant of it, by task and name."""
    for task in tasks:
        yield Variant(task, SOLUTIONS / f"{task}.py")
        for path in sorted((VARIANTS / task).iterdir()):
            if path.suffix == ".py" or (path / f"{task}.py").is_file():
                yield Variant(task, path)
