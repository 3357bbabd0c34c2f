"""What computes where dilation is excluded, beside PyTorch's own: values and two derivatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.messages import DILATED_CONVOLUTION, TRANSPOSED_CONVOLUTION
from autograder.sandbox.worker.forbidden import ForbiddenOperation, Guard

Load = Callable[..., Student]
Operation = Callable[..., Tensor]
SIZES = {1: (9,), 2: (8, 9), 3: (6, 8, 7)}
KERNELS = {1: (3,), 2: (3, 2), 3: (2, 3, 1)}
# stride, padding, groups
SETTINGS = ((1, 0, 1), (2, 1, 2), (3, 0, 2), (1, 2, 1))
PATTERNS = ((DILATED_CONVOLUTION,), (TRANSPOSED_CONVOLUTION, DILATED_CONVOLUTION))
DTYPES = (torch.float32, torch.float64)


@contextmanager
def guarded(*patterns: str) -> Iterator[Guard]:
    guard = Guard(patterns)
    try:
        yield guard
    finally:
        guard.remove()


def made(*shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    generator = torch.Generator().manual_seed(sum(shape))
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)


def derivatives(operation: Operation, tensors: tuple[Tensor, ...]) -> list[Tensor]:
    """The value, the gradients, and those of the gradients."""
    leaves = [each.clone().requires_grad_() for each in tensors]
    y = operation(*leaves)
    first = torch.autograd.grad(y, leaves, made(*y.shape, dtype=y.dtype), create_graph=True)
    cotangents = [made(*each.shape, dtype=each.dtype) for each in first]
    second = torch.autograd.grad(first, leaves, cotangents, materialize_grads=True)
    return [y, *first, *second]


def expect_pytorchs(
    operation: Operation, tensors: tuple[Tensor, ...], patterns: tuple[str, ...]
) -> None:
    expected = derivatives(operation, tensors)
    with guarded(*patterns):
        found = derivatives(operation, tensors)
    tolerance = 1e-4 if expected[0].dtype == torch.float32 else 1e-9
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize("patterns", PATTERNS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [3, 0])
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_convolution_without_dilation_is_pytorchs(
    axes: int,
    setting: tuple[int, int, int],
    n: int,
    dtype: torch.dtype,
    patterns: tuple[str, ...],
) -> None:
    stride, padding, groups = setting
    operation = getattr(F, f"conv{axes}d")
    x = made(n, 4, *SIZES[axes], dtype=dtype)
    w = made(6, 4 // groups, *KERNELS[axes], dtype=dtype)
    bias = (made(6, dtype=dtype),) if stride != 2 else ()
    expect_pytorchs(
        lambda *args: operation(*args, stride=stride, padding=padding, groups=groups),
        (x, w, *bias),
        patterns,
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [3, 0])
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_transposed_one_without_dilation_is_pytorchs(
    axes: int, setting: tuple[int, int, int], n: int, dtype: torch.dtype
) -> None:
    stride, _, groups = setting
    operation = getattr(F, f"conv_transpose{axes}d")
    x = made(n, 4, *(size - 3 for size in SIZES[axes]), dtype=dtype)
    w = made(4, 6 // groups, *KERNELS[axes], dtype=dtype)
    bias = (made(6, dtype=dtype),) if stride != 2 else ()
    more = {"padding": min(stride - 1, 1), "output_padding": stride - 1}
    expect_pytorchs(
        lambda *args: operation(*args, stride=stride, groups=groups, **more),
        (x, w, *bias),
        PATTERNS[0],
    )


@pytest.mark.parametrize("patterns", [*PATTERNS, PATTERNS[1][:1]])
@pytest.mark.parametrize(("channels", "groups"), [(3, 2), (2, 4), (5, 4)])
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_kernels_that_make_no_groups_are_refused_as_by_pytorch(
    axes: int, channels: int, groups: int, patterns: tuple[str, ...]
) -> None:
    x, w = made(2, 4, *SIZES[axes]), made(channels, 4 // groups, *KERNELS[axes])
    operation = getattr(F, f"conv{axes}d")
    with pytest.raises(RuntimeError, match=f"Given groups={groups}, expected weight"):
        operation(x, w, groups=groups)
    with guarded(*patterns), pytest.raises(RuntimeError, match=f"Given groups={groups}"):
        operation(x, w, groups=groups)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_transposed_one_of_no_groups_is_refused_as_by_pytorch(axes: int) -> None:
    x, w = made(2, 3, *SIZES[axes]), made(3, 1, *KERNELS[axes])
    operation = getattr(F, f"conv_transpose{axes}d")
    with pytest.raises(RuntimeError):
        operation(x, w, groups=2)
    with guarded(*PATTERNS[0]), pytest.raises(RuntimeError, match="Given groups=2"):
        operation(x, w, groups=2)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("name", ["conv", "conv_transpose"])
def test_what_nobody_watches_still_dilates(name: str, axes: int) -> None:
    operation = getattr(F, f"{name}{axes}d")
    x, w = made(2, 4, *(size - 1 for size in SIZES[axes])), made(4, 2, *KERNELS[axes])
    expect_pytorchs(
        lambda x, w: operation(x, w, stride=2, dilation=2, groups=2), (x, w), PATTERNS[1]
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(3, 2, 7, 9), (0, 2, 7, 9), (2, 7, 9)])
@pytest.mark.parametrize(
    "setting",
    [
        ((3, 2), 1, 0, 1),
        ((2, 3), 1, (1, 0), (2, 1)),
        ((1, 1), 1, 0, (3, 1)),
        ((3, 2), (1, 2), (0, 1), (1, 2)),  # by code that nobody watches
    ],
)
def test_unfold_and_fold_are_pytorchs(
    setting: tuple[Any, ...], shape: tuple[int, ...], dtype: torch.dtype
) -> None:
    x = made(*shape, dtype=dtype)
    columns = made(*F.unfold(x, *setting).shape, dtype=dtype)
    for operation, of in (
        (lambda x: F.unfold(x, *setting) ** 2, x),
        (lambda x: F.fold(x, (7, 9), *setting) ** 2, columns),
    ):
        expect_pytorchs(operation, (of,), PATTERNS[0])


LAYOUTS: dict[str, Operation] = {
    "channels last": lambda x: x.contiguous(memory_format=torch.channels_last),
    "transposed": lambda x: x.transpose(0, 1).contiguous().transpose(0, 1),
    "sliced": lambda x: x.repeat_interleave(2, 3)[..., ::2],
    "expanded": lambda x: x[:1].expand_as(x),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kernel", [(3, 2), (1, 1)])
def test_any_layout_in_memory_gives_pytorchs_numbers(kernel: tuple[int, int], layout: str) -> None:
    change = LAYOUTS[layout]

    def operation(x: Tensor, w: Tensor) -> Tensor:
        y = F.conv2d(change(x), change(w), groups=2)
        # Times what lies otherwise, so that what flows back does as well.
        return y * change(made(*y.shape)) + change(y.clone())

    expect_pytorchs(operation, (made(3, 4, 7, 9), made(6, 2, *kernel)), PATTERNS[0])


def test_unfolding_single_pixels_is_a_copy() -> None:
    x = made(1, 2, 3, 4)
    with guarded(DILATED_CONVOLUTION):
        F.unfold(x, 1).zero_()
    assert torch.equal(x, made(1, 2, 3, 4))


def test_a_guard_of_one_process_refuses_while_it_watches() -> None:
    x, w = made(2, 2, 7, 9), made(3, 2, 3, 2)
    expected = F.conv2d(x, w, dilation=2)
    with guarded(DILATED_CONVOLUTION) as guard:
        with guard.watch(), pytest.raises(ForbiddenOperation, match=r"^dilated convolution"):
            F.conv2d(x, w, dilation=2)
        assert guard.reached == "dilated convolution"
        with guard.watch(), pytest.raises(ForbiddenOperation, match=r"^dilated unfold"):
            F.unfold(x, 2, dilation=2)
        torch.testing.assert_close(F.conv2d(x, w, dilation=2), expected)
    assert torch.equal(F.conv2d(x, w, dilation=2), expected)


WORKER = """
import torch
from torch.nn import functional as F
def line(x, w, b): return F.conv1d(x, w, b, stride=2, padding=1, groups=2)
def plane(x, w, b): return F.conv2d(x, w, b, stride=(2, 1), padding=(1, 2), groups=2)
def body(x, w, b): return F.conv3d(x, w, b, stride=(2, 1, 1), padding=(1, 0, 2), groups=2)
def back(x, w, b): return F.conv_transpose2d(x, w.flatten(0, 1)[:4, None], b, stride=2)
def patches(x, w, b): return F.fold(F.unfold(x, 3, stride=2), x.shape[2:], 3, stride=2)
"""


@pytest.mark.parametrize(
    ("name", "axes"), [("line", 1), ("plane", 2), ("body", 3), ("back", 2), ("patches", 2)]
)
def test_a_worker_convolves_without_dilation(load: Load, name: str, axes: int) -> None:
    here: dict[str, Operation] = {}
    exec(WORKER, here)
    inputs = [made(3, 4, *SIZES[axes]), made(6, 2, *KERNELS[axes]), made(6)]
    if name == "back":
        inputs[2] = made(1)
    leaves = [each.clone().requires_grad_() for each in inputs]
    expected = here[name](*leaves)
    cotangent = made(*expected.shape)
    value, gradients = (
        load(WORKER, forbidden=(DILATED_CONVOLUTION,))
        .__getattr__(name)
        .vjp(cotangent, *inputs, wrt=(0, 1, 2))
    )
    torch.testing.assert_close(value, expected.detach())
    wanted = torch.autograd.grad(expected, leaves, cotangent, materialize_grads=True)
    for got, want in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(torch.zeros_like(want) if got is None else got, want)
