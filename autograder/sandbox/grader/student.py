"""A file of a submission as a test sees it.

    student.transposed_conv2d(x, weight, stride=2)          a plain tensor
    student.transposed_conv2d.vjp(g, x, weight, wrt=(0, 1)) the tensor and its gradients
    net = student.UNet(1, 2, 4)                             a module that stays in the worker
    net.set_parameters(down1=[w1, b1, w2, b2]); net(x)

A call that does not return raises a StudentFault or a StudentStop.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from torch import Tensor

from autograder.sandbox.grader.calls import FakeCall, Settings, Shape, any_shape
from autograder.sandbox.grader.endings import not_understood
from autograder.sandbox.grader.exchange import Channel, ask, received
from autograder.sandbox.protocol.errors import (
    Call,
    Crashed,
    ImportFailed,
    Raised,
    StudentFault,
    StudentStop,
    WrongKind,
    WrongShape,
)
from autograder.sandbox.protocol.messages import (
    BuildLinear,
    ChildInfo,
    Device,
    DtypeName,
    FetchParameter,
    Invoke,
    Load,
    Loaded,
    Made,
    ObjectRef,
    Other,
    Reply,
    Request,
    Returned,
    SetMode,
    SetParameters,
    Substitute,
)
from autograder.sandbox.protocol.wire import Buffer, Payload, pack_value
from autograder.sandbox.worker.devices import MISMATCH_PHRASES


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
        self._channel = channel
        self._settings = settings or Settings()
        self.right_shape = right_shape
        self._next_id = 0
        self.calls: list[Call] = []
        # Functions of the student's whose own, wrong results a test accepted as a step.
        self.credited: set[str] = set()
        # The same file with stand-ins for these functions of it, where there is one to be had.
        self.replacing: Callable[[Sequence[str]], Student] | None = None
        # Functions and classes in whose place a stand-in is.
        self.replaced: frozenset[str] = frozenset()
        # Settings of the process that the import changed.
        self.settings: tuple[str, ...] = ()
        self.on_call: Callable[[Call], None] = self.calls.append
        self._steps: list[Function] = []

    def load(
        self, module: str, substitutes: Sequence[Substitute] = (), forbidden: Sequence[str] = ()
    ) -> None:
        """Import the file. Raises ImportFailed with the student's own lines."""
        self.replaced = frozenset(each.function for each in substitutes)
        request = Load(self._id(), module, tuple(substitutes), tuple(forbidden))
        try:
            reply, _ = self._ask(request, Payload())
            self.settings = reply.settings if isinstance(reply, Loaded) else ()
        except Raised as error:
            raise ImportFailed(error.detail, error.frames, cause=error.cause) from None
        except (Crashed, StudentStop) as ending:
            ending.detail = f"{ending.detail}, while {module}.py was imported"
            ending.during_import = f"{module}.py"
            raise

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self, name, name)

    def linear(
        self, weight: Tensor, bias: Tensor | None = None, *, device: Device = "cpu"
    ) -> Module:
        """An `nn.Linear` in the worker; weight (out, in), bias (out,) or None."""
        payload = Payload()
        header, other = payload.add(weight), None if bias is None else payload.add(bias)
        request = BuildLinear(self._id(), header, other, device)
        reply, _ = self._ask(request, payload)
        return self._module(reply, Call("nn.Linear", (), {}))

    def _id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _ask(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        return ask(self._channel, request, payload)

    def _module(self, reply: Reply, call: Call) -> Module:
        if not isinstance(reply, Made):
            raise WrongKind(getattr(reply, "kind", "a tensor"), "an nn.Module")
        return Module(self, reply, call)

    def _call(
        self,
        target: str | ObjectRef,
        call: Call,
        *,
        device: Device | None = None,
        grad: bool = True,
        default_dtype: DtypeName = "float32",
    ) -> Reply:
        """Make a call, note it with how it ended, and read what came back into it."""
        payload = Payload()
        cotangent = None if call.cotangent is None else payload.add(call.cotangent)
        request = Invoke(
            self._id(),
            target,
            tuple(pack_value(arg, payload, _refer) for arg in call.args),
            {name: pack_value(arg, payload, _refer) for name, arg in call.kwargs.items()},
            device=device or self._settings.device,
            grad=grad,
            default_dtype=default_dtype,
            cotangent=cotangent,
            wrt=call.wrt,
        )
        try:
            reply, data = self._ask(request, payload)
            self._read(reply, data, call)
            return reply
        except (StudentFault, StudentStop) as ending:
            call.ending = ending
            ending.call = call
            raise
        finally:
            self.on_call(call)

    def _read(self, reply: Reply, data: Buffer, call: Call) -> None:
        if isinstance(reply, Returned):
            sizes = [header.size for header in (reply.value, *reply.gradients) if header]
            if sum(sizes) > len(data):
                # Each is copied: tensors that share their bytes would be memory out of nothing.
                raise not_understood(f"tensors of {sizes} bytes in {len(data)}")
            call.value = value = received(reply.value, data)
            g = call.cotangent
            differentiable = g is not None and (g.shape, g.dtype) == (value.shape, value.dtype)
            # A test that goes through the gradients must not be handed fewer of them.
            if len(reply.gradients) != (len(call.wrt) if differentiable else 0):
                raise not_understood(f"{len(reply.gradients)} gradients")
            call.gradients = tuple(
                None if header is None else received(header, data) for header in reply.gradients
            )
            call.modified, call.settings = reply.modified, reply.settings
        elif isinstance(reply, Made):
            call.value = Module(self, reply, call)
            call.modified, call.settings = reply.modified, reply.settings


class Function:
    """Something to call: a function, a class, or a module in the worker."""

    _made_by: Call | None = None

    def __init__(self, student: Student, target: str | ObjectRef, name: str) -> None:
        self._student = student
        self._target = target
        self._name = name

    def as_step(self) -> Callable[[], Function]:
        """A weak reference to this, which lives as long as the student.

        For a graph of autograd: what holds the student, is held by a graph and holds that graph,
        as a traceback may, would never be freed.
        """
        self._student._steps.append(self)
        return cast(Callable[[], Function], weakref.ref(self))

    def __call__(self, *args: object, **kwargs: object) -> Tensor:
        """The tensor the call returns.

        Raises WrongKind for anything else, WrongShape for one that no check could use.
        """
        return self._tensor(Call(self._name, args, kwargs))

    def no_grad(self, *args: object, **kwargs: object) -> Tensor:
        """The same call under `torch.no_grad()`."""
        return self._tensor(Call(self._name, args, kwargs), grad=False)

    def under_float64(self, *args: object, **kwargs: object) -> Tensor:
        """The same call while torch's default dtype is float64."""
        return self._tensor(Call(self._name, args, kwargs), default_dtype="float64")

    def call(self, *args: object, **kwargs: object) -> Call:
        """The same call with everything that is known of it (`modified`)."""
        call = Call(self._name, args, kwargs)
        self._tensor(call)
        return call

    def vjp(
        self, cotangent: Tensor, *args: object, wrt: Sequence[int | str], **kwargs: object
    ) -> tuple[Tensor, tuple[Tensor | None, ...]]:
        """(value, vector-Jacobian products with respect to `wrt`).

        `wrt` holds positions, keywords, or "child.2" for the third parameter of a child. An
        entry is None where no gradient flows. There are no gradients at all when the value
        has not the cotangent's shape and dtype.
        """
        call = Call(self._name, args, kwargs, wrt=tuple(wrt), cotangent=cotangent)
        return self._tensor(call), call.gradients

    def make(self, *args: object, **kwargs: object) -> Module:
        """The module the call returns (a class, or a function that makes a layer)."""
        return self._make(Call(self._name, args, kwargs))

    def make_on_meta(self, *args: object, **kwargs: object) -> Module:
        """The same with every parameter on the meta device: shapes without values."""
        return self._make(Call(self._name, args, kwargs), device="meta")

    def make_on_fake_cuda(self, *args: object, **kwargs: object) -> Module:
        return self._make(Call(self._name, args, kwargs), device="fake-cuda")

    def on_fake_cuda(
        self, *args: object, wrt: Sequence[int | str] = (), **kwargs: object
    ) -> FakeCall:
        """Call with tensors on a GPU that does not exist: does the code mix devices?

        Once more with `wrt`, backward to these arguments. Never raises Raised.
        """
        forward = self._on_fake_cuda(Call(self._name, args, kwargs))
        if not wrt or forward.device is None:
            return forward
        back = self._on_fake_cuda(Call(self._name, args, kwargs, wrt=tuple(wrt)))
        return replace(forward, mismatch=back.mismatch, backward=back.mismatch is not None)

    def _on_fake_cuda(self, call: Call) -> FakeCall:
        try:
            reply = self._student._call(self._target, call, device="fake-cuda")
        except Raised as error:
            said = any(phrase in error.text for phrase in MISMATCH_PHRASES)
            return FakeCall(mismatch=error.text if said else None)
        if isinstance(reply, Other) and reply.device:
            return FakeCall(device=reply.device)
        if isinstance(reply, Made):
            devices = {parameter.device for parameter in reply.own.parameters}
            return FakeCall(device=min(devices, default=None))  # "cpu" comes before "cuda"
        return FakeCall()

    def _tensor(
        self, call: Call, *, grad: bool = True, default_dtype: DtypeName = "float32"
    ) -> Tensor:
        call.made_by = self._made_by
        reply = self._student._call(self._target, call, grad=grad, default_dtype=default_dtype)
        if isinstance(call.value, Tensor):
            right = self._student.right_shape(call)
            if right is not None and (len(right), 0 in right) != _axes(call.value):
                raise _blame(WrongShape(call.value, right), call)
            return call.value
        kind = reply.kind if isinstance(reply, Other) else "an nn.Module"
        raise _blame(WrongKind(kind, "a tensor"), call)

    def _make(self, call: Call, *, device: Device | None = None) -> Module:
        reply = self._student._call(self._target, call, device=device)
        if isinstance(call.value, Module):
            return call.value
        kind = reply.kind if isinstance(reply, Other) else "a tensor"
        raise _blame(WrongKind(kind, "an nn.Module"), call)


class Module(Function):
    """An `nn.Module` that lives in the worker."""

    def __init__(self, student: Student, made: Made, call: Call) -> None:
        self.reference = ObjectRef(made.handle)
        super().__init__(student, self.reference, call.function)
        self._made_by = call
        self.family = made.family
        self.own = made.own
        self.children: Mapping[str, ChildInfo] = {child.name: child for child in made.children}

    def set_parameters(self, children: Mapping[str, Sequence[Tensor]]) -> None:
        """Set the parameters of children in their order; the child "" is the module itself.

        The dtype of the values becomes the dtype of the parameters. Raises Raised when
        the number of parameters or of their elements differs.
        """
        payload = Payload()
        headers = {name: tuple(payload.add(t) for t in values) for name, values in children.items()}
        request = SetParameters(self._student._id(), self.reference, headers)
        self._student._ask(request, payload)

    def parameter(self, child: str, index: int) -> Tensor:
        """The value of one parameter of a child."""
        request = FetchParameter(self._student._id(), self.reference, child, index)
        reply, data = self._student._ask(request, Payload())
        if not isinstance(reply, Returned):
            kind = getattr(reply, "kind", "nothing")
            raise WrongKind(kind, "a tensor", parameter_of=child or "the module")
        return received(reply.value, data)

    def train(self, training: bool = True) -> Module:
        request = SetMode(self._student._id(), self.reference, training)
        self._student._ask(request, Payload())
        return self

    def eval(self) -> Module:
        return self.train(False)


def _axes(tensor: Tensor) -> tuple[int, bool]:
    """How many axes there are, and whether there are no values."""
    return tensor.dim(), not tensor.numel()


def _refer(value: object) -> ObjectRef | None:
    return value.reference if isinstance(value, Module) else None


def _blame(fault: StudentFault, call: Call) -> StudentFault:
    fault.call = call
    call.ending = fault
    return fault
