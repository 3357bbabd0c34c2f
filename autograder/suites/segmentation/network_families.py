"""Results that a network would have with one thing done otherwise: an offset, a ReLU, a crop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.authoring.traits import Relative
from autograder.document.text import Text
from autograder.suites.segmentation.unet import oracle

Weights = dict[str, tuple[Tensor, ...]]


def joins(skip: Tensor, upsampled: Tensor) -> Iterator[Relative]:
    """Other ways to bring skip and upsampled together."""
    for key, (join, text) in JOINS.items():
        yield Relative(key, text, partial(join, skip, upsampled))


def _at(begin: Callable[[int], int]) -> oracle.Join:
    def join(skip: Tensor, upsampled: Tensor) -> Tensor:
        h, w = upsampled.shape[2:]
        top, left = begin(skip.shape[2] - h), begin(skip.shape[3] - w)
        return torch.cat((skip[:, :, top : top + h, left : left + w], upsampled), 1)

    return join


def _resized(mode: str) -> oracle.Join:
    def join(skip: Tensor, upsampled: Tensor) -> Tensor:
        align = None if mode == "nearest" else False
        fitted = F.interpolate(skip, size=upsampled.shape[2:], mode=mode, align_corners=align)
        return torch.cat((fitted, upsampled), 1)

    return join


def _padded(skip: Tensor, upsampled: Tensor) -> Tensor:
    below, beside = skip.shape[2] - upsampled.shape[2], skip.shape[3] - upsampled.shape[3]
    margins = (beside // 2, beside - beside // 2, below // 2, below - below // 2)
    return torch.cat((skip, F.pad(upsampled, margins)), 1)


def _size(maps: Tensor) -> tuple[int, int]:
    return maps.shape[2], maps.shape[3]


def _enlarged(skip: Tensor, upsampled: Tensor) -> Tensor:
    fitted = F.interpolate(upsampled, size=skip.shape[2:], mode="bilinear", align_corners=False)
    return torch.cat((skip, fitted), 1)


def _turned_round(skip: Tensor, upsampled: Tensor) -> Tensor:
    joined = oracle.concat_skip(skip, upsampled)
    return torch.cat((joined[:, skip.shape[1] :], joined[:, : skip.shape[1]]), 1)


def _without(skip: Tensor, upsampled: Tensor) -> Tensor:
    return oracle.concat_skip(torch.zeros_like(skip), upsampled)


JOINS: dict[str, tuple[oracle.Join, Text]] = {
    "order": (
        _turned_round,
        Text(
            "the upsampled map comes before the skip", "upsampled를 skip보다 앞에 이어 붙였습니다"
        ),
    ),
    "upper left": (
        _at(lambda margin: 0),
        Text(
            "the skip is cropped at its upper left corner instead of its centre",
            "skip을 가운데가 아니라 왼쪽 위에서 잘랐습니다",
        ),
    ),
    "lower right": (
        _at(lambda margin: margin),
        Text(
            "the skip is cropped at its lower right corner instead of its centre",
            "skip을 가운데가 아니라 오른쪽 아래에서 잘랐습니다",
        ),
    ),
    "up": (
        _at(lambda margin: (margin + 1) // 2),
        Text(
            "where a margin of the skip is odd the extra line is left at the top and left",
            "skip의 여백이 홀수일 때 남는 줄을 위와 왼쪽에 두었습니다",
        ),
    ),
    "bilinear": (
        _resized("bilinear"),
        Text(
            "the skip is resized bilinearly instead of cropped",
            "skip을 자르지 않고 쌍선형 보간으로 크기를 맞추었습니다",
        ),
    ),
    "nearest": (
        _resized("nearest"),
        Text(
            "the skip is resized by nearest values instead of cropped",
            "skip을 자르지 않고 nearest 보간으로 크기를 맞추었습니다",
        ),
    ),
    "padded": (
        _padded,
        Text(
            "the upsampled map is padded to the skip's size instead of the skip cropped",
            "skip을 자르지 않고 upsampled에 padding을 더해 크기를 맞추었습니다",
        ),
    ),
    "twice": (
        lambda skip, upsampled: torch.cat((upsampled, upsampled), 1),
        Text(
            "the upsampled map is put beside itself, without the skip",
            "skip 없이 upsampled가 두 번 이어져 있습니다",
        ),
    ),
    "enlarged": (
        _enlarged,
        Text(
            "the upsampled map is resized to the skip instead of the skip cropped",
            "skip을 자르지 않고 upsampled를 skip의 크기로 보간했습니다",
        ),
    ),
    "added": (
        lambda skip, upsampled: oracle.center_crop(skip, _size(upsampled)) + upsampled,
        Text(
            "the two maps are added instead of put beside each other",
            "두 맵을 이어 붙이지 않고 더했습니다",
        ),
    ),
    "without": (
        _without,
        Text("the skip counts for nothing", "skip이 결과에 쓰이지 않습니다"),
    ),
}


def _convolve(first: bool, second: bool) -> oracle.Convolve:
    """A double convolution with a ReLU behind its first, its second layer, or not."""

    def convolve(x: Tensor, parameters: oracle.Parameters, padding: int) -> Tensor:
        weight1, bias1, weight2, bias2 = parameters
        assert weight1 is not None
        assert weight2 is not None
        x = F.conv2d(x, weight1, bias1, padding=padding)
        x = F.conv2d(x.clamp(min=0) if first else x, weight2, bias2, padding=padding)
        return x.clamp(min=0) if second else x

    return convolve


RELUS: dict[str, tuple[oracle.Convolve, Text]] = {
    "first": (
        _convolve(False, True),
        Text(
            "the ReLU between the two convolutions is missing", "두 합성곱 사이의 ReLU가 없습니다"
        ),
    ),
    "second": (
        _convolve(True, False),
        Text(
            "the ReLU behind the second convolution is missing",
            "두 번째 합성곱 뒤의 ReLU가 없습니다",
        ),
    ),
    "both": (
        _convolve(False, False),
        Text(
            "both ReLUs of the double convolution are missing", "두 합성곱의 ReLU가 모두 없습니다"
        ),
    ),
}


def _padding(trial: Trial) -> int:
    padding = trial.made_with.get("padding")
    return padding if isinstance(padding, int) else 0


def _whole(trial: Trial) -> tuple[Tensor, ...] | None:
    return trial.parameters.get("")


def double_conv(trial: Trial) -> Iterator[Relative]:
    x, parameters = trial.tensor("x"), _whole(trial)
    if x is None or parameters is None or len(parameters) != 4:
        return
    for key, (convolve, text) in RELUS.items():
        yield Relative(key, text, partial(convolve, x, parameters, _padding(trial)))
    for key, other, en, ko in (
        ("no padding", 0, "padding is never handed on", "padding이 전달되지 않습니다"),
        ("padded", 1, "padding is 1 whatever is asked for", "padding이 항상 1입니다"),
    ):
        yield Relative(key, Text(en, ko), partial(oracle.double_conv, x, parameters, other))


def _relu_before(skip: Tensor, upsampled: Tensor) -> Tensor:
    return oracle.concat_skip(skip, upsampled.clamp(min=0))


def up_block(trial: Trial) -> Iterator[Relative]:
    x, skip, parameters = trial.tensor("x"), trial.tensor("skip"), _whole(trial)
    if x is None or skip is None or parameters is None or len(parameters) != 6:
        return
    padding = _padding(trial)
    if parameters[0].shape[2:] != (2, 2):  # the student's order of the two parts is another one
        parameters = (*parameters[4:], *parameters[:4])
    block = partial(oracle.up_block, x, skip, parameters, padding)
    for key, (join, text) in JOINS.items():
        yield Relative(key, text, partial(block, join=join))
    relu = Text(
        "a ReLU stands behind the transposed convolution", "전치 합성곱 뒤에 ReLU가 있습니다"
    )
    yield Relative("relu", relu, partial(block, join=_relu_before))
    for key, (convolve, text) in RELUS.items():
        yield Relative(key, text, partial(block, convolve=convolve))


def unet(trial: Trial) -> Iterator[Relative]:
    x, weights = trial.tensor("x"), dict(trial.parameters)
    if x is None or "head" not in weights or x.shape[-1] > 300:
        return
    padding = _padding(trial)
    network = partial(oracle.unet, x, weights, padding)
    for key, (join, text) in JOINS.items():
        yield Relative(key, text, partial(network, expand=partial(oracle.up_block, join=join)))
    relu = Text(
        "a ReLU stands behind every transposed convolution", "전치 합성곱마다 뒤에 ReLU가 있습니다"
    )
    expand = partial(oracle.up_block, join=_relu_before)
    yield Relative("relu", relu, partial(network, expand=expand))
    for key, (convolve, text) in RELUS.items():
        expand = partial(oracle.up_block, convolve=convolve)
        yield Relative(key, text, partial(network, convolve=convolve, expand=expand))
    average = Text(
        "pooling takes averages instead of maxima", "max pooling이 아니라 평균 풀링입니다"
    )
    yield Relative("average", average, lambda: _pooled_by_average(x, weights, padding))


def _pooled_by_average(x: Tensor, weights: Weights, padding: int) -> Tensor:
    skips = []
    for level in (1, 2, 3, 4):
        x = oracle.double_conv(x, weights[f"down{level}"], padding)
        skips.append(x)
        x = F.avg_pool2d(x, 2)
    x = oracle.double_conv(x, weights["bottleneck"], padding)
    for level in (4, 3, 2, 1):
        x = oracle.up_block(x, skips[level - 1], weights[f"up{level}"], padding)
    weight, bias = weights["head"]
    return F.conv2d(x, weight, bias)
