"""One call of a student's function: how it is made, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import Tensor

from autograder.sandbox.errors import StudentFault, StudentStop
from autograder.sandbox.messages import Device

if TYPE_CHECKING:
    from autograder.sandbox.student import Module


@dataclass
class Call:
    """One call as it was made and how it ended.

    `modified` are the arguments that it changed, `settings` those of the process that it changed.
    Of a call of a module, `made_by` is the call that made the module.
    """

    function: str
    args: tuple[object, ...]
    kwargs: dict[str, object]
    value: Tensor | Module | None = None
    gradients: tuple[Tensor | None, ...] = ()
    modified: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    ending: StudentFault | StudentStop | None = None
    wrt: tuple[int | str, ...] = ()
    cotangent: Tensor | None = None
    made_by: Call | None = None

    @property
    def leaves_all(self) -> bool:
        """Whether its inputs and the settings of the process are as they were."""
        return not self.modified and not self.settings


@dataclass(frozen=True)
class FakeCall:
    """A call with tensors on a GPU that does not exist.

    `mismatch` is PyTorch's own sentence when two devices met in one operation, `backward` where
    that was on the way back; `device` is where the result lies, of a module the first of those
    that its parameters lie on. Without either the call ended otherwise, which says nothing.
    """

    mismatch: str | None = None
    device: str | None = None
    backward: bool = False


@dataclass
class Settings:
    """How calls are made from here on."""

    device: Device = "cpu"
    seed: int = 0


Shape = tuple[int, ...]


def any_shape(call: Call) -> Shape | None:
    return None
