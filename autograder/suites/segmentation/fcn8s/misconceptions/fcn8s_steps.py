"""Misconceptions about `convolutionalize` and `fuse_skip`, the steps to FCN-8s."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from autograder.authoring.marks import misconception
from autograder.document.text import Text


def _check_features(linear: nn.Linear, channels: int, kernel_size: int) -> None:
    if linear.in_features != channels * kernel_size**2:
        raise ValueError(
            f"linear has {linear.in_features} in_features, but channels * kernel_size**2 is "
            f"{channels * kernel_size**2}"
        )


def _empty_conv(linear: nn.Linear, channels: int, k: int, *, bias: bool = True) -> nn.Conv2d:
    return nn.Conv2d(
        channels,
        linear.out_features,
        k,
        bias=bias and linear.bias is not None,
        device=linear.weight.device,
        dtype=linear.weight.dtype,
    )


def _filled(conv: nn.Conv2d, linear: nn.Linear, weight: Tensor) -> nn.Conv2d:
    with torch.no_grad():
        conv.weight.copy_(weight)
        if conv.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv


@misconception(
    "convolutionalize",
    explanation=Text(
        "You gave the convolution a view of the fully connected layer's memory, so training one "
        "changes the other. The numbers are right: copy them into parameters of its own.",
        "합성곱의 파라미터가 완전연결층의 메모리를 함께 씁니다. 그래서 한쪽을 학습하면 다른 쪽도 "
        "바뀝니다. 값은 맞으므로 독립된 파라미터에 복사하십시오.",
    ),
    loses=("fcn8s.convolution_is_independent",),
)
def convolution_that_shares_its_weights(
    linear: nn.Linear, channels: int, kernel_size: int
) -> nn.Conv2d:
    _check_features(linear, channels, kernel_size)
    conv = _empty_conv(linear, channels, kernel_size)
    conv.weight.data = linear.weight.data.view(conv.weight.shape)
    if conv.bias is not None:
        conv.bias.data = linear.bias.data
    return conv


@misconception(
    "convolutionalize",
    explanation=Text(
        "You read the fully connected weights as if the channels came last: row, column, channel. "
        "flatten(1) puts all of channel 0 first, row by row, so the channel is the first of the "
        "three.",
        "완전연결층의 가중치를 행, 열, 채널 순서로 읽었습니다. flatten(1)은 채널 0 전체를 행 "
        "순서로 먼저 놓으므로 채널이 가장 앞에 옵니다.",
    ),
    loses=("fcn8s.convolution_equals_linear",),
)
def weights_with_channels_last(linear: nn.Linear, channels: int, kernel_size: int) -> nn.Conv2d:
    _check_features(linear, channels, kernel_size)
    conv = _empty_conv(linear, channels, kernel_size)
    weight = linear.weight.reshape(-1, kernel_size, kernel_size, channels)
    return _filled(conv, linear, weight.permute(0, 3, 1, 2))


@misconception(
    "convolutionalize",
    explanation=Text(
        "You swapped rows and columns of each kernel. flatten(1) goes through a channel row by "
        "row, so after the channel comes the row, and then the column.",
        "커널의 행과 열을 바꾸었습니다. flatten(1)은 각 채널을 행 순서로 훑으므로 채널 다음에 행, "
        "그 다음에 열이 옵니다.",
    ),
    loses=("fcn8s.convolution_equals_linear",),
)
def kernels_transposed(linear: nn.Linear, channels: int, kernel_size: int) -> nn.Conv2d:
    _check_features(linear, channels, kernel_size)
    conv = _empty_conv(linear, channels, kernel_size)
    return _filled(conv, linear, linear.weight.reshape(conv.weight.shape).transpose(2, 3))


@misconception(
    "convolutionalize",
    explanation=Text(
        "You left the bias behind: the convolution has none. Wherever the fully connected layer "
        "has a bias, the convolution needs the same one.",
        "bias를 옮기지 않아 합성곱에 bias가 없습니다. 완전연결층에 bias가 있으면 합성곱에도 같은 "
        "bias가 있어야 합니다.",
    ),
    loses=("fcn8s.convolution_equals_linear", "fcn8s.convolution_has_bias_as_linear"),
)
def bias_left_behind(linear: nn.Linear, channels: int, kernel_size: int) -> nn.Conv2d:
    _check_features(linear, channels, kernel_size)
    conv = _empty_conv(linear, channels, kernel_size, bias=False)
    return _filled(conv, linear, linear.weight.reshape(conv.weight.shape))


@misconception(
    "convolutionalize",
    explanation=Text(
        "You do not ask whether the layer reads a map of this size, and reshape what there is. Say "
        "so with a ValueError where in_features is not channels · kernel_size².",
        "완전연결층이 이 크기의 맵을 읽는지 확인하지 않고 reshape합니다. in_features가 channels · "
        "kernel_size²와 다르면 ValueError로 알려야 합니다.",
    ),
    loses=("fcn8s.convolution_refuses_other_sizes",),
)
def features_not_counted(linear: nn.Linear, channels: int, kernel_size: int) -> nn.Conv2d:
    conv = _empty_conv(linear, channels, kernel_size)
    weight = linear.weight.reshape(-1, channels, kernel_size, kernel_size)
    conv.weight = nn.Parameter(weight.detach().clone())
    if conv.bias is not None:
        conv.bias = nn.Parameter(linear.bias.detach().clone())
    return conv


def _check_samples(coarse: Tensor, skip: Tensor) -> None:
    if coarse.shape[:2] != skip.shape[:2]:
        raise ValueError("coarse and skip differ in N or K")


def _check_window(coarse: Tensor, skip: Tensor, offset: int) -> None:
    h, w = coarse.shape[2:]
    H, W = skip.shape[2:]
    if offset < 0 or offset + h > H or offset + w > W:
        raise ValueError(f"a window of {h} x {w} at offset {offset} does not fit into {H} x {W}")


def _window(coarse: Tensor, skip: Tensor, top: int, left: int) -> Tensor:
    h, w = coarse.shape[2:]
    return skip[:, :, top : top + h, left : left + w]


@misconception(
    "fuse_skip",
    explanation=Text(
        "You took the window from the centre of skip and left offset unused. The two maps do not "
        "share a centre: the window's upper left corner lies at (offset, offset).",
        "offset을 쓰지 않고 skip의 가운데에서 창을 잘랐습니다. 두 맵은 중심이 같지 않으므로 창의 "
        "왼쪽 위 모서리는 (offset, offset)에 있어야 합니다.",
    ),
    loses=("fcn8s.fusion_adds_window",),
)
def window_at_the_centre(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    _check_samples(coarse, skip)
    _check_window(coarse, skip, offset)
    margins = [skip.shape[axis] - coarse.shape[axis] for axis in (2, 3)]
    return coarse + _window(coarse, skip, margins[0] // 2, margins[1] // 2)


@misconception(
    "fuse_skip",
    explanation=Text(
        "You cut offset off all four sides of skip. Only the upper left corner is given by offset; "
        "how large the window is, coarse says.",
        "skip의 네 변에서 모두 offset만큼 잘라냈습니다. offset은 창의 왼쪽 위 모서리만 정하고, "
        "창의 크기는 coarse가 정합니다.",
    ),
    loses=("fcn8s.fusion_adds_window",),
)
def offset_cut_off_every_side(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    _check_samples(coarse, skip)
    _check_window(coarse, skip, offset)
    H, W = skip.shape[2:]
    return coarse + skip[:, :, offset : H - offset, offset : W - offset]


@misconception(
    "fuse_skip",
    explanation=Text(
        "You trust slicing to notice a window that does not fit. It only cuts the window short, or "
        "counts a negative offset from the end, and what is left may even be broadcast. Compare "
        "the sizes first, and raise a ValueError.",
        "맞지 않는 창을 슬라이싱이 알아차릴 것이라고 믿었습니다. 슬라이싱은 창을 짧게 자르거나 "
        "음수 offset을 끝에서부터 셀 뿐이고, 남은 부분이 broadcast될 수도 있습니다. 먼저 크기를 "
        "비교하여 ValueError를 내야 합니다.",
    ),
    loses=("fcn8s.fusion_refuses_misplaced_windows",),
)
def window_cut_short_in_silence(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    _check_samples(coarse, skip)
    return coarse + _window(coarse, skip, offset, offset)


@misconception(
    "fuse_skip",
    explanation=Text(
        "You do not compare the numbers of samples and classes. Where one of them is 1, adding "
        "broadcasts in silence, and one image's scores are added to all the others.",
        "샘플 수와 클래스 수를 비교하지 않습니다. 한쪽이 1이면 덧셈이 아무 말 없이 broadcast되어 "
        "한 이미지의 점수가 다른 이미지에도 더해집니다.",
    ),
    loses=("fcn8s.fusion_refuses_other_samples_or_classes",),
)
def samples_and_classes_broadcast(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    _check_window(coarse, skip, offset)
    return coarse + _window(coarse, skip, offset, offset)


@misconception(
    "fuse_skip",
    explanation=Text(
        "You average the two maps. The finer scores are added to the coarse ones; the network "
        "learns by itself how much each counts.",
        "두 점수 맵의 평균을 냈습니다. 세밀한 점수는 거친 점수에 더해야 합니다. 각각의 비중은 "
        "네트워크가 스스로 학습합니다.",
    ),
    loses=("fcn8s.fusion_adds_window",),
)
def average_instead_of_sum(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    _check_samples(coarse, skip)
    _check_window(coarse, skip, offset)
    return (coarse + _window(coarse, skip, offset, offset)) / 2
