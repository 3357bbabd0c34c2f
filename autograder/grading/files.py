"""The file of a task, loaded with stand-ins for what it must not lose points by."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from autograder.authoring.manifest import Base, Knowledge, StandIn, Task
from autograder.grading.diagnosis import Recorder
from autograder.sandbox.grader.calls import Settings
from autograder.sandbox.grader.exchange import Channel
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentFault, StudentStop
from autograder.sandbox.protocol.substitutes import Substitute


class Files:
    """Loads a submission's files; one task's at a time, until they are closed.

    `connect` opens the way to a fresh worker for a task.
    """

    def __init__(
        self,
        tasks: Mapping[str, Task],
        connect: Callable[[Task], Channel],
        settings: Settings,
        knowledge: Knowledge,
    ) -> None:
        self._tasks = tasks
        self._connect = connect
        self._settings = settings
        self._knowledge = knowledge
        self._substitutes: tuple[Substitute, ...] = ()
        self._mended: dict[tuple[Base, ...], Student] = {}

    def open(self, task: Task) -> tuple[Student, Recorder]:
        """The file as it was handed in, and what writes down all that is asked of it.

        A neighbour on which the task depends is replaced where the student's own is missing or
        wrong. Raises StudentFault or StudentStop when the file cannot be loaded.
        """
        found = (self._substitute(needed) for needed in task.stand_ins)
        self._substitutes = tuple(each for each in found if each is not None)
        recorder = Recorder(self._connect(task))
        student = Student(recorder, self._settings, self._knowledge.right_shape)
        student.load(task.name, self._substitutes, task.forbidden)
        return student, recorder

    def beside(self, task: Task, bases: tuple[Base, ...]) -> Student:
        """The same file with stand-ins for these functions of its own.

        One for all checks, as the limits are. Raises StudentFault or StudentStop.
        """
        if bases not in self._mended:
            student = Student(self._connect(task), self._settings, self._knowledge.right_shape)
            substitutes = (*self._substitutes, *(base.substitute(task) for base in bases))
            student.load(task.name, substitutes, task.forbidden)
            self._mended[bases] = student
        return self._mended[bases]

    def close(self) -> None:
        """Forget what was loaded; whoever connected ends the workers."""
        self._substitutes = ()
        self._mended.clear()

    def _substitute(self, needed: StandIn) -> Substitute | None:
        task = self._tasks[needed.module]
        try:
            channel = self._connect(task)
            neighbour = Student(channel, self._settings, self._knowledge.right_shape)
            neighbour.load(needed.module)
        except (StudentFault, StudentStop):
            return needed.substitute(task, whole_module=True)
        if neighbour.settings:  # the import itself is what is wrong with it
            return needed.substitute(task, whole_module=True)
        try:
            right = self._knowledge.usable[needed.function](neighbour)
            right &= all(call.leaves_all for call in neighbour.calls)
        except (StudentFault, StudentStop):
            right = False
        return None if right else needed.substitute(task, whole_module=False)
