"""The pytest plugin that turns tests of a suite into checks of a result.

Nothing is inferred: a check earns its points when its test ran to the end, and what else may
happen has a verdict. An exception that is neither a CheckFailed nor the student's is a fault
of the suite: that one check is undecided, and the others go on.
"""

from __future__ import annotations

import hashlib
from typing import Any, Literal

import hypothesis
import pytest
import torch
from hypothesis.vendor.pretty import for_type_by_name

from autograder.authoring.manifest import Task
from autograder.authoring.marks import Aspect, CheckSpec
from autograder.document.faults import Fault, SuiteError
from autograder.document.result import Check
from autograder.grading.check_run import CheckRun, Retry
from autograder.grading.checks import undecided_check
from autograder.grading.diagnosis import diagnosed
from autograder.grading.files import Files
from autograder.grading.grading_run import GradingRun, Workers
from autograder.grading.hypothesis_setup import settle
from autograder.grading.open_task import OpenTask
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import MissingName, SandboxError, TimedOut

# Nobody reads the text of the falsifying example: to print its tensors would take half of the time
# of a submission that fails everywhere.
for_type_by_name("torch", "Tensor", lambda tensor, printer, cycle: printer.text("..."))

CHECK = pytest.StashKey[CheckRun]()


class GradingPlugin:
    """Fixtures for the suites, and one Check for each of their tests."""

    def __init__(self, run: GradingRun, workers: Workers) -> None:
        self._run = run
        self._workers = workers
        self._tasks = {task.name: task for task in run.assignment.tasks}
        self._knowledge = run.assignment.knowledge()
        self._files = Files(self._tasks, workers.connect, run.settings, self._knowledge)
        self._opened: dict[str, OpenTask] = {}
        self.planned: list[CheckSpec] = []
        self.about: dict[str, Aspect] = {}
        self.checks: list[Check] = []
        self.faults: list[Fault] = []
        self.fault: BaseException | None = None

    # --- what tests ask for

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        """The file of the submission that this folder of the suite is about."""
        check: CheckRun = request.node.stash[CHECK]
        opened = self._opened[check.task.name]
        check.student, check.recorder = opened.load(), opened.recorder
        return check.student

    @pytest.fixture
    def generator(self, request: pytest.FixtureRequest) -> torch.Generator:
        """A random generator seeded by the run and the check."""
        return self._generator(request.node)

    def _generator(self, item: pytest.Item) -> torch.Generator:
        return torch.Generator().manual_seed(self._seed(item))

    # --- what pytest asks for

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "check(spec): a check worth points")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.fault = SuiteError(f"{report.nodeid}: {report.longreprtext.strip()}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            spec = _spec(item)
            self.planned.append(spec)
            self.about[_id(self._task(item), item)] = spec.about
            test: Any = getattr(item, "obj", None)
            if hypothesis.is_hypothesis_test(test):
                settle(test, self._seed(item))
        self._run.progress.on_plan(len(self.planned))

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        task = self._task(item)
        opened = self._opened.setdefault(task.name, OpenTask(task, self._files))
        check = CheckRun(
            id=_id(task, item),
            task=task,
            spec=_spec(item),
            student=opened.student,
            recorder=opened.recorder,
            drawn=self._run.drawn,
        )
        check.begin_example()
        if check.student is not None:
            check.student.credited.clear()
        item.stash[CHECK] = check

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Run a test; where it was lost, once more with stand-ins."""
        check = pyfuncitem.stash[CHECK]
        stopped = self._opened[check.task.name].stopped
        given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
        try:
            if check.spec.function in stopped:
                raise stopped[check.spec.function]
            check.run(pyfuncitem.obj, given)
        except BaseException as error:
            if isinstance(error, TimedOut):
                stopped[check.spec.function] = error
            ending = check.loss(error)
            missing = isinstance(ending, MissingName)
            if ending is None or missing or not self._passes_with_stand_ins(pyfuncitem, given):
                raise
        return True

    def _passes_with_stand_ins(self, item: pytest.Function, given: dict[str, Any]) -> bool:
        """Whether a lost check passes with stand-ins for the wrong functions that it depends on."""
        check = item.stash[CHECK]
        wrong = frozenset(each.function for each in self.checks if each.earned < each.points)
        if "generator" in given:
            given = {**given, "generator": self._generator(item)}
        return Retry(check, self._opened[check.task.name], wrong).passes(item.obj, given)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Record how a test ended, instead of a report with a traceback that nobody reads."""
        if call.when == "teardown":
            if call.excinfo is not None:
                self._abort(item, call.excinfo.value)
        elif call.excinfo is not None:
            self._end(item, call.duration, call.excinfo.value)
        elif call.when == "call" and self.fault is None:
            self._record(item.stash[CHECK].passed(call.duration))
        assert call.when != "collect"
        outcome: Literal["passed", "failed"] = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        task = self._task(item)
        del item.stash[CHECK]  # and with it what the worker of the task was asked
        if nextitem is None or self._task(nextitem) is not task:
            self._close(self._opened.pop(task.name))

    def _close(self, opened: OpenTask) -> None:
        """End a task and its worker, and add diagnoses to lost checks."""
        task = opened.task
        opened.close()
        self._workers.finish(task)
        if opened.recorder is not None:
            found = diagnosed(self.checks, task.name, self._knowledge, opened.recorder)
            self.checks[:], faults = found
            self.faults.extend(faults)

    # --- how a test ended

    def _end(self, item: pytest.Item, seconds: float, error: BaseException) -> None:
        """Record a check that did not pass."""
        check = item.stash[CHECK]
        ending = check.loss(error)
        if ending is not None:
            if self.fault is None:
                self._record(check.lost(ending, seconds))
        elif isinstance(error, Exception) and not isinstance(error, SandboxError | SuiteError):
            self.faults.append(Fault.of(check.id, error))
            self._record(undecided_check(check.id, check.task, check.spec, seconds))
        else:
            self._abort(item, error)

    def _record(self, check: Check) -> None:
        self.checks.append(check)
        self._run.progress.on_check(check)

    def _abort(self, item: pytest.Item, error: BaseException) -> None:
        self.fault = error
        item.session.shouldstop = f"{item.name}: {type(error).__name__}"

    # --- what a test is called

    def _task(self, node: pytest.Item | pytest.Collector) -> Task:
        """The task of a check: the folder that its module lies in."""
        return self._tasks[node.path.parent.name]

    def _seed(self, item: pytest.Item) -> int:
        """Hangs on what the check is called, not on where its test is written."""
        name = _id(self._task(item), item)
        digest = hashlib.sha256(f"{self._run.settings.seed} {name}".encode())
        return int.from_bytes(digest.digest()[:4])


def _id(task: Task, item: pytest.Item) -> str:
    return f"{task.name}.{item.name.removeprefix('test_')}"


def _spec(item: pytest.Item) -> CheckSpec:
    marker = item.get_closest_marker("check")
    if marker is None:
        raise SuiteError(f"{item.nodeid} is not marked as a check")
    spec: CheckSpec = marker.args[0]
    return spec
