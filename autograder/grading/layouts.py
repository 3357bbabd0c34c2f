"""The memory layout of an input, so that the reader of a call can make it again."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from autograder.document.text import Text


def layout(name: str, tensor: Tensor) -> Text | None:
    """A sentence about an input that is not contiguous, with a line that makes the same.

    The line starts from a plain tensor `name` that holds the same values. It is given only where
    it makes the same stride.
    """
    if tensor.is_contiguous():
        return None
    stride = tuple(tensor.stride())
    lies = Text(
        f"{name} is not contiguous in memory: its stride is {stride}.",
        f"{name}은(는) 메모리에 연속으로 놓여 있지 않습니다. stride가 {stride}입니다.",
    )
    variable = name if name.isidentifier() else "x"
    # Without values: strides are all that counts here.
    plain = torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
    for line, made in _candidates(variable, plain, tensor):
        if _strides(made) == _strides(tensor):
            return Text(
                f"{lies.en} To get it from a plain tensor: {variable} = {line}",
                f"{lies.ko} 평범한 텐서에서 만들려면: {variable} = {line}",
            )
    return lies


def _candidates(x: str, plain: Tensor, tensor: Tensor) -> Iterator[tuple[str, Tensor]]:
    """Expressions of the plain tensor called `x`, the simplest first, and what each makes."""
    if plain.dim() >= 2:
        turned = plain.transpose(-1, -2).contiguous().transpose(-1, -2)
        yield f"{x}.transpose(-1, -2).contiguous().transpose(-1, -2)", turned
    if plain.dim() == 4:
        last = plain.contiguous(memory_format=torch.channels_last)
        yield f"{x}.contiguous(memory_format=torch.channels_last)", last
    if 0 in _strides(tensor).values():
        yield from _expanded(x, plain, tensor)
        return
    for axis in range(-1, -plain.dim() - 1, -1):
        step = tensor.stride(axis) // plain.stride(axis)
        if step > 1:
            wide = plain.repeat_interleave(step, axis)
            yield (
                f"{x}.repeat_interleave({step}, {axis})[..., ::{step}{', :' * (-1 - axis)}]",
                wide.movedim(axis, 0)[::step].movedim(0, axis),
            )
    stride = tuple(tensor.stride())
    strided = torch.empty_strided(plain.shape, stride, device="meta")
    yield f"torch.empty_strided({x}.shape, {stride}, dtype={x}.dtype).copy_({x})", strided


def _expanded(x: str, plain: Tensor, tensor: Tensor) -> Iterator[tuple[str, Tensor]]:
    repeated = [axis for axis, step in _strides(tensor).items() if step == 0]
    axes = range(repeated[-1] + 1)
    first = ", ".join(":1" if axis in repeated else ":" for axis in axes)
    once = plain[tuple(slice(1 if axis in repeated else None) for axis in axes)]
    yield f"{x}[{first}].expand({x}.shape)", once.expand(plain.shape)
    yield f"{x}[{first}].contiguous().expand({x}.shape)", once.contiguous().expand(plain.shape)


def _strides(tensor: Tensor) -> dict[int, int]:
    """The steps of the axes that have any: of one value it does not matter."""
    return {
        axis: step
        for axis, (step, length) in enumerate(zip(tensor.stride(), tensor.shape, strict=True))
        if length > 1
    }
