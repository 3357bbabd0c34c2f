"""A suite and the solution that it belongs to, read once for all rules."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from types import ModuleType

from autograder.authoring.manifest import Assignment, Function, Knowledge, Task
from autograder.authoring.marks import CheckSpec
from autograder.document.faults import SuiteError
from autograder.errors import AutograderError
from autograder.grading.assignments import SUITES, load_assignment
from autograder.grading.suite_run import planned_checks
from autograder.release.errors import ReleaseError
from autograder.release.regions import Region, find_regions


class NoSolutions(AutograderError):
    """The folder that the command was run in holds no solutions of that assignment."""


@dataclass(frozen=True, eq=False)
class Suite:
    """An assignment, its checks by task and id, and where its solutions lie.

    `broken` holds a line for each task whose checks cannot be collected: it has none here.
    """

    assignment: Assignment
    root: Path
    checks: Mapping[str, Mapping[str, CheckSpec]]
    broken: tuple[str, ...] = ()

    @classmethod
    def read(cls, name: str, root: Path) -> Suite:
        """Raises NoAssignment and NoSolutions."""
        assignment = load_assignment(name)
        if not (root / "solutions" / name).is_dir():
            raise NoSolutions(f"there is no folder solutions/{name} here: run it in the repository")
        checks: dict[str, Mapping[str, CheckSpec]] = {}
        broken = []
        for task in assignment.tasks:
            try:
                checks[task.name] = planned_checks(assignment, task)
            except SuiteError as error:
                checks[task.name] = {}
                broken.append(f"{task.name}: no check can be collected: {_in_one_line(error)}")
        return cls(assignment, root, checks, tuple(broken))

    @property
    def folder(self) -> Path:
        return SUITES / self.assignment.name

    @property
    def solutions(self) -> Path:
        return self.root / "solutions" / self.assignment.name

    @property
    def contract(self) -> Path:
        return self.root / "docs" / "contracts" / f"{self.assignment.name}.md"

    @cached_property
    def knowledge(self) -> Knowledge:
        """Raises SuiteError: an author's modules may not import yet."""
        try:
            return self.assignment.knowledge()
        except Exception as error:
            why = f"{type(error).__name__}: {_in_one_line(error)}"
            name = self.assignment.name
            raise SuiteError(f"the knowledge of {name} cannot be imported: {why}") from error

    @property
    def functions(self) -> Iterator[tuple[Task, Function]]:
        return ((task, each) for task in self.assignment.tasks for each in task.functions)

    @property
    def every_check(self) -> Iterator[tuple[Task, str, CheckSpec]]:
        for task in self.assignment.tasks:
            for name, spec in self.checks[task.name].items():
                yield task, name, spec

    def checks_of(self, task: Task, function: Function) -> list[CheckSpec]:
        return [spec for spec in self.checks[task.name].values() if spec.function == function.name]

    def source(self, task: Task) -> str:
        """The solution of a task; empty where it is not there. Raises ReleaseError."""
        path = self.solutions / f"{task.name}.py"
        try:
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
            ast.parse(text)
        except SyntaxError as error:
            reason = f"does not parse: {error.msg}"
            raise ReleaseError(path.relative_to(self.root), error.lineno, reason) from error
        except ValueError as error:  # not UTF-8, or a NUL in it
            reason = f"does not parse: {_in_one_line(error)}"
            raise ReleaseError(path.relative_to(self.root), None, reason) from error
        return text

    def regions(self, task: Task) -> list[Region]:
        return find_regions(PurePath(f"{task.name}.py"), self.source(task))

    def docstrings(self, task: Task, function: Function) -> str:
        """What the solution says of a function, or of a class and its methods."""
        for node in ast.parse(self.source(task)).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function.name:
                inside = [each for each in node.body if isinstance(each, ast.FunctionDef)]
                found = (ast.get_docstring(each) for each in (node, *inside))
                return "\n".join(text for text in found if text)
        return ""

    def modules(self, task: Task) -> Iterator[ModuleType]:
        """The modules of a task's checks, of a task that could be collected."""
        for module in task.modules if self.checks[task.name] else ():
            path = f"{self.assignment.name}.{task.name}.test_{module}"
            yield importlib.import_module(f"autograder.suites.{path}")


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
