"""Public tests of unet.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import pytest
import torch
import unet
from expectations import about, expect, expect_that, refused
from torch import nn


def parameters(module: nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())


@about(
    "center_crop",
    "The window is centred, and an odd margin is left at the bottom or right",
    "창은 가운데에 있고, 여백이 홀수이면 남는 줄은 아래쪽이나 오른쪽에 둡니다",
    hint=(
        "Out of 5 rows 2 are to stay, so 3 go. Which way does your division round?",
        "5행 가운데 2행을 남기면 3행을 버립니다. 지금의 나눗셈은 어느 쪽으로 반올림합니까?",
    ),
)
@pytest.mark.parametrize(
    ("size", "rows", "columns"),
    [((3, 4), slice(1, 4), slice(1, 5)), ([2, 3], slice(1, 3), slice(1, 4))],
    ids=["even margins", "odd margins"],
)
def test_the_window_is_centred_and_an_odd_margin_is_left_at_the_bottom_right(
    size, rows, columns
) -> None:
    x = torch.arange(1 * 2 * 5 * 6).reshape(1, 2, 5, 6)
    expect(unet.center_crop(x, size), x[:, :, rows, columns])


@about(
    "center_crop",
    "A window that is not inside the map is a ValueError",
    "맵 안에 들어가지 않는 창은 ValueError입니다",
    hint=(
        "Height and width each have a smallest and a largest size.",
        "높이와 너비에는 각각 가장 작은 값과 가장 큰 값이 있습니다.",
    ),
)
@pytest.mark.parametrize("size", [(6, 2), (2, 7), (0, 2)])
def test_a_window_that_does_not_fit_is_refused_by_name(size) -> None:
    with refused("size", "x"):
        unet.center_crop(torch.zeros(1, 1, 5, 6), size)


@about(
    "concat_skip",
    "The skip's centre and the upsampled map are joined along channels, the skip first",
    "skip의 가운데 부분과 upsampled를 skip부터 채널 방향으로 이어 붙입니다",
    hint=(
        "Which of the two maps changes its size, and which is in front?",
        "두 맵 가운데 크기가 바뀌는 것은 어느 쪽이고, 앞에 오는 것은 어느 쪽입니까?",
    ),
)
def test_the_cropped_skip_comes_first() -> None:
    skip = torch.arange(1.0, 1 * 2 * 6 * 7 + 1).reshape(1, 2, 6, 7)
    upsampled = -torch.arange(1.0, 1 * 1 * 4 * 3 + 1).reshape(1, 1, 4, 3)
    joined = torch.empty(1, 3, 4, 3)
    joined[:, :2], joined[:, 2:] = skip[:, :, 1:5, 2:5], upsampled
    expect(unet.concat_skip(skip, upsampled), joined)


@about(
    "concat_skip",
    "A skip that is too small is a ValueError",
    "skip이 더 작으면 ValueError입니다",
    hint=(
        "Compare height and width of both maps, each by itself, and name one of the two maps.",
        "두 맵의 높이와 너비를 각각 비교하고, 둘 중 하나의 이름을 알려 주십시오.",
    ),
)
def test_a_skip_that_is_too_small_is_refused_by_name() -> None:
    with refused("skip", "upsampled"):
        unet.concat_skip(torch.zeros(1, 2, 4, 8), torch.zeros(1, 2, 5, 6))


@about(
    "DoubleConv",
    "Convolution, ReLU, convolution, ReLU: without padding four rows and columns less",
    "합성곱, ReLU, 합성곱, ReLU: padding이 없으면 행과 열이 네 줄씩 줄어듭니다",
    hint=(
        "Does the number that comes in as padding reach both convolutions? Can there be a "
        "negative number behind a ReLU? Print the shapes of the parameters.",
        "padding으로 받은 수가 두 합성곱 모두에 전달됩니까? ReLU를 지난 값이 음수일 수 있습니까? "
        "파라미터의 shape을 출력해 보십시오.",
    ),
)
@pytest.mark.parametrize(("padding", "size"), [(0, (6, 9)), (1, (10, 13))])
def test_double_conv_and_padding(padding, size) -> None:
    torch.manual_seed(0)
    block = unet.DoubleConv(2, 5, padding)
    y = block(torch.randn(3, 2, 10, 13))
    expect_that(
        y.shape == (3, 5, *size),
        f"With padding {padding} a map of 10 × 13 becomes {size}: {(3, 5, *size)} in all, not "
        f"{tuple(y.shape)}.",
        f"padding이 {padding}이면 10 × 13 맵은 {size}이(가) 됩니다. 전체 shape은 "
        f"{(3, 5, *size)}이지 {tuple(y.shape)}이(가) 아닙니다.",
    )
    expect_that(
        bool((y >= 0).all()),
        "There are negative values: a ReLU follows the second convolution too.",
        "음수가 있습니다. 두 번째 합성곱 뒤에도 ReLU가 있습니다.",
    )
    count, asked = parameters(block), (2 * 9 + 1) * 5 + (5 * 9 + 1) * 5
    expect_that(
        count == asked,
        f"DoubleConv(2, 5) has {asked} parameters, not {count}.",
        f"DoubleConv(2, 5)의 파라미터는 {count}개가 아니라 {asked}개입니다.",
    )


@about(
    "UpBlock",
    "It doubles the size, halves the channels, and lets the skip join",
    "크기를 두 배로, 채널을 반으로 하고 skip을 이어 붙입니다",
    hint=(
        "With 8 channels coming in: how many leave upconv, how many enter conv after the skip "
        "has joined them, how many leave it? x keeps its new size; the skip gives way.",
        "8채널이 들어온다면 upconv에서 몇 채널이 나오고, skip과 합쳐 conv에 몇 채널이 들어가며, 몇 "
        "채널이 나옵니까? x는 새 크기를 유지하고 맞추는 쪽은 skip입니다.",
    ),
)
def test_an_up_block_doubles_the_size_and_halves_the_channels() -> None:
    block = unet.UpBlock(8)
    y = block(torch.randn(2, 8, 5, 6), torch.randn(2, 4, 14, 15))
    expect_that(
        y.shape == (2, 4, 6, 8),
        f"5 × 6 doubles to 10 × 12 and loses 4: (2, 4, 6, 8), not {tuple(y.shape)}.",
        f"5 × 6은 10 × 12가 된 뒤 4씩 줄어 (2, 4, 6, 8)이지 {tuple(y.shape)}이(가) 아닙니다.",
    )
    children = dict(block.named_children())
    expect_that(
        {"upconv", "conv"} <= set(children),
        f"The children are called upconv and conv, not {', '.join(children)}.",
        f"child의 이름은 upconv와 conv이지 {', '.join(children)}이(가) 아닙니다.",
    )


@about(
    "UNet",
    "The network of the paper has 31,030,658 parameters",
    "논문의 네트워크는 파라미터가 31,030,658개입니다",
    hint=(
        "Channels double on the way down and halve on the way up. Print the parameters child by "
        "child and compare them with figure 1 of the paper.",
        "채널은 내려가면서 두 배가 되고 올라가면서 반이 됩니다. child마다 파라미터를 출력해 논문의 "
        "그림 1과 비교해 보십시오.",
    ),
)
def test_the_unet_of_the_paper_has_31_million_parameters() -> None:
    count = parameters(unet.UNet())
    expect_that(
        count == 31_030_658,
        f"UNet() has {count:,} parameters, not 31,030,658.",
        f"UNet()의 파라미터가 31,030,658개가 아니라 {count:,}개입니다.",
    )


@about(
    "UNet",
    "572 gives 388 as in the paper, and padding 1 keeps the size",
    "논문처럼 572에서 388이 나오고, padding이 1이면 크기가 유지됩니다",
    hint=(
        "Write the size down after every convolution, pooling and step up, as in figure 1. Does "
        "padding reach every convolution?",
        "그림 1처럼 합성곱, pooling, 업샘플링마다 크기를 적어 보십시오. padding이 모든 합성곱에 "
        "전달됩니까?",
    ),
)
@pytest.mark.parametrize(
    ("settings", "image", "scores"),
    [
        ({"in_channels": 1, "num_classes": 2}, (1, 1, 572, 188), (1, 2, 388, 4)),
        ({"in_channels": 3, "num_classes": 4, "padding": 1}, (2, 3, 32, 48), (2, 4, 32, 48)),
    ],
    ids=["paper", "padding 1"],
)
def test_572_gives_388_as_in_the_paper_and_padding_keeps_the_size(settings, image, scores) -> None:
    with torch.no_grad():
        shape = tuple(unet.UNet(**settings, base_channels=2)(torch.randn(image)).shape)
    expect_that(
        shape == scores,
        f"An image of shape {image} gave scores of shape {shape}, not {scores}.",
        f"{image} 이미지에서 점수의 shape이 {scores}이(가) 아니라 {shape}입니다.",
    )


@about(
    "UNet",
    "A size that cannot pass is a ValueError that holds the size",
    "통과할 수 없는 크기는 그 크기를 언급하는 ValueError입니다",
    hint=(
        "Every pooling needs an even size, in height and in width, and something must be left at "
        "the bottom. Say the size that did not fit.",
        "pooling마다 높이와 너비가 짝수여야 하고, 맨 아래에도 무언가 남아야 합니다. 맞지 않은 "
        "크기를 메시지에 담으십시오.",
    ),
)
@pytest.mark.parametrize(
    ("padding", "height", "width"), [(0, 572, 570), (0, 172, 188), (1, 40, 32)]
)
def test_a_size_that_cannot_pass_is_refused_and_named(padding, height, width) -> None:
    model = unet.UNet(base_channels=1, padding=padding)
    with refused(str(height), str(width)):
        model(torch.zeros(1, 1, height, width))


@about(
    "UNet",
    "Any other padding is a ValueError",
    "다른 padding은 ValueError입니다",
    hint=(
        "The constructor is the place to refuse: nothing fits together with another padding.",
        "다른 padding으로는 크기가 맞지 않습니다. 생성자에서 거절해야 합니다.",
    ),
)
def test_another_padding_is_refused_by_name() -> None:
    with refused("padding"):
        unet.UNet(padding=2)
