"""The pytest plugin that turns tests of a suite into checks of a result.

Nothing is inferred: a check earns its points when its test ran to the end, and what else may
happen has a verdict. An exception that is neither a CheckFailed nor the student's is a fault
of the suite: that one check is undecided, and the others go on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

import hypothesis
import msgspec
import pytest
import torch
from hypothesis.vendor.pretty import for_type_by_name

from autograder.authoring.expect import CheckFailed, wrong_shape
from autograder.authoring.manifest import Assignment, Base, Task
from autograder.authoring.marks import Aspect, Mark
from autograder.document.faults import Fault, SuiteError
from autograder.document.result import Check
from autograder.grading import explain
from autograder.grading.attempts import Attempts, SeenEnough
from autograder.grading.checks import check_of, lost_check, undecided_check
from autograder.grading.diagnosis import Diagnosis, Recorder
from autograder.grading.explain import Ending
from autograder.grading.files import Files
from autograder.grading.hypothesis_setup import settle
from autograder.sandbox.grader.calls import Settings
from autograder.sandbox.grader.exchange import Channel
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import (
    MissingName,
    SandboxError,
    StudentEnd,
    StudentFault,
    StudentStop,
    TimedOut,
    Verdict,
)

# Nobody reads the text of the falsifying example: to print its tensors would take half of the time
# of a submission that fails everywhere.
for_type_by_name("torch", "Tensor", lambda tensor, printer, cycle: printer.text("..."))


class Unloadable(Exception):
    """The file under test cannot be called, and `ending` says why.

    A fixture must not let a StudentStop out: pytest keeps an Exception for the other tests of
    the module, and breaks on a BaseException.
    """

    def __init__(self, ending: StudentEnd) -> None:
        super().__init__(str(ending))
        self.ending = ending


class GradingPlugin:
    """Fixtures for the suites, and one Check for each of their tests.

    `connect` opens the way to a fresh worker for a task; `finish` is told when the checks of
    a task are over; `on_plan` is told how many checks there will be, `on_check` of each.
    """

    def __init__(
        self,
        assignment: Assignment,
        connect: Callable[[Task], Channel],
        *,
        settings: Settings,
        on_plan: Callable[[int], None] = lambda checks: None,
        on_check: Callable[[Check], None] = lambda check: None,
        finish: Callable[[Task], None] = lambda task: None,
    ) -> None:
        self._tasks = {task.name: task for task in assignment.tasks}
        self._knowledge = assignment.knowledge()
        self._recorder: Recorder | None = None
        self._files = Files(self._tasks, connect, settings, self._knowledge)
        self._settings = settings
        self._on_plan = on_plan
        self._on_check = on_check
        self._finish = finish
        self._stopped: dict[tuple[str, str], TimedOut] = {}
        self._attempts, self._running = Attempts(), ""
        self._student: Student | None = None
        self._unloadable: Unloadable | None = None
        self._given_up: set[tuple[Base, ...]] = set()
        self.planned: list[Mark] = []
        self.about: dict[str, Aspect] = {}
        self.checks: list[Check] = []
        self.faults: list[Fault] = []
        self.fault: BaseException | None = None

    # --- what tests ask for

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        """The file of the submission that this folder of the suite is about."""
        if self._unloadable is not None:
            raise self._unloadable
        if self._student is None:
            self._open(self._task(request.node))
        assert self._student is not None
        return self._student

    def _open(self, task: Task) -> None:
        """Load the file of a task; its worker stays until the last check of the task."""
        self._recorder = None
        try:
            self._student, self._recorder = self._files.open(task)
        except (StudentFault, StudentStop) as ending:
            self._unloadable = Unloadable(ending)
            raise self._unloadable from None
        self._student.replacing = partial(self._beside, task)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        task = self._task(item)
        if nextitem is None or self._task(nextitem) is not task:
            self._close(task)

    def _close(self, task: Task) -> None:
        """End a task: its worker goes, and what is known of lost checks is added to them."""
        opened = self._student is not None
        self._student = self._unloadable = None
        if opened:
            self._files.close()
        self._given_up.clear()
        self._finish(task)
        if opened:
            self._diagnose(task)

    def _beside(self, task: Task, functions: Sequence[str]) -> Student:
        bases = tuple(base for base in task.bases if base.function in functions)
        return self._files.beside(task, bases)

    def _diagnose(self, task: Task) -> None:
        """Add to each lost check what is known of the mistake that lost it."""
        assert self._recorder is not None
        found: dict[str, Diagnosis] = {}
        for number, check in enumerate(self.checks):
            if check.task != task.name or check.verdict not in (Verdict.FAILED, Verdict.ERROR):
                continue
            try:
                if check.function not in found:
                    found[check.function] = Diagnosis(
                        self._knowledge, check.function, self._recorder
                    )
                said = found[check.function].of(check.id)
            except Exception as error:  # the check was decided without it
                self.faults.append(Fault.of(check.id, error))
                continue
            self.checks[number] = msgspec.structs.replace(check, diagnosis=said)

    @pytest.fixture
    def generator(self, request: pytest.FixtureRequest) -> torch.Generator:
        """A random generator seeded by the run and the check."""
        return self._generator(request.node)

    def _generator(self, item: pytest.Item) -> torch.Generator:
        return torch.Generator().manual_seed(self._seed(item))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Run a test; where it was lost, once more with stand-ins for what it stands on."""
        about = self._task(pyfuncitem).name, _mark(pyfuncitem).function
        try:
            if about in self._stopped:
                raise self._stopped[about]
            self._run(pyfuncitem, pyfuncitem.funcargs)
        except BaseException as error:
            if isinstance(error, TimedOut):
                self._stopped[about] = error
            ending = self._loss(error)
            missing = isinstance(ending, MissingName)
            if ending is None or missing or not self._is_carried(pyfuncitem):
                raise
        return True

    def _run(self, item: pytest.Function, fixtures: Mapping[str, Any]) -> None:
        given = {name: fixtures[name] for name in item._fixtureinfo.argnames}
        # Hypothesis calls the test's own function, which looks at shapes by itself.
        if hypothesis.is_hypothesis_test(item.obj):
            item.obj(**given)
        else:
            with self._shapes_first():
                item.obj(**given)

    def _is_carried(self, item: pytest.Function) -> bool:
        """Whether a lost check passes with stand-ins for the wrong functions it stands on."""
        task, mark = self._task(item), _mark(item)
        lost = {check.function for check in self.checks if check.earned < check.points}
        bases = tuple(b for b in task.bases if b.function in lost and mark.function in b.carries)
        if not bases or bases in self._given_up or self._student is None:
            return False
        kept = self._student, self._recorder, self._attempts
        self._attempts, self._recorder = Attempts(more=0), None
        try:
            self._student = self._files.beside(task, bases)
            self._run(item, {"student": self._student, "generator": self._generator(item)})
        except StudentStop:
            self._given_up.add(bases)
            return False
        except (CheckFailed, StudentFault, SeenEnough, hypothesis.errors.HypothesisException):
            return False
        finally:
            self._student, self._recorder, self._attempts = kept
        self._student.credited.update(base.function for base in bases)
        return True

    def _task(self, node: pytest.Item | pytest.Collector) -> Task:
        """The task of a check: the folder that its module lies in."""
        return self._tasks[node.path.parent.name]

    def _seed(self, item: pytest.Item) -> int:
        """Hangs on what the check is called, not on where its test is written."""
        name = _id(self._task(item), item)
        digest = hashlib.sha256(f"{self._settings.seed} {name}".encode())
        return int.from_bytes(digest.digest()[:4])

    # --- what pytest asks for

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "check(mark): a check worth points")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.fault = SuiteError(f"{report.nodeid}: {report.longreprtext.strip()}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            mark = _mark(item)
            self.planned.append(mark)
            self.about[_id(self._task(item), item)] = mark.about
            test: Any = getattr(item, "obj", None)
            if hypothesis.is_hypothesis_test(test):
                settle(test, self._seed(item))
                inner = test.hypothesis.inner_test
                # A second run in this process finds the wrapper of the first.
                test.hypothesis.inner_test = self._counted(getattr(inner, "original", inner))

        self._on_plan(len(self.planned))

    def _counted(self, inner: Callable[..., None]) -> Callable[..., None]:
        def counted(*args: Any, **kwargs: Any) -> None:
            self._attempts.example()
            self._begin_example()
            try:
                with self._shapes_first():
                    inner(*args, **kwargs)
            except (CheckFailed, StudentFault) as ending:
                if self._attempts.note(ending) and self._recorder is not None:
                    self._recorder.note_loss(self._running)
                raise

        counted.original = inner  # type: ignore[attr-defined]
        return counted

    @contextmanager
    def _shapes_first(self) -> Iterator[None]:
        """A check that stumbles over a result of a wrong shape was lost by that shape."""
        try:
            yield
        except (CheckFailed, StudentFault, SandboxError, hypothesis.errors.HypothesisException):
            raise
        except Exception as error:
            if self._student is None:
                raise
            shapes = ((call, self._student.right_shape(call)) for call in self._student.calls)
            for call, right in shapes:
                if isinstance(call.value, torch.Tensor) and right not in (None, call.value.shape):
                    raise wrong_shape(call, right) from error
            raise

    def _begin_example(self) -> None:
        if self._student is not None:
            self._student.calls.clear()
        if self._recorder is not None:
            self._recorder.begin(self._running)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._attempts, self._running = Attempts(), _id(self._task(item), item)
        self._begin_example()
        if self._student is not None:
            self._student.credited.clear()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Record how a test ended, instead of a report with a traceback that nobody reads."""
        if call.when == "teardown":
            if call.excinfo is not None:
                self._abort(item, call.excinfo.value)
        elif call.excinfo is not None:
            self._end(item, call, call.excinfo.value)
        elif call.when == "call":
            self._record(item, call, None)
        assert call.when != "collect"
        outcome: Literal["passed", "failed"] = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def _loss(self, error: BaseException) -> Ending | None:
        """What an error says of the check; None for a fault of the suite."""
        if isinstance(error, Unloadable):
            return error.ending
        if isinstance(error, CheckFailed | StudentEnd):
            return error
        flaky = hypothesis.errors.Flaky | hypothesis.errors.FlakyFailure
        return self._attempts.smallest if isinstance(error, SeenEnough | flaky) else None

    def _end(self, item: pytest.Item, call: pytest.CallInfo[None], error: BaseException) -> None:
        """Record a check that did not pass."""
        ending = self._loss(error)
        if ending is not None:
            self._record(item, call, ending)
        elif isinstance(error, Exception) and not isinstance(error, SandboxError | SuiteError):
            self._leave_undecided(item, call, error)
        else:
            self._abort(item, error)

    def _leave_undecided(
        self, item: pytest.Item, call: pytest.CallInfo[None], error: Exception
    ) -> None:
        task = self._task(item)
        check = undecided_check(_id(task, item), task, _mark(item), call.duration)
        self.faults.append(Fault.of(check.id, error))
        self.checks.append(check)
        self._on_check(check)

    def _abort(self, item: pytest.Item, error: BaseException) -> None:
        self.fault = error
        item.session.shouldstop = f"{item.name}: {type(error).__name__}"

    def _record(
        self, item: pytest.Item, call: pytest.CallInfo[None], ending: Ending | None
    ) -> None:
        if self.fault is not None:
            return
        mark, task = _mark(item), self._task(item)
        name = _id(task, item)
        if ending is None:
            check = check_of(name, task, mark, Verdict.PASSED, call.duration)
            credited = sorted(self._student.credited) if self._student is not None else []
            if credited:
                check = msgspec.structs.replace(check, message=explain.credit(credited))
        else:
            check = lost_check(name, task, mark, ending, call.duration)
            if self._recorder is not None and name not in self._recorder.decisive:
                self._recorder.note_loss(name)
        self.checks.append(check)
        self._on_check(check)


def _id(task: Task, item: pytest.Item) -> str:
    return f"{task.name}.{item.name.removeprefix('test_')}"


def _mark(item: pytest.Item) -> Mark:
    marker = item.get_closest_marker("check")
    if marker is None:
        raise SuiteError(f"{item.nodeid} is not marked as a check")
    mark: Mark = marker.args[0]
    return mark
