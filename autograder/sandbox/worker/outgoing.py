"""The plain tensors that a worker may send of those that a student's code returned."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from autograder.sandbox.protocol.wire import DTYPE_NAMES, is_plausible


def plain(value: Tensor) -> Tensor:
    """The tensor without its subclass, so that nothing of the student's runs on access."""
    if type(value) is Tensor:
        return value
    with torch._C.DisableTorchFunctionSubclass():
        return value.as_subclass(Tensor)


def unfit(value: Tensor, most_bytes: int) -> str | None:
    """Why a tensor cannot cross the wire, in words; None when it can."""
    if value.layout is not torch.strided or value.is_quantized:
        return "a tensor that is not dense"
    if value.dtype not in DTYPE_NAMES:
        return f"a tensor of {str(value.dtype).removeprefix('torch.')}"
    if value.device.type not in ("cpu", "cuda"):
        return f"a tensor on the device {value.device.type}"
    large = value.numel() * value.element_size() > most_bytes
    if large or not is_plausible(value.shape):
        return f"a tensor of shape {tuple(value.shape)}, far too large"
    return None


def vector_jacobian(
    value: Tensor, wrt: Sequence[Tensor], cotangent: Tensor
) -> Sequence[Tensor | None]:
    """The gradient of (value · cotangent) in each of `wrt`; None where nothing flows."""
    if not value.requires_grad:
        return [None] * len(wrt)
    # With the cotangent as an argument, PyTorch would import a computer algebra system first, which
    # takes half a second in every process.
    return torch.autograd.grad((value * cotangent).sum(), list(wrt), allow_unused=True)


def snapshot(value: object) -> object:
    """An argument as it is now: copies of its tensors, and of the lists that hold them."""
    if isinstance(value, Tensor):
        return value.clone()
    return type(value)(map(snapshot, value)) if isinstance(value, list | tuple) else value


def changed(before: object, after: object) -> bool:
    """Whether an argument is no longer what it was when the call began."""
    if isinstance(before, list | tuple):
        if not isinstance(after, list | tuple) or len(before) != len(after):
            return True
        return any(map(changed, before, after))
    if not isinstance(before, Tensor):
        # Another object may be as good as the one before; what it says of itself is not asked.
        return before is not after and (type(before) is not type(after) or before != after)
    if not isinstance(after, Tensor) or (after.shape, after.dtype) != (before.shape, before.dtype):
        return True
    after = after.detach()
    # The second comparison costs something, and is needed for NaN alone.
    return not torch.equal(before, after) and not bool(
        ((before == after) | (before.isnan() & after.isnan())).all()
    )


def with_article(noun: str) -> str:
    """The name of a type in a sentence, `a list` or `an int`; a student's may be long."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun[:100]}"
