"""Misconceptions about `nearest_unpool2d` and `bed_of_nails_unpool2d`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text


def _check_scale(scale: int) -> None:
    if scale < 1:
        raise ValueError(f"scale must be at least 1, got {scale}")


def _nails(x: Tensor, scale: int, offset: int) -> Tensor:
    n, c, h, w = x.shape
    y = x.new_zeros(n, c, scale * h, scale * w)
    y[:, :, offset::scale, offset::scale] = x
    return y


def _blocks(x: Tensor, scale: int) -> Tensor:
    return x.repeat_interleave(scale, 2).repeat_interleave(scale, 3)


@misconception(
    "nearest_unpool2d",
    explanation=Text(
        "You repeated the whole map beside itself, as tiles: [1, 2] became [1, 2, 1, 2]. In "
        "nearest unpooling every value is repeated in its place, so that equal values stand "
        "side by side: [1, 1, 2, 2].",
        "맵 전체를 타일처럼 반복했습니다. 그래서 [1, 2]가 [1, 2, 1, 2]가 되었습니다. nearest "
        "unpooling은 각 값을 제자리에서 반복하므로 [1, 1, 2, 2]처럼 같은 값이 이웃해야 합니다.",
    ),
    loses=("unpooling.nearest_fills_blocks",),
)
def tiles_instead_of_blocks(x: Tensor, scale: int) -> Tensor:
    _check_scale(scale)
    return x.repeat(1, 1, scale, scale)


@misconception(
    "nearest_unpool2d",
    explanation=Text(
        "You filled a new tensor of zeros that has torch's default dtype and device, so integer "
        "maps and float64 become float32, and a result of GPU inputs lies on the CPU. Make the "
        "new tensor like x.",
        "torch의 기본 dtype과 장치로 만든 0 텐서를 채웠습니다. 그래서 정수나 float64 맵이 "
        "float32가 되고, GPU 입력의 결과가 CPU에 놓입니다. 새 텐서는 x와 같은 dtype과 장치로 "
        "만들어야 합니다.",
    ),
    loses=("unpooling.nearest_keeps_dtype_and_device",),
)
def blocks_in_the_default_dtype(x: Tensor, scale: int) -> Tensor:
    _check_scale(scale)
    n, c, h, w = x.shape
    y = torch.zeros(n, c, scale * h, scale * w)
    for a in range(scale):
        for b in range(scale):
            y[:, :, a::scale, b::scale] = x
    return y


@misconception(
    "nearest_unpool2d",
    explanation=Text(
        "You compute without asking whether scale makes sense. With a scale below 1 there are "
        "no blocks to fill: say so at once, with a ValueError that names scale.",
        "scale이 올바른지 확인하지 않고 계산합니다. scale이 1보다 작으면 채울 블록이 없습니다. "
        "먼저 scale을 언급하는 ValueError로 알려 주어야 합니다.",
    ),
    loses=("unpooling.nearest_refuses_scale",),
)
def scale_of_blocks_unchecked(x: Tensor, scale: int) -> Tensor:
    return _blocks(x, scale)


@misconception(
    "bed_of_nails_unpool2d",
    explanation=Text(
        "You put each value in the middle of its block. In a bed of nails it stands where the "
        "block begins, in the upper left.",
        "각 값을 블록의 가운데에 놓았습니다. bed of nails에서는 블록이 시작하는 칸, 곧 왼쪽 위에 "
        "놓아야 합니다.",
    ),
    loses=("unpooling.bed_of_nails_places_upper_left",),
)
def nails_in_the_centre(x: Tensor, scale: int) -> Tensor:
    _check_scale(scale)
    return _nails(x, scale, scale // 2)


@misconception(
    "bed_of_nails_unpool2d",
    explanation=Text(
        "You put each value in the lower right of its block. The block of row i and column j "
        "begins at row scale·i and column scale·j, and the value stands where it begins.",
        "각 값을 블록의 오른쪽 아래에 놓았습니다. i행 j열의 블록은 scale·i행 scale·j열에서 "
        "시작하며, 값은 그 시작하는 칸에 놓아야 합니다.",
    ),
    loses=("unpooling.bed_of_nails_places_upper_left",),
)
def nails_in_the_lower_right(x: Tensor, scale: int) -> Tensor:
    _check_scale(scale)
    return _nails(x, scale, scale - 1)


@misconception(
    "bed_of_nails_unpool2d",
    explanation=Text(
        "Your bed of zeros has torch's default dtype and device, so integer maps and float64 "
        "become float32, and a result of GPU inputs lies on the CPU. Make the new tensor like x.",
        "0으로 채운 텐서가 torch의 기본 dtype과 장치로 만들어졌습니다. 그래서 정수나 float64 맵이 "
        "float32가 되고, GPU 입력의 결과가 CPU에 놓입니다. 새 텐서는 x와 같은 dtype과 장치로 "
        "만들어야 합니다.",
    ),
    loses=("unpooling.bed_of_nails_keeps_dtype_and_device",),
)
def nails_in_the_default_dtype(x: Tensor, scale: int) -> Tensor:
    _check_scale(scale)
    n, c, h, w = x.shape
    y = torch.zeros(n, c, scale * h, scale * w)
    y[:, :, ::scale, ::scale] = x
    return y


@misconception(
    "bed_of_nails_unpool2d",
    explanation=Text(
        "You compute without asking whether scale makes sense. With a scale below 1 there are "
        "no blocks to begin anywhere: say so at once, with a ValueError that names scale.",
        "scale이 올바른지 확인하지 않고 계산합니다. scale이 1보다 작으면 블록이 있을 수 "
        "없습니다. 먼저 scale을 언급하는 ValueError로 알려 주어야 합니다.",
    ),
    loses=("unpooling.bed_of_nails_refuses_scale",),
)
def scale_of_nails_unchecked(x: Tensor, scale: int) -> Tensor:
    return _nails(x, scale, 0)
