"""Misconceptions about kernels, receptive fields and output strides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.authoring.marks import misconception
from autograder.document.text import Text

Layers = Sequence[Sequence[int]]


@misconception(
    "effective_kernel_size",
    explanation=Text(
        "You put holes behind the last tap, too: k taps have k − 1 gaps, not k.",
        "마지막 탭 뒤에도 구멍을 둡니다. 탭이 k개이면 간격은 k개가 아니라 k − 1개입니다.",
    ),
    loses=("atrous.effective_size_counts_the_holes",),
)
def holes_behind_the_last_tap(kernel_size: int, rate: int) -> int:
    if kernel_size < 1 or rate < 1:
        raise ValueError(f"kernel_size {kernel_size} and rate {rate} must be at least 1")
    return kernel_size * rate


@misconception(
    "effective_kernel_size",
    explanation=Text(
        "You put r holes between two taps. At rate 1 there are none: r − 1.",
        "두 탭 사이에 구멍을 r개 둡니다. rate가 1이면 구멍이 없습니다. r − 1개입니다.",
    ),
    loses=("atrous.effective_size_counts_the_holes",),
)
def rate_taken_for_the_holes(kernel_size: int, rate: int) -> int:
    if kernel_size < 1 or rate < 1:
        raise ValueError(f"kernel_size {kernel_size} and rate {rate} must be at least 1")
    return kernel_size + (kernel_size - 1) * rate


def _checked(layers: Layers) -> None:
    if any(number < 1 for layer in layers for number in layer):
        raise ValueError("layers must hold numbers of at least 1")


@misconception(
    "receptive_field",
    explanation=Text(
        "A layer's own stride widens what it sees. The jump is the product of the strides before.",
        "층 자신의 stride까지 곱합니다. jump는 앞선 층들의 stride의 곱입니다.",
    ),
    loses=("atrous.field_grows_by_the_jump_of_the_layers_before",),
)
def own_stride_in_the_jump(layers: Layers) -> int:
    _checked(layers)
    field, jump = 1, 1
    for kernel, stride, rate in layers:
        jump *= stride
        field += (kernel - 1) * rate * jump
    return field


@misconception(
    "receptive_field",
    explanation=Text(
        "You forget the strides: behind one, two neighbours lie several pixels apart.",
        "stride를 잊었습니다. stride 뒤에서는 이웃한 두 값이 여러 픽셀 떨어져 있습니다.",
    ),
    loses=("atrous.field_grows_by_the_jump_of_the_layers_before",),
)
def strides_forgotten(layers: Layers) -> int:
    _checked(layers)
    return 1 + sum((kernel - 1) * rate for kernel, _, rate in layers)


@misconception(
    "receptive_field",
    explanation=Text(
        "You multiply the kernel, not the distance of its taps, by the rate: (k·r − 1) in place of "
        "(k − 1)·r.",
        "탭 사이의 거리가 아니라 커널에 rate를 곱했습니다. (k·r − 1)이 아니라 (k − 1)·r입니다.",
    ),
    loses=("atrous.field_grows_with_the_rate",),
)
def kernel_times_rate(layers: Layers) -> int:
    _checked(layers)
    field, jump = 1, 1
    for kernel, stride, rate in layers:
        field += (kernel * rate - 1) * jump
        jump *= stride
    return field


def _denser(layers: Layers, output_stride: int, mistake: str = "") -> list[tuple[int, int, int]]:
    """Right but for one mistake."""
    _checked(layers)
    kept, dropped, new = 1, 1, []
    for kernel, stride, rate in layers:
        drops = kept >= output_stride
        if drops and mistake == "at once":
            dropped *= stride
        own = 1 if mistake == "replaced" and dropped > 1 else rate
        new.append((kernel, 1 if drops else stride, own * dropped))
        if not drops:
            kept *= stride
        elif mistake == "last only" and stride > 1:
            dropped = stride
        elif mistake not in ("at once", "last only", "no rates"):
            dropped *= stride
    if kept != output_stride and (mistake != "unreached" or kept < output_stride):
        raise ValueError(f"output_stride {output_stride} is no product of the first strides")
    return new


@misconception(
    "with_output_stride",
    explanation=Text(
        "The layer that loses its stride gets the rate, too. Its inputs are as dense as before: "
        "only the layers behind it change.",
        "stride를 잃은 층의 rate까지 키웁니다. 그 층의 입력은 전과 똑같이 촘촘합니다. 바뀌는 것은 "
        "그 뒤의 층입니다.",
    ),
    loses=("atrous.rates_grow_behind_dropped_strides",),
)
def rate_grows_where_the_stride_is_dropped(layers: Layers, output_stride: int) -> Any:
    return _denser(layers, output_stride, "at once")


@misconception(
    "with_output_stride",
    explanation=Text(
        "Only the last dropped stride counts. Of several, the rate takes the product.",
        "마지막으로 없앤 stride만 셉니다. 여럿이면 rate에 그 곱을 곱합니다.",
    ),
    loses=("atrous.rates_grow_behind_dropped_strides",),
)
def last_dropped_stride_only(layers: Layers, output_stride: int) -> Any:
    return _denser(layers, output_stride, "last only")


@misconception(
    "with_output_stride",
    explanation=Text(
        "Strides are dropped, and the rates stay: the same weights then see other pixels.",
        "stride만 없애고 rate는 그대로 둡니다. 그러면 같은 가중치가 다른 픽셀을 봅니다.",
    ),
    loses=("atrous.rates_grow_behind_dropped_strides",),
)
def rates_left_as_they_were(layers: Layers, output_stride: int) -> Any:
    return _denser(layers, output_stride, "no rates")


@misconception(
    "with_output_stride",
    explanation=Text(
        "A rate that was there is replaced. It is multiplied: the layer already had holes.",
        "원래 있던 rate를 바꾸어 버립니다. 이미 구멍이 있던 층이므로 곱해야 합니다.",
    ),
    loses=("atrous.rates_that_were_there_are_multiplied",),
)
def rates_replaced(layers: Layers, output_stride: int) -> Any:
    return _denser(layers, output_stride, "replaced")


@misconception(
    "with_output_stride",
    explanation=Text(
        "Where the product jumps over output_stride you go on: the output then comes at another "
        "stride than asked. That is a ValueError.",
        "곱이 output_stride를 건너뛰어도 계속합니다. 그러면 요청과 다른 간격의 출력이 나옵니다. "
        "ValueError여야 합니다.",
    ),
    loses=("atrous.output_stride_refuses_what_is_no_product",),
)
def output_stride_jumped_over(layers: Layers, output_stride: int) -> Any:
    return _denser(layers, output_stride, "unreached")


@misconception(
    "with_output_stride",
    explanation=Text(
        "You find the rates with /, which gives floats. They are counts: multiply up, or use //.",
        "/로 나누어 rate가 float가 되었습니다. rate는 개수이므로 곱해 나가거나 //를 쓰십시오.",
    ),
    loses=("atrous.output_stride_gives_ints",),
)
def rates_as_floats(layers: Layers, output_stride: int) -> Any:
    return [(kernel, stride, rate / 1) for kernel, stride, rate in _denser(layers, output_stride)]
