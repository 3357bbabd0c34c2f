"""Loading the file of a task, with stand-ins for functions that must not cost it points."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from autograder.authoring.manifest import Knowledge, StandInSpec, Task
from autograder.grading.recorder import Recorder
from autograder.sandbox.grader.calls import Settings
from autograder.sandbox.grader.exchange import Channel
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentFault, StudentStop
from autograder.sandbox.protocol.stand_ins import StandIn


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
        self._replaced_neighbours: tuple[StandIn, ...] = ()
        self._with_stand_ins: dict[tuple[StandInSpec, ...], Student] = {}

    def open(self, task: Task) -> tuple[Student, Recorder]:
        """The file as it was handed in, and the recorder of all that is asked of it.

        A neighbour's function is replaced where the student's own is missing or wrong. Raises
        StudentFault or StudentStop when the file cannot be loaded.
        """
        found = (self._neighbour(spec) for spec in task.neighbours)
        self._replaced_neighbours = tuple(each for each in found if each is not None)
        recorder = Recorder(self._connect(task))
        student = Student(recorder, self._settings, self._knowledge.right_shape)
        student.load(task.name, self._replaced_neighbours, task.forbidden)
        return student, recorder

    def with_stand_ins(self, task: Task, specs: tuple[StandInSpec, ...]) -> Student:
        """The same file with stand-ins for these functions of its own.

        One for all checks, as the limits are. Raises StudentFault or StudentStop.
        """
        if specs not in self._with_stand_ins:
            student = Student(self._connect(task), self._settings, self._knowledge.right_shape)
            stand_ins = (*self._replaced_neighbours, *(spec.stand_in(task) for spec in specs))
            student.load(task.name, stand_ins, task.forbidden)
            self._with_stand_ins[specs] = student
        return self._with_stand_ins[specs]

    def close(self) -> None:
        """Forget the loaded files. The caller, who connected them, ends the workers."""
        self._replaced_neighbours = ()
        self._with_stand_ins.clear()

    def _neighbour(self, spec: StandInSpec) -> StandIn | None:
        task = self._tasks[spec.module]
        try:
            channel = self._connect(task)
            neighbour = Student(channel, self._settings, self._knowledge.right_shape)
            neighbour.load(spec.module)
        except (StudentFault, StudentStop):
            return spec.stand_in(task, whole_module=True)
        if neighbour.settings:  # the import itself is what is wrong with it
            return spec.stand_in(task, whole_module=True)
        try:
            right = self._knowledge.usable[spec.function](neighbour)
            right &= all(call.leaves_all for call in neighbour.calls)
        except (StudentFault, StudentStop):
            right = False
        return None if right else spec.stand_in(task)
