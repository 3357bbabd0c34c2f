"""Small wrong implementations of the functions of `pyramid_pooling.py`, with names."""

# ruff: noqa: N801 -- the name of a class is the misconception's name, in words.
from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from autograder.authoring.marks import misconception
from autograder.document.text import Text

EVEN, SHARED, FEW = (f"pyramid_pooling.bins_{what}" for what in ("divide", "overlap", "repeat"))
LARGER, SMALLER = "pyramid_pooling.resize_enlarges", "pyramid_pooling.resize_shrinks"
PSPNET, OTHERS = (f"pyramid_pooling.pyramid_of_{what}" for what in ("pspnet", "other_bins"))
LEVELS = "pyramid_pooling.levels"
Edges = Callable[[int, int, int], tuple[int, int]]


def _edges(i: int, length: int, n: int) -> tuple[int, int]:
    return i * length // n, -(-(i + 1) * length // n)


def _pooled(x: Tensor, n: int, edges: Edges = _edges, width: int = 0, most: bool = False) -> Tensor:
    if n < 1:
        raise ValueError(f"bins must be at least 1, got {n}")
    rows = [slice(*edges(i, x.shape[2], n)) for i in range(n)]
    columns = [slice(*edges(j, width or x.shape[3], n)) for j in range(n)]
    bins = [[x[:, :, a, b].flatten(2) for b in columns] for a in rows]
    found = [[each.amax(2) if most else each.mean(2) for each in row] for row in bins]
    return torch.stack([torch.stack(row, 2) for row in found], 2)


@misconception(
    "bin_pool2d",
    explanation=Text(
        "Your bins end where the next one begins. A bin ends in the row in which its share ends, "
        "ceil((i + 1)·H/n) − 1, so that neighbours share a row where n does not divide H.",
        "칸이 다음 칸의 시작에서 끝납니다. 칸은 몫이 끝나는 행, ceil((i + 1)·H/n) − 1까지이고, "
        "n이 H를 나누지 않으면 이웃과 한 행을 함께 씁니다.",
    ),
    loses=(SHARED, FEW),
)
def bins_that_do_not_overlap(x: Tensor, bins: int) -> Tensor:
    return _pooled(x, bins, lambda i, length, n: (i * length // n, (i + 1) * length // n))


@misconception(
    "bin_pool2d",
    explanation=Text(
        "Your bins all have floor(H/n) rows, and the rest at the end is in none. Bins cover the "
        "whole map.",
        "모든 칸이 floor(H/n)행이라 끝에 남는 행이 어느 칸에도 없습니다. 칸은 맵 전체를 덮습니다.",
    ),
    loses=(SHARED, FEW),
)
def rest_left_out(x: Tensor, bins: int) -> Tensor:
    return _pooled(x, bins, lambda i, length, n: (i * (length // n), (i + 1) * (length // n)))


@misconception(
    "bin_pool2d",
    explanation=Text(
        "You make one step of floor(H/n) rows and one window size fit all bins, as a plain average "
        "pooling does. Where n does not divide H, bins are not evenly far apart.",
        "일반 평균 풀링처럼 모든 칸에 같은 간격 floor(H/n)과 같은 창 크기를 썼습니다. n이 H를 "
        "나누지 않으면 칸의 간격이 일정하지 않습니다.",
    ),
    loses=(SHARED, FEW),
)
def one_stride_for_all_bins(x: Tensor, bins: int) -> Tensor:
    def edges(i: int, length: int, n: int) -> tuple[int, int]:
        step = length // n
        return i * step, length - (n - 1 - i) * step

    return _pooled(x, bins, edges)


@misconception(
    "bin_pool2d",
    explanation=Text(
        "You take the largest value of a bin. Here a bin holds its mean.",
        "칸의 최댓값을 구했습니다. 여기서는 칸의 평균입니다.",
    ),
    loses=(EVEN, SHARED, FEW),
)
def largest_of_each_bin(x: Tensor, bins: int) -> Tensor:
    return _pooled(x, bins, most=True)


@misconception(
    "bin_pool2d",
    explanation=Text(
        "You compute the columns of a bin from the height of the map. They follow from its width.",
        "칸의 열을 맵의 높이로 계산했습니다. 열은 너비에서 나옵니다.",
    ),
    loses=(EVEN, SHARED, FEW),
)
def columns_from_the_height(x: Tensor, bins: int) -> Tensor:
    return _pooled(x, bins, width=x.shape[2])


@misconception(
    "bin_pool2d",
    explanation=Text(
        "You collect the means in a tensor of torch's default dtype on the CPU. It has to have the "
        "dtype and device of x.",
        "평균을 기본 dtype의 CPU 텐서에 모았습니다. x의 dtype과 장치를 따라야 합니다.",
    ),
    loses=("pyramid_pooling.bins_keep_dtype_and_device",),
)
def means_in_a_plain_tensor(x: Tensor, bins: int) -> Tensor:
    found = torch.zeros(*x.shape[:2], max(bins, 0), max(bins, 0))
    found[:] = _pooled(x, bins)
    return found


def _resized(
    x: Tensor,
    size: Sequence[int],
    place: Callable[[Tensor, int, int], Tensor] | None = None,
    clamped: bool = True,
    smooth: bool = False,
) -> Tensor:
    """Right but for one thing; a matrix of weights for each axis."""
    if min(size) < 1:
        raise ValueError(f"size must be at least 1, got {size}")
    for axis in (2, 3):
        new, old = size[axis - 2], x.shape[axis]
        i = torch.arange(new, dtype=x.dtype, device=x.device)
        u = (i + 0.5) * old / new - 0.5 if place is None else place(i, old, new)
        u = u.clamp(0, old - 1) if clamped else u
        reach = max(1.0, old / new) if smooth else 1.0
        weights = (1 - (u[:, None] - i.new_tensor(range(old))).abs() / reach).clamp(min=0)
        weights = weights / weights.sum(1, keepdim=True) if smooth else weights
        x = (x.movedim(axis, 3) @ weights.T).movedim(3, axis)
    return x


@misconception(
    "bilinear_resize",
    explanation=Text(
        "You put the first and last centres of both maps on each other (align_corners=True). "
        "Output row i lies at (i + ½)·H/h − ½.",
        "두 맵의 첫 중심과 마지막 중심을 맞추었습니다(align_corners=True). 출력 행 i는 "
        "(i + ½)·H/h − ½에 있습니다.",
    ),
    loses=(LARGER, SMALLER),
)
def corners_aligned(x: Tensor, size: Sequence[int]) -> Tensor:
    return _resized(x, size, lambda i, old, new: i * (old - 1) / max(new - 1, 1))


@misconception(
    "bilinear_resize",
    explanation=Text(
        "You count from the edge of a pixel, u = i·H/h. A value sits in the middle of its pixel: "
        "u = (i + ½)·H/h − ½.",
        "픽셀의 가장자리부터 세어 u = i·H/h로 두었습니다. 값은 픽셀의 한가운데에 있으므로 "
        "u = (i + ½)·H/h − ½입니다.",
    ),
    loses=(LARGER, SMALLER),
)
def no_half_pixel(x: Tensor, size: Sequence[int]) -> Tensor:
    return _resized(x, size, lambda i, old, new: i * old / new)


@misconception(
    "bilinear_resize",
    explanation=Text(
        "Beyond the outermost centres you mix in zeros. There u is clamped to 0 … H − 1, and the "
        "edge's value holds.",
        "가장 바깥 중심보다 바깥에서 0을 섞었습니다. u를 0 … H − 1로 제한하므로 가장자리 값이 "
        "그대로 이어집니다.",
    ),
    loses=(LARGER,),
)
def zeros_around_the_map(x: Tensor, size: Sequence[int]) -> Tensor:
    return _resized(x, size, clamped=False)


@misconception(
    "bilinear_resize",
    explanation=Text(
        "You take the nearest value. Between two centres both count, each the more the nearer.",
        "가장 가까운 값을 썼습니다. 두 중심 사이에서는 가까운 만큼 두 값을 섞습니다.",
    ),
    loses=(LARGER, SMALLER),
)
def nearest_value(x: Tensor, size: Sequence[int]) -> Tensor:
    return _resized(x, size, lambda i, old, new: ((i + 0.5) * old / new).floor())


@misconception(
    "bilinear_resize",
    explanation=Text(
        "You smooth before shrinking (antialias). Here an output row mixes two rows and no more.",
        "줄이기 전에 흐리게 했습니다(antialias). 여기서는 출력 행 하나에 두 행만 섞습니다.",
    ),
    loses=(SMALLER,),
)
def smoothed_before_shrinking(x: Tensor, size: Sequence[int]) -> Tensor:
    return _resized(x, size, smooth=True)


class _Pyramid(nn.Module):
    bias, wide, after = False, False, nn.Identity

    def __init__(self, in_channels: int, bins: Sequence[int] = (1, 2, 3, 6)) -> None:
        super().__init__()
        if not bins or min(bins) < 1 or in_channels % len(bins):
            raise ValueError(f"in_channels {in_channels} does not fit bins {bins}")
        self.bins, out = tuple(bins), in_channels if self.wide else in_channels // len(bins)
        for i in range(1, len(bins) + 1):
            level = nn.Conv2d(in_channels, out, 1, bias=self.bias)
            self.add_module(f"level{i}", level)

    def forward(self, x: Tensor) -> Tensor:
        levels = [self.get_submodule(f"level{i}") for i in range(1, len(self.bins) + 1)]
        pooled = [level(_pooled(x, n)) for level, n in zip(levels, self.bins, strict=True)]
        return self.joined(x, [_resized(self.after()(each), x.shape[2:]) for each in pooled])

    def joined(self, x: Tensor, levels: list[Tensor]) -> Tensor:
        return torch.cat([x, *levels], 1)


@misconception(
    "PyramidPooling",
    explanation=Text(
        "Your convolutions have a bias. In a level there is a convolution without one.",
        "합성곱에 bias가 있습니다. 각 단계의 합성곱에는 bias가 없습니다.",
    ),
    loses=(LEVELS,),
)
class levels_with_bias(_Pyramid):
    bias = True


@misconception(
    "PyramidPooling",
    explanation=Text(
        "Every level keeps all channels of the input. Each gives in_channels // len(bins), so that "
        "together they are as many as the input.",
        "각 단계가 입력의 채널을 모두 유지합니다. 단계마다 in_channels // len(bins)개이므로 합하면 "
        "입력과 같습니다.",
    ),
    loses=(LEVELS,),
)
class levels_of_all_channels(_Pyramid):
    wide = True


@misconception(
    "PyramidPooling",
    explanation=Text(
        "A ReLU follows your convolutions. Here nothing does; section 3.2 names none.",
        "합성곱 뒤에 ReLU가 있습니다. 여기서는 아무것도 없습니다. 3.2절에도 없습니다.",
    ),
    loses=(PSPNET, OTHERS),
)
class relu_in_every_level(_Pyramid):
    after = nn.ReLU  # type: ignore[assignment]


@misconception(
    "PyramidPooling",
    explanation=Text(
        "The input stands behind the levels. It comes first.",
        "입력이 단계들 뒤에 있습니다. 입력이 맨 앞입니다.",
    ),
    loses=(PSPNET, OTHERS),
)
class input_behind_the_levels(_Pyramid):
    def joined(self, x: Tensor, levels: list[Tensor]) -> Tensor:
        return torch.cat([*levels, x], 1)


@misconception(
    "PyramidPooling",
    explanation=Text(
        "The levels stand in reverse order. They follow the input in the order of `bins`.",
        "단계들의 순서가 거꾸로입니다. 입력 뒤에 `bins`의 순서대로 옵니다.",
    ),
    loses=(PSPNET, OTHERS),
)
class levels_in_reverse_order(_Pyramid):
    def joined(self, x: Tensor, levels: list[Tensor]) -> Tensor:
        return super().joined(x, levels[::-1])
