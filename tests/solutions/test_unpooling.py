"""`unpooling.py` of the solution beside its contract and torch's own functions."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional as F

from tests.solutions.tensors import scattered


@pytest.fixture
def unpooling(segmentation: Any) -> Any:
    return segmentation["unpooling"]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.uint8])
def test_nearest_unpooling_is_the_librarys_nearest_upsampling(
    unpooling: Any, dtype: torch.dtype
) -> None:
    x = (10 * scattered(2, 3, 4, 5)).abs().to(dtype)
    y = unpooling.nearest_unpool2d(x, 3)
    assert y.dtype == dtype
    assert torch.equal(y.double(), F.interpolate(x.double(), scale_factor=3, mode="nearest"))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.uint8])
def test_bed_of_nails_is_a_transposed_convolution_with_one_nail(
    unpooling: Any, dtype: torch.dtype
) -> None:
    x = (10 * scattered(2, 3, 4, 5)).abs().to(dtype)
    nail = torch.zeros(3, 1, 2, 2, dtype=torch.float64)
    nail[:, :, 0, 0] = 1
    y = unpooling.bed_of_nails_unpool2d(x, scale=2)
    assert y.dtype == dtype
    assert torch.equal(y.double(), F.conv_transpose2d(x.double(), nail, stride=2, groups=3))


@pytest.mark.parametrize("output_size", [(7, 9), [7, 9]], ids=["tuple", "list"])
def test_max_unpooling_is_the_librarys(unpooling: Any, output_size: Any) -> None:
    pooled, indices = F.max_pool2d(scattered(2, 3, 7, 9), 2, return_indices=True)
    expected = F.max_unpool2d(pooled, indices, (2, 2), output_size=(7, 9))
    assert torch.equal(unpooling.max_unpool2d(pooled, indices, output_size), expected)


def test_max_unpooling_takes_an_index_twice_with_the_same_value(unpooling: Any) -> None:
    image = torch.zeros(1, 1, 3, 3)
    image[0, 0, 1, 1] = 5
    pooled, indices = F.max_pool2d(image, 2, stride=1, return_indices=True)
    assert torch.equal(unpooling.max_unpool2d(pooled, indices, (3, 3)), image)


def test_max_unpooling_takes_integers_and_nothing_at_all(unpooling: Any) -> None:
    x = torch.tensor([[[[7, 8]]]], dtype=torch.int16)
    y = unpooling.max_unpool2d(x, torch.tensor([[[[4, 2]]]]), (2, 3))
    assert (y.dtype, y.tolist()) == (torch.int16, [[[[0, 0, 8], [0, 7, 0]]]])
    empty = torch.zeros(0, 2, 3, 3)
    assert unpooling.max_unpool2d(empty, empty.long(), (4, 4)).shape == (0, 2, 4, 4)


def test_unpooling_hands_gradients_back_and_leaves_its_input_alone(unpooling: Any) -> None:
    x = scattered(2, 2, 2, 3).requires_grad_()
    before = x.detach().clone()
    _, indices = F.max_pool2d(torch.randn(2, 2, 4, 6), 2, return_indices=True)
    assert torch.autograd.gradcheck(lambda x: unpooling.nearest_unpool2d(x, 2), x)
    assert torch.autograd.gradcheck(lambda x: unpooling.bed_of_nails_unpool2d(x, 3), x)
    assert torch.autograd.gradcheck(lambda x: unpooling.max_unpool2d(x, indices, (4, 6)), x)
    assert torch.equal(x, before)


@pytest.mark.parametrize("scale", [0, -2])
def test_a_scale_below_1_is_refused(unpooling: Any, scale: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        unpooling.nearest_unpool2d(torch.zeros(1, 1, 2, 2), scale)
    with pytest.raises(ValueError, match="scale"):
        unpooling.bed_of_nails_unpool2d(torch.zeros(1, 1, 2, 2), scale)


@pytest.mark.parametrize(
    ("indices", "output_size"),
    [
        (torch.zeros(1, 1, 2, 1, dtype=torch.int64), (2, 3)),
        (torch.zeros(2, 1, 1, 2, dtype=torch.int64), (2, 3)),
        (torch.tensor([[[[0, 6]]]]), (2, 3)),
        (torch.tensor([[[[-1, 2]]]]), (2, 3)),
        (torch.tensor([[[[0, 2]]]]), (-2, -3)),
    ],
    ids=["swapped axes", "another batch", "beyond the plane", "before it", "no plane"],
)
def test_indices_that_cannot_be_are_refused(
    unpooling: Any, indices: torch.Tensor, output_size: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match=r"indices|output_size"):
        unpooling.max_unpool2d(torch.ones(1, 1, 1, 2), indices, output_size)
