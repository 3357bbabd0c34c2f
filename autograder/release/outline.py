"""What is known of an assignment without its suites, written beside them.

    python -m autograder.release.outline [ASSIGNMENT]

After a check was added or renamed, or its points or the suites' version were changed.
"""

from __future__ import annotations

import argparse

import msgspec
import pytest

from autograder.grading.faults import SuiteError
from autograder.grading.marks import Assignment, Task
from autograder.grading.outline import SUITES, CheckOutline, Outline, TaskOutline
from autograder.grading.plugin import GradingPlugin, _id, _mark
from autograder.grading.suite_run import _run_pytest, load_assignment
from autograder.sandbox.calls import Settings
from autograder.sandbox.exchange import Channel


class Listing(GradingPlugin):
    """Collects the checks of a task and runs none."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__(assignment, self._refuse, settings=Settings())
        self.outlines: list[CheckOutline] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            mark = _mark(item)
            name = _id(self._task(item), item)
            self.outlines.append(CheckOutline(name, mark.function, mark.points))

    @staticmethod
    def _refuse(task: Task) -> Channel:
        raise SuiteError("nothing is run here")


def outline_of(assignment: Assignment) -> Outline:
    """What the suites of an assignment say. Raises SuiteError."""
    tasks = []
    for task in assignment.tasks:
        listing = Listing(assignment)
        code, said = _run_pytest(listing, assignment, [task], "--collect-only")
        if listing.fault is not None or code != pytest.ExitCode.OK:
            raise SuiteError(f"{task.name}: {listing.fault or said or code!r}")
        tasks.append(TaskOutline(task.name, task.points, tuple(listing.outlines)))
    return Outline(assignment.name, assignment.version, tuple(tasks))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("assignment", nargs="?", default="segmentation")
    name = parser.parse_args().assignment
    document = msgspec.json.encode(outline_of(load_assignment(name)))
    path = SUITES / name / "outline.json"
    path.write_bytes(msgspec.json.format(document, indent=2) + b"\n")
    print(f"{path} written")


if __name__ == "__main__":
    main()
