"""Public tests of transposed_conv.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import conv2d
from transposed_conv import bilinear_kernel, transposed_conv2d

ERRATUM = (
    "Your output has 15 in row 3, column 3. That is the number on the lecture slide, and the "
    "slide is wrong there: its third step writes 5+2 where 3·1 must be added, so 5+3, and its "
    "last step 7+8 where 8+8 is right, so 16. Check: the output must sum to "
    "sum(input) · sum(kernel) = 10 · 17 = 170; with 15 it sums to 169."
)


def maps(*rows: list[float]) -> torch.Tensor:
    """One sample, one channel: (1, 1, H, W) from its rows."""
    return torch.tensor(rows, dtype=torch.float64)[None, None]


def test_the_worked_example_of_the_lecture() -> None:
    x = maps([1, 2], [3, 4])
    kernel = maps([1, 2, 3], [2, 2, 1], [3, 2, 1])
    y = transposed_conv2d(x, kernel)
    assert y.shape == (1, 1, 4, 4), f"(2 - 1)·1 + 3 = 4 rows and columns, not {tuple(y.shape)}"
    expected = maps([1, 4, 7, 6], [5, 16, 22, 14], [9, 22, 16, 6], [9, 18, 11, 4])
    slide = expected.clone()
    slide[0, 0, 2, 2] = 15
    assert not torch.equal(y, slide), ERRATUM
    torch.testing.assert_close(
        y,
        expected,
        msg=lambda details: (
            "Every input value stamps its scaled kernel; stamps that overlap add up. Your output "
            f"sums to {y.sum():g}, it should be 170. Got\n{y[0, 0]}\n{details}"
        ),
    )


def test_with_stride_2_stamps_lie_two_apart() -> None:
    # One row is enough: 1·[1, 2, 3] at column 0, 10·[1, 2, 3] at column 2; they meet in column 2.
    y = transposed_conv2d(maps([1, 10]), maps([1, 2, 3]), stride=2)
    torch.testing.assert_close(
        y,
        maps([1, 2, 13, 20, 30]),
        msg=lambda details: f"Stamps start at column 0 and at column 2; 3 + 10 meet.\n{details}",
    )


def test_padding_trims_and_output_padding_uncovers_again() -> None:
    x, kernel = maps([1, 10]), maps([1, 2, 3], [4, 5, 6], [7, 8, 9])
    whole = transposed_conv2d(x, kernel, stride=2)
    trimmed = transposed_conv2d(x, kernel, stride=2, padding=(1, 1))
    uncovered = transposed_conv2d(x, kernel, stride=2, padding=[1, 1], output_padding=[0, 1])
    assert torch.equal(trimmed, whole[:, :, 1:-1, 1:-1]), (
        "padding=1 trims one row and one column on each side of what was stamped"
    )
    assert torch.equal(uncovered, whole[:, :, 1:-1, 1:]), (
        "output_padding=(0, 1) uncovers the last column again: it holds the stamps that reach "
        "there, not zeros"
    )


def test_the_bias_is_added_once_to_every_output_value() -> None:
    x = torch.zeros(2, 3, 2, 4, dtype=torch.float64)
    weight = torch.ones(3, 2, 3, 3, dtype=torch.float64)
    bias = torch.tensor([5.0, -1.0], dtype=torch.float64)
    y = transposed_conv2d(x, weight, bias, stride=2)
    assert torch.equal(y, bias[:, None, None].expand(2, 2, 5, 9)), (
        "for an input of zeros the output is the bias of its channel everywhere: once, also where "
        "stamps overlap"
    )


def test_it_is_the_transpose_of_conv2d() -> None:
    # <conv2d(u), v> = <u, transposed_conv2d(v)> for all u, v: that is what "transposed" means.
    torch.manual_seed(0)
    weight = torch.randn(3, 2, 4, 3, dtype=torch.float64)
    v = torch.randn(2, 3, 5, 6, dtype=torch.float64)
    stride, padding = (2, 3), (1, 0)
    y = transposed_conv2d(v, weight, stride=stride, padding=padding)
    assert y.shape == (2, 2, 10, 18), (
        f"H: (5 - 1)·2 - 2·1 + 4 = 10, W: (6 - 1)·3 - 0 + 3 = 18, not {tuple(y.shape)}"
    )
    u = torch.randn(2, 2, 10, 18, dtype=torch.float64)
    there = (conv2d(u, weight, stride=stride, padding=padding) * v).sum()
    back = (u * y).sum()
    torch.testing.assert_close(
        back,
        there,
        msg=lambda details: (
            "conv2d of the same weight, stride and padding is a matrix; your function must be its "
            f"transpose. Is the kernel flipped, or are its axes swapped?\n{details}"
        ),
    )


def test_gradients_reach_input_weight_and_bias() -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 2, 2, 3, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(2, 3, 3, 2, dtype=torch.float64, requires_grad=True)
    bias = torch.randn(3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda *inputs: transposed_conv2d(*inputs, stride=2), (x, weight, bias)
    )


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"weight": torch.zeros(5, 2, 3, 3)}, "x|weight"),
        ({"bias": torch.zeros(4)}, "bias|weight"),
        ({"stride": 0}, "stride"),
        ({"padding": -1}, "padding"),
        ({"stride": 2, "output_padding": 2}, "stride|output_padding"),
    ],
    ids=["channels", "bias", "stride", "padding", "output_padding"],
)
def test_arguments_that_cannot_be_are_refused_by_name(arguments, names) -> None:
    valid = {"x": torch.zeros(1, 3, 4, 5), "weight": torch.zeros(3, 2, 3, 3)}
    with pytest.raises(ValueError, match=f"(?i){names}"):
        transposed_conv2d(**{**valid, **arguments})


def test_the_bilinear_kernel_of_an_even_and_of_an_odd_size() -> None:
    even, odd = torch.tensor([0.25, 0.75, 0.75, 0.25]), torch.tensor([0.5, 1.0, 0.5])
    for t in (even, odd):
        kernel = bilinear_kernel(2, len(t))
        assert kernel.dtype == torch.float32, f"the kernel is float32, not {kernel.dtype}"
        assert kernel.shape == (2, 2, len(t), len(t)), f"shape {tuple(kernel.shape)}"
        torch.testing.assert_close(
            kernel[1, 1],
            t[:, None] * t,
            msg=lambda details, t=t: (
                f"f and c differ for odd and even k, here {len(t)}.\n{details}"
            ),
        )
        assert not torch.stack([kernel[0, 1], kernel[1, 0]]).any(), (
            "a channel is interpolated from itself only: zeros between different channels"
        )
