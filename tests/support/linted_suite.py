"""A suite of one function in which `autograder lint` finds nothing, and which a test may spoil."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from torch import Tensor

from autograder.authoring.manifest import Function, Task
from autograder.authoring.marks import CheckSpec, Misconception
from autograder.document.result import Section
from autograder.document.text import Text
from autograder.lint.rules import NOTES, RULES
from autograder.lint.suite import Suite

WORDS = Text("Every value is doubled", "모든 값이 두 배가 됩니다")
HINT = Text("What is twice 3?", "3의 두 배는 얼마입니까?")
SECTION = Section("README.md", "Doubling (두 배)", Text("Handout: Doubling", "안내문: 두 배"))
IN_NOTEBOOK = Section("practice.ipynb", "1 · Doubling", Text("Notebook 1", "노트북 1"))
SOLUTION = '''\
def double(x, by):
    """Double it.

    Raises:
        ValueError: `by` is not 2.
    """
    ### BEGIN SOLUTION
    if by != 2:
        raise ValueError(f"by must be 2, got {by}")
    # the same, added to itself
    return torch.add(x, x)
    ### END SOLUTION
'''
CONTRACT = """\
## made.py
- `double(x, by)`, 3 points: twice the values. `ValueError` for another `by`.
- Not allowed here: `mul`.
"""


def of(about: Any, points: float = 1, function: str = "double", hint: Text = HINT) -> CheckSpec:
    return CheckSpec(function, points, WORDS, hint, about)


CHECKS: Mapping[str, CheckSpec] = {"made.values": of("values", 2), "made.errors": of("errors")}


def twice(x: Tensor) -> Tensor:
    return x + x


WRONG = Misconception("tripled", "double", WORDS, ("made.values",), twice)
TASK = Task("made", 3, (Function("double", ("x",), section=SECTION),), ("double",), ("mul",))


@dataclass(frozen=True, eq=False)
class Made(Suite):
    """A suite whose modules with checks are given, not imported."""

    declared: tuple[object, ...] = ()

    def modules(self, task: Task) -> Any:
        module = ModuleType("test_double")
        vars(module).update({f"D{i}": each for i, each in enumerate(self.declared)})
        yield module


def missing(suite: Suite) -> list[str]:
    return [line for rule in RULES for line in rule(suite)]


def notes(suite: Suite) -> list[str]:
    return [line for note in NOTES for line in note(suite)]
