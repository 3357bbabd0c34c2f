"""Excluded operations by roads around the dispatcher, and what stays allowed beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import torch
import torch._decomp
from torch import Tensor
from torch.nn import functional as F

from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import UsedForbidden
from autograder.sandbox.protocol.messages import TRANSPOSED_CONVOLUTION
from autograder.sandbox.worker.convolutions import second_derivative
from autograder.sandbox.worker.decompositions import Decompositions
from autograder.sandbox.worker.forbidden import Guard

Load = Callable[..., Student]
X = torch.arange(6.0).reshape(1, 1, 2, 3)
FORBIDDEN = (TRANSPOSED_CONVOLUTION, "upsample_*[0-9]d", "max_unpool?d")
HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
Size = int | tuple[int, int]
Setting = tuple[Size, Size, Size, int]  # stride, padding, dilation, groups
SETTINGS: tuple[Setting, ...] = (
    (1, 0, 1, 1),
    ((2, 1), (1, 2), 1, 2),
    ((2, 3), (1, 0), (1, 2), 1),
    (3, 2, (2, 1), 2),
)


@contextmanager
def second_derivative_of_ours() -> Iterator[None]:
    handle = torch._C._dispatch_library("IMPL", "aten", "", __file__, 0)
    name = "_convolution_double_backward"
    handle.impl(name, "CompositeImplicitAutograd", second_derivative)
    try:
        yield
    finally:
        handle.reset()


def second_gradients(setting: Setting, wrt: str) -> list[Tensor | None]:
    """Gradients of the gradients in `wrt` of a convolution, by whatever formula is in force."""
    stride, padding, dilation, groups = setting
    made = torch.Generator().manual_seed(0)
    drawn = [
        torch.randn(shape, generator=made, dtype=torch.float64).requires_grad_()
        for shape in ((2, 4, 5, 6), (6, 4 // groups, 3, 2), (6,))
    ]
    x, w, b = drawn
    named = {"x": x, "w": w, "b": b}
    y = F.conv2d(x, w, b, stride=stride, padding=padding, dilation=dilation, groups=groups)
    g = torch.randn(y.shape, generator=made, dtype=y.dtype).requires_grad_()
    first = torch.autograd.grad(y, [named[name] for name in wrt], g, create_graph=True)
    cotangents = [torch.randn(each.shape, generator=made, dtype=each.dtype) for each in first]
    return list(torch.autograd.grad(first, [g, x, w], cotangents, allow_unused=True))


@pytest.mark.parametrize("wrt", ["x", "w", "xw", "xwb", "wb"])
@pytest.mark.parametrize("setting", SETTINGS)
def test_the_second_derivative_of_a_convolution_is_pytorchs(setting: Setting, wrt: str) -> None:
    expected = second_gradients(setting, wrt)
    with second_derivative_of_ours():
        found = second_gradients(setting, wrt)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)


GRADIENT_ROADS = (
    # in the image, by autograd and by torch.func
    "torch.autograd.grad(F.conv2d(z, w), z, x, create_graph=True)[0]",
    "torch.func.vjp(lambda z: F.conv2d(z, w), z)[1](x)[0]",
    "torch.nn.grad.conv2d_input((1, 1, 3, 4), w, x)",
    # in the weight: the map is the image, flipped, and the kernel what flows back
    "torch.autograd.grad(F.conv2d(padded, z), z, w.flip(2, 3), create_graph=True)[0]",
    "torch.func.vjp(lambda z: F.conv2d(padded, z), z)[1](w.flip(2, 3))[0]",
    # a convolution is linear, so the gradient of its gradient in what flows back is itself
    "twice(lambda u: torch.autograd.grad(F.conv2d(z, w), z, u, create_graph=True)[0])",
)
ROAD = """
def twice(backward):
    u = torch.zeros_like(x_, requires_grad=True)
    return backward(x_) + 0 * backward(u).sum()
def f(x, w):
    global x_
    x_ = x
    padded = F.pad(x, (1, 1, 1, 1))
    z = torch.zeros(1, 1, 3, 4, dtype=x.dtype, requires_grad=True)
    with torch.enable_grad():
        return {road}
"""


@pytest.mark.parametrize("road", GRADIENT_ROADS)
def test_a_road_by_the_gradient_of_a_convolution_is_allowed(load: Load, road: str) -> None:
    student = load(HEAD + ROAD.format(road=road), forbidden=FORBIDDEN)
    x = X.double()
    w = torch.arange(1.0, 5.0, dtype=torch.float64).reshape(1, 1, 2, 2)
    leaves = [x.clone().requires_grad_(), w.clone().requires_grad_()]
    expected = F.conv_transpose2d(leaves[0], leaves[1])
    cotangent = torch.arange(12.0, dtype=torch.float64).reshape(expected.shape)
    value, gradients = student.f.vjp(cotangent, x, w, wrt=(0, 1))
    torch.testing.assert_close(value, expected.detach())
    for got, want in zip(gradients, torch.autograd.grad(expected, leaves, cotangent), strict=True):
        torch.testing.assert_close(got, want)


TRANSPOSED = "F.conv_transpose2d(x, torch.ones(1, 1, 2, 2))"
REROUTED = (
    "torch._decomp.decompositions.max_unpool2d(x, x.long(), [4, 6])",
    "torch._decomp.decompositions._upsample_nearest_vec(x, [4, 6], None)",
    "torch._decomp.decomposition_table[torch.ops.aten.upsample_bilinear2d.vec](x, [4, 6], 0, None)",
    "torch.ops.aten.upsample_nearest2d_backward(x, [2, 3], [1, 1, 4, 6])",
    "torch.jit.CompilationUnit('def g(x):\\n return torch.ops.aten.upsample_nearest2d(x, [4, 6])"
    "\\n').g(x)",
    "torch._VF.conv_transpose2d(x, torch.ones(1, 1, 2, 2))",
    "torch.ops.aten.conv_transpose2d.input.decompose(x, torch.ones(1, 1, 2, 2))",
    "torch.ops.aten._convolution_double_backward(x, None, None, x, x, x, [1, 1], [0, 0], [1, 1],"
    " True, [0, 0], 1, [True, False, False])[0]",
    f"torch.func.vmap(lambda x: {TRANSPOSED})(x[None])[0]",
    f"torch.func.functionalize(lambda x: {TRANSPOSED})(x)",
    f"torch.utils.checkpoint.checkpoint(lambda x: {TRANSPOSED}, x, use_reentrant=True)",
    "nn.ConvTranspose2d(1, 1, 2)(x.to_sparse().to_dense())",
    "F.interpolate(x.to(torch.complex64).real, scale_factor=2)",
    "torch.ops.aten.slow_conv_transpose2d(x, torch.ones(1, 1, 2, 2), [2, 2])",
)


@pytest.mark.parametrize("road", REROUTED)
def test_a_road_around_the_dispatchers_name_is_not_allowed(load: Load, road: str) -> None:
    student = load(
        f"{HEAD}import torch._decomp, torch.utils.checkpoint\ndef f(x): return {road}",
        forbidden=FORBIDDEN,
    )
    with pytest.raises(UsedForbidden):
        student.f(X)


def test_decompositions_of_other_operations_stay(load: Load) -> None:
    source = "import torch, torch._decomp\ndef f(x): return {}"
    student = load(
        source.format("torch._decomp.decompositions.hardsigmoid(x)"), forbidden=FORBIDDEN
    )
    assert torch.equal(student.f(X), F.hardsigmoid(X))


def test_closing_decompositions_is_undone() -> None:
    operations = ["aten::upsample_nearest2d", "aten::upsample_nearest2d.out"]
    function = torch._decomp.decomposition_table[torch.ops.aten.upsample_nearest2d.default]

    def refuse(name: str) -> None:
        raise LookupError(name)

    closed = Decompositions(operations, refuse)
    closed.close()
    with pytest.raises(LookupError, match=r"^upsample_nearest2d$"):
        function(X, [4, 6])
    closed.open()
    assert torch.equal(function(X, [4, 6]), F.interpolate(X, scale_factor=2))


def test_a_guard_of_one_process_lets_others_compute() -> None:
    guard = Guard(FORBIDDEN)
    try:
        expected = X.repeat_interleave(2, 2).repeat_interleave(2, 3)
        assert torch.equal(F.interpolate(X, scale_factor=2), expected)
        assert F.conv_transpose2d(X, torch.ones(1, 1, 2, 2)).sum() == 4 * X.sum()
    finally:
        guard.remove()
