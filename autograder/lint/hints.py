"""Whether a hint says what should be thought, or what should be typed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.authoring.manifest import Task
from autograder.lint.suite import Suite
from autograder.release.leaks import SHORTEST

# A call's name and its opening parenthesis; what is not Python, as "floor(x)", is no matter.
_CALL = re.compile(r"\b([A-Za-z_]\w*)\(")
# "y = x ...", "y[0] += ...", with the spaces that code has around it. A setting ("stride=1") has
# none, a comparison is no assignment, and an example ("for k = 4 the filter is") gives none away.
_NUMBER = r"-?[\d.]+(?![A-Za-z_\d]|\s*[-+*/(])"
_ASSIGNMENT = re.compile(rf"(?<![\w.·])[A-Za-z_]\w*(?:\[[^\]]*\])? [-+*/]?= (?!{_NUMBER})\S+")
_COMMENT = re.compile(r"#.*")


def hints_that_give_code(suite: Suite) -> Iterator[str]:
    """Hints with a line of the solution, a call that it makes, or an assignment."""
    for task in suite.assignment.tasks:
        lines, called = _lines(suite, task), _called(suite, task)
        for name, spec in suite.checks[task.name].items():
            for text in (spec.hint.en, spec.hint.ko):
                given = next((line for line in lines if line in text), None)
                given = given or next(
                    (each for each in _CALL.findall(text) if each in called), None
                )
                if given is None and (assignment := _ASSIGNMENT.search(text)):
                    given = assignment[0].strip()
                if given is not None:
                    yield f"the hint of {name} gives code: {given}"
                    break


def _lines(suite: Suite, task: Task) -> list[str]:
    found = (line.strip() for region in suite.regions(task) for line in region.lines)
    return [line for line in found if len(line) >= SHORTEST and not line.startswith("#")]


def _called(suite: Suite, task: Task) -> set[str]:
    """What the solution calls, but for the functions that the student is asked to write."""
    code = (_COMMENT.sub("", line) for region in suite.regions(task) for line in region.lines)
    return set(_CALL.findall("\n".join(code))) - set(task.function_names)
