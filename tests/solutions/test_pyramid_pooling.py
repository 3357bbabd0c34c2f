"""`pyramid_pooling.py` of the solution beside torch's own pooling and resizing."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tests.solutions.tensors import parameters, scattered


@pytest.fixture
def pyramid_pooling(after_fcn: Any) -> Any:
    return after_fcn["pyramid_pooling"]


@pytest.mark.parametrize("bins", [1, 2, 3, 6, 7])
@pytest.mark.parametrize("shape", [(2, 3, 7, 5), (1, 2, 12, 6), (2, 1, 1, 9)])
def test_bins_are_those_of_adaptive_pooling(
    pyramid_pooling: Any, shape: tuple[int, ...], bins: int
) -> None:
    x = scattered(*shape)
    torch.testing.assert_close(
        pyramid_pooling.bin_pool2d(x, bins), F.adaptive_avg_pool2d(x, bins), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("size", [(7, 5), (3, 11), (1, 1), (20, 2), (14, 10)])
def test_resizing_is_bilinear_interpolation_without_aligned_corners(
    pyramid_pooling: Any, size: tuple[int, int]
) -> None:
    x = scattered(2, 3, 7, 5)
    expected = F.interpolate(x, size, mode="bilinear", align_corners=False)
    got = pyramid_pooling.bilinear_resize(x, size)
    torch.testing.assert_close(got, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("function", ["bin_pool2d", "bilinear_resize"])
def test_pooling_and_resizing_pass_gradcheck(pyramid_pooling: Any, function: str) -> None:
    x = scattered(2, 2, 5, 4).requires_grad_()
    argument = 3 if function == "bin_pool2d" else (7, 3)
    assert torch.autograd.gradcheck(
        lambda x: getattr(pyramid_pooling, function)(x, argument), x, fast_mode=True
    )


def test_the_module_joins_the_input_and_what_each_level_sees(pyramid_pooling: Any) -> None:
    module, x = pyramid_pooling.PyramidPooling(6, (1, 2, 4)).double(), scattered(2, 6, 9, 5)
    levels = [
        F.interpolate(level(F.adaptive_avg_pool2d(x, bins)), (9, 5), mode="bilinear")
        for level, bins in zip(module.children(), (1, 2, 4), strict=True)
    ]
    torch.testing.assert_close(module(x), torch.cat([x, *levels], 1))


def test_2048_channels_need_4_194_304_weights(pyramid_pooling: Any) -> None:
    with torch.device("meta"):
        module = pyramid_pooling.PyramidPooling(2048)
    assert parameters(module) == 2048**2 == 4_194_304
    assert all(isinstance(each, nn.Module) for each in module.children())


@pytest.mark.parametrize("arguments", [(6, ()), (6, (1, 0)), (7, (1, 2))])
def test_a_module_that_cannot_be_is_refused(pyramid_pooling: Any, arguments: Any) -> None:
    with pytest.raises(ValueError, match="bins"):
        pyramid_pooling.PyramidPooling(*arguments)
