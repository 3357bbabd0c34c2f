"""The time that a submission's calls may take together, whichever process they are made in."""

from __future__ import annotations

from autograder.sandbox.grader import endings
from autograder.sandbox.protocol.limits import Limits


class Budget:
    """Seconds spent on one submission, task by task, against `task_seconds` and
    `submission_seconds`.

    Half of the submission's seconds is shared out evenly among its tasks, and a task cannot
    spend the shares of those that come after it.
    """

    def __init__(self, limits: Limits, tasks: int = 1) -> None:
        self._limits = limits
        self._share = _share(limits, tasks)
        self._to_come = max(tasks, 1)
        self.spent = self._spent_on_task = 0.0

    @staticmethod
    def never_refused(limits: Limits, tasks: int) -> float:
        """Seconds that so many tasks may spend together in any order, and none is refused any."""
        return limits.submission_seconds - _share(limits, tasks) * (tasks - 1)

    def next_task(self) -> None:
        """A task begins; its share and what earlier ones left are open to it."""
        self._to_come = max(self._to_come - 1, 0)
        self._spent_on_task = 0.0

    def spend(self, seconds: float) -> None:
        self.spent += seconds
        self._spent_on_task += seconds

    def demand(self) -> None:
        """Raises TimedOut where nothing is left."""
        limits = self._limits
        if self._spent_on_task > limits.task_seconds:
            raise endings.too_long_in_all(limits)
        if self.spent + self._share * self._to_come > limits.submission_seconds:
            raise endings.too_long_for_a_submission(limits)


def _share(limits: Limits, tasks: int) -> float:
    return limits.submission_seconds / (2 * max(tasks, 1))
