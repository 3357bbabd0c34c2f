"""All rules, and those that need no more than the manifest and the marks of the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.lint.contract import contract_without_checks, without_contract
from autograder.lint.forbidden import right_answers_by_forbidden_roads, roads_not_tried
from autograder.lint.headings import sections_without_headings
from autograder.lint.hints import hints_that_give_code
from autograder.lint.suite import Suite
from autograder.lint.texts import texts_in_one_language

Rule = Callable[[Suite], Iterable[str]]


@dataclass(frozen=True)
class Report:
    """What is missing, and what no rule could look at."""

    missing: tuple[str, ...]
    notes: tuple[str, ...]


def lint_suite(name: str, root: Path) -> Report:
    """What the suite of that name lacks. Raises NoAssignment and NoSolutions."""
    suite = Suite.read(name, root)
    return Report(
        tuple(dict.fromkeys(line for rule in RULES for line in rule(suite))),
        tuple(line for note in NOTES for line in note(suite)),
    )


def tasks_that_cannot_be_collected(suite: Suite) -> Iterable[str]:
    return suite.broken


def points_that_do_not_add_up(suite: Suite) -> Iterator[str]:
    """A task whose checks have other points in all than the manifest gives it."""
    for task in suite.assignment.tasks:
        total = sum(spec.points for spec in suite.checks[task.name].values())
        if suite.checks[task.name] and abs(total - task.points) > 1e-9:
            yield f"{task.name}: its checks add up to {total:g} points, not to {task.points:g}"


def modules_that_are_not_listed(suite: Suite) -> Iterator[str]:
    """Test modules that the manifest does not name are never run; those it names must be there."""
    listed = {
        suite.folder / task.name / f"test_{module}.py"
        for task in suite.assignment.tasks
        for module in task.modules
    }
    for path in sorted({*suite.folder.rglob("test_*.py")} ^ listed):
        place = path.relative_to(suite.folder).as_posix()
        yield f"{place} {'is not there' if path in listed else 'is not listed in the manifest'}"


def functions_without_misconceptions(suite: Suite) -> Iterator[str]:
    named = {wrong.function for wrong in suite.knowledge.misconceptions}
    for task, function in suite.functions:
        if function.name not in named:
            yield f"{task.name}: {function.name} has no misconception"


def misconceptions_that_lose_wrongly(suite: Suite) -> Iterator[str]:
    """A misconception must lose checks, and only those of the function that it is of."""
    owners = {name: spec.function for _, name, spec in suite.every_check}
    functions = {function.name for _, function in suite.functions}
    for wrong in suite.knowledge.misconceptions:
        place = f"misconception {wrong.name!r}"
        if wrong.function not in functions:
            yield f"{place} is of {wrong.function}, which is not in the manifest"
        if not wrong.loses:
            yield f"{place} loses no check"
        for name in wrong.loses:
            if name not in owners:
                yield f"{place} loses {name}, which is no check"
            elif owners[name] != wrong.function:
                yield f"{place} of {wrong.function} loses {name}, a check of {owners[name]}"


RULES: tuple[Rule, ...] = (
    tasks_that_cannot_be_collected,
    modules_that_are_not_listed,
    points_that_do_not_add_up,
    contract_without_checks,
    functions_without_misconceptions,
    misconceptions_that_lose_wrongly,
    texts_in_one_language,
    hints_that_give_code,
    sections_without_headings,
    right_answers_by_forbidden_roads,
)
NOTES: tuple[Rule, ...] = (without_contract, roads_not_tried)
