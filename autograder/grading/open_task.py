"""The task whose checks are running, and its file once a check has asked for it."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.authoring.manifest import StandInSpec, Task
from autograder.grading.files import Files
from autograder.grading.recorder import Recorder
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentEnd, StudentFault, StudentStop, TimedOut


class Unloadable(Exception):
    """The file under test cannot be called, and `ending` says why.

    A fixture must not let a StudentStop out: pytest keeps an Exception for the other tests of
    the module, and breaks on a BaseException.
    """

    def __init__(self, ending: StudentEnd) -> None:
        super().__init__(str(ending))
        self.ending = ending


class OpenTask:
    """A task from its first check to its last; its worker stays as long."""

    def __init__(self, task: Task, files: Files) -> None:
        self.task = task
        self.student: Student | None = None
        self.recorder: Recorder | None = None
        # Functions that are not called again, with the call that took too long.
        self.stopped: dict[str, TimedOut] = {}
        # Stand-ins with which the file stopped once.
        self.given_up: set[tuple[StandInSpec, ...]] = set()
        self._files = files
        self._unloadable: Unloadable | None = None

    def load(self) -> Student:
        """Load the file when it is first asked for. Raises Unloadable, then as well as later."""
        if self._unloadable is not None:
            raise self._unloadable
        if self.student is None:
            try:
                self.student, self.recorder = self._files.open(self.task)
            except (StudentFault, StudentStop) as ending:
                self._unloadable = Unloadable(ending)
                raise self._unloadable from None
            self.student.replacing = self._replacing
        return self.student

    def with_stand_ins(self, specs: tuple[StandInSpec, ...]) -> Student:
        """The file with stand-ins for these functions. Raises StudentFault or StudentStop."""
        return self._files.with_stand_ins(self.task, specs)

    def close(self) -> None:
        """Forget what was loaded with stand-ins."""
        self._files.close()

    def _replacing(self, functions: Sequence[str]) -> Student:
        return self.with_stand_ins(
            tuple(spec for spec in self.task.stand_ins if spec.function in functions)
        )
