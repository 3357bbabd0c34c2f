"""Misconceptions about the settings of `transposed_conv2d`: padding, bias, pairs, refusals."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.segmentation.transposed_conv.misconceptions.right_transposed_conv import (
    Setting,
    pair,
    stamped,
)


def _transposed(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    *,
    mistake: str = "",
) -> Tensor:
    """Right but for one mistake."""
    (sH, sW), (pH, pW), (opH, opW) = pair(stride), pair(padding), pair(output_padding)
    if mistake == "pairs swapped":
        (sW, sH), (pW, pH), (opW, opH) = (sH, sW), (pH, pW), (opH, opW)
    if mistake != "channels unchecked" and x.shape[1] != weight.shape[0]:
        raise ValueError(f"x {tuple(x.shape)} does not fit weight {tuple(weight.shape)}")
    if mistake != "bias unchecked" and bias is not None and bias.shape != weight.shape[1:2]:
        raise ValueError(f"bias {tuple(bias.shape)} does not fit weight {tuple(weight.shape)}")
    if mistake != "stride unchecked" and min(sH, sW) < 1:
        raise ValueError(f"stride {stride} must be 1 or more")
    if mistake != "padding unchecked" and min(pH, pW) < 0:
        raise ValueError(f"padding {padding} must be 0 or more")
    beyond = (opH > 0 and opH >= sH) or (opW > 0 and opW >= sW)
    if min(opH, opW) < 0 or (beyond and mistake != "output_padding unchecked"):
        raise ValueError(f"output_padding {output_padding} must be 0 ... stride {stride} - 1")
    height = (x.shape[2] - 1) * sH - 2 * pH + weight.shape[2] + opH
    width = (x.shape[3] - 1) * sW - 2 * pW + weight.shape[3] + opW
    if mistake != "size unchecked" and min(height, width) < 1:
        raise ValueError(f"padding {padding} leaves {height} x {width}")

    if mistake == "input padded":
        x, pH, pW = F.pad(x, (pW, pW, pH, pH)), 0, 0
    canvas = stamped(x, weight, sH, sW)
    bottom, right = canvas.shape[2] - pH + opH, canvas.shape[3] - pW + opW
    match mistake:
        case "padding ignored":
            y = F.pad(canvas, (0, opW, 0, opH))
        case "top left trimmed":
            y = F.pad(canvas, (0, opW, 0, opH))[:, :, pH:, pW:]
        case "bottom right trimmed":
            y = F.pad(canvas, (0, opW, 0, opH))[:, :, : bottom - pH, : right - pW]
        case "zeros uncovered":
            y = F.pad(canvas[:, :, pH : bottom - opH, pW : right - opW], (0, opW, 0, opH))
        case "top left uncovered":
            y = F.pad(canvas, (opW, 0, opH, 0))[:, :, pH:bottom, pW:right]
        case _:
            y = F.pad(canvas, (0, opW, 0, opH))[:, :, pH:bottom, pW:right]
    if bias is None:
        return y
    if mistake in ("bias of every stamp", "bias under stamps"):
        ones = x.new_ones(1, 1, *x.shape[2:]), x.new_ones(1, 1, *weight.shape[2:])
        covered = F.pad(stamped(*ones, sH, sW), (0, opW, 0, opH))[:, :, pH:bottom, pW:right]
        counted = covered if mistake == "bias of every stamp" else covered.clamp(max=1)
        return y + bias[:, None, None] * counted
    return y + bias.view(1, -1, 1, 1)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You append zeros for output_padding. It uncovers more of the canvas: where padding "
        "trimmed something at the bottom and right, that comes back; only beyond all stamps are "
        "there zeros.",
        "output_padding만큼 0을 덧붙였습니다. output_padding은 캔버스를 더 드러내는 것입니다. "
        "padding이 아래쪽과 오른쪽에서 잘라 낸 값이 다시 나타나며, 도장이 닿지 않는 곳만 0입니다.",
    ),
    loses=("transposed_conv.output_padding", "transposed_conv.all_settings"),
)
def output_padding_of_zeros(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="zeros uncovered", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You add the rows and columns of output_padding at the top and left, which moves all "
        "stamps. They belong at the bottom and right.",
        "output_padding의 행과 열을 위쪽과 왼쪽에 더해 도장이 모두 밀려났습니다. 아래쪽과 오른쪽에 "
        "있어야 합니다.",
    ),
    loses=("transposed_conv.output_padding", "transposed_conv.all_settings"),
)
def output_padding_at_the_top_left(
    x: Tensor, weight: Tensor, *rest: Any, **settings: Any
) -> Tensor:
    return _transposed(x, weight, *rest, mistake="top left uncovered", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You read pairs as (horizontal, vertical). The first number of stride, padding and "
        "output_padding is vertical and belongs to rows, as height comes before width in a shape.",
        "쌍을 (가로, 세로)로 읽었습니다. stride, padding, output_padding의 첫 번째 수는 세로, 곧 "
        "행의 것입니다. shape에서 높이가 너비보다 먼저인 것과 같습니다.",
    ),
    loses=("transposed_conv.pairs", "transposed_conv.all_settings"),
)
def pairs_swapped(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="pairs swapped", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You add the bias with every stamp, so a cell that several stamps share gets it several "
        "times, and a cell that none reaches gets nothing. It is added once to every output "
        "value: when all the stamps are done.",
        "도장을 찍을 때마다 bias를 더했습니다. 그래서 도장이 겹치는 칸에는 여러 번 더해지고, "
        "도장이 닿지 않는 칸에는 더해지지 않습니다. bias는 도장을 모두 찍은 뒤 모든 출력값에 한 번 "
        "더합니다.",
    ),
    loses=("transposed_conv.bias",),
)
def bias_with_every_stamp(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="bias of every stamp", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You add the bias only where a stamp falls. The cells between stamps that do not touch, "
        "and those that output_padding uncovers, are output values too and get it once.",
        "도장이 놓인 칸에만 bias를 더했습니다. 맞닿지 않는 도장 사이의 칸과 output_padding이 "
        "드러낸 칸도 출력값이므로 bias가 한 번 더해져야 합니다.",
    ),
    loses=("transposed_conv.bias",),
)
def bias_only_under_stamps(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="bias under stamps", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You trim padding rows and columns at the top and left only. It trims all four sides, so "
        "the output loses 2·padding rows and as many columns.",
        "padding만큼 위쪽과 왼쪽만 잘랐습니다. padding은 네 변을 모두 자르므로 출력은 행과 열이 "
        "각각 2·padding씩 줄어듭니다.",
    ),
    loses=("transposed_conv.padding", "transposed_conv.all_settings"),
)
def padding_at_the_top_left_alone(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="top left trimmed", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "The size is right, but you cut all of it off at the bottom and right. Half of what "
        "padding trims lies at the top and left, so the result begins at row and column padding "
        "of the canvas.",
        "크기는 맞지만 모두 아래쪽과 오른쪽에서 잘랐습니다. padding이 자르는 것의 절반은 위쪽과 "
        "왼쪽에 있으므로, 결과는 캔버스의 padding번째 행과 열에서 시작해야 합니다.",
    ),
    loses=("transposed_conv.padding", "transposed_conv.all_settings"),
)
def padding_at_the_bottom_right_alone(
    x: Tensor, weight: Tensor, *rest: Any, **settings: Any
) -> Tensor:
    return _transposed(x, weight, *rest, mistake="bottom right trimmed", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You take padding but do nothing with it. It trims as many rows and columns from each of "
        "the four sides of what was stamped.",
        "padding을 받지만 쓰지 않습니다. padding은 찍은 결과의 네 변에서 각각 그만큼의 행과 열을 "
        "잘라 냅니다.",
    ),
    loses=("transposed_conv.padding", "transposed_conv.all_settings"),
)
def padding_ignored(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="padding ignored", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You put zeros round the input, as padding does in a convolution. The transpose undoes "
        "what that convolution did: here padding takes rows and columns away, from the output.",
        "합성곱의 padding처럼 입력 둘레에 0을 붙였습니다. 전치 연산은 그 합성곱을 되돌리므로, "
        "여기서 padding은 출력에서 행과 열을 잘라 냅니다.",
    ),
    loses=("transposed_conv.padding", "transposed_conv.all_settings"),
)
def padding_round_the_input(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="input padded", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You do not ask whether stride is at least 1. With 0 all stamps would fall on one place: "
        "raise a ValueError that names stride, for either direction.",
        "stride가 1 이상인지 확인하지 않습니다. 0이면 모든 도장이 한곳에 찍힙니다. 어느 방향이든 "
        "stride를 언급하는 ValueError를 발생시키십시오.",
    ),
    loses=("transposed_conv.refuses_settings",),
)
def stride_unchecked(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="stride unchecked", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You do not ask whether padding is negative. A slice that begins at -1 quietly counts "
        "from the end: raise a ValueError that names padding, for either direction.",
        "padding이 음수인지 확인하지 않습니다. -1에서 시작하는 슬라이스는 조용히 끝에서부터 "
        "셉니다. 어느 방향이든 padding을 언급하는 ValueError를 발생시키십시오.",
    ),
    loses=("transposed_conv.refuses_settings",),
)
def padding_unchecked(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="padding unchecked", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You accept an output_padding as large as the stride or larger. It chooses between the "
        "sizes that a convolution of that stride makes equal, and there are only stride of them: "
        "compare each direction with its own stride.",
        "output_padding이 stride 이상이어도 받아들입니다. output_padding은 그 stride의 합성곱이 "
        "같은 크기로 만드는 여러 크기 가운데 하나를 고르며, 그런 크기는 stride개뿐입니다. 방향마다 "
        "해당하는 stride와 비교하십시오.",
    ),
    loses=("transposed_conv.refuses_settings",),
)
def output_padding_not_below_stride(
    x: Tensor, weight: Tensor, *rest: Any, **settings: Any
) -> Tensor:
    return _transposed(x, weight, *rest, mistake="output_padding unchecked", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You do not compare the channels of x with those of weight, so torch stops with an error "
        "of its own, or broadcasts a single channel over all. Raise a ValueError that names x or "
        "weight first.",
        "x와 weight의 채널 수를 비교하지 않습니다. 그래서 torch가 스스로 오류를 내거나, 채널이 "
        "하나뿐이면 broadcasting으로 넘어갑니다. 먼저 x나 weight를 언급하는 ValueError를 "
        "발생시키십시오.",
    ),
    loses=("transposed_conv.refuses_shapes",),
)
def channels_unchecked(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="channels unchecked", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You do not compare the shape of bias with (C_out,). A bias with a single value would "
        "quietly be broadcast over all channels: raise a ValueError that names bias.",
        "bias의 shape을 (C_out,)과 비교하지 않습니다. 값이 하나뿐인 bias는 broadcasting으로 모든 "
        "채널에 조용히 더해집니다. bias를 언급하는 ValueError를 발생시키십시오.",
    ),
    loses=("transposed_conv.refuses_shapes",),
)
def bias_unchecked(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="bias unchecked", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You do not ask whether padding leaves anything. A slice that ends before it begins gives "
        "an empty tensor without a word: where the output size is below 1, raise a ValueError.",
        "padding을 자른 뒤 남는 것이 있는지 확인하지 않습니다. 시작보다 끝이 앞선 슬라이스는 "
        "아무 말 없이 빈 텐서가 됩니다. 출력 크기가 1보다 작으면 ValueError를 발생시키십시오.",
    ),
    loses=("transposed_conv.refuses_sizes",),
)
def empty_output_unchecked(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="size unchecked", **settings)
