"""Public tests of unpooling.py. The hidden ones ask the same questions with more numbers."""

from __future__ import annotations

import pytest
import torch
import unpooling
from expectations import about, expect, refused


@about(
    "nearest_unpool2d",
    "Every value fills its scale × scale block",
    "각 값이 scale × scale 블록을 채웁니다",
    hint=(
        "Equal values stay side by side: [1, 2] becomes [1, 1, 2, 2], not [1, 2, 1, 2].",
        "같은 값은 나란히 놓입니다. [1, 2]는 [1, 2, 1, 2]가 아니라 [1, 1, 2, 2]가 됩니다.",
    ),
)
def test_nearest_fills_the_whole_block_of_every_value() -> None:
    x = torch.tensor([[[[1, 2, 3], [4, 5, 6]]]])
    block = [
        [1, 1, 2, 2, 3, 3],
        [1, 1, 2, 2, 3, 3],
        [4, 4, 5, 5, 6, 6],
        [4, 4, 5, 5, 6, 6],
    ]
    expect(unpooling.nearest_unpool2d(x, 2), torch.tensor([[block]]))


@about(
    "bed_of_nails_unpool2d",
    "The value stands in the upper left of its block, zeros elsewhere",
    "값은 블록의 왼쪽 위에 있고 나머지는 0입니다",
    hint=(
        "Where does the block of row i and column j begin?",
        "i행 j열의 블록은 어느 칸에서 시작합니까?",
    ),
)
def test_bed_of_nails_keeps_the_upper_left_corner_of_every_block() -> None:
    x = torch.tensor([[[[1, 2, 3], [4, 5, 6]]]])
    nails = [
        [1, 0, 2, 0, 3, 0],
        [0, 0, 0, 0, 0, 0],
        [4, 0, 5, 0, 6, 0],
        [0, 0, 0, 0, 0, 0],
    ]
    expect(unpooling.bed_of_nails_unpool2d(x, 2), torch.tensor([[nails]]))


@about(
    "{unpool}",
    "Samples and channels stay apart, and the dtype stays",
    "샘플과 채널은 섞이지 않고 dtype은 그대로입니다",
    hint=(
        "(N, C, H, W) becomes (N, C, scale·H, scale·W). Which dtype does a tensor have that you "
        "make yourself?",
        "(N, C, H, W)가 (N, C, scale·H, scale·W)이 됩니다. 직접 만든 텐서의 dtype은 무엇입니까?",
    ),
)
@pytest.mark.parametrize("unpool", ["nearest_unpool2d", "bed_of_nails_unpool2d"])
def test_samples_and_channels_stay_apart_and_the_dtype_stays(unpool) -> None:
    x = torch.arange(2 * 3 * 2 * 5, dtype=torch.float64).reshape(2, 3, 2, 5) + 1
    expected = torch.zeros(2, 3, 6, 15, dtype=torch.float64)
    reached = range(3) if unpool == "nearest_unpool2d" else range(1)
    for row in reached:
        for column in reached:
            expected[:, :, row::3, column::3] = x
    expect(getattr(unpooling, unpool)(x, 3), expected)


@about(
    "{unpool}",
    "A scale below 1 is a ValueError that names scale",
    "1보다 작은 scale은 scale을 언급하는 ValueError입니다",
    hint=(
        "What would a map of no rows be good for? Say it before anything is computed.",
        "행이 없는 맵은 쓸모가 없습니다. 계산하기 전에 알려 주십시오.",
    ),
)
@pytest.mark.parametrize("unpool", ["nearest_unpool2d", "bed_of_nails_unpool2d"])
def test_a_scale_below_1_is_refused_by_name(unpool) -> None:
    with refused("scale"):
        getattr(unpooling, unpool)(torch.zeros(1, 1, 2, 2), 0)


@about(
    "max_unpool2d",
    "Every maximum returns to its place in its own plane, zeros elsewhere",
    "각 최댓값이 자기 평면의 제자리로 돌아가고 나머지는 0입니다",
    hint=(
        "An index counts the cells of one sample's one channel row by row, in the plane of the "
        "output. How do row and column follow from it and the width of the output?",
        "인덱스는 출력 평면에서 한 샘플의 한 채널 안의 칸을 행 순서로 셉니다. 인덱스와 출력의 "
        "너비에서 행과 열은 어떻게 정해집니까?",
    ),
)
def test_max_unpooling_puts_every_maximum_back_where_pooling_found_it() -> None:
    # 7 is odd: the last column is in no pooling window. Two samples, two channels.
    image = (torch.arange(2 * 2 * 4 * 7) * 37 % 101 + 1).reshape(2, 2, 4, 7).double()
    pooled, indices = torch.nn.functional.max_pool2d(image, 2, return_indices=True)
    expected = torch.zeros_like(image)
    for n in range(2):
        for c in range(2):
            for value, index in zip(pooled[n, c].flatten(), indices[n, c].flatten(), strict=True):
                expected[n, c, index // 7, index % 7] = value
    expect(unpooling.max_unpool2d(pooled, indices, (4, 7)), expected)


@about(
    "max_unpool2d",
    "An index outside the plane is a ValueError that names indices or output_size",
    "평면을 벗어난 인덱스는 indices 또는 output_size를 언급하는 ValueError입니다",
    hint=(
        "Which is the first cell of a plane of H_out × W_out, and which the last?",
        "H_out × W_out 평면의 첫 칸과 마지막 칸의 인덱스는 무엇입니까?",
    ),
)
def test_an_index_outside_the_plane_is_refused_by_name() -> None:
    x = torch.ones(1, 1, 1, 2)
    with refused("indices", "output_size"):
        unpooling.max_unpool2d(x, torch.tensor([[[[0, 6]]]]), (2, 3))
