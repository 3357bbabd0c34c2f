"""Proxies of a loaded file: functions and classes to call, modules that stay in the worker."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, cast

from torch import Tensor

from autograder.sandbox.grader.calls import FakeCall
from autograder.sandbox.grader.conversation import Conversation
from autograder.sandbox.grader.endings import not_understood
from autograder.sandbox.grader.exchange import received
from autograder.sandbox.protocol.errors import (
    Call,
    Cause,
    Raised,
    StudentFault,
    StudentStop,
    TimedOut,
    Wanted,
    WrongKind,
    WrongShape,
)
from autograder.sandbox.protocol.messages import (
    ChildInfo,
    Device,
    DtypeName,
    FetchParameter,
    Invoke,
    Item,
    Made,
    ObjectRef,
    Other,
    Reply,
    Returned,
    SetMode,
    SetParameters,
)
from autograder.sandbox.protocol.wire import Buffer, Payload, pack_value
from autograder.sandbox.worker.devices import MISMATCH_PHRASES

OF_ONE_CALL = (Cause.CALL_SECONDS, Cause.CALL_WALL_SECONDS)


class Function:
    """Something to call: a function, a class, or a module in the worker."""

    _made_by: Call | None = None
    _takes: Literal["tensor", "numbers"] | Item = "tensor"

    def __init__(self, conversation: Conversation, target: str | ObjectRef, name: str) -> None:
        self._conversation = conversation
        self._target = target
        self._name = name

    def item(self, index: int, *, of: int) -> Function:
        """The same function, of whose result, `of` tensors, the one at `index` is taken."""
        return self._taking(Item(index, of))

    @property
    def numbers(self) -> Function:
        """The same function, whose result is numbers: int64 or float64, lists as their shape."""
        return self._taking("numbers")

    def _taking(self, takes: Literal["numbers"] | Item) -> Function:
        function = Function(self._conversation, self._target, self._name)
        function._made_by, function._takes = self._made_by, takes
        return function

    def as_step(self) -> Callable[[], Function]:
        """A weak reference to this, which lives as long as the conversation.

        For a graph of autograd: what holds the student, is held by a graph and holds that graph,
        as a traceback may, would never be freed.
        """
        self._conversation.steps.append(self)
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

        Once more with `wrt`, backward to these arguments. Never raises Raised. A call that ends
        by the limit for one call says nothing: an operation takes ten times as long there.
        """
        forward = self._on_fake_cuda(Call(self._name, args, kwargs))
        if not wrt or forward.device is None:
            return forward
        back = self._on_fake_cuda(Call(self._name, args, kwargs, wrt=tuple(wrt)))
        backward = back.mismatch is not None
        return replace(forward, mismatch=back.mismatch, backward=backward, late=back.late)

    def _on_fake_cuda(self, call: Call) -> FakeCall:
        try:
            reply = self._call(call, device="fake-cuda")
        except Raised as error:
            mismatch = any(phrase in error.text for phrase in MISMATCH_PHRASES)
            return FakeCall(mismatch=error.text if mismatch else None)
        except TimedOut as error:
            if error.cause not in OF_ONE_CALL:
                raise
            return FakeCall(late=True)
        if isinstance(reply, Other) and reply.device:
            return FakeCall(device=reply.device)
        if isinstance(reply, Made):
            devices = {parameter.device for parameter in reply.own.parameters}
            return FakeCall(device=min(devices, default=None))  # "cpu" comes before "cuda"
        return FakeCall()

    def _call(
        self,
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
            self._conversation.next_id(),
            self._target,
            tuple(pack_value(arg, payload, _refer) for arg in call.args),
            {name: pack_value(arg, payload, _refer) for name, arg in call.kwargs.items()},
            device=device or self._conversation.settings.device,
            grad=grad,
            default_dtype=default_dtype,
            cotangent=cotangent,
            wrt=call.wrt,
            takes=self._takes,
        )
        call.item = self._takes.index if isinstance(self._takes, Item) else None
        try:
            reply, data = self._conversation.ask(request, payload)
            self._read(reply, data, call)
            return reply
        except (StudentFault, StudentStop) as ending:
            call.ending = ending
            ending.call = call
            raise
        finally:
            self._conversation.calls.append(call)

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
            call.value = Module(self._conversation, reply, call)
            call.modified, call.settings = reply.modified, reply.settings

    def _tensor(
        self, call: Call, *, grad: bool = True, default_dtype: DtypeName = "float32"
    ) -> Tensor:
        call.made_by = self._made_by
        reply = self._call(call, grad=grad, default_dtype=default_dtype)
        if isinstance(call.value, Tensor):
            right = self._conversation.right_shape(call)
            if right is not None and (len(right), 0 in right) != _axes(call.value):
                raise _blame(WrongShape(call.value, right), call)
            return call.value
        kind = reply.kind if isinstance(reply, Other) else "an nn.Module"
        of = self._takes.of if isinstance(self._takes, Item) else None
        raise _blame(WrongKind(kind, self._wanted, of=of), call)

    @property
    def _wanted(self) -> Wanted:
        if isinstance(self._takes, Item):
            return "a tuple of tensors"
        return "numbers" if self._takes == "numbers" else "a tensor"

    def _make(self, call: Call, *, device: Device | None = None) -> Module:
        reply = self._call(call, device=device)
        if isinstance(call.value, Module):
            return call.value
        kind = reply.kind if isinstance(reply, Other) else "a tensor"
        raise _blame(WrongKind(kind, "an nn.Module"), call)


class Module(Function):
    """An `nn.Module` that lives in the worker."""

    def __init__(self, conversation: Conversation, made: Made, call: Call) -> None:
        self.reference = ObjectRef(made.handle)
        super().__init__(conversation, self.reference, call.function)
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
        request = SetParameters(self._conversation.next_id(), self.reference, headers)
        self._conversation.ask(request, payload)

    def parameter(self, child: str, index: int) -> Tensor:
        """The value of one parameter of a child."""
        request = FetchParameter(self._conversation.next_id(), self.reference, child, index)
        reply, data = self._conversation.ask(request, Payload())
        if not isinstance(reply, Returned):
            kind = getattr(reply, "kind", "nothing")
            raise WrongKind(kind, "a tensor", parameter_of=child or "the module")
        return received(reply.value, data)

    def train(self, training: bool = True) -> Module:
        request = SetMode(self._conversation.next_id(), self.reference, training)
        self._conversation.ask(request, Payload())
        return self

    def eval(self) -> Module:
        return self.train(False)


def _axes(tensor: Tensor) -> tuple[int, bool]:
    """The number of axes, and whether there are no values."""
    return tensor.dim(), not tensor.numel()


def _refer(value: object) -> ObjectRef | None:
    return value.reference if isinstance(value, Module) else None


def _blame(fault: StudentFault, call: Call) -> StudentFault:
    fault.call = call
    call.ending = fault
    return fault
