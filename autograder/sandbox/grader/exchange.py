"""One question to a worker and its answer, which is believed in nothing but its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from torch import Tensor

from autograder.sandbox.grader.endings import not_understood
from autograder.sandbox.grader.printable import made_printable
from autograder.sandbox.protocol.errors import (
    Cause,
    MissingName,
    NotWritten,
    OutOfMemory,
    Raised,
    StudentFault,
    StudentStop,
    UsedForbidden,
    WireError,
    WrongKind,
)
from autograder.sandbox.protocol.messages import (
    BuildLinear,
    Done,
    FetchParameter,
    Forbade,
    Invoke,
    Load,
    Loaded,
    Made,
    NoSuchName,
    Other,
    Reply,
    Request,
    Returned,
    SetMode,
    SetParameters,
    TensorHeader,
    Threw,
)
from autograder.sandbox.protocol.wire import (
    Buffer,
    Payload,
    can_be_set,
    has_plausible_parameters,
    read_tensor,
)

# What may answer a request, besides what went wrong.
ANSWERS: Mapping[type[Request], tuple[type[Reply], ...]] = {
    Load: (Loaded,),
    Invoke: (Returned, Made, Other),
    BuildLinear: (Made,),
    SetParameters: (Done,),
    FetchParameter: (Returned, Other),
    SetMode: (Done,),
}


class Channel(Protocol):
    """The way to one worker."""

    def exchange(self, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
        """Send a request, wait for its reply. Raises StudentFault or StudentStop."""
        ...


def ask(channel: Channel, request: Request, payload: Payload) -> tuple[Reply, Buffer]:
    """Send a request and wait for one of its answers.

    Raises StudentFault or StudentStop: the student's code ended otherwise, or what came back is
    no answer to this request. A module is believed to have its parameters only where a grader has
    the memory for their values, or asked for none (on the meta device).
    """
    reply, data = channel.exchange(request, payload)
    reply = made_printable(reply)
    if isinstance(reply, Threw):
        raise _ending(reply)
    if isinstance(reply, Forbade):
        raise UsedForbidden(reply.operation, reply.frames)
    if isinstance(reply, NoSuchName):
        raise MissingName(reply.name)
    if not isinstance(reply, ANSWERS[type(request)]):
        raise not_understood(f"{type(reply).__name__} to {type(request).__name__}")
    if isinstance(reply, Made):
        on_meta = isinstance(request, Invoke) and request.device == "meta"
        if not (has_plausible_parameters(reply) if on_meta else can_be_set(reply)):
            raise WrongKind("a module with parameters far too large", "an nn.Module")
    return reply, data


def received(header: TensorHeader, data: Buffer) -> Tensor:
    """A tensor out of an answer. Raises Crashed when it is none."""
    try:
        if header.stride is not None:
            raise WireError("a strided tensor from a worker")
        return read_tensor(header, data)
    except WireError as error:
        raise not_understood(str(error)) from None


def _ending(reply: Threw) -> StudentFault | StudentStop:
    cause = None if reply.refused is None else Cause(reply.refused)
    if cause is Cause.MEMORY:
        return OutOfMemory(f"{reply.kind}: {reply.text}", reply.frames, cause=cause)
    kind = NotWritten if reply.stub and "NotImplementedError" in reply.kinds else Raised
    return kind(reply.kind, reply.text, reply.kinds, reply.frames, cause=cause)
