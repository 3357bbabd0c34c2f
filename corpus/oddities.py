"""The solution with the results of a function or class twisted, as a submission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.assignments import load_assignment
from corpus.paths import ASSIGNMENT
from corpus.solution import solution_files

TWISTS_FILE = Path(__file__).with_name("twists.py").read_text(encoding="utf-8")
# Who else is graded with a function: fcn8s.py takes bilinear_kernel from its neighbour.
USERS = {"bilinear_kernel": ("fcn8s",)}


@dataclass(frozen=True)
class Oddity:
    """A solution with the results of `function`, which stands in `home`, twisted.

    Graded is the file of `task`: `home`, or a neighbour that uses the function.
    """

    task: str
    home: str
    function: str
    twists: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.task}: {self.function}: {', '.join(self.twists)}"

    def files(self) -> dict[str, str]:
        files = solution_files()
        files["twists.py"] = TWISTS_FILE
        files[f"{self.home}.py"] += (
            f"\nfrom twists import twisted\n"
            f"{self.function} = twisted({self.twists!r}, {self.function})\n"
        )
        return files


def oddities(tasks: Sequence[str], twists: Sequence[tuple[str, ...]]) -> Iterator[Oddity]:
    """Every function of the files `tasks` with each of these (groups of) twists."""
    for task in load_assignment(ASSIGNMENT).tasks:
        for function in task.function_names:
            for graded in (task.name, *USERS.get(function, ())):
                if graded in tasks:
                    yield from (Oddity(graded, task.name, function, each) for each in twists)
