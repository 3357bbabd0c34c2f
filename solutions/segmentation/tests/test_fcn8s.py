"""Public tests of fcn8s.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import fcn8s
import pytest
import torch
from expectations import about, expect, expect_that, refused
from torch import nn


def parameters(module: nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())


@about(
    "convolutionalize",
    "The convolution gives what the fully connected layer gives, wherever the window fits",
    "창이 들어가는 위치마다 합성곱은 완전연결층과 같은 값을 냅니다",
    hint=(
        "flatten(1) puts all of channel 0 first, row by row. Which weight meets which value?",
        "flatten(1)은 채널 0을 행 순서로 먼저 놓습니다. 어느 가중치가 어느 값과 만납니까?",
    ),
)
def test_the_convolution_says_what_the_linear_layer_said() -> None:
    torch.manual_seed(0)
    linear = nn.Linear(3 * 4 * 4, 5, dtype=torch.float64)
    x = torch.randn(2, 3, 4, 4, dtype=torch.float64)
    conv = fcn8s.convolutionalize(linear, 3, 4)
    expect(conv(x).flatten(1), linear(x.flatten(1)))
    shape = tuple(conv(torch.zeros(1, 3, 6, 9, dtype=torch.float64)).shape)
    expect_that(
        shape == (1, 5, 3, 6),
        f"On a map of 6 × 9 there are 3 × 6 places for the window, without padding: not {shape}.",
        f"6 × 9 맵에서 padding 없이 창이 들어가는 위치는 3 × 6개입니다: {shape}이(가) 아닙니다.",
    )


@about(
    "convolutionalize",
    "It owns its numbers, and has a bias only if the linear layer has one",
    "값은 독립된 복사본이고, 완전연결층에 bias가 있을 때만 bias가 있습니다",
    hint=(
        "What does nn.Conv2d make when it is told nothing about a bias? A view shares its memory: "
        "who else sees a change?",
        "bias에 대해 아무 말도 하지 않으면 nn.Conv2d는 무엇을 만듭니까? view는 메모리를 "
        "공유합니다. 값을 바꾸면 누가 함께 바뀝니까?",
    ),
)
def test_the_convolution_owns_its_numbers_and_has_a_bias_only_if_the_linear_layer_has() -> None:
    linear = nn.Linear(2 * 3 * 3, 4, bias=False)
    conv = fcn8s.convolutionalize(linear, 2, 3)
    expect_that(
        conv.bias is None,
        "linear has no bias, so the convolution has none either.",
        "linear에 bias가 없으므로 합성곱에도 없어야 합니다.",
    )
    before = conv.weight.detach().clone()
    with torch.no_grad():
        linear.weight.zero_()
    expect(
        conv.weight.detach(),
        before,
        "Changing linear later changed the convolution.",
        "나중에 linear를 바꾸자 합성곱도 바뀌었습니다.",
    )


@about(
    "convolutionalize",
    "A linear layer of another size is a ValueError that names it",
    "크기가 맞지 않는 완전연결층은 그것을 언급하는 ValueError입니다",
    hint=(
        "How many values does a map of that size have? Does the layer read that many?",
        "그 크기의 맵에는 값이 몇 개 있습니까? 완전연결층이 읽는 값의 수와 같습니까?",
    ),
)
def test_a_linear_layer_of_another_size_is_refused_by_name() -> None:
    with refused("linear", "in_features", "channels", "kernel_size"):
        fcn8s.convolutionalize(nn.Linear(20, 4), 2, 3)


@about(
    "fuse_skip",
    "The window of skip at (offset, offset) is added to coarse",
    "skip의 (offset, offset) 위치에 있는 창이 coarse에 더해집니다",
    hint=(
        "Offset 2 means: row 2, column 2 of skip is the window's upper left corner; the window "
        "is as large as coarse. Is anything counted from the centre?",
        "offset이 2이면 skip의 2행 2열이 창의 왼쪽 위 모서리이고 크기는 coarse와 같습니다. "
        "가운데를 기준으로 세지는 않았습니까?",
    ),
)
def test_the_skip_is_added_from_its_window_at_the_offset() -> None:
    coarse = torch.tensor([[[[100.0, 200.0]]]])
    skip = torch.arange(12.0).reshape(1, 1, 3, 4)
    expect(fcn8s.fuse_skip(coarse, skip, 2), torch.tensor([[[[110.0, 211.0]]]]))


@about(
    "fuse_skip",
    "A window that does not fit into skip is a ValueError",
    "skip 안에 들어가지 않는 창은 ValueError입니다",
    hint=(
        "Slicing never complains: it cuts short what is too long, and counts a negative start "
        "from the end.",
        "슬라이싱은 오류를 내지 않습니다. 넘치는 부분은 잘리고 음수는 끝에서부터 셉니다.",
    ),
)
@pytest.mark.parametrize("offset", [-1, 2, 3])
def test_a_window_that_does_not_fit_is_refused_by_name(offset) -> None:
    with refused("coarse", "skip", "offset"):
        fcn8s.fuse_skip(torch.zeros(1, 2, 2, 3), torch.zeros(1, 2, 5, 4), offset)


@about(
    "FCN8s",
    "It has the children and the parameters of the lecture's table",
    "강의 표의 child와 파라미터 수를 가집니다",
    hint=(
        "A convolution has out · in · k · k weights, and out biases unless it has none. Count a "
        "child by hand and compare.",
        "합성곱의 가중치는 출력 · 입력 · k · k개, bias는 출력 수만큼(없으면 0개)입니다. child "
        "하나를 직접 세어 비교하십시오.",
    ),
)
def test_fcn8s_has_the_parameters_of_the_lectures_table() -> None:
    model = fcn8s.FCN8s()
    table = {
        "features1": 38_720,
        "features2": 221_440,
        "features3": 1_475_328,
        "features4": 5_899_776,
        "features5": 7_079_424,
        "maxpool": 0,
        "classifier": 119_554_050,
        "upscore2": 64,
        "upscore4": 64,
        "upscore8": 1_024,
        "score_pool4": 1_026,
        "score_pool3": 514,
    }
    children = dict(model.named_children())
    missing = ", ".join(name for name in table if name not in children)
    expect_that(
        not missing,
        f"The model needs children of these names: {missing}.",
        f"이 이름의 child가 필요합니다: {missing}.",
    )
    counted = {name: parameters(children[name]) for name in table}
    wrong = ", ".join(f"{name}: {n:,}" for name, n in counted.items() if n != table[name])
    expect_that(
        not wrong,
        f"Parameters of these children are not those of the table: {wrong}.",
        f"이 child의 파라미터 수가 표와 다릅니다: {wrong}.",
    )
    total = parameters(model)
    expect_that(
        total == 134_271_430,
        f"The model has {total:,} parameters in all, not 134,271,430: what else learns?",
        f"파라미터가 모두 134,271,430개가 아니라 {total:,}개입니다. 무엇이 더 있습니까?",
    )


@about(
    "FCN8s",
    "Scores have the image's height and width",
    "점수 맵의 높이와 너비는 이미지와 같습니다",
    hint=(
        "Follow the height of a small image through the layers: think of ceil_mode, of padding "
        "100 and of the cut at 31.",
        "작은 이미지의 높이를 층마다 따라가 보십시오. ceil_mode, padding 100, 31에서 자르는 것을 "
        "생각하십시오.",
    ),
)
@pytest.mark.parametrize("size", [(1, 1), (33, 50), (64, 37)])
def test_scores_have_the_images_height_and_width(size) -> None:
    model = fcn8s.FCN8s(num_classes=3, base_channels=2, fc_channels=4).eval()
    with torch.no_grad():
        scores = model(torch.randn(2, 3, *size))
    expect_that(
        scores.shape == (2, 3, *size),
        f"An image of {size} gave scores of shape {tuple(scores.shape)}, not {(2, 3, *size)}.",
        f"{size} 이미지에서 점수의 shape이 {(2, 3, *size)}이(가) 아니라 "
        f"{tuple(scores.shape)}입니다.",
    )


def pass_through(child: nn.Module) -> None:
    """Set a child's convolutions to hand on their first channel as it is."""
    with torch.no_grad():
        for parameter in child.parameters():
            parameter.zero_()
            if parameter.dim() == 4:
                middle = parameter.shape[-1] // 2
                parameter[0, 0, middle, middle] = 1


@about(
    "FCN8s",
    "A ramp comes out where it went in, by each of the three depths",
    "경사진 이미지가 세 깊이 모두에서 제자리에 나옵니다",
    hint=(
        "Look at the offsets 5 (pool4) and 9 (pool3), at the cut at 31, at how the upscores start, "
        "and at whether features feed the skips after pooling. One pixel too far right is 2 too "
        "much.",
        "오프셋 5(pool4)와 9(pool3), 31에서 자르는 것, upscore의 초기값, 풀링한 뒤의 값이 skip으로 "
        "가는지를 살펴보십시오. 한 픽셀 오른쪽이면 값이 2만큼 큽니다.",
    ),
)
@pytest.mark.parametrize(
    ("path", "window"),
    [("score_pool3", 8), ("score_pool4", 16), ("classifier", 32)],
    ids=["pool3", "pool4", "pool5"],
)
def test_a_ramp_comes_out_where_it_went_in_by_each_of_the_three_depths(path, window) -> None:
    # The image grows by 1 a row and 2 a column. Max pooling over `window` pixels takes the last
    # pixel of each window, (window - 1) / 2 behind its centre; bilinear upsampling keeps a ramp.
    # So in the interior the scores are the image plus 3 · (window - 1) / 2, if offsets 5 and 9
    # and the cut at 31 are right: one pixel too far right is 2 too much.
    model = fcn8s.FCN8s(num_classes=1, base_channels=1, fc_channels=1).double().eval()
    for number in range(1, 6):
        pass_through(getattr(model, f"features{number}"))
    for name in ("classifier", "score_pool4", "score_pool3"):
        pass_through(getattr(model, name))
        if name != path:
            with torch.no_grad():
                for parameter in getattr(model, name).parameters():
                    parameter.zero_()

    height, width = 150, 180
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    image = (rows + 2 * columns).double()
    with torch.no_grad():
        scores = model(image.expand(1, 3, height, width))

    inside = (slice(64, height - 64), slice(64, width - 64))  # away from the padding's influence
    expect(
        scores[0, 0][inside],
        image[inside] + 3 * (window - 1) / 2,
        f"This is the path by {path} alone, rows and columns from 64 on.",
        f"{path}을(를) 지나는 경로만의 값이며, 64행 64열부터입니다.",
    )
