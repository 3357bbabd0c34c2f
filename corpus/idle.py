"""The solution with functions that compute nothing, as a submission."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.assignments import load_assignment
from corpus.graders import Graded
from corpus.idle_functions import CUT_OFF, KINDS
from corpus.paths import ASSIGNMENT
from corpus.solution import solution_files

IDLE_FILE = Path(__file__).with_name("idle_functions.py").read_text(encoding="utf-8")
# The networks keep what their layers by themselves are worth: children, parameters, sizes.
MOST = {"unpooling": 1.0, "transposed_conv": 1.0, "fcn8s": 8.0, "unet": 5.0, "iou": 1.0}


@dataclass(frozen=True)
class Idleness:
    """A solution whose functions in `kinds` do nothing, each in its way."""

    task: str
    kinds: Mapping[str, str]
    whole: bool

    def __str__(self) -> str:
        return f"{self.task}: " + ", ".join(f"{name} {kind}" for name, kind in self.kinds.items())

    @property
    def mixture(self) -> str:
        """The one kind of all, wherever gradients flow, or that it is a mixture."""
        kinds = {kind.removesuffix(CUT_OFF) for kind in self.kinds.values()}
        return kinds.pop() if len(kinds) == 1 else "a mixture"

    def files(self) -> dict[str, str]:
        files = solution_files()
        files["idle_functions.py"] = IDLE_FILE
        lines = ["", "from idle_functions import idle"]
        # A class that stands on another keeps the right one's form, so the last comes first.
        lines += [f"{name} = idle({name!r}, {kind!r}, {name})" for name, kind in self.kinds.items()]
        files[f"{self.task}.py"] += "\n".join(lines) + "\n"
        return files


def idlenesses(tasks: Sequence[str], mixes: int) -> Iterator[Idleness]:
    """Every set of functions with every kind, and mixtures for the whole file."""
    drawn, every = random.Random(mixes), (*KINDS, *(kind + CUT_OFF for kind in KINDS))
    for task in load_assignment(ASSIGNMENT).tasks:
        if task.name not in tasks:
            continue
        names = task.function_names
        for count in range(1, len(names) + 1):
            for chosen in itertools.combinations(names, count):
                whole = count == len(names)
                for kind in every if whole else KINDS:
                    yield Idleness(task.name, dict.fromkeys(chosen, kind), whole)
        for _ in range(mixes):
            yield Idleness(task.name, {name: drawn.choice(every) for name in names}, whole=True)


@dataclass(frozen=True)
class Outcome:
    idleness: Idleness
    graded: Graded

    @property
    def foreign(self) -> list[str]:
        """The checks of functions that are not idle and lost something."""
        return [
            loss.check for loss in self.graded.losses if loss.function not in self.idleness.kinds
        ]

    @property
    def excess(self) -> bool:
        return self.idleness.whole and self.graded.earned > MOST[self.idleness.task]

    def exceptions(self) -> list[str]:
        said = []
        if self.graded.fault is not None:
            said.append(f"{self.idleness}: {self.graded.fault}")
        if self.foreign:
            said.append(f"{self.idleness}: also loses {', '.join(self.foreign)}")
        if self.excess:
            said.append(f"{self.idleness}: earns {self.graded.earned}")
        return said
