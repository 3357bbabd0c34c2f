"""Running an assignment's suites under pytest in this process."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Sequence

import pytest
import torch

from autograder.authoring.manifest import Assignment, Task
from autograder.authoring.marks import Mark
from autograder.document.faults import Fault, SuiteError
from autograder.document.result import Check
from autograder.grading.assignments import SUITES
from autograder.grading.hypothesis_setup import drawn_from_seeds
from autograder.grading.plugin import GradingPlugin
from autograder.grading.substance import withhold_form
from autograder.sandbox.grader.calls import Settings
from autograder.sandbox.grader.exchange import Channel
from autograder.sandbox.protocol.errors import StudentEnd

PYTEST_OPTIONS = (
    "--import-mode=importlib",
    "--assert=plain",  # messages are written by hand; rewriting would cost time
    "--capture=no",
    "-p", "no:cacheprovider",
    "-p", "no:logging",
    "-p", "no:terminal",
    "-p", "no:unraisableexception",
    "-p", "no:threadexception",
)  # fmt: skip


def run_suites(
    assignment: Assignment,
    tasks: Sequence[Task],
    connect: Callable[[Task], Channel],
    *,
    settings: Settings,
    on_plan: Callable[[int], None] = lambda checks: None,
    on_check: Callable[[Check], None] = lambda check: None,
    finish: Callable[[Task], None] = lambda task: None,
    on_fault: Callable[[Fault], None] = lambda fault: None,
) -> list[Check]:
    """One Check for each test of the suites of `tasks`, in their order.

    `on_fault` is told of each check that failed by itself and is undecided.

    Raises:
        SuiteError: a suite cannot be run, or the points of the checks of a task do not add up
            to the task's.
    """
    plugin = GradingPlugin(
        assignment, connect, settings=settings, on_plan=on_plan, on_check=on_check, finish=finish
    )
    # What is computed here is small: threads would wait for each other more than they compute.
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        code, said = _run_pytest(plugin, assignment, tasks)
    finally:
        torch.set_num_threads(threads)
    if plugin.fault is not None:
        raise SuiteError(f"{type(plugin.fault).__name__}: {plugin.fault}") from plugin.fault
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SuiteError(f"pytest ended with {code!r} {said}".strip())
    for fault in plugin.faults:
        on_fault(fault)
    if len(plugin.checks) != len(plugin.planned):
        raise SuiteError(f"{len(plugin.planned)} checks planned, {len(plugin.checks)} ended")
    for task in tasks:
        total = sum(check.points for check in plugin.checks if check.task == task.name)
        if abs(total - task.points) > 1e-9:
            raise SuiteError(f"the checks of {task.name} add up to {total}, not {task.points}")
    return withhold_form(plugin.checks, plugin.about)


def planned_checks(assignment: Assignment, task: Task) -> dict[str, Mark]:
    """The marks of a task's checks by their ids, without running them. Raises SuiteError."""

    def refuse(task: Task) -> Channel:
        raise SuiteError("nothing is run here")

    plugin = GradingPlugin(assignment, refuse, settings=Settings())
    code, said = _run_pytest(plugin, assignment, [task], "--collect-only")
    if plugin.fault is not None or code != pytest.ExitCode.OK:
        raise SuiteError(f"{task.name}: {plugin.fault or said or code!r}")
    return dict(zip(plugin.about, plugin.planned, strict=True))


def _run_pytest(
    plugin: GradingPlugin, assignment: Assignment, tasks: Sequence[Task], *more: str
) -> tuple[int, str]:
    """(exit code, what pytest had to complain of)."""
    folder = SUITES / assignment.name
    paths = [
        str(folder / task.name / f"test_{module}.py") for task in tasks for module in task.modules
    ]
    if not paths:  # pytest would collect the tests of the folder that it is run in
        raise SuiteError(f"{assignment.name} names no modules with checks")
    options = [*PYTEST_OPTIONS, *more, "-c", os.devnull, f"--rootdir={SUITES}"]
    # Plugins and options from the environment could change what a check means.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ.pop("PYTEST_PLUGINS", None)
    try:
        with drawn_from_seeds(), contextlib.redirect_stderr(io.StringIO()) as said:
            code = pytest.main([*options, *paths], plugins=[plugin])
    except StudentEnd as stop:  # an ending that pytest does not take for a failed test
        raise SuiteError(f"{type(stop).__name__} was not caught: {stop}") from stop
    return code, said.getvalue()
