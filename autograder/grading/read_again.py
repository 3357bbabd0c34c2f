"""The sections of what students have that explain what was lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from autograder.authoring.manifest import Assignment, Function
from autograder.document.result import Check, Section
from autograder.sandbox.protocol.errors import Verdict


def add_sections(checks: Iterable[Check], assignment: Assignment) -> list[Check]:
    """The checks; those that did not pass say what to read again, the most telling first."""
    tasks = {task.name: task for task in assignment.tasks}
    return [
        check
        if check.verdict is Verdict.PASSED
        else msgspec.structs.replace(
            check,
            read_again=tuple(
                _sections(check, tasks[check.task].function(check.function), assignment)
            ),
        )
        for check in checks
    ]


def _sections(check: Check, function: Function, assignment: Assignment) -> Iterator[Section]:
    shown = check.counterexample
    expected = shown.expected.values if shown and shown.expected else None
    if function.example and expected == function.example.result:
        yield function.example.section
    if check.verdict in assignment.sections:
        yield assignment.sections[check.verdict]
    if function.section:
        yield function.section
