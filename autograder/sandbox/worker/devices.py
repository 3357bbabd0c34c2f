"""The devices of tensors on the fake GPU, and which tensors may meet in one operation.

Where a tensor lies is written on its storage, so its views lie there too, and what is written in
place is seen by all of them. A storage without a note lies on the CPU.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

import torch
from torch import Tensor

GPU: Final = torch.device("cuda", 0)
CPU: Final = torch.device("cpu")

# What a storage may have written on it. PyTorch's own code makes tensors on the way that follow
# the device of the others (`at::zeros(sizes, self.options())`); those lie anywhere, until they
# meet a tensor that lies somewhere.
ON_GPU: Final = "gpu"
ANYWHERE: Final = "anywhere"

# How PyTorch begins what it says when devices meet. Nothing else is a mistake about devices.
MISMATCH_PHRASES: Final = (
    "Expected all tensors to be on the same device",
    "indices should be either on cpu or on the same device as the indexed tensor",
    "can't convert cuda:0 device type tensor to numpy",
    "returned an invalid gradient",
    "Expected a 'cuda' device type for generator",
    "Expected a 'cpu' device type for generator",
)


def note_of(tensor: Tensor) -> str | None:
    """The note on the tensor's storage."""
    try:
        return getattr(tensor.untyped_storage(), "_lies", None)
    except (NotImplementedError, RuntimeError):
        inner = _inside(tensor)
        return None if inner is None else note_of(inner)


def write_note(tensor: Tensor, note: str | None) -> None:
    try:
        tensor.untyped_storage()._lies = note  # type: ignore[attr-defined]
    except (NotImplementedError, RuntimeError):
        inner = _inside(tensor)
        if inner is not None:
            write_note(inner, note)


def _inside(tensor: Tensor) -> Tensor | None:
    """The tensor with the storage: of one that a transform wraps, and of a sparse one."""
    if torch._C._functorch.is_functorch_wrapped_tensor(tensor):
        return torch._C._functorch.get_unwrapped(tensor)
    if tensor.layout is torch.sparse_coo:
        return tensor._values()
    if tensor.layout in (torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc):
        return tensor.values()
    return None


def device_of(tensor: Tensor) -> torch.device:
    """The device that the tensor lies on, or seems to."""
    with torch._C.DisableTorchFunction():
        return GPU if note_of(tensor) is not None else tensor.device


def tensors_in(values: Any) -> Iterator[Tensor]:
    """The tensors among arguments or results, in lists and tuples too."""
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, list | tuple):
            yield from tensors_in(value)


def refuse_mixed(
    operation: torch._ops.OpOverload,
    args: Sequence[Any],
    kwargs: dict[str, Any],
    cpu: Sequence[Tensor],
) -> None:
    """Raise what a GPU would, where an operation meets it and the tensors in `cpu`.

    There is one kernel for every device. It reads numbers (tensors without an axis) of the CPU
    where it goes value by value, and positions from the CPU.
    """
    name = _base_name(operation)
    if name in _COPIES:
        return
    if name in _INDEXING:
        self, indices = args[0], args[1]
        if any(self is each for each in cpu):
            if any(note_of(each) == ON_GPU for each in tensors_in(indices)):
                raise RuntimeError(f"{MISMATCH_PHRASES[1]} (cpu)")
            if len(args) == 2 or args[2].dim() == 0:
                return
        elif len(args) == 2 or all(args[2] is not each for each in cpu) or args[2].numel() == 1:
            return
    elif name in _NUMBERS_FROM_ANYWHERE:
        number = args[-1]
        if isinstance(number, Tensor) and number.dim() == 0:
            others = list(tensors_in(args[:-1]))
            if len({note_of(each) == ON_GPU for each in others}) == 1:
                return
    elif torch.Tag.pointwise in operation.tags:
        written = [*tensors_in(kwargs.values()), *(args[:1] if name.endswith("_") else ())]
        if all(each.dim() == 0 and all(each is not w for w in written) for each in cpu):
            return
    raise RuntimeError(f"{MISMATCH_PHRASES[0]}, but found at least two devices, cuda:0 and cpu!")


_COPIES = {"copy_", "copy", "_to_copy", "_foreach_copy_", "set_", "resize_as_", "is_same_size"}
_INDEXING = {
    "index", "_unsafe_index", "index_put", "index_put_", "_unsafe_index_put", "_index_put_impl_",
}  # fmt: skip
# Those that read their last argument as a number, wherever it lies.
_NUMBERS_FROM_ANYWHERE = {
    "fill", "fill_", "index_fill", "index_fill_", "masked_fill", "masked_fill_",
}  # fmt: skip


@cache
def _base_name(operation: torch._ops.OpOverload) -> str:
    return operation._schema.name.partition("::")[2]
