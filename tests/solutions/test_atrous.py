"""`atrous.py` of the solution beside the library's dilated convolution."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tests.solutions.tensors import parameters, scattered

LAYERS = [(3, 2, 1), (3, 1, 2), (2, 2, 1), (3, 2, 1), (5, 1, 1)]
VGG16 = [
    *((3, 1, 1), (3, 1, 1), (2, 2, 1)) * 2,
    *((3, 1, 1), (3, 1, 1), (3, 1, 1), (2, 2, 1)) * 3,
]


@pytest.fixture
def atrous(after_fcn: Any) -> Any:
    return after_fcn["atrous"]


@pytest.mark.parametrize(
    ("rate", "padding"), [(1, 0), (2, 3), ((3, 1), (0, 2)), ((1, 4), (5, 0)), ([2, 3], [1, 1])]
)
def test_taps_are_those_of_a_dilated_convolution(atrous: Any, rate: Any, padding: Any) -> None:
    x, weight, bias = scattered(2, 3, 9, 10), scattered(4, 3, 3, 2), scattered(1, 4)[0]
    expected = F.conv2d(x, weight, bias, dilation=rate, padding=padding)
    got = atrous.atrous_conv2d(x, weight, bias, rate, padding)
    torch.testing.assert_close(got, expected, rtol=1e-10, atol=1e-10)


def test_the_convolution_passes_gradcheck(atrous: Any) -> None:
    given = [scattered(2, 2, 6, 5), scattered(3, 2, 2, 3), scattered(1, 3)[0]]
    assert torch.autograd.gradcheck(
        lambda x, weight, bias: atrous.atrous_conv2d(x, weight, bias, (2, 1), (1, 2)),
        [each.clone().requires_grad_() for each in given],
        fast_mode=True,
    )


@pytest.mark.parametrize("kernel_size", range(1, 6))
@pytest.mark.parametrize("rate", range(1, 5))
def test_a_kernel_covers_what_a_row_of_that_length_allows_once(
    atrous: Any, kernel_size: int, rate: int
) -> None:
    covered = atrous.effective_kernel_size(kernel_size, rate)
    assert nn.Conv1d(1, 1, kernel_size, dilation=rate)(torch.zeros(1, 1, covered)).shape[2] == 1


@pytest.mark.parametrize("layers", [LAYERS, LAYERS[:3], [(2, 3, 2), (3, 1, 1)], []])
def test_the_receptive_field_is_where_the_gradient_goes(atrous: Any, layers: Any) -> None:
    x = torch.zeros(1, 1, 200, dtype=torch.float64, requires_grad=True)
    y = x
    for kernel, stride, rate in layers:
        y = F.conv1d(y, y.new_ones(1, 1, kernel), stride=stride, dilation=rate)
    (gradient,) = torch.autograd.grad(y[0, 0, 1], x)
    seen = gradient[0, 0].nonzero()
    assert int(seen.max() - seen.min()) + 1 == atrous.receptive_field(layers)


def test_vgg16_sees_212_rows_at_either_output_stride(atrous: Any) -> None:
    dense = atrous.with_output_stride(VGG16, 8)
    assert atrous.receptive_field(VGG16) == atrous.receptive_field(dense) == 212


@pytest.mark.parametrize("output_stride", [1, 2, 4, 8])
def test_the_same_weights_give_the_old_scores_and_those_between(
    atrous: Any, output_stride: int
) -> None:
    weights = [scattered(1, 1, kernel, 1)[..., 0] for kernel, _, _ in LAYERS]

    def scores(layers: Any) -> torch.Tensor:
        y = torch.arange(120, dtype=torch.float64).sin()[None, None]
        for weight, (_, stride, rate) in zip(weights, layers, strict=True):
            y = F.conv1d(y, weight, stride=stride, dilation=rate).tanh()
        return y[0, 0]

    coarse, dense = scores(LAYERS), scores(atrous.with_output_stride(LAYERS, output_stride))
    torch.testing.assert_close(dense[:: 8 // output_stride][: len(coarse)], coarse)
    assert len(coarse) > 3


@pytest.mark.parametrize("output_stride", [0, 3, 6, 16, -2])
def test_an_output_stride_that_no_strides_give_is_refused(atrous: Any, output_stride: int) -> None:
    with pytest.raises(ValueError, match="output_stride"):
        atrous.with_output_stride(LAYERS, output_stride)


def test_the_branches_of_aspp_are_summed(atrous: Any) -> None:
    module, x = atrous.ASPP(3, 4, (1, 2, 5)).double(), scattered(2, 3, 4, 7)
    branches = [
        F.conv2d(x, branch.weight, branch.bias, dilation=rate, padding=rate)
        for branch, rate in zip(module.children(), (1, 2, 5), strict=True)
    ]
    torch.testing.assert_close(module(x), torch.stack(branches).sum(0))


def test_aspp_of_512_channels_has_387_156_parameters(atrous: Any) -> None:
    assert parameters(atrous.ASPP(512, 21)) == 4 * (9 * 512 * 21 + 21) == 387_156
