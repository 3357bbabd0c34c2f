"""A GPU that does not exist: its tensors have a shape, a dtype and a device, and no values.

Code that mixes devices raises on it as it would on a real one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cached_property

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode


class FakeGpu:
    """The one fake GPU of a worker, made when it is first asked for."""

    @cached_property
    def _mode(self) -> FakeTensorMode:
        # The first backward starts a thread for every device. A fake GPU counts as one
        # from its first tensor on, and threads are not to be had here.
        torch.ones((), requires_grad=True).backward()
        return FakeTensorMode()

    def like(self, value: Tensor) -> Tensor:
        """A tensor of the same shape and dtype on this GPU."""
        with self._mode:
            return torch.empty(value.shape, dtype=value.dtype, device="cuda")

    @contextmanager
    def around(self, *, constructs: bool) -> Iterator[None]:
        """Modules are born on the GPU (`.to()` fails there); functions must find their way."""
        with self._mode, torch.device("cuda") if constructs else nullcontext():
            yield

    def move(self, module: nn.Module) -> None:
        """What `.to("cuda")` would do to what was made elsewhere (`bilinear_kernel` is)."""
        with self._mode:
            for part in module.modules():
                for name, tensor in [*part._parameters.items(), *part._buffers.items()]:
                    if tensor is None or tensor.device.type == "cuda":
                        continue
                    moved = torch.empty(tensor.shape, dtype=tensor.dtype, device="cuda")
                    if name in part._parameters:
                        part._parameters[name] = nn.Parameter(moved, tensor.requires_grad)
                    else:
                        part._buffers[name] = moved
