"""Whether two functions answered a question alike, in all respects that can be seen."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.answers import Answer
from autograder.authoring.expect import TOLERANCE
from autograder.sandbox.protocol.messages import (
    Invoke,
    Made,
    Other,
    Reply,
    Request,
    Returned,
    TensorHeader,
    Threw,
)
from autograder.sandbox.protocol.wire import Buffer, read_tensor
from autograder.sandbox.worker.devices import MISMATCH_PHRASES


def as_on_a_gpu(reply: Reply | None) -> bool:
    if isinstance(reply, Other):
        return reply.device in ("", "cuda")
    return isinstance(reply, Made) and all(p.device == "cuda" for p in reply.own.parameters)


def alike(request: Request, theirs: Answer, ours: Answer) -> bool | None:
    """Whether two answers are the same; None where one of them says nothing."""
    if theirs.reply is None:
        return False
    if _says_nothing(request, theirs.reply) or _says_nothing(request, ours.reply):
        return None
    if isinstance(theirs.reply, Threw) and isinstance(ours.reply, Threw):
        if isinstance(request, Invoke) and request.device == "fake-cuda":
            return theirs.reply.text == ours.reply.text  # PyTorch's sentence: which two met
        # What tells a forgotten check of the arguments from one that is there.
        return theirs.refused == ours.refused
    assert ours.reply is not None
    return _same(theirs.reply, theirs.data, ours.reply, ours.data)


def _says_nothing(request: Request, reply: Reply | None) -> bool:
    """A call on a pretended GPU that ended otherwise than by two devices that met."""
    return (
        isinstance(request, Invoke)
        and request.device == "fake-cuda"
        and isinstance(reply, Threw)
        and not any(phrase in reply.text for phrase in MISMATCH_PHRASES)
    )


def _same(theirs: Reply, answer: Buffer, ours: Reply, data: Buffer) -> bool:
    if isinstance(theirs, Returned) and isinstance(ours, Returned):
        return (
            theirs.modified == ours.modified
            and theirs.device == ours.device
            and _equal(theirs.value, answer, ours.value, data)
            and len(theirs.gradients) == len(ours.gradients)
            and all(
                _equal(a, answer, b, data)
                for a, b in zip(theirs.gradients, ours.gradients, strict=True)
            )
        )
    if isinstance(theirs, Made) and isinstance(ours, Made):
        # What was built, in all. Children without parameters, and those inside a DoubleConv,
        # bear whatever names the student likes; where a name matters, setting it tells.
        return _built(theirs) == _built(ours)
    if isinstance(theirs, Other) and isinstance(ours, Other):
        return (theirs.kind, theirs.device) == (ours.kind, ours.device)
    return type(theirs) is type(ours)


def _built(made: Made) -> tuple[list[str], list[tuple[tuple[int, ...], str, str]]]:
    """Layers and parameters, sorted: the order that they were made in does not count."""
    parameters = ((p.shape, p.dtype, p.device) for p in made.own.parameters)
    return sorted(made.own.layers), sorted(parameters)


def _equal(a: TensorHeader | None, answer: Buffer, b: TensorHeader | None, data: Buffer) -> bool:
    if a is None or b is None:
        return a is b
    return a.dtype == b.dtype and _close(read_tensor(a, answer), read_tensor(b, data))


def _close(a: Tensor, b: Tensor) -> bool:
    if a.shape != b.shape:
        return False
    if not a.is_floating_point():
        return torch.equal(a, b)
    scale = float(torch.nan_to_num(b).abs().max()) if b.numel() else 0.0
    return torch.allclose(a, b, rtol=0.0, atol=TOLERANCE[a.dtype] * scale, equal_nan=True)
