"""`transposed_conv.py` of the solution beside its contract and torch's own functions."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from tests.solutions.tensors import scattered


@pytest.fixture
def transposed_conv(segmentation: Any) -> Any:
    return segmentation["transposed_conv"]


GEOMETRIES = [
    # kernel, stride, padding, output_padding
    ((3, 3), 1, 0, 0),
    ((2, 2), 2, 0, 0),
    ((4, 4), 2, 1, 0),
    ((16, 16), 8, 4, 0),
    ((1, 1), 1, 0, 0),
    ((3, 2), (1, 2), 0, 0),
    ((2, 5), (3, 2), (0, 1), (2, 1)),
    ((5, 3), (2, 3), (2, 1), (1, 2)),
    ((1, 2), (3, 4), 0, (2, 3)),
    ((4, 1), [4, 3], [1, 0], [3, 2]),
    ((3, 3), 2, 1, 1),
    ((2, 3), (5, 4), (1, 0), (4, 0)),
    ((7, 6), (3, 5), (3, 2), (0, 4)),
]


def as_pair(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("with_bias", [False, True], ids=["no bias", "bias"])
@pytest.mark.parametrize(("kernel", "stride", "padding", "output_padding"), GEOMETRIES)
def test_transposed_convolution_and_its_gradients_are_the_librarys(
    transposed_conv: Any,
    kernel: tuple[int, int],
    stride: Any,
    padding: Any,
    output_padding: Any,
    with_bias: bool,
) -> None:
    x = scattered(2, 3, 4, 5).requires_grad_()
    weight = scattered(3, 2, *kernel).requires_grad_()
    bias = torch.randn(2, dtype=torch.float64, requires_grad=True) if with_bias else None
    inputs = [x, weight] + ([] if bias is None else [bias])

    y = transposed_conv.transposed_conv2d(x, weight, bias, stride, padding, output_padding)
    expected = F.conv_transpose2d(
        x, weight, bias, as_pair(stride), as_pair(padding), as_pair(output_padding)
    )
    torch.testing.assert_close(y, expected, rtol=1e-12, atol=1e-12)

    direction = torch.randn_like(expected)
    gradients = torch.autograd.grad((y * direction).sum(), inputs)
    wanted = torch.autograd.grad((expected * direction).sum(), inputs)
    for gradient, want in zip(gradients, wanted, strict=True):
        torch.testing.assert_close(gradient, want, rtol=1e-11, atol=1e-11)


def test_every_small_geometry_agrees_with_the_library(transposed_conv: Any) -> None:
    x, numbers = torch.randn(2, 2, 3, 2, dtype=torch.float64), range(1, 5)
    checked = 0
    for kernel, stride, padding in itertools.product(numbers, numbers, range(3)):
        weight = torch.randn(2, 3, kernel, kernel + 1, dtype=torch.float64)
        for output_padding in range(stride):
            if (2 - 1) * stride - 2 * padding + kernel + output_padding < 1:
                continue  # the narrower axis vanishes: refused, see below
            geometry = (stride, padding, output_padding)
            torch.testing.assert_close(
                transposed_conv.transposed_conv2d(x, weight, None, *geometry),
                F.conv_transpose2d(x, weight, None, *geometry),
                rtol=1e-12,
                atol=1e-12,
            )
            checked += 1
    assert checked > 90


def test_transposed_convolution_passes_gradcheck(transposed_conv: Any) -> None:
    inputs = [
        tensor.requires_grad_()
        for tensor in (scattered(2, 2, 2, 3), scattered(2, 3, 3, 2), torch.randn(3).double())
    ]
    assert torch.autograd.gradcheck(
        lambda *tensors: transposed_conv.transposed_conv2d(*tensors, (2, 1), 1, (1, 0)), inputs
    )


def test_the_worked_example_has_16_and_sums_to_170(transposed_conv: Any) -> None:
    x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    kernel = torch.tensor([[[[1.0, 2.0, 3.0], [2.0, 2.0, 1.0], [3.0, 2.0, 1.0]]]])
    y = transposed_conv.transposed_conv2d(x, kernel)
    assert y[0, 0].tolist() == [[1, 4, 7, 6], [5, 16, 22, 14], [9, 22, 16, 6], [9, 18, 11, 4]]
    assert y.sum() == x.sum() * kernel.sum() == 170


def test_float32_in_is_float32_out_and_no_grad_works(transposed_conv: Any) -> None:
    x, weight = scattered(1, 3, 4, 5, dtype=torch.float32), torch.randn(3, 2, 4, 4)
    with torch.no_grad():
        y = transposed_conv.transposed_conv2d(x=x, weight=weight, stride=2)
    assert y.dtype == torch.float32
    torch.testing.assert_close(y, F.conv_transpose2d(x, weight, stride=2), rtol=1e-5, atol=1e-5)


def test_transposed_convolution_leaves_its_inputs_alone(transposed_conv: Any) -> None:
    x, weight, bias = scattered(1, 1, 2, 3), scattered(1, 2, 3, 3), torch.ones(2).double()
    before = [tensor.clone() for tensor in (x, weight, bias)]
    transposed_conv.transposed_conv2d(x, weight, bias, 3, 1, 2)
    for tensor, copy in zip((x, weight, bias), before, strict=True):
        assert torch.equal(tensor, copy)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"weight": torch.zeros(2, 3, 3, 3)}, r"x|weight"),
        ({"bias": torch.zeros(3)}, r"bias"),
        ({"bias": torch.zeros(2, 1)}, r"bias"),
        ({"bias": torch.zeros(())}, r"bias"),
        ({"stride": 0}, r"stride"),
        ({"stride": (1, -1)}, r"stride"),
        ({"padding": -1}, r"padding"),
        ({"padding": [0, -1]}, r"padding"),
        ({"output_padding": -1, "stride": 2}, r"output_padding"),
        ({"output_padding": 1}, r"output_padding|stride"),
        ({"output_padding": (1, 2), "stride": 2}, r"output_padding|stride"),
        ({"padding": 3}, r"padding"),
        ({"padding": (0, 4)}, r"padding"),
    ],
)
def test_what_transposed_convolution_refuses(
    transposed_conv: Any, arguments: dict[str, Any], names: str
) -> None:
    valid = {"x": torch.zeros(1, 3, 4, 5), "weight": torch.zeros(3, 2, 3, 3)}
    with pytest.raises(ValueError, match=names):
        transposed_conv.transposed_conv2d(**{**valid, **arguments})


@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5, 8, 16])
def test_the_bilinear_kernel_follows_its_formula(transposed_conv: Any, kernel_size: int) -> None:
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    t = [1 - abs(i - c) / f for i in range(kernel_size)]
    kernel = transposed_conv.bilinear_kernel(3, kernel_size)
    assert (kernel.shape, kernel.dtype) == ((3, 3, kernel_size, kernel_size), torch.float32)
    for i, j, a, b in itertools.product(range(3), range(3), *[range(kernel_size)] * 2):
        expected = t[a] * t[b] if i == j else 0
        assert kernel[i, j, a, b].item() == pytest.approx(expected, abs=1e-7)


def test_the_bilinear_kernel_is_float32_on_the_cpu_whatever_the_defaults(
    transposed_conv: Any,
) -> None:
    expected = transposed_conv.bilinear_kernel(2, 4)
    torch.set_default_dtype(torch.float64)
    try:
        with torch.device("meta"):
            kernel = transposed_conv.bilinear_kernel(2, 4)
    finally:
        torch.set_default_dtype(torch.float32)
    assert (kernel.dtype, kernel.device.type) == (torch.float32, "cpu")
    assert torch.equal(kernel, expected)
