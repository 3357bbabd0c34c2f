"""Options of all commands that measure suites: which assignment, and which of its files."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from autograder.grading.assignments import assignments
from corpus.paths import ASSIGNMENT
from corpus.solution import tasks_of


def add_assignment(parser: ArgumentParser) -> None:
    """Let one choose the assignment, by its name."""
    parser.add_argument("--assignment", choices=assignments(), default=ASSIGNMENT)


def add_tasks(parser: ArgumentParser) -> None:
    """Let one choose the assignment, and some of its files."""
    add_assignment(parser)
    parser.add_argument("--task", action="append", metavar="NAME", help="by default all")


def asked_tasks(parser: ArgumentParser, options: Namespace) -> tuple[str, ...]:
    """The files that are asked for; ends the command where there is none of that name."""
    tasks = tasks_of(options.assignment)
    for name in options.task or ():
        if name not in tasks:
            parser.error(f"{options.assignment} has no file {name}; there are {', '.join(tasks)}")
    return tuple(options.task or tasks)
