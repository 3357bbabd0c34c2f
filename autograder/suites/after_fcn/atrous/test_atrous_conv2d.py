"""Checks of `atrous_conv2d`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.declared_function import DeclaredFunction
from autograder.document.text import Text
from autograder.suites.after_fcn.atrous import oracle
from autograder.suites.after_fcn.atrous.strategies import Case, convolution, convolutions, paper


def largest(x: Tensor, weight: Tensor, bias: Tensor | None = None, **_: object) -> float:
    """The magnitude to which results are rounded: every tap may see the largest value.

    A product of spectra rounds to it even where all taps see padding, and the result is 0.
    """
    offset = 0.0 if bias is None else float(bias.abs().max())
    return float(x.abs().max() * weight.abs().sum((1, 2, 3)).max()) + offset


CONV = DeclaredFunction(
    "atrous_conv2d",
    oracle.atrous_conv2d,
    cases=convolutions(),
    examples=(convolution(size=(3, 4), rate=1, padding=1), convolution(rate=(2, 1))),
    scale=largest,
)
BY_DEFAULT = {name: paper(1)[name] for name in ("x", "weight")}  # rate 1, padding 0
test_taps_lie_rate_apart = CONV.values(
    points=1.5,
    title=Text(
        "Taps lie rate apart, are not flipped, and all channels are added up",
        "탭은 rate만큼 떨어져 있고 뒤집지 않으며, 모든 채널을 더합니다",
    ),
    hint=Text(
        "y[0, 0, 0, 0] takes x at rows 0, r, 2r, …: which weight belongs to which of them?",
        "y[0, 0, 0, 0]은 x의 0, r, 2r, …행을 씁니다. 어느 가중치가 어느 행에 곱해집니까?",
    ),
    cases=convolutions(pairs=False, padded=False),
    examples=(
        BY_DEFAULT,
        paper(1),
        paper(2),
        convolution(rate=2, bias=False),
        convolution(size=(7, 8), rate=3),
    ),
)
test_rate_is_vertical_and_horizontal = CONV.values(
    points=1,
    title=Text("A pair of rates is (vertical, horizontal)", "rate의 쌍은 (세로, 가로) 순서입니다"),
    hint=Text(
        "The first number belongs to the rows, as the height comes first in a shape.",
        "shape에서 높이가 먼저이듯 첫 번째 수는 행의 것입니다.",
    ),
    cases=convolutions(padded=False),
    examples=(paper((2, 1)), paper((1, 3)), convolution(rate=(1, 2)), convolution(rate=(3, 1))),
)
test_padding_adds_zeros_on_every_side = CONV.values(
    points=1,
    title=Text(
        "Padding adds so many zeros on each side, a pair (vertical, horizontal)",
        "padding은 양쪽에 그 수만큼 0을 덧붙이며, 쌍은 (세로, 가로) 순서입니다",
    ),
    hint=Text(
        "How large is the output with padding p? Are the rows above and below treated alike?",
        "padding이 p이면 출력은 얼마나 큽니까? 위아래 행을 똑같이 다룹니까?",
    ),
    examples=(
        paper(1, padding=1),
        paper((2, 1), padding=(1, 0)),
        paper((1, 2), padding=(0, 3)),
        convolution(size=(1, 3), kernel=(3, 3), rate=4, padding=4),
        # Both taps of a column see padding.
        convolution((2, 1), (2, 1), (1, 3), (2, 1), (1, 0), bias=False),
    ),
)
test_bias_belongs_to_its_output_channel = CONV.values(
    points=0.5,
    title=Text("Each output channel gets its bias once", "출력 채널마다 bias를 한 번 더합니다"),
    hint=Text(
        "bias[o] is added to every place of output channel o. Once a tap, or once a sum?",
        "bias[o]는 출력 채널 o의 모든 자리에 더합니다. 탭마다입니까, 합마다 한 번입니까?",
    ),
    examples=(paper(1, bias=torch.tensor([0.5])), convolution(channels=(1, 4), rate=2)),
)
test_conv_keeps_dtype_and_device = CONV.keeps_dtype_and_device(points=0.5)
test_conv_gradients = CONV.gradients(points=1, to=("x", "weight", "bias"))
test_conv_takes_any_call = CONV.takes_any_call(points=0.5, pairs=("rate", "padding"))

SOME = convolution()
ONES = torch.ones(1, 2, 5, 6)


def refused(**changed: object) -> Case:
    return {**SOME, **changed}


test_conv_refuses_channels = CONV.refuses(
    points=0.5,
    title=Text(
        "Channels of x that do not match those of weight are a ValueError",
        "x와 weight의 채널 수가 다르면 ValueError입니다",
    ),
    hint=Text(
        "Which axis of weight holds the input's channels? A single channel would broadcast.",
        "weight의 어느 축이 입력 채널입니까? 채널이 하나이면 broadcast가 됩니다.",
    ),
    naming=("x", "weight"),
    invalid=[refused(x=torch.ones(2, c, 5, 6)) for c in (1, 3, 4)]
    + [refused(weight=torch.ones(3, 1, 2, 3))],
)
test_conv_refuses_biases = CONV.refuses(
    points=0.5,
    title=Text(
        "A bias that is not (C_out,) is a ValueError", "(C_out,)이 아닌 bias는 ValueError입니다"
    ),
    hint=Text(
        "One number would broadcast, and so would a column: look at the whole shape.",
        "수가 하나여도, 열 벡터여도 broadcast가 됩니다. shape 전체를 확인하십시오.",
    ),
    naming=("bias",),
    invalid=[
        refused(bias=torch.ones(shape)) for shape in ((1,), (2,), (4,), (1, 3), (3, 1), (3, 1, 1))
    ],
)
test_conv_refuses_settings = CONV.refuses(
    points=0.5,
    title=Text(
        "A rate below 1 or a padding below 0, in either direction, is a ValueError",
        "어느 방향이든 1보다 작은 rate나 0보다 작은 padding은 ValueError입니다",
    ),
    hint=Text(
        "A pair has two numbers. A negative padding would crop, where it does not stop.",
        "쌍에는 수가 두 개 있습니다. 음수 padding은 멈추지 않으면 잘라 냅니다.",
    ),
    naming=("rate", "padding"),
    invalid=[
        *(refused(rate=rate) for rate in (0, -1, (0, 1), (1, 0), (2, -1))),
        *(refused(padding=padding) for padding in (-1, (-1, 0), (0, -1))),
    ],
)
test_conv_refuses_empty_outputs = CONV.refuses(
    points=0.5,
    title=Text(
        "An output without a row or column is a ValueError, one with a single cell is none",
        "행이나 열이 없는 출력은 ValueError이고, 한 칸짜리 출력은 아닙니다",
    ),
    hint=Text(
        "A kernel with holes is as large as its effective size. Does it fit into the padded map?",
        "구멍 있는 커널의 크기는 effective size입니다. padding한 맵에 들어갑니까?",
    ),
    naming=("x", "weight", "rate", "padding"),
    invalid=[
        *(refused(rate=rate) for rate in (5, (5, 1), (1, 3))),
        refused(x=torch.ones(2, 2, 1, 6)),
        refused(x=torch.ones(2, 2, 1, 1), rate=2, padding=(0, 2)),
    ],
    valid=[refused(rate=(4, 2)), refused(x=torch.ones(2, 2, 1, 1), rate=2, padding=(1, 2))],
)
