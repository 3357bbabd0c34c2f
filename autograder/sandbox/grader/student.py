"""A file of a submission as a test sees it.

    student.transposed_conv2d(x, weight, stride=2)          a plain tensor
    student.transposed_conv2d.vjp(g, x, weight, wrt=(0, 1)) the tensor and its gradients
    student.max_pool.item(1, of=2)(x)                       the second of two tensors
    student.receptive_field.numbers(layers)                 Python's numbers as a tensor
    student.function("load")(x)                             one that `Student` has a name for, too
    net = student.UNet.make(1, 2, 4)                        a module that stays in the worker
    net.set_parameters({"down1": [w1, b1, w2, b2]}); net(x)

A call that does not return raises a StudentFault or a StudentStop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from autograder.sandbox.grader.calls import Settings, Shape, any_shape
from autograder.sandbox.grader.conversation import Conversation
from autograder.sandbox.grader.exchange import Channel
from autograder.sandbox.grader.functions import Function, Module
from autograder.sandbox.protocol.errors import (
    Call,
    Crashed,
    ImportFailed,
    Raised,
    StudentStop,
    WrongKind,
)
from autograder.sandbox.protocol.messages import (
    BuildLinear,
    Device,
    Load,
    Loaded,
    Made,
)
from autograder.sandbox.protocol.stand_ins import StandIn
from autograder.sandbox.protocol.wire import Payload


class Student:
    """One loaded file. Attributes are its functions and classes, whether they exist or not.

    `right_shape` tells the shape that a call's result should have, None where any will do. A
    result without values or of another number of axes ends the call with WrongShape.
    """

    def __init__(
        self,
        channel: Channel,
        settings: Settings | None = None,
        right_shape: Callable[[Call], Shape | None] = any_shape,
    ) -> None:
        self._conversation = Conversation(channel, settings or Settings(), right_shape)
        self.right_shape = right_shape
        self.calls = self._conversation.calls
        # Functions of the student's whose own, wrong results a test accepted as a step.
        self.credited: set[str] = set()
        # The same file with stand-ins for these functions of it, where there is one to be had.
        self.replacing: Callable[[Sequence[str]], Student] | None = None
        # Functions and classes in whose place a stand-in is.
        self.replaced: frozenset[str] = frozenset()
        # Settings of the process that the import changed.
        self.settings: tuple[str, ...] = ()

    def load(
        self, module: str, stand_ins: Sequence[StandIn] = (), forbidden: Sequence[str] = ()
    ) -> None:
        """Import the file. Raises ImportFailed with the student's own lines."""
        self.replaced = frozenset(each.function for each in stand_ins)
        request = Load(self._conversation.next_id(), module, tuple(stand_ins), tuple(forbidden))
        try:
            reply, _ = self._conversation.ask(request, Payload())
            self.settings = reply.settings if isinstance(reply, Loaded) else ()
        except Raised as error:
            raise ImportFailed(error.detail, error.frames, cause=error.cause) from None
        except (Crashed, StudentStop) as ending:
            ending.detail = f"{ending.detail}, while {module}.py was imported"
            ending.during_import = f"{module}.py"
            raise

    @property
    def last_question(self) -> int:
        """The number of the last question; questions after it are numbered from there."""
        return self._conversation.last_id

    @last_question.setter
    def last_question(self, number: int) -> None:
        self._conversation.last_id = number

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.function(name)

    def function(self, name: str) -> Function:
        """The function or class of this name, which may be the name of something here, too."""
        return Function(self._conversation, name, name)

    def linear(
        self, weight: Tensor, bias: Tensor | None = None, *, device: Device = "cpu"
    ) -> Module:
        """An `nn.Linear` in the worker; weight (out, in), bias (out,) or None."""
        payload = Payload()
        header, other = payload.add(weight), None if bias is None else payload.add(bias)
        request = BuildLinear(self._conversation.next_id(), header, other, device)
        reply, _ = self._conversation.ask(request, payload)
        if not isinstance(reply, Made):
            raise WrongKind(getattr(reply, "kind", "a tensor"), "an nn.Module")
        return Module(self._conversation, reply, Call("nn.Linear", (), {}))
