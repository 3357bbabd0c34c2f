"""Public tests of unpooling.py. The hidden ones ask the same questions with more numbers."""

from __future__ import annotations

import pytest
import torch
from unpooling import bed_of_nails_unpool2d, max_unpool2d, nearest_unpool2d


def test_nearest_fills_the_whole_block_of_every_value() -> None:
    x = torch.tensor([[[[1, 2, 3], [4, 5, 6]]]])
    expected = torch.tensor(
        [
            [
                [
                    [1, 1, 2, 2, 3, 3],
                    [1, 1, 2, 2, 3, 3],
                    [4, 4, 5, 5, 6, 6],
                    [4, 4, 5, 5, 6, 6],
                ]
            ]
        ]
    )
    torch.testing.assert_close(
        nearest_unpool2d(x, 2),
        expected,
        msg=lambda details: (
            "Every value fills a block of scale rows and scale columns, in the order of the input."
            f"\n{details}"
        ),
    )


def test_bed_of_nails_keeps_the_upper_left_corner_of_every_block() -> None:
    x = torch.tensor([[[[1, 2, 3], [4, 5, 6]]]])
    expected = torch.tensor(
        [
            [
                [
                    [1, 0, 2, 0, 3, 0],
                    [0, 0, 0, 0, 0, 0],
                    [4, 0, 5, 0, 6, 0],
                    [0, 0, 0, 0, 0, 0],
                ]
            ]
        ]
    )
    torch.testing.assert_close(
        bed_of_nails_unpool2d(x, 2),
        expected,
        msg=lambda details: (
            f"The value stands in the upper left of its block, zeros elsewhere.\n{details}"
        ),
    )


@pytest.mark.parametrize("unpool", [nearest_unpool2d, bed_of_nails_unpool2d])
def test_samples_and_channels_stay_apart_and_the_dtype_stays(unpool) -> None:
    x = torch.arange(2 * 3 * 2 * 5, dtype=torch.float64).reshape(2, 3, 2, 5)
    y = unpool(x, 3)
    assert y.shape == (2, 3, 6, 15), f"(N, C, H, W) becomes (N, C, scale·H, scale·W): {y.shape}"
    assert y.dtype == x.dtype, f"float64 came in, {y.dtype} came out: keep the input's dtype"
    assert torch.equal(y[:, :, ::3, ::3], x), "each block's upper left value is the input's value"


@pytest.mark.parametrize("unpool", [nearest_unpool2d, bed_of_nails_unpool2d])
def test_a_scale_below_1_is_refused_by_name(unpool) -> None:
    with pytest.raises(ValueError, match=r"(?i)scale"):
        unpool(torch.zeros(1, 1, 2, 2), 0)


def test_max_unpooling_puts_every_maximum_back_where_pooling_found_it() -> None:
    torch.manual_seed(0)
    image = torch.rand(2, 3, 4, 7) + 1  # 7 is odd: the last column is in no pooling window
    pooled, indices = torch.nn.functional.max_pool2d(image, 2, return_indices=True)
    y = max_unpool2d(pooled, indices, (4, 7))
    assert y.shape == image.shape, f"output_size (4, 7) gives maps of 4 x 7, not {y.shape}"
    back = y != 0
    assert int(back.sum()) == pooled.numel(), (
        "as many values as pooling kept must be there, all else is 0. An index counts through the "
        "output's own plane (H_out, W_out), for each sample and channel anew"
    )
    assert torch.equal(y[back], image[back]), "a value stands at another place than in the image"


def test_an_index_outside_the_plane_is_refused_by_name() -> None:
    x = torch.ones(1, 1, 1, 2)
    with pytest.raises(ValueError, match=r"(?i)indices|output_size"):
        max_unpool2d(x, torch.tensor([[[[0, 6]]]]), (2, 3))
