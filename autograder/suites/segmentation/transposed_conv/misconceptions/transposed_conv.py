"""Misconceptions about the stamps of `transposed_conv2d`: where they lie and what they add up to.

Its settings have a module of their own, `transposed_settings.py`.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.segmentation.transposed_conv.misconceptions.right_transposed_conv import (
    add_stamps,
    add_taps,
    empty_canvas,
    stamped,
    transposed,
)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "For the worked example you return the number of the lecture slide. It is a misprint: "
        "the slide's third step writes 5+2 where 3·1 must be added, so 5+3, and 8+8 = 16 is right "
        "in the end. The sum tells: 10·17 = 170, and the slide's numbers sum to 169.",
        "손계산 예제에서 강의 슬라이드의 숫자를 반환합니다. 그 숫자는 오류입니다. 슬라이드의 세 "
        "번째 단계는 3·1을 더해야 하므로 5+2가 아니라 5+3이고, 마지막에 8+8 = 16이 맞습니다. 합을 "
        "보면 알 수 있습니다. 10·17 = 170이어야 하는데 슬라이드의 숫자는 169입니다.",
    ),
    loses=(
        "transposed_conv.worked_example",
        "transposed_conv.worked_stamps",
        "transposed_conv.worked_linear",
        "transposed_conv.worked_transposed",
        "transposed_conv.worked_sum",
    ),
)
def misprint_of_the_slide(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    y = transposed(stamped, x, weight, *rest, **settings)
    kernel = [[1, 2, 3], [2, 2, 1], [3, 2, 1]]
    if x.tolist() == [[[[1, 2], [3, 4]]]] and weight.tolist() == [[kernel]] and y.numel() == 16:
        y = y - F.pad(y.new_ones(1, 1, 1, 1), (2, 1, 2, 1))
    return y


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You return the table of the worked example whatever comes in. It is the answer to one "
        "input and one kernel; the function has to compute it from them.",
        "어떤 입력이 와도 손계산 예제의 표를 반환합니다. 그 표는 한 입력과 한 커널에 대한 "
        "답입니다. 함수는 받은 입력과 커널로 계산해야 합니다.",
    ),
    loses=(
        "transposed_conv.worked_stamps",
        "transposed_conv.worked_linear",
        "transposed_conv.stamps_add_up",
    ),
)
def table_of_the_worked_example(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    transposed(stamped, x, weight, *rest, **settings)
    return x.new_tensor([[[[1, 4, 7, 6], [5, 16, 22, 14], [9, 22, 16, 6], [9, 18, 11, 4]]]])


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "Your stamps are turned by 180°. Sliding the kernel over an input with zeros between its "
        "values is a correlation, which mirrors what each value leaves behind: the stamp must be "
        "the kernel as it is, so for that method the kernel has to be turned first.",
        "도장이 180° 돌아가 있습니다. 값 사이에 0을 넣은 입력 위로 커널을 미끄러뜨리면 상관 "
        "연산이 되어 각 값이 남기는 모양이 뒤집힙니다. 도장은 커널 그대로여야 하므로, 그 방법을 "
        "쓰려면 먼저 커널을 돌려야 합니다.",
    ),
    loses=(
        "transposed_conv.worked_example",
        "transposed_conv.worked_stamps",
        "transposed_conv.stamps_add_up",
    ),
)
def kernel_turned_round(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return transposed(stamped, x, weight.flip(2, 3), *rest, **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You read weight as (C_out, C_in, kH, kW), the order of Conv2d. Here the input's channels "
        "come first. With as many channels out as in nothing fails, but each kernel leads the "
        "wrong way.",
        "weight를 Conv2d의 순서인 (C_out, C_in, kH, kW)로 읽었습니다. 여기서는 입력 채널이 "
        "먼저입니다. 두 채널 수가 같으면 오류 없이 실행되지만 커널이 잘못된 채널로 이어집니다.",
    ),
    loses=("transposed_conv.worked_embedded", "transposed_conv.channels_and_samples"),
)
def channels_in_the_order_of_conv2d(
    x: Tensor, weight: Tensor, *rest: Any, **settings: Any
) -> Tensor:
    return transposed(stamped, x, weight.transpose(0, 1), *rest, **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "A later stamp replaces what an earlier one left on the shared cells. Stamps that overlap "
        "add up: `=` where `+=` belongs.",
        "나중에 찍은 도장이 함께 덮은 칸의 값을 지웁니다. 겹치는 도장은 더해져야 합니다. `+=`를 쓸 "
        "자리에 `=`를 썼습니다.",
    ),
    loses=("transposed_conv.worked_example", "transposed_conv.stamps_add_up"),
)
def later_stamp_replaces(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    def stamp(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
        canvas = empty_canvas(x, weight, sH, sW)
        add_stamps(x, weight, canvas, sH, sW, add=False)
        return canvas

    return transposed(stamp, x, weight, *rest, **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You go through the kernel's entries, and a later entry replaces what an earlier one left "
        "on the same cell. What falls on one cell adds up: `=` where `+=` belongs.",
        "커널의 원소를 하나씩 처리하면서 나중 원소가 같은 칸의 앞선 값을 지웁니다. 한 칸에 놓이는 "
        "값은 모두 더해져야 합니다. `+=`를 쓸 자리에 `=`를 썼습니다.",
    ),
    loses=("transposed_conv.worked_example", "transposed_conv.stamps_add_up"),
)
def later_tap_replaces(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    def stamp(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
        canvas = empty_canvas(x, weight, sH, sW)
        add_taps(x, weight, canvas, sH, sW, add=False)
        return canvas

    return transposed(stamp, x, weight, *rest, **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "Of several input channels only the last one counts: each replaces the one before. An "
        "output channel is the sum over all input channels.",
        "입력 채널이 여럿이면 마지막 채널만 남습니다. 채널마다 앞 채널의 결과를 지우기 때문입니다. "
        "출력 채널은 모든 입력 채널의 합입니다.",
    ),
    loses=("transposed_conv.channels_and_samples",),
)
def last_input_channel_alone(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    def stamp(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
        return stamped(x[:, -1:], weight[-1:], sH, sW)

    return transposed(stamp, x, weight, *rest, **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You compute the first sample of the batch and leave the others empty. Every sample gets "
        "its own result from the same kernel.",
        "배치의 첫 샘플만 계산하고 나머지는 비워 두었습니다. 모든 샘플을 같은 커널로 각각 계산해야 "
        "합니다.",
    ),
    loses=("transposed_conv.worked_embedded", "transposed_conv.channels_and_samples"),
)
def first_sample_alone(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    def stamp(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
        canvas = empty_canvas(x, weight, sH, sW)
        add_taps(x[:1], weight, canvas[:1], sH, sW)
        return canvas

    return transposed(stamp, x, weight, *rest, **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You add up in a tensor of integers, which cuts off the fraction of every stamp. The "
        "worked example does not show it, since it holds whole numbers only. Use the input's "
        "dtype.",
        "정수 텐서에 더하고 있어 도장마다 소수점 아래가 잘립니다. 손계산 예제는 모두 정수라서 "
        "드러나지 않습니다. 입력의 dtype을 쓰십시오.",
    ),
    loses=("transposed_conv.stamps_add_up", "transposed_conv.gradient_of_x"),
)
def sums_of_whole_numbers(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    def stamp(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
        canvas = empty_canvas(x, weight, sH, sW).long()
        add_stamps(x, weight, canvas, sH, sW, add=True)
        return canvas.to(x.dtype)

    return transposed(stamp, x, weight, *rest, **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You add up in float32 and turn the result back into the input's dtype. That looks right, "
        "but float64 has lost half of its digits on the way.",
        "float32로 더한 뒤 입력의 dtype으로 되돌립니다. 겉보기에는 맞지만 float64는 도중에 "
        "자릿수의 절반을 잃습니다.",
    ),
    loses=("transposed_conv.dtype",),
)
def sums_in_float32(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    def stamp(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
        return stamped(x.float(), weight.float(), sH, sW).to(x.dtype)

    return transposed(stamp, x, weight, *rest, **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "Your canvas has torch's default dtype, so float64 is added up in float32. Make the canvas "
        "like x.",
        "캔버스가 torch의 기본 dtype으로 만들어졌습니다. 그래서 float64가 float32로 더해집니다. "
        "캔버스는 x와 같은 dtype으로 만드십시오.",
    ),
    loses=("transposed_conv.dtype",),
)
def canvas_in_the_default_dtype(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    def stamp(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
        canvas = torch.zeros(empty_canvas(x, weight, sH, sW).shape, device=x.device)
        add_taps(x, weight, canvas, sH, sW)
        return canvas

    return transposed(stamp, x, weight, *rest, **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You pull the kernel's entries apart by the stride, which is dilation. Stride moves whole "
        "stamps apart; inside a stamp the kernel stays as it is.",
        "stride만큼 커널의 원소 사이를 벌렸습니다. 그것은 dilation입니다. stride는 도장과 도장 "
        "사이의 간격이며, 도장 안의 커널은 그대로입니다.",
    ),
    loses=("transposed_conv.stride",),
)
def stride_between_the_entries_of_the_kernel(
    x: Tensor, weight: Tensor, *rest: Any, **settings: Any
) -> Tensor:
    def stamp(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
        kH, kW = weight.shape[2:]
        size = (kH - 1) * sH + 1, (kW - 1) * sW + 1
        dilated = weight.new_zeros(*weight.shape[:2], *size)
        dilated[:, :, ::sH, ::sW] = weight
        return stamped(x, dilated, 1, 1)

    return transposed(stamp, x, weight, *rest, **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "The numbers are right, but the result is cut off from what it was computed from, so "
        "nothing could learn through it. Stay with torch's operations on the tensors themselves: "
        "no detach, no .data, no .item(), no NumPy.",
        "값은 맞지만 결과와 입력의 연결이 끊겨 있어 이 함수를 지나서는 학습할 수 없습니다. detach, "
        ".data, .item(), NumPy를 쓰지 말고 텐서 그대로 torch 연산을 사용하십시오.",
    ),
    loses=(
        "transposed_conv.gradient_of_x",
        "transposed_conv.gradient_of_parameters",
        "transposed_conv.worked_gradient",
    ),
)
def result_detached(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return transposed(stamped, x, weight, *rest, **settings).detach()
