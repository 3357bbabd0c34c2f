"""Public tests of atrous.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import atrous
import torch
from expectations import about, expect, expect_that, refused

LAYERS = [(3, 2, 1), (3, 1, 2), (2, 2, 1), (3, 2, 1), (5, 1, 1)]


def _expect_numbers(got: object, expected: object) -> None:
    expect_that(
        got == expected,
        f"It is {got}, not {expected}.",
        f"{expected}이어야 하지만 {got}입니다.",
    )


@about(
    "effective_kernel_size",
    "The rows from the first tap to the last, holes included",
    "첫 탭부터 마지막 탭까지, 구멍을 포함한 행의 수입니다",
    hint=(
        "Draw k taps with r − 1 holes between neighbours. How many gaps are there?",
        "이웃한 탭 사이에 구멍이 r − 1개 있는 탭 k개를 그려 보십시오. 간격은 몇 개입니까?",
    ),
)
def test_the_holes_count_for_the_effective_size() -> None:
    _expect_numbers(atrous.effective_kernel_size(3, 6), 13)
    _expect_numbers(atrous.effective_kernel_size(2, 3), 4)
    with refused("rate"):
        atrous.effective_kernel_size(3, 0)


@about(
    "receptive_field",
    "A layer adds (k − 1) · r times the product of the strides before it",
    "각 층은 (k − 1) · r에 앞선 stride의 곱을 곱한 만큼 넓힙니다",
    hint=(
        "The jumps here are 1, 2, 2, 4, 8. A layer's own stride only counts for those behind it.",
        "여기서 jump는 1, 2, 2, 4, 8입니다. 층 자신의 stride는 그 뒤의 층부터 셉니다.",
    ),
)
def test_the_receptive_field_grows_by_the_jumps() -> None:
    _expect_numbers(atrous.receptive_field(LAYERS), 53)
    _expect_numbers(atrous.receptive_field([]), 1)


@about(
    "with_output_stride",
    "Later strides become 1, and the rates behind them grow",
    "뒤의 stride는 1이 되고, 그보다 뒤에 있는 층의 rate가 커집니다",
    hint=(
        "The layer that loses its stride keeps its rate: its inputs are as dense as before. The "
        "receptive field stays 53.",
        "stride를 잃은 층의 rate는 그대로입니다. 그 층의 입력은 전과 똑같이 촘촘합니다. 수용 "
        "영역은 53 그대로입니다.",
    ),
)
def test_dropped_strides_become_rates_of_the_layers_behind() -> None:
    denser = [tuple(layer) for layer in atrous.with_output_stride(LAYERS, 2)]
    _expect_numbers(denser, [(3, 2, 1), (3, 1, 2), (2, 1, 1), (3, 1, 2), (5, 1, 4)])
    with refused("output_stride"):
        atrous.with_output_stride(LAYERS, 3)


@about(
    "atrous_conv2d",
    "Taps lie rate apart, and a pair is (vertical, horizontal)",
    "탭은 rate만큼 떨어져 있고, 쌍은 (세로, 가로) 순서입니다",
    hint=(
        "26 is 1·1 + 2·2 + 3·11 − 1·12: rows 0 and 2, columns 0 and 1. Nothing is flipped.",
        "26은 1·1 + 2·2 + 3·11 − 1·12입니다. 0행과 2행, 0열과 1열입니다. 뒤집지 않습니다.",
    ),
)
def test_taps_lie_rate_apart() -> None:
    x = torch.arange(1.0, 16).reshape(1, 1, 3, 5)
    weight = torch.tensor([[[[1.0, 2.0], [3.0, -1.0]]]])
    got = atrous.atrous_conv2d(x, weight, rate=(2, 1))
    expect(got, torch.tensor([[[[26.0, 31.0, 36.0, 41.0]]]]))


@about(
    "atrous_conv2d",
    "Channels are added up, zeros stand on both sides, the bias comes once",
    "채널을 더하고, 양쪽에 0을 덧붙이며, bias는 한 번 더합니다",
    hint=(
        "With padding 1 the single row of x lies in the middle of three.",
        "padding이 1이면 x의 한 행은 세 행의 가운데에 놓입니다.",
    ),
)
def test_channels_padding_and_bias() -> None:
    x = torch.tensor([[[[1.0, 2.0]], [[10.0, 20.0]]]], dtype=torch.float64)
    weight = torch.zeros(1, 2, 3, 1, dtype=torch.float64)
    weight[0, :, 1, 0] = torch.tensor([2.0, 1.0])
    weight[0, :, 2, 0] = 100.0  # sees the zeros below
    bias = torch.tensor([0.5], dtype=torch.float64)
    got = atrous.atrous_conv2d(x, weight, bias, padding=(1, 0))
    expect(got, torch.tensor([[[[12.5, 24.5]]]], dtype=torch.float64))


@about(
    "atrous_conv2d",
    "Channels that differ, a rate of 0 and an empty output are a ValueError",
    "맞지 않는 채널, 0인 rate, 빈 출력은 ValueError입니다",
    hint=(
        "How large is the kernel with its holes? Say what is wrong before anything is computed.",
        "구멍을 포함한 커널은 얼마나 큽니까? 계산하기 전에 무엇이 잘못인지 알려 주십시오.",
    ),
)
def test_what_fits_nothing_is_refused_by_name() -> None:
    x, weight = torch.ones(1, 2, 4, 6), torch.ones(3, 2, 3, 3)
    with refused("x", "weight"):
        atrous.atrous_conv2d(x[:, :1], weight)
    with refused("rate"):
        atrous.atrous_conv2d(x, weight, rate=(1, 0))
    with refused("x", "weight", "rate", "padding"):
        atrous.atrous_conv2d(x, weight, rate=2)


@about(
    "ASPP",
    "The branches are added up, and the size stays, however small the map",
    "가지들을 더하며, 맵이 아무리 작아도 크기는 그대로입니다",
    hint=(
        "On one pixel only the middle tap of each branch sees something: the sum is short.",
        "픽셀 하나에서는 가지마다 가운데 탭만 값을 봅니다. 합을 손으로 구할 수 있습니다.",
    ),
)
def test_aspp_adds_up_its_branches() -> None:
    net = atrous.ASPP(2, 3, rates=(1, 4))
    expected = torch.zeros(3)
    x = torch.tensor([2.0, -1.0])
    for branch in (net.branch1, net.branch2):
        weight, bias = branch.parameters()
        expected += weight.detach()[:, :, 1, 1] @ x + bias.detach()
    expect(net(x.reshape(1, 2, 1, 1)).detach(), expected.reshape(1, 3, 1, 1))
    expect_that(
        net(torch.zeros(2, 2, 3, 5)).shape == (2, 3, 3, 5),
        "(2, 2, 3, 5) should become (2, 3, 3, 5).",
        "(2, 2, 3, 5)은 (2, 3, 3, 5)가 되어야 합니다.",
    )
    with refused("rates"):
        atrous.ASPP(2, 3, rates=())
