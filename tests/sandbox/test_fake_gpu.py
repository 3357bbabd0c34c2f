"""What a GPU does with tensors of two devices, on one that does not exist."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.authoring.invariants import expect_module_device
from autograder.sandbox.grader.calls import FakeCall
from autograder.sandbox.worker.devices import MISMATCH_PHRASES, device_of
from autograder.sandbox.worker.fake_gpu import FakeGpu
from tests.support.loading import Load

pytestmark = pytest.mark.filterwarnings("ignore")  # some roads are old ones

Compute = Callable[[Tensor, Tensor], Any]

X = torch.arange(24.0).reshape(1, 2, 3, 4) + 1
WEIGHT = torch.arange(8.0).reshape(1, 2, 2, 2)
INDEX = torch.tensor([0, 2])
MASK = torch.ones(1, 2, 3, 4, dtype=torch.bool)


class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return 2 * x

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        assert x.device == gradients[0].device
        return torch.full(x.shape, 2.0, device=gradients[0].device) * gradients[0]


class ForgetsInBackward(Doubled):
    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return torch.full(gradients[0].shape, 2.0) * gradients[0]


class LeavesItOnTheCpu(Doubled):
    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return 2 * gradients[0].cpu()


class ByNumpyInBackward(Doubled):
    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return torch.from_numpy(2 * gradients[0].numpy())


def assigned(out: Tensor, index: Any, value: Any) -> Tensor:
    out[index] = value
    return out


def in_context(x: Tensor) -> Tensor:
    with torch.device(x.device):
        return torch.ones(4) * x


def by_vjp(x: Tensor, weight: Tensor, like: Tensor) -> Tensor:
    shape = x.shape[0], 2, x.shape[2] + 1, x.shape[3] + 1
    zeros = torch.zeros(shape, device=like.device)
    pull = torch.func.vjp(lambda y: F.conv2d(y, weight), zeros)[1]
    (gradient,) = pull(x[:, :1])
    assert isinstance(gradient, Tensor)
    return gradient


def by_grad(x: Tensor, weight: Tensor) -> Tensor:
    y = torch.zeros(1, 2, 4, 5, device=x.device, requires_grad=True)
    (gradient,) = torch.autograd.grad(F.conv2d(y, weight), y, x[:, :1], create_graph=True)
    return gradient


def by_backward(x: Tensor) -> Tensor:
    y = x.detach().clone().requires_grad_()
    Doubled.apply(y * y).sum().backward()
    assert y.grad is not None
    return y.grad + x


def in_place_on_a_view(x: Tensor) -> Tensor:
    out = torch.zeros_like(x)
    out.view(-1).add_(x.flatten())
    assert torch.equal(out, x)
    return out


def shifted(x: Tensor) -> Tensor:
    return x + torch.zeros(x.shape, device=x.device)


def sparse(x: Tensor, device: torch.device | str) -> Tensor:
    made = torch.eye(4, device=device).to_sparse()
    product: Tensor = torch.sparse.mm(made, x[0, 0].T)
    return product


GPU: dict[str, Compute] = {
    "made there": lambda x, w: torch.zeros(x.shape, device=x.device) + x,
    "made on cuda": lambda x, w: torch.ones(4, device="cuda") * x,
    "made like it": lambda x, w: torch.zeros_like(x) + x,
    "a new one of its own": lambda x, w: x.new_tensor([2.0]) * x + x.new_zeros(4) + x.new_ones(4),
    "legacy new": lambda x, w: x.new(4).fill_(1) * x,
    "under the device": lambda x, w: in_context(x),
    "generated": lambda x, w: torch.rand(4, device=x.device) + x,
    "a number without an axis": lambda x, w: x * torch.tensor(2.0) + torch.pi,
    "numbers of the CPU on the way": lambda x, w: x * (x.cpu() * torch.ones(4)).sum(),
    "a number in where": lambda x, w: torch.where(x > 3, x, torch.tensor(0.0)),
    "a number filled in": lambda x, w: x.masked_fill(x > 3, torch.tensor(1.0)),
    "two numbers": lambda x, w: x.sum() + torch.tensor(1.0),
    "positions of the CPU": lambda x, w: x[:, :, INDEX] + x[MASK].sum(),
    "positions assigned": lambda x, w: assigned(x * 1, (..., INDEX), torch.tensor(1.0)),
    "a list of positions": lambda x, w: x[:, :, [0, 1]],
    "copied into a slice": lambda x, w: assigned(torch.zeros_like(x), 0, torch.ones(4)) + x,
    "a copy made there": lambda x, w: torch.tensor(x.tolist(), device=x.device),
    "a copy of it": lambda x, w: torch.tensor(x.detach()),
    "itself": lambda x, w: torch.as_tensor(x).to("cuda").cuda().to(x),
    "there and back": lambda x, w: (x.cpu() * torch.ones(4)).to(x.device) + x,
    "by numpy and back": lambda x, w: torch.from_numpy(x.detach().cpu().numpy()).to(x.device),
    "converted": lambda x, w: x.double().to(torch.float32).type(torch.float64).long(),
    "as it": lambda x, w: torch.ones(4).type_as(x) * x + torch.ones(4).to(x),
    "kind by name": lambda x, w: torch.ones(4).type(str(x.type())) + x,
    "deep copy": lambda x, w: copy.deepcopy(x.detach()) + x,
    "looks at values": lambda x, w: x * x.sum().item() if (x > 3).any() else x.cpu(),
    "mask": lambda x, w: x[x > 3],
    "counts": lambda x, w: torch.bincount(x.long().flatten(), x.detach().flatten()),
    "nonzero": lambda x, w: torch.nonzero(x > 3),
    "unique": lambda x, w: torch.unique(x, return_counts=True)[1],
    "one hot": lambda x, w: F.one_hot(x.long(), 30) + x.long()[..., None],
    "scatter": lambda x, w: x.new_zeros(24).scatter_(0, x.long().flatten() - 1, x.flatten()),
    "stacked": lambda x, w: torch.cat([torch.stack([x, x]), x[None]]),
    "conv2d": lambda x, w: F.conv2d(x, w, w.new_ones(1)),
    "conv_transpose2d": lambda x, w: F.conv_transpose2d(x, w.transpose(0, 1)),
    "unfold": lambda x, w: F.fold(F.unfold(x, 2), (3, 4), 2),
    "max_pool2d": lambda x, w: F.max_pool2d(x, 2, return_indices=True)[0],
    "einsum": lambda x, w: torch.einsum("nchw,ocij->nohwij", x, w),
    "matmul": lambda x, w: x @ x.mT,
    "fft": lambda x, w: torch.fft.irfft2(torch.fft.rfft2(x)),
    "kron": lambda x, w: torch.kron(x, torch.ones(2, 2, device=x.device)),
    "dropout": lambda x, w: F.dropout(F.softmax(F.pad(x, (1, 1)), 1)),
    "out=": lambda x, w: torch.add(x.detach(), 1, out=torch.empty_like(x, requires_grad=False)),
    "in place on a view": lambda x, w: in_place_on_a_view(x.detach()),
    "sparse": lambda x, w: sparse(x, x.device),
    "a Function": lambda x, w: Doubled.apply(x),
    "vjp": lambda x, w: by_vjp(x, w, x),
    "vmap": lambda x, w: torch.vmap(lambda y: y + torch.ones((), device=y.device))(x),
    "autograd.grad": lambda x, w: by_grad(x, w),
    "backward": lambda x, w: by_backward(x),
    "scripted": lambda x, w: torch.jit.script(shifted)(x),
}
CPU: dict[str, Compute] = {
    "made": lambda x, w: torch.zeros(x.shape) + torch.arange(4),
    "made like it, elsewhere": lambda x, w: torch.zeros_like(x, device="cpu") + torch.ones(4),
    "moved": lambda x, w: x.cpu() + torch.ones(4),
    "moved and converted": lambda x, w: x.to("cpu", torch.float64) + torch.ones(4),
    "kind by name": lambda x, w: x.type("torch.LongTensor") + torch.ones(4),
    "by numpy": lambda x, w: torch.from_numpy(x.detach().cpu().numpy() * 2) + torch.ones(4),
    "of its numbers": lambda x, w: torch.tensor([x[0, 0, 0, 0], x.sum()]) + torch.ones(2),
    "copied": lambda x, w: torch.empty(x.shape).copy_(x),
    "copied into slices": lambda x, w: assigned(torch.zeros(2, 2, 3, 4), slice(1), x),
    "filled": lambda x, w: torch.zeros(3).fill_(x.sum()),
}
REFUSED: dict[str, Compute] = {
    "added": lambda x, w: x + torch.zeros(x.shape),
    "added in place": lambda x, w: torch.zeros(x.shape).add_(x),
    "a number of the GPU": lambda x, w: torch.ones(3) + x.sum(),
    "into a number of the CPU": lambda x, w: torch.tensor(1.0).add_(x.sum()),
    "positions of the GPU": lambda x, w: torch.zeros(30)[x.long()],
    "a mask of the GPU": lambda x, w: torch.zeros(x.shape)[x > 3],
    "assigned from the CPU": lambda x, w: assigned(x * 1, (..., INDEX), torch.ones(2)),
    "assigned to the CPU": lambda x, w: assigned(torch.zeros(30), x.long(), x),
    "a mask of the CPU": lambda x, w: x.masked_fill(MASK, 1.0),
    "where": lambda x, w: torch.where(x > 3, x, torch.zeros(4)),
    "concatenated": lambda x, w: torch.cat([torch.zeros(x.shape), x]),
    "numbers stacked": lambda x, w: torch.stack([x[0, 0, 0, 0], torch.tensor(1.0)]),
    "weights of counts": lambda x, w: torch.bincount(x.long().flatten(), weights=torch.ones(24)),
    "index_add": lambda x, w: torch.zeros_like(x).index_add_(2, INDEX, x[:, :, :2]),
    "scattered": lambda x, w: torch.zeros(24).scatter_(0, x.long().flatten() - 1, x.flatten()),
    "gathered": lambda x, w: x.flatten().gather(0, INDEX),
    "conv2d": lambda x, w: F.conv2d(x, WEIGHT),
    "bias": lambda x, w: F.conv2d(x, w, torch.ones(1)),
    "einsum": lambda x, w: torch.einsum("nchw,ocij->nohwij", x, WEIGHT),
    "matmul": lambda x, w: x @ torch.ones(4, 4),
    "kron": lambda x, w: torch.kron(x, torch.ones(2, 2)),
    "out=": lambda x, w: torch.add(x.detach(), 1, out=torch.empty(x.shape)),
    "compared": lambda x, w: torch.equal(x, torch.ones(4)),
    "sparse": lambda x, w: sparse(x, "cpu"),
    "vjp": lambda x, w: by_vjp(x, w, INDEX),
    "vmap": lambda x, w: torch.vmap(lambda y: y + torch.ones(4))(x),
    "legacy": lambda x, w: torch.Tensor(4) + x,
    "legacy of numbers": lambda x, w: torch.Tensor([1.0, 2.0, 3.0, 4.0]) + x,
    "a parameter": lambda x, w: nn.Parameter(torch.ones(4)) + x,
    "numbers of numpy": lambda x, w: torch.from_numpy(np.ones(4)) + x,
    "a generator": lambda x, w: torch.rand(4, generator=torch.Generator(), device=x.device),
    "numpy": lambda x, w: x.detach().numpy(),
    "an array": lambda x, w: np.asarray(x.detach()),
    "made in backward": lambda x, w: ForgetsInBackward.apply(x),
    "left on the CPU in backward": lambda x, w: LeavesItOnTheCpu.apply(x),
    "numpy in backward": lambda x, w: ByNumpyInBackward.apply(x),
}


def on_gpu(compute: Compute) -> object:
    """The result of a call and of its backward, all with what lies on the fake GPU."""
    gpu = FakeGpu()
    x, weight = gpu.copy(X).requires_grad_(), gpu.copy(WEIGHT).requires_grad_()
    with gpu.around():
        result = compute(x, weight)
    if isinstance(result, Tensor):
        gpu.run_backward(result, [x, weight])
    return result


@pytest.mark.parametrize("compute", GPU.values(), ids=GPU)
def test_what_a_gpu_computes_lies_there(compute: Compute) -> None:
    result = on_gpu(compute)
    assert isinstance(result, Tensor)
    assert device_of(result).type == "cuda"


@pytest.mark.parametrize("compute", CPU.values(), ids=CPU)
def test_what_is_made_on_the_cpu_lies_there(compute: Compute) -> None:
    result = on_gpu(compute)
    assert isinstance(result, Tensor)
    assert device_of(result).type == "cpu"


@pytest.mark.parametrize("compute", REFUSED.values(), ids=REFUSED)
def test_devices_that_meet_raise(compute: Compute) -> None:
    with pytest.raises((RuntimeError, TypeError)) as caught:
        on_gpu(compute)
    assert any(phrase in str(caught.value) for phrase in MISMATCH_PHRASES)


NOT_ELSEWHERE = {"made on cuda", "itself", "generated", "dropout"}


@pytest.mark.parametrize("name", [name for name in GPU if name not in NOT_ELSEWHERE])
def test_values_are_those_of_the_cpu(name: str) -> None:
    result = on_gpu(GPU[name])
    assert isinstance(result, Tensor)
    x, weight = X.clone().requires_grad_(), WEIGHT.clone().requires_grad_()
    assert torch.equal(result, GPU[name](x, weight))


class Half(nn.Module):
    """A module of which `.to` moves all but one tensor."""

    def __init__(self, use: bool) -> None:
        super().__init__()
        self.use, self.left = use, torch.ones(1)
        self.layers = nn.Sequential(nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3), nn.Dropout2d())
        self.up = nn.ConvTranspose2d(3, 3, 2, 2)

    def forward(self, x: Tensor) -> Tensor:
        up: Tensor = self.up(self.layers(x))
        return up + self.left[None] if self.use else up


def test_a_module_is_moved_with_its_parameters_and_buffers() -> None:
    gpu, module = FakeGpu(), Half(use=False)
    with gpu.around():
        module.to("cuda")
        devices = {each.device.type for each in (*module.parameters(), *module.buffers())}
        result = module(gpu.copy(X))
    gpu.run_backward(result, list(module.parameters()))
    assert devices == {"cuda"}


MOVES: dict[str, Callable[[nn.Module, Tensor], nn.Module]] = {
    "to": lambda module, x: module.to("cuda"),
    "to by name": lambda module, x: module.to(device=x.device, dtype=torch.float64),
    "to as a tensor": lambda module, x: module.to(x.double()),
    "cuda": lambda module, x: module.cuda(),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_a_module_goes_every_way_to_the_gpu(
    move: Callable[[nn.Module, Tensor], nn.Module],
) -> None:
    gpu = FakeGpu()
    with gpu.around():
        module = move(nn.Conv2d(2, 3, 1), gpu.copy(X))
        assert {each.device.type for each in module.parameters()} == {"cuda"}


def test_a_tensor_that_a_module_forgot_is_met() -> None:
    gpu, module = FakeGpu(), Half(use=True)
    with gpu.around(), pytest.raises(RuntimeError, match="cuda:0 and cpu"):
        module.to("cuda")(gpu.copy(X))


def test_nothing_lies_on_a_gpu_outside() -> None:
    gpu = FakeGpu()
    x = gpu.copy(X)
    with gpu.around():
        inside = x.device.type
    assert (inside, x.device.type) == ("cuda", "cpu")


def test_a_worker_does_not_import_the_compiler(load: Load) -> None:
    student = load(
        """
        import sys, torch
        def f(x):
            assert "torch._dynamo" not in sys.modules
            return x * x[x > 1].sum() + torch.zeros(x.shape, device=x.device)
        """
    )
    student.f.on_fake_cuda(X, wrt=(0,))
    student.f(X)


def test_a_call_too_slow_on_a_pretended_gpu_says_nothing(load: Load) -> None:
    student = load(
        """
        import torch
        def endless(x):
            while x.device.type == "cuda": pass
            return x
        class Endless(torch.nn.Module):
            def forward(self, x): return endless(x)
        """
    )
    assert student.endless.on_fake_cuda(X) == FakeCall(late=True)
    assert torch.equal(student.endless(X), X)
    expect_module_device(student, student.Endless.make_on_fake_cuda, [X])
