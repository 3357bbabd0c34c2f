"""What checks drew, kept for the next submission that is graded with the same seed.

With one seed Hypothesis draws the same for every submission of a class, and drawing takes it as
long as everything else that a grader does. A check that passed is asked again what it asked
before. Where it is lost this time, Hypothesis runs after all, and looks for a smaller example.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Example = Mapping[str, object]


@dataclass
class Drawn:
    """The examples of checks that passed, all with one seed, by the checks' ids."""

    _examples: dict[str, Sequence[Example]] = field(default_factory=dict)

    def of(self, check: str) -> Sequence[Example] | None:
        """In the order in which they were drawn; None where they are not known."""
        return self._examples.get(check)

    def keep(self, check: str, examples: Sequence[Example]) -> None:
        """Keep them, unless one goes on drawing while its test runs."""
        from hypothesis.strategies import DataObject  # a command has no need of it

        drawn = (value for example in examples for value in example.values())
        if not any(isinstance(value, DataObject) for value in drawn):
            self._examples[check] = examples


def noting(
    test: Callable[..., None], arguments: Mapping[str, object], examples: list[Example]
) -> Callable[..., None]:
    """The test; what it is called with besides these arguments is put down as an example."""

    def noted(*args: Any, **kwargs: Any) -> None:
        test(*args, **kwargs)
        examples.append({name: kwargs[name] for name in kwargs if name not in arguments})

    return noted
