"""Running an assignment's suites under pytest in this process."""

from __future__ import annotations

import contextlib
import io
import os

import pytest
import torch

from autograder.authoring.manifest import Assignment, Task
from autograder.authoring.marks import CheckSpec
from autograder.document.faults import SuiteError
from autograder.document.result import Check
from autograder.grading.assignments import SUITES
from autograder.grading.grading_run import GradingRun, Workers
from autograder.grading.hypothesis_setup import drawn_from_seeds
from autograder.grading.plugin import GradingPlugin
from autograder.grading.substance import forfeit_form
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


def run_suites(run: GradingRun, workers: Workers) -> list[Check]:
    """One Check for each test of the suites of the run's tasks, in their order.

    Raises:
        SuiteError: a suite cannot be run, or the points of the checks of a task do not add up
            to the task's.
    """
    plugin = GradingPlugin(run, workers)
    # What is computed here is small: threads would wait for each other more than they compute.
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        code, printed = _run_pytest(plugin, run)
    finally:
        torch.set_num_threads(threads)
    if plugin.fault is not None:
        raise SuiteError(f"{type(plugin.fault).__name__}: {plugin.fault}") from plugin.fault
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SuiteError(f"pytest ended with {code!r} {printed}".strip())
    for fault in plugin.faults:
        run.progress.on_fault(fault)
    if len(plugin.checks) != len(plugin.planned):
        raise SuiteError(f"{len(plugin.planned)} checks planned, {len(plugin.checks)} ended")
    for task in run.tasks:
        total = sum(check.points for check in plugin.checks if check.task == task.name)
        if abs(total - task.points) > 1e-9:
            raise SuiteError(f"the checks of {task.name} add up to {total}, not {task.points}")
    return forfeit_form(plugin.checks, plugin.about)


class _NoWorkers:
    """Stands where workers would when nothing is run."""

    def connect(self, task: Task) -> Channel:
        raise SuiteError("nothing is run here")

    def finish(self, task: Task) -> None:
        raise SuiteError("nothing is run here")


def planned_checks(assignment: Assignment, task: Task) -> dict[str, CheckSpec]:
    """The marks of a task's checks by their ids, without running them. Raises SuiteError."""
    run = GradingRun.of(assignment, seed=0, tasks=[task])
    plugin = GradingPlugin(run, _NoWorkers())
    code, printed = _run_pytest(plugin, run, "--collect-only")
    if plugin.fault is not None or code != pytest.ExitCode.OK:
        raise SuiteError(f"{task.name}: {plugin.fault or printed or code!r}")
    return dict(zip(plugin.about, plugin.planned, strict=True))


def _run_pytest(plugin: GradingPlugin, run: GradingRun, *more: str) -> tuple[int, str]:
    """(exit code, what pytest had to complain of)."""
    folder = SUITES / run.assignment.name
    modules = [(task.name, module) for task in run.tasks for module in task.modules]
    paths = [str(folder / task / f"test_{module}.py") for task, module in modules]
    if not paths:  # pytest would collect the tests of the folder that it is run in
        raise SuiteError(f"{run.assignment.name} names no modules with checks")
    options = [*PYTEST_OPTIONS, *more, "-c", os.devnull, f"--rootdir={SUITES}"]
    # Plugins and options from the environment could change what a check means.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    os.environ.pop("PYTEST_PLUGINS", None)
    try:
        with drawn_from_seeds(), contextlib.redirect_stderr(io.StringIO()) as printed:
            code = pytest.main([*options, *paths], plugins=[plugin])
    except StudentEnd as stop:  # an ending that pytest does not take for a failed test
        raise SuiteError(f"{type(stop).__name__} was not caught: {stop}") from stop
    return code, printed.getvalue()
