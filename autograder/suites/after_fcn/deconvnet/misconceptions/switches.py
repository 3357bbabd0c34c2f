"""Misconceptions about pooling with switches and unpooling by them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.after_fcn.deconvnet.right_deconvnet import (
    check_shapes,
    check_switches,
    max_pool_with_switches,
    unpool_with_switches,
)

POOL, UNPOOL = "max_pool_with_switches", "unpool_with_switches"
PLACES = ("deconvnet.pool_switches", "deconvnet.pool_counts_the_rest")
FOLLOWS = ("deconvnet.unpool_follows_switches", "deconvnet.unpool_has_the_size_asked_for")
Size = int | tuple[int, int]
Pooled = tuple[Tensor, Tensor]


def _pair(size: Size) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])


@misconception(
    POOL,
    explanation=Text(
        "Of equal values you take the last: a comparison with >= lets a later one win.",
        "같은 값 중 마지막 것을 골랐습니다. >=로 비교하면 나중 값이 이깁니다.",
    ),
    loses=("deconvnet.pool_ties",),
)
def last_of_a_tie(x: Tensor, size: Size) -> Pooled:
    return max_pool_with_switches(x, _pair(size), torch.ge)


@misconception(
    POOL,
    explanation=Text(
        "You round up: what is left at the bottom and right becomes a window of its own.",
        "올림을 했습니다. 아래와 오른쪽에 남는 부분까지 창이 되었습니다.",
    ),
    loses=("deconvnet.pool_leaves_a_rest", "deconvnet.pool_counts_the_rest"),
)
def windows_of_the_rest(x: Tensor, size: Size) -> Pooled:
    max_pool_with_switches(x, _pair(size))
    (sH, sW), (H, W) = _pair(size), x.shape[2:]
    padded = F.pad(x, (0, -W % sW, 0, -H % sH), value=-torch.inf)
    values, switches = max_pool_with_switches(padded, (sH, sW))
    wide = padded.shape[3]
    return values, switches // wide * W + switches % wide


@misconception(
    POOL,
    explanation=Text(
        "Your switches count through the whole tensor. They begin at 0 in each plane.",
        "switch를 텐서 전체에서 셌습니다. switch는 평면마다 0부터 시작합니다.",
    ),
    loses=PLACES,
)
def switches_through_the_whole_tensor(x: Tensor, size: Size) -> Pooled:
    values, switches = max_pool_with_switches(x, _pair(size))
    planes = torch.arange(x.shape[0] * x.shape[1], device=x.device)
    return values, switches + planes.reshape(*x.shape[:2], 1, 1) * (x.shape[2] * x.shape[3])


@misconception(
    POOL,
    explanation=Text(
        "Your switches count within the window. Add where the window begins in the plane.",
        "switch를 창 안에서 셌습니다. 창이 평면의 어디에서 시작하는지 더해야 합니다.",
    ),
    loses=PLACES,
)
def switches_within_the_window(x: Tensor, size: Size) -> Pooled:
    (sH, sW), W = _pair(size), x.shape[3]
    values, switches = max_pool_with_switches(x, (sH, sW))
    return values, switches // W % sH * sW + switches % W % sW


@misconception(
    POOL,
    explanation=Text(
        "Your switches are column · H + row. In row order they are row · W + column.",
        "switch가 열 · H + 행입니다. 행 순서로는 행 · W + 열입니다.",
    ),
    loses=PLACES,
)
def switches_in_column_order(x: Tensor, size: Size) -> Pooled:
    values, switches = max_pool_with_switches(x, _pair(size))
    return values, switches % x.shape[3] * x.shape[2] + switches // x.shape[3]


@misconception(
    POOL,
    explanation=Text(
        "Your rows are as wide as the windows together. The plane is W wide, with its rest.",
        "행의 너비를 창들의 너비 합으로 계산했습니다. 남는 열까지 합친 W가 평면의 너비입니다.",
    ),
    loses=("deconvnet.pool_counts_the_rest",),
)
def switches_in_the_cropped_map(x: Tensor, size: Size) -> Pooled:
    values, switches = max_pool_with_switches(x, _pair(size))
    W = x.shape[3]
    return values, switches // W * (W // _pair(size)[1] * _pair(size)[1]) + switches % W


@misconception(
    POOL,
    explanation=Text(
        "You took size for (width, height). It is (sH, sW), height first.",
        "size를 (너비, 높이)로 읽었습니다. 높이가 먼저인 (sH, sW)입니다.",
    ),
    loses=("deconvnet.pool_values", *PLACES, "deconvnet.pool_leaves_a_rest"),
)
def window_on_its_side(x: Tensor, size: Size) -> Pooled:
    max_pool_with_switches(x, _pair(size))
    return max_pool_with_switches(x, _pair(size)[::-1])


@misconception(
    POOL,
    explanation=Text(
        "The search starts from 0, so a window of negative values gives 0.",
        "0에서 찾기 시작하여, 음수뿐인 창이 0이 됩니다.",
    ),
    loses=("deconvnet.pool_values",),
)
def nothing_below_zero(x: Tensor, size: Size) -> Pooled:
    values, switches = max_pool_with_switches(x, _pair(size))
    return values.clamp(min=0), switches


@misconception(
    POOL,
    explanation=Text(
        "The values are cut off from x (detach, .data, no_grad): no gradient comes back.",
        "값이 x와 끊어져(detach, .data, no_grad) gradient가 돌아오지 않습니다.",
    ),
    loses=("deconvnet.pool_gradients",),
)
def pooled_values_detached(x: Tensor, size: Size) -> Pooled:
    return max_pool_with_switches(x.detach(), _pair(size))


@misconception(
    POOL,
    explanation=Text(
        "Your switches are int32. Indices are int64 in PyTorch, and so is the contract.",
        "switch가 int32입니다. PyTorch의 인덱스와 과제의 switch는 int64입니다.",
    ),
    loses=("deconvnet.pool_switches_are_int64",),
)
def switches_as_int32(x: Tensor, size: Size) -> Pooled:
    values, switches = max_pool_with_switches(x, _pair(size))
    return values, switches.to(torch.int32)


@misconception(
    POOL,
    explanation=Text(
        "You do not check size: a window that does not fit gives an empty map or torch's error.",
        "size를 확인하지 않아, 맞지 않는 창이 빈 맵이나 torch의 오류가 됩니다.",
    ),
    loses=("deconvnet.pool_refuses_size",),
)
def size_unchecked(x: Tensor, size: Size) -> Pooled:
    (sH, sW), (H, W) = _pair(size), x.shape[2:]
    if H // sH < 1 or W // sW < 1:
        return x[:, :, :0, :0], torch.zeros_like(x[:, :, :0, :0], dtype=torch.int64)
    return max_pool_with_switches(x, (sH, sW))


@misconception(
    UNPOOL,
    explanation=Text(
        "You double the size of x. Only output_size knows how large the map was.",
        "x의 크기를 두 배로 했습니다. 맵의 원래 크기는 output_size만이 알고 있습니다.",
    ),
    loses=("deconvnet.unpool_has_the_size_asked_for",),
)
def size_doubled(x: Tensor, switches: Tensor, output_size: tuple[int, int]) -> Tensor:
    check_shapes(x, switches)
    check_switches(switches, output_size)
    H, W = 2 * x.shape[2], 2 * x.shape[3]
    return unpool_with_switches(x, switches.clamp(max=H * W - 1), (H, W))


@misconception(
    UNPOOL,
    explanation=Text(
        "You let switches count through the whole result, so all land in the first plane.",
        "switch가 결과 전체를 가리킨다고 보아 모든 값이 첫 평면에 모였습니다.",
    ),
    loses=FOLLOWS,
)
def everything_into_the_first_plane(
    x: Tensor, switches: Tensor, output_size: tuple[int, int]
) -> Tensor:
    check_shapes(x, switches)
    check_switches(switches, output_size)
    y = x.new_zeros(x.shape[0] * x.shape[1] * output_size[0] * output_size[1])
    return y.scatter(0, switches.flatten(), x.flatten()).reshape(*x.shape[:2], *output_size)


@misconception(
    UNPOOL,
    explanation=Text(
        "You find row and column by H_out. A row has W_out cells: divide by W_out.",
        "H_out으로 행과 열을 구했습니다. 한 행은 W_out칸이므로 W_out으로 나누어야 합니다.",
    ),
    loses=FOLLOWS,
)
def rows_of_h_out_cells(x: Tensor, switches: Tensor, output_size: tuple[int, int]) -> Tensor:
    check_shapes(x, switches)
    check_switches(switches, output_size)
    H, W = output_size
    return unpool_with_switches(x, switches % H * W + switches // H, output_size)


@misconception(
    UNPOOL,
    explanation=Text(
        "You make zeros of the default dtype, on the CPU. They must be like x.",
        "0을 기본 dtype으로 CPU에 만들었습니다. x와 dtype과 장치가 같아야 합니다.",
    ),
    loses=("deconvnet.unpool_keeps_dtype_and_device",),
)
def zeros_in_the_default_dtype(x: Tensor, switches: Tensor, output_size: tuple[int, int]) -> Tensor:
    check_shapes(x, switches)
    check_switches(switches, output_size)
    y = torch.zeros(*x.shape[:2], output_size[0] * output_size[1])
    return y.scatter(2, switches.flatten(2), x.flatten(2).to(y.dtype)).reshape(
        *x.shape[:2], *output_size
    )


@misconception(
    UNPOOL,
    explanation=Text(
        "You do not compare the shapes of x and switches: values without a switch get lost.",
        "x와 switches의 shape을 비교하지 않아, switch가 없는 값이 사라집니다.",
    ),
    loses=("deconvnet.unpool_refuses_shapes",),
)
def shapes_of_switches_not_compared(
    x: Tensor, switches: Tensor, output_size: tuple[int, int]
) -> Tensor:
    check_switches(switches, output_size)
    y = x.new_zeros(*x.shape[:2], output_size[0] * output_size[1])
    return y.scatter(2, switches.flatten(2), x.flatten(2)).reshape(*x.shape[:2], *output_size)


@misconception(
    UNPOOL,
    explanation=Text(
        "Negative switches pass: Python counts them from the end. The first cell is 0.",
        "음수 switch를 막지 않아 Python이 끝에서부터 셉니다. 첫 칸은 0입니다.",
    ),
    loses=("deconvnet.unpool_refuses_switches",),
)
def negative_switches_from_the_end(
    x: Tensor, switches: Tensor, output_size: tuple[int, int]
) -> Tensor:
    check_switches(switches.abs(), output_size)
    return unpool_with_switches(x, switches % (output_size[0] * output_size[1]), output_size)
