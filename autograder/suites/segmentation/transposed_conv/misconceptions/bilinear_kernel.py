"""Misconceptions about `bilinear_kernel`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text


def _factor(size: int) -> int:
    return (size + 1) // 2


def _centre(size: int) -> float:
    return _factor(size) - 1 if size % 2 else _factor(size) - 0.5


def _triangle(size: int, factor: float, centre: float) -> Tensor:
    return 1 - (torch.arange(size, dtype=torch.float32) - centre).abs() / factor


def _right_triangle(size: int) -> Tensor:
    return _triangle(size, _factor(size), _centre(size))


def _diagonal(channels: int, kernel: Tensor) -> Tensor:
    return torch.eye(channels, dtype=kernel.dtype)[:, :, None, None] * kernel


@misconception(
    "bilinear_kernel",
    explanation=Text(
        "You divided the kernel by its sum. Bilinear interpolation needs it as it is: with stride "
        "f the kernels of neighbours overlap, and there their weights already add up to 1.",
        "커널을 합으로 나누었습니다. 쌍선형 보간에는 나누지 않은 커널이 필요합니다. stride가 f이면 "
        "이웃한 커널이 겹치는 곳에서 가중치의 합이 이미 1이 됩니다.",
    ),
    loses=("transposed_conv.even_sizes", "transposed_conv.odd_sizes"),
)
def kernel_normalised(channels: int, kernel_size: int) -> Tensor:
    t = _right_triangle(kernel_size)
    return _diagonal(channels, t.outer(t) / t.outer(t).sum())


@misconception(
    "bilinear_kernel",
    explanation=Text(
        "You filled every pair of channels, so each output channel would be the sum of all input "
        "channels. Interpolation keeps channels apart: only a channel's kernel to itself is not "
        "zero.",
        "모든 채널 쌍에 커널을 채웠습니다. 그러면 각 출력 채널이 모든 입력 채널의 합이 됩니다. "
        "보간은 채널을 섞지 않으므로, 자기 자신으로 가는 커널만 0이 아니어야 합니다.",
    ),
    loses=("transposed_conv.channel_diagonal",),
)
def every_pair_of_channels_filled(channels: int, kernel_size: int) -> Tensor:
    t = _right_triangle(kernel_size)
    return t.outer(t).repeat(channels, channels, 1, 1)


@misconception(
    "bilinear_kernel",
    explanation=Text(
        "Your centre is right for even sizes and half an entry off for odd ones. An odd kernel "
        "has a middle entry: that is the centre, and it holds 1.",
        "중심이 짝수 크기에서는 맞지만 홀수 크기에서는 반 칸 어긋납니다. 홀수 커널에는 가운데 "
        "칸이 있습니다. 그 칸이 중심이고 값은 1입니다.",
    ),
    loses=("transposed_conv.odd_sizes",),
)
def centre_of_even_sizes_for_odd_ones(channels: int, kernel_size: int) -> Tensor:
    factor = _factor(kernel_size)
    t = _triangle(kernel_size, factor, factor - 0.5)
    return _diagonal(channels, t.outer(t))


@misconception(
    "bilinear_kernel",
    explanation=Text(
        "Your centre is right for odd sizes and half an entry off for even ones. An even kernel "
        "has no middle entry: its centre lies between two, and the kernel is symmetric.",
        "중심이 홀수 크기에서는 맞지만 짝수 크기에서는 반 칸 어긋납니다. 짝수 커널에는 가운데 칸이 "
        "없습니다. 중심은 두 칸 사이에 있고 커널은 대칭입니다.",
    ),
    loses=("transposed_conv.even_sizes",),
)
def centre_of_odd_sizes_for_even_ones(channels: int, kernel_size: int) -> Tensor:
    factor = _factor(kernel_size)
    t = _triangle(kernel_size, factor, factor - 1)
    return _diagonal(channels, t.outer(t))


@misconception(
    "bilinear_kernel",
    explanation=Text(
        "You did not round f = (k+1)/2 down. For an even k that makes the triangle too wide and "
        "moves its centre; f is a whole number, the factor by which the map grows.",
        "f = (k+1)/2를 내림하지 않았습니다. 그래서 짝수 k에서 삼각형이 너무 넓어지고 중심도 "
        "옮겨집니다. f는 맵이 커지는 배율이며 정수입니다.",
    ),
    loses=("transposed_conv.even_sizes",),
)
def factor_not_rounded_down(channels: int, kernel_size: int) -> Tensor:
    factor = (kernel_size + 1) / 2
    t = _triangle(kernel_size, factor, factor - 1 if kernel_size % 2 else factor - 0.5)
    return _diagonal(channels, t.outer(t))


@misconception(
    "bilinear_kernel",
    explanation=Text(
        "Your kernel has whatever dtype torch makes by default, which a program may set to "
        "float64. Nothing here follows an input, so name the dtype: float32.",
        "커널의 dtype이 torch의 기본 dtype을 따릅니다. 기본 dtype은 프로그램이 float64로 바꿀 수 "
        "있습니다. 따를 입력이 없으므로 dtype을 float32로 명시해야 합니다.",
    ),
    loses=("transposed_conv.kernel_form",),
)
def kernel_in_the_default_dtype(channels: int, kernel_size: int) -> Tensor:
    t = _right_triangle(kernel_size).to(torch.get_default_dtype())
    return _diagonal(channels, t.outer(t))


@misconception(
    "bilinear_kernel",
    explanation=Text(
        "Your kernel is float64, as NumPy computes when it is not told otherwise. It becomes the "
        "weight of a layer, whose parameters are float32.",
        "커널이 float64입니다. NumPy는 따로 지정하지 않으면 float64로 계산합니다. 이 커널은 층의 "
        "가중치가 되며, 층의 매개변수는 float32입니다.",
    ),
    loses=("transposed_conv.kernel_form",),
)
def kernel_in_double_precision(channels: int, kernel_size: int) -> Tensor:
    t = _right_triangle(kernel_size).double()
    return _diagonal(channels, t.outer(t))
