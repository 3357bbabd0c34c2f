"""What is known of an assignment without its suites, written beside them.

    python -m autograder.release.outline [ASSIGNMENT]

After a check was added or renamed, or its points or the suites' version were changed.
"""

from __future__ import annotations

import argparse

import msgspec

from autograder.authoring.marks import Assignment
from autograder.grading.outline import SUITES, CheckOutline, Outline, TaskOutline
from autograder.grading.suite_run import load_assignment, planned_checks


def outline_of(assignment: Assignment) -> Outline:
    """What the suites of an assignment say. Raises SuiteError."""
    tasks = []
    for task in assignment.tasks:
        planned = planned_checks(assignment, task)
        checks = tuple(
            CheckOutline(name, mark.function, mark.points) for name, mark in planned.items()
        )
        tasks.append(TaskOutline(task.name, task.points, checks))
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
