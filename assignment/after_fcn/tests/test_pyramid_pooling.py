"""Public tests of pyramid_pooling.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import pyramid_pooling
import pytest
import torch
from expectations import about, expect, expect_that, refused


@about(
    "bin_pool2d",
    "The worked example: bins that share the middle row and column",
    "예제: 두 칸이 가운데 행과 열을 함께 씁니다",
    hint=(
        "Bin 0 covers rows 0–1 and columns 0–2, bin 1 rows 1–2 and columns 2–4.",
        "0번 칸은 0–1행과 0–2열을, 1번 칸은 1–2행과 2–4열을 덮습니다.",
    ),
)
def test_the_worked_example_of_bins() -> None:
    x = torch.arange(1.0, 16).reshape(1, 1, 3, 5)
    expect(pyramid_pooling.bin_pool2d(x, 2), torch.tensor([[[[4.5, 6.5], [9.5, 11.5]]]]))


@about(
    "bin_pool2d",
    "More bins than rows repeat rows",
    "행보다 칸이 많으면 칸이 행을 반복합니다",
    hint=(
        "With 2 rows and 3 bins the middle bin covers floor(2/3) … ceil(4/3) − 1.",
        "2행을 3칸으로 나누면 가운데 칸은 floor(2/3) … ceil(4/3) − 1행입니다.",
    ),
)
def test_more_bins_than_rows_repeat_rows() -> None:
    x = torch.tensor([[[[1.0, 2, 9], [3, 4, 5]]]], dtype=torch.float64)
    bins = [[1.0, 2, 9], [2, 3, 7], [3, 4, 5]]
    expect(pyramid_pooling.bin_pool2d(x, 3), torch.tensor([[bins]], dtype=torch.float64))


@about(
    "bilinear_resize",
    "The worked example: straight between the centres, the edge's value beyond them",
    "예제: 중심 사이는 곧게, 그 바깥은 가장자리 값입니다",
    hint=(
        "u is −0.2 (clamped to 0), 0.4, 1, 1.6 and 2.2 (clamped to 2).",
        "u는 −0.2(0으로 제한), 0.4, 1, 1.6, 2.2(2로 제한)입니다.",
    ),
)
def test_the_worked_example_of_resizing() -> None:
    x = torch.tensor([[[[0.0, 10, 40]]]])
    expect(pyramid_pooling.bilinear_resize(x, (2, 5)), torch.tensor([[[[0.0, 4, 10, 28, 40]] * 2]]))


@about(
    "bilinear_resize",
    "Shrinking mixes two neighbours and smooths nothing",
    "줄일 때는 이웃한 두 값만 섞고 미리 흐리게 하지 않습니다",
    hint=(
        "6 columns to 2: u is 1 and 4. 1 row stays as it is.",
        "6열을 2열로 줄이면 u는 1과 4입니다. 1행은 그대로입니다.",
    ),
)
def test_shrinking_takes_what_lies_at_the_centres() -> None:
    x = torch.tensor([[[[5.0, 1, 7, 0, 3, 9]]]])
    expect(pyramid_pooling.bilinear_resize(x, [1, 2]), torch.tensor([[[[1.0, 3]]]]))


@about(
    "PyramidPooling",
    "2,048 channels make four levels of 512, 4,194,304 parameters in all",
    "채널이 2,048개이면 512채널의 네 단계, 파라미터는 모두 4,194,304개입니다",
    hint=(
        "One 1 × 1 convolution a level, without bias, in children called level1 … level4.",
        "단계마다 bias 없는 1 × 1 합성곱 하나이며, 이름은 level1 … level4입니다.",
    ),
)
def test_levels_share_the_channels_of_the_input() -> None:
    module = pyramid_pooling.PyramidPooling(2048)
    names = [name for name, child in module.named_children() if list(child.parameters())]
    levels = ["level1", "level2", "level3", "level4"]
    expect_that(sorted(names) == levels, f"Found {names}.", f"있는 것: {names}.")
    count = sum(parameter.numel() for parameter in module.parameters())
    expect_that(count == 4_194_304, f"There are {count}.", f"모두 {count}개입니다.")


@about(
    "PyramidPooling",
    "The input comes first, then every level in its order",
    "입력이 맨 앞에, 이어서 각 단계가 순서대로 옵니다",
    hint=(
        "With one bin every pixel of the level is the mean, times the weight.",
        "칸이 하나이면 그 단계의 모든 픽셀은 평균에 가중치를 곱한 값입니다.",
    ),
)
def test_the_input_comes_before_its_levels() -> None:
    module = pyramid_pooling.PyramidPooling(2, bins=(1, 3)).double()
    with torch.no_grad():
        for number, parameter in enumerate(module.parameters(), start=1):
            parameter.copy_(torch.tensor([number, -1.0]).reshape(1, 2, 1, 1))
    x = torch.tensor([[[[1.0, 2, 6]], [[0.0, 4, 5]]]], dtype=torch.float64)
    rows = [[1.0, 2, 6], [0.0, 4, 5], [0.0, 0, 0], [2.0, 0, 7]]
    expect(module(x), torch.tensor(rows, dtype=torch.float64).reshape(1, 4, 1, 3))


@about(
    "{name}",
    "What cannot be is a ValueError that names the argument",
    "불가능한 인자는 이름을 언급하는 ValueError입니다",
    hint=(
        "Say it before anything is computed: no bins, no pixels, channels that do not divide.",
        "계산하기 전에 알려 주십시오. 없는 칸, 없는 픽셀, 나누어떨어지지 않는 채널입니다.",
    ),
)
@pytest.mark.parametrize(
    ("name", "arguments", "named"),
    [
        ("bin_pool2d", (torch.ones(1, 1, 2, 3), 0), ("bins",)),
        ("bilinear_resize", (torch.ones(1, 1, 2, 3), (2, 0)), ("size",)),
        ("PyramidPooling", (6,), ("in_channels", "bins")),
        ("PyramidPooling", (6, ()), ("in_channels", "bins")),
    ],
)
def test_what_cannot_be_is_refused_by_name(name, arguments, named) -> None:
    with refused(*named):
        getattr(pyramid_pooling, name)(*arguments)
