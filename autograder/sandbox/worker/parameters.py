"""Giving a module the parameters that a grader sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn


def set_parameters(module: nn.Module, children: Mapping[str, Sequence[Tensor]]) -> None:
    """Set the parameters of each named child in their order; their dtype becomes the values'.

    Floating buffers follow, as with `module.to(dtype)`: where only parameters had it, a
    normalisation would stop at its running statistics, through nothing that the student did.
    """
    with torch.no_grad():
        for name, values in children.items():
            parameters = list(module.get_submodule(name).parameters())
            for parameter, value in zip(parameters, values, strict=True):
                value = value.to(parameter.device).reshape(parameter.shape)
                # In place where possible: a layer that shares this memory must show it.
                if value.dtype == parameter.dtype:
                    parameter.copy_(value)
                else:
                    parameter.data = value
        dtypes = {value.dtype for values in children.values() for value in values}
        if len(dtypes) == 1:
            (dtype,) = dtypes
            for buffer in module.buffers():
                if buffer.is_floating_point():
                    buffer.data = buffer.to(dtype)
