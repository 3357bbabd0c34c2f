"""The search of Hypothesis for the smallest counterexample, and its end."""

from __future__ import annotations

from autograder.grading import explain
from autograder.grading.explain import Ending

# How many more examples Hypothesis may try once one has failed, to make it smaller.
SHRINK_EXAMPLES = 120


class SeenEnough(BaseException):
    """Ends the search for a smaller counterexample."""


class Attempts:
    """The failures of one check while Hypothesis looks for the smallest, among so many more."""

    def __init__(self, more: int = SHRINK_EXAMPLES) -> None:
        self.smallest: Ending | None = None
        self._more = more

    @property
    def searches(self) -> bool:
        """Whether a smaller failure is looked for at all."""
        return self._more > 0

    def example(self) -> None:
        if self.smallest is not None:
            self._more -= 1
            if self._more < 0:
                raise SeenEnough

    def note(self, ending: Ending) -> bool:
        """Whether it is the smallest so far."""
        smaller = self.smallest is None or explain.size(ending) <= explain.size(self.smallest)
        if smaller:
            self.smallest = ending
        return smaller
