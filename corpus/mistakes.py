"""Each misconception of the suites, handed in as a submission."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from autograder.authoring.manifest import Task
from autograder.authoring.marks import Misconception
from autograder.grading.assignments import load_assignment
from corpus.paths import ASSIGNMENT
from corpus.solution import solution_files, tasks_of

# What a module of misconceptions imports of the grader, which a worker does not have.
GRADERS_NAMES = {
    "from autograder.authoring.marks import misconception\n": (
        "def misconception(*args, **kwargs): return lambda wrong: wrong\n"
    ),
    "from autograder.document.text import Text\n": "def Text(*languages): return languages\n",
}
# Right parts that a misconception is built of: their modules import nothing of the grader.
RIGHT_PARTS = re.compile(r"from (autograder\.\S+\.right_\w+) import")


@dataclass(frozen=True)
class Mistake:
    """A misconception as a submission; `task` is the file it stands in."""

    assignment: str
    task: str
    wrong: Misconception

    def files(self) -> dict[str, str]:
        """The solution's files with the mistake in the place of the right function."""
        files = solution_files(self.assignment)
        source = inspect.getsource(sys.modules[self.wrong.implementation.__module__])
        for theirs, ours in GRADERS_NAMES.items():
            source = source.replace(theirs, ours)
        for module in RIGHT_PARTS.findall(source):
            files[f"{module.rpartition('.')[2]}.py"] = inspect.getsource(sys.modules[module])
        name = self.wrong.implementation.__name__
        files["mistaken.py"] = RIGHT_PARTS.sub(
            lambda found: f"from {found[1].rpartition('.')[2]} import", source
        )
        files[f"{self.task}.py"] += f"\nfrom mistaken import {name} as {self.wrong.function}\n"
        return files


@cache
def known(assignment: str) -> tuple[Misconception, ...]:
    """The misconceptions of an assignment's suites."""
    return load_assignment(assignment).knowledge().misconceptions


def mistakes(tasks: Sequence[str] | None = None, assignment: str = ASSIGNMENT) -> Iterator[Mistake]:
    """Every misconception of the files `tasks` (by default all), by file."""
    chosen = tasks or tasks_of(assignment)
    for task in load_assignment(assignment).tasks:
        if task.name in chosen:
            of_task = (wrong for wrong in known(assignment) if _stands_in(wrong, task))
            yield from (Mistake(assignment, task.name, wrong) for wrong in of_task)


def _stands_in(wrong: Misconception, task: Task) -> bool:
    return wrong.function in task.function_names
