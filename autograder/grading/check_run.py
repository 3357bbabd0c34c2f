"""One test of a suite while it runs, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import hypothesis
import msgspec
import torch

from autograder.authoring.expect import CheckFailed, wrong_shape
from autograder.authoring.manifest import Task
from autograder.authoring.marks import CheckSpec
from autograder.document.result import Check
from autograder.grading import explain
from autograder.grading.attempts import Attempts, SeenEnough
from autograder.grading.checks import check_of, lost_check
from autograder.grading.drawn import Drawn, Example, noting
from autograder.grading.explain import Ending
from autograder.grading.open_task import OpenTask, Unloadable
from autograder.grading.recorder import Diverged, Recorder
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import (
    SandboxError,
    StudentEnd,
    StudentFault,
    StudentStop,
    Verdict,
)


@dataclass
class CheckRun:
    """A check and what it asks: a file, by way of `recorder`, in so many `attempts`.

    `drawn` holds the examples of checks that passed before.

    Neither student nor recorder before the first check of a task has asked for its file.
    """

    id: str
    task: Task
    spec: CheckSpec
    student: Student | None
    recorder: Recorder | None
    drawn: Drawn
    attempts: Attempts = field(default_factory=Attempts)

    def begin_example(self) -> None:
        """Forget the calls of the example before."""
        if self.student is not None:
            self.student.calls.clear()
        if self.recorder is not None:
            self.recorder.begin(self.id)

    def run(self, test: Any, arguments: Mapping[str, object]) -> None:
        """Call a test. Raises what it raises, or SeenEnough.

        Hypothesis calls the test's own function, once an example; every example looks at shapes
        by itself. Where the examples are known it does so only if one of them fails.
        """
        if not hypothesis.is_hypothesis_test(test):
            with self._shapes_first():
                test(**arguments)
            return
        own = test.hypothesis.inner_test
        known = self.drawn.of(self.id)
        if known is not None and self._holds_again(own, known, arguments):
            return
        before = self._last_question
        try:
            examples = self._search(test, arguments)
        except Diverged:
            self._start_again(before, repeat=False)
            examples = self._search(test, arguments)
        self.drawn.keep(self.id, examples)

    def _search(self, test: Any, arguments: Mapping[str, object]) -> list[Example]:
        """Let Hypothesis draw examples until one fails; the examples if none does."""
        own = test.hypothesis.inner_test
        examples: list[Example] = []
        test.hypothesis.inner_test = noting(self._counted(own), arguments, examples)
        try:
            test(**arguments)
        finally:
            test.hypothesis.inner_test = own
        return examples

    @property
    def _last_question(self) -> int | None:
        return self.student.last_question if self.student is not None else None

    def _holds_again(
        self, own: Callable[..., None], known: Sequence[Example], arguments: Mapping[str, object]
    ) -> bool:
        """Whether a test holds for these examples; where not, what it asked will be known."""
        counted = self._counted(own)
        before = self._last_question
        try:
            for example in known:
                counted(**arguments, **example)
        except Exception:
            if not self.attempts.searches:
                raise
            self._start_again(before)
            return False
        return True

    def _start_again(self, last_question: int | None, *, repeat: bool = True) -> None:
        """Search from the first example on; what was asked after that question has its answer.

        Unless it may not `repeat` them.
        """
        self.attempts = Attempts()
        if self.student is not None and last_question is not None:
            self.student.last_question = last_question
        if self.recorder is not None:
            self.recorder.start_again(repeat=repeat)

    def _counted(self, inner: Callable[..., None]) -> Callable[..., None]:
        def counted(*args: Any, **kwargs: Any) -> None:
            self.attempts.example()
            self.begin_example()
            try:
                with self._shapes_first():
                    inner(*args, **kwargs)
            except (CheckFailed, StudentFault) as ending:
                if self.attempts.note(ending) and self.recorder is not None:
                    self.recorder.note_loss(self.id)
                raise

        return counted

    @contextmanager
    def _shapes_first(self) -> Iterator[None]:
        """A check that stumbles over a result of a wrong shape was lost by that shape."""
        try:
            yield
        except (CheckFailed, StudentFault, SandboxError, hypothesis.errors.HypothesisException):
            raise
        except Exception as error:
            if self.student is None:
                raise
            shapes = ((call, self.student.right_shape(call)) for call in self.student.calls)
            for call, right in shapes:
                if isinstance(call.value, torch.Tensor) and right not in (None, call.value.shape):
                    raise wrong_shape(call, right) from error
            raise

    def loss(self, error: BaseException) -> Ending | None:
        """The ending that an error means for the check; None for a fault of the suite."""
        if isinstance(error, Unloadable):
            return error.ending
        if isinstance(error, CheckFailed | StudentEnd):
            return error
        flaky = hypothesis.errors.Flaky | hypothesis.errors.FlakyFailure
        return self.attempts.smallest if isinstance(error, SeenEnough | flaky) else None

    def passed(self, seconds: float) -> Check:
        """The check with its points, and on which own results they were given."""
        check = check_of(self.id, self.task, self.spec, Verdict.PASSED, seconds)
        credited = sorted(self.student.credited) if self.student is not None else []
        if not credited:
            return check
        return msgspec.structs.replace(check, message=explain.credit(credited))

    def lost(self, ending: Ending, seconds: float) -> Check:
        """The check without its points; its last example is what lost it, unless one is noted."""
        if self.recorder is not None and self.id not in self.recorder.decisive:
            self.recorder.note_loss(self.id)
        return lost_check(self.id, self.task, self.spec, ending, seconds)


@dataclass(frozen=True)
class Retry:
    """A lost check once more, with stand-ins for the wrong functions that it depends on."""

    lost: CheckRun
    opened: OpenTask
    wrong: frozenset[str]

    def passes(self, test: Any, arguments: Mapping[str, object]) -> bool:
        """Whether it passes so; then its functions are credited. One example that fails ends it."""
        depends_on = self.opened.task.function(self.lost.spec.function).depends_on
        specs = tuple(
            spec
            for spec in self.opened.task.stand_ins
            if spec.function in self.wrong and spec.function in depends_on
        )
        if not specs or specs in self.opened.given_up or self.lost.student is None:
            return False
        try:
            student = self.opened.with_stand_ins(specs)
            again = replace(self.lost, student=student, recorder=None, attempts=Attempts(more=0))
            own = {"student": student} if "student" in arguments else {}
            again.run(test, {**arguments, **own})
        except StudentStop:
            self.opened.given_up.add(specs)
            return False
        except (CheckFailed, StudentFault, SeenEnough, hypothesis.errors.HypothesisException):
            return False
        self.lost.student.credited.update(spec.function for spec in specs)
        return True
