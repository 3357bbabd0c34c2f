"""Public tests of transposed_conv.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import pytest
import torch
import transposed_conv
from expectations import about, expect, expect_that, refused
from torch.nn.functional import conv2d

ERRATUM = (
    "Your output has 15 in row 3, column 3. That is the number on the lecture slide, and the "
    "slide is wrong there: its third step writes 5+2 where 3·1 must be added, so 5+3, and its "
    "last step 7+8 where 8+8 is right, so 16. Check: the output must sum to "
    "sum(input) · sum(kernel) = 10 · 17 = 170; with 15 it sums to 169.",
    "3행 3열이 15입니다. 강의 슬라이드의 값이지만 슬라이드가 틀렸습니다. 세 번째 단계의 5+2는 "
    "3·1을 더해야 하므로 5+3, 마지막 단계의 7+8은 8+8이므로 16입니다. 검산: 출력의 합은 "
    "sum(입력) · sum(커널) = 10 · 17 = 170이어야 하는데, 15이면 169입니다.",
)


def maps(*rows: list[float]) -> torch.Tensor:
    """One sample, one channel: (1, 1, H, W) from its rows."""
    return torch.tensor(rows, dtype=torch.float64)[None, None]


@about(
    "transposed_conv2d",
    "The worked example of the lecture",
    "강의의 손계산 예제와 같습니다",
    hint=(
        "Draw the four stamps on a 4 × 4 grid and add up what lies on each cell. The output sums "
        "to 170 where the additions are right.",
        "4 × 4 격자에 네 개의 도장을 그리고 칸마다 놓인 값을 더해 보십시오. 덧셈이 맞으면 출력의 "
        "합은 170입니다.",
    ),
)
def test_the_worked_example_of_the_lecture() -> None:
    x = maps([1, 2], [3, 4])
    kernel = maps([1, 2, 3], [2, 2, 1], [3, 2, 1])
    y = transposed_conv.transposed_conv2d(x, kernel)
    expected = maps([1, 4, 7, 6], [5, 16, 22, 14], [9, 22, 16, 6], [9, 18, 11, 4])
    slide = expected.clone()
    slide[0, 0, 2, 2] = 15
    if isinstance(y, torch.Tensor) and torch.equal(y, slide):
        expect(y, expected, *ERRATUM)
    expect(y, expected)


@about(
    "transposed_conv2d",
    "With stride 2 the stamps lie two apart",
    "stride가 2이면 도장은 두 칸씩 떨어집니다",
    hint=(
        "Stride moves the stamps apart; the kernel itself stays as it is. One stamp starts at "
        "column 0, one at column 2: which column do both reach?",
        "stride는 도장 사이의 간격이며 커널 자체는 그대로입니다. 도장 하나는 0열, 하나는 2열에서 "
        "시작합니다. 둘이 함께 덮는 열은 어디입니까?",
    ),
)
def test_with_stride_2_stamps_lie_two_apart() -> None:
    # One row is enough: 1·[1, 2, 3] at column 0, 10·[1, 2, 3] at column 2; they meet in column 2.
    y = transposed_conv.transposed_conv2d(maps([1, 10]), maps([1, 2, 3]), stride=2)
    expect(y, maps([1, 2, 13, 20, 30]))


@about(
    "transposed_conv2d",
    "padding trims the border, output_padding uncovers the bottom and the right again",
    "padding은 가장자리를 잘라 내고 output_padding은 아래와 오른쪽을 다시 드러냅니다",
    hint=(
        "Here padding takes away: stamp on the whole canvas first. What output_padding uncovers "
        "holds whatever stamps reach there.",
        "여기서 padding은 덧붙이지 않고 잘라 냅니다. 먼저 전체에 찍은 뒤 생각하십시오. "
        "output_padding이 드러낸 곳에는 그곳에 닿는 도장의 값이 있습니다.",
    ),
)
@pytest.mark.parametrize(
    ("settings", "columns"),
    [
        ({"padding": (1, 1)}, slice(1, 4)),
        ({"padding": [1, 1], "output_padding": [0, 1]}, slice(1, 5)),
    ],
    ids=["padding", "output_padding"],
)
def test_padding_trims_and_output_padding_uncovers_again(settings, columns) -> None:
    x, kernel = maps([1, 10]), maps([1, 2, 3], [4, 5, 6], [7, 8, 9])
    whole = maps([1, 2, 13, 20, 30], [4, 5, 46, 50, 60], [7, 8, 79, 80, 90])
    y = transposed_conv.transposed_conv2d(x, kernel, stride=2, **settings)
    expect(y, whole[:, :, 1:2, columns])


@about(
    "transposed_conv2d",
    "The bias is added once to every output value",
    "bias는 모든 출력값에 한 번씩 더해집니다",
    hint=(
        "For an input of zeros the output is the bias of its channel everywhere: once, also "
        "where stamps overlap. Which axis do its C_out values belong to?",
        "입력이 모두 0이면 출력은 어디서나 그 채널의 bias입니다. 도장이 겹치는 곳에서도 한 "
        "번입니다. C_out개의 값은 어느 축에 해당합니까?",
    ),
)
def test_the_bias_is_added_once_to_every_output_value() -> None:
    x = torch.zeros(2, 3, 2, 4, dtype=torch.float64)
    weight = torch.ones(3, 2, 3, 3, dtype=torch.float64)
    bias = torch.tensor([5.0, -1.0], dtype=torch.float64)
    y = transposed_conv.transposed_conv2d(x, weight, bias, stride=2)
    expect(y, bias[:, None, None].expand(2, 2, 5, 9))


@about(
    "transposed_conv2d",
    "It is the transpose of conv2d",
    "conv2d의 전치 연산입니다",
    hint=(
        "conv2d of the same weight, stride and padding is a matrix, and your function must be its "
        "transpose. Is the kernel flipped, or are its axes swapped?",
        "같은 weight, stride, padding의 conv2d는 하나의 행렬이고 이 함수는 그 전치여야 합니다. "
        "커널을 뒤집거나 축을 바꾸지는 않았습니까?",
    ),
)
def test_it_is_the_transpose_of_conv2d() -> None:
    # <conv2d(u), v> = <u, transposed_conv2d(v)> for all u, v: that is what "transposed" means.
    torch.manual_seed(0)
    weight = torch.randn(3, 2, 4, 3, dtype=torch.float64)
    v = torch.randn(2, 3, 5, 6, dtype=torch.float64)
    stride, padding = (2, 3), (1, 0)
    y = transposed_conv.transposed_conv2d(v, weight, stride=stride, padding=padding)
    expect_that(
        y.shape == (2, 2, 10, 18),
        f"H: (5 - 1)·2 - 2·1 + 4 = 10, W: (6 - 1)·3 - 0 + 3 = 18, not {tuple(y.shape)}.",
        f"H는 (5 - 1)·2 - 2·1 + 4 = 10, W는 (6 - 1)·3 - 0 + 3 = 18이지 {tuple(y.shape)}이(가) "
        "아닙니다.",
    )
    u = torch.randn(2, 2, 10, 18, dtype=torch.float64)
    there = (conv2d(u, weight, stride=stride, padding=padding) * v).sum()
    expect(
        (u * y).sum(),
        there,
        "For random u the sums of u · transposed_conv2d(x) and of conv2d(u) · x must be equal.",
        "임의의 u에 대해 u · transposed_conv2d(x)의 합과 conv2d(u) · x의 합이 같아야 합니다.",
    )


@about(
    "transposed_conv2d",
    "Gradients reach input, weight and bias",
    "gradient가 x, weight, bias에 전달됩니다",
    hint=(
        "The result must stay connected to its inputs: is it made of copied numbers (item, "
        "detach, numpy)?",
        "결과가 입력과 이어져 있어야 합니다. 숫자만 옮겨 담고 있지 않습니까 (item, detach, numpy)?",
    ),
)
def test_gradients_reach_input_weight_and_bias() -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 2, 2, 3, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(2, 3, 3, 2, dtype=torch.float64, requires_grad=True)
    bias = torch.randn(3, dtype=torch.float64, requires_grad=True)
    expect_that(
        torch.autograd.gradcheck(
            lambda *inputs: transposed_conv.transposed_conv2d(*inputs, stride=2),
            (x, weight, bias),
            raise_exception=False,
        ),
        "The gradients are not those of the function, or there are none.",
        "gradient가 없거나 함수의 기울기와 다릅니다.",
    )


@about(
    "transposed_conv2d",
    "Arguments that cannot be are a ValueError that names them",
    "있을 수 없는 인자는 그 이름을 언급하는 ValueError입니다",
    hint=(
        "stride ≥ 1, padding ≥ 0, 0 ≤ output_padding < stride in each direction; the channels of "
        "x and weight agree, and bias has C_out values. Broadcasting would hide a mistake.",
        "각 방향에서 stride ≥ 1, padding ≥ 0, 0 ≤ output_padding < stride이고, x와 weight의 채널이 "
        "같으며 bias의 값은 C_out개입니다. broadcasting은 실수를 가립니다.",
    ),
)
@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"weight": torch.zeros(5, 2, 3, 3)}, ("x", "weight")),
        ({"bias": torch.zeros(4)}, ("bias", "weight")),
        ({"stride": 0}, ("stride",)),
        ({"padding": -1}, ("padding",)),
        ({"stride": 2, "output_padding": 2}, ("stride", "output_padding")),
    ],
    ids=["channels", "bias", "stride", "padding", "output_padding"],
)
def test_arguments_that_cannot_be_are_refused_by_name(arguments, names) -> None:
    valid = {"x": torch.zeros(1, 3, 4, 5), "weight": torch.zeros(3, 2, 3, 3)}
    with refused(*names):
        transposed_conv.transposed_conv2d(**{**valid, **arguments})


@about(
    "bilinear_kernel",
    "The outer product of the triangle filter, for even and for odd sizes",
    "짝수와 홀수 크기에서 삼각 필터의 외적입니다",
    hint=(
        "For k = 4 the filter is 0.25, 0.75, 0.75, 0.25, for k = 3 it is 0.5, 1, 0.5. What are f "
        "and c? And which pairs of channels should mix?",
        "k = 4이면 필터는 0.25, 0.75, 0.75, 0.25이고 k = 3이면 0.5, 1, 0.5입니다. f와 c는 "
        "얼마입니까? 어떤 채널 쌍이 서로 섞여야 합니까?",
    ),
)
@pytest.mark.parametrize(
    "triangle", [[0.25, 0.75, 0.75, 0.25], [0.5, 1.0, 0.5]], ids=["even", "odd"]
)
def test_the_bilinear_kernel_of_an_even_and_of_an_odd_size(triangle) -> None:
    t = torch.tensor(triangle, dtype=torch.float32)
    expected = torch.zeros(2, 2, len(t), len(t), dtype=torch.float32)
    expected[0, 0] = expected[1, 1] = t[:, None] * t
    expect(transposed_conv.bilinear_kernel(2, len(t)), expected)
