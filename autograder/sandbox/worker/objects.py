"""The modules that stay in the worker, known to the grader by numbers."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from autograder.sandbox.protocol.messages import (
    BuildLinear,
    Device,
    Done,
    FetchParameter,
    Made,
    Other,
    Reply,
    Returned,
    SetMode,
    SetParameters,
)
from autograder.sandbox.protocol.wire import Buffer, Payload, read_tensor
from autograder.sandbox.worker.describe import describe, describe_children, family
from autograder.sandbox.worker.fake_gpu import FakeGpu
from autograder.sandbox.worker.outgoing import plain, unfit
from autograder.sandbox.worker.parameters import set_parameters


class Devices:
    """The device that a call computes on, which may be the fake GPU."""

    def __init__(self) -> None:
        self.fake_gpu = FakeGpu()

    def place(self, value: object, device: Device) -> object:
        """An argument of a call, where the call computes."""
        if not isinstance(value, Tensor) or device == "cpu":
            return value
        if device == "fake-cuda":
            return self.fake_gpu.copy(value)
        return value.to(device)

    def around(self, device: Device) -> AbstractContextManager[object]:
        match device:
            case "fake-cuda":
                return self.fake_gpu.around()
            case "meta":
                return torch.device("meta")
            case _:
                return nullcontext()


class Objects:
    """Keeps modules, describes them, and does to them what the grader asks."""

    def __init__(self, devices: Devices, reply_bytes: int) -> None:
        self._devices = devices
        self._reply_bytes = reply_bytes
        self._kept: list[object] = []

    @property
    def count(self) -> int:
        return len(self._kept)

    def resolve(self, handle: int) -> object:
        return self._kept[handle]

    def keep(
        self, request_id: int, module: nn.Module, device: Device, constructed: bool = True
    ) -> Made:
        with self._devices.around(device):
            # What a function of the student's makes on a fake GPU shows where it made it.
            if device == "cuda" or (device == "fake-cuda" and constructed):
                module = module.to("cuda")
            self._kept.append(module)
            return Made(
                request_id,
                len(self._kept) - 1,
                family(module),
                describe_children(module),
                describe("", module),
            )

    def build_linear(self, request: BuildLinear, data: Buffer) -> Made:
        weight = read_tensor(request.weight, data)
        linear = nn.Linear(
            weight.shape[1], weight.shape[0], bias=request.bias is not None, dtype=weight.dtype
        )
        with torch.no_grad():
            linear.weight.copy_(weight)
            if request.bias is not None:
                linear.bias.copy_(read_tensor(request.bias, data))
        return self.keep(request.id, linear, request.device)

    def set_parameters(self, request: SetParameters, data: Buffer) -> Done:
        values = {
            name: [read_tensor(header, data) for header in headers]
            for name, headers in request.children.items()
        }
        set_parameters(self._module(request.target.handle), values)
        return Done(request.id)

    def set_mode(self, request: SetMode) -> Done:
        self._module(request.target.handle).train(request.training)
        return Done(request.id)

    def fetch_parameter(self, request: FetchParameter, out: Payload) -> Reply:
        module = self._module(request.target.handle)
        parameters = list(module.get_submodule(request.child).parameters())
        value = plain(parameters[request.index])
        reason = unfit(value, self._reply_bytes)
        if reason:
            return Other(request.id, reason, value.device.type)
        return Returned(request.id, out.add(value), value.device.type)

    def _module(self, handle: int) -> nn.Module:
        module = self._kept[handle]
        assert isinstance(module, nn.Module)
        return module
