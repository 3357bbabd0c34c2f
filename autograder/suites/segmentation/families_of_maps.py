"""Results of windows, crops and kernels with one thing done otherwise."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.authoring.traits import Relative
from autograder.document.text import Text
from autograder.suites.segmentation import network_families as networks
from autograder.suites.segmentation import right
from autograder.suites.segmentation.traits_of_maps import pair


def windows(trial: Trial) -> Iterator[Relative]:
    """Other windows of skip than the one at (offset, offset)."""
    coarse, skip, offset = (trial.arguments[name] for name in ("coarse", "skip", "offset"))
    assert isinstance(coarse, Tensor)
    assert isinstance(skip, Tensor)
    assert isinstance(offset, int)
    (h, w), (height, width) = coarse.shape[2:], skip.shape[2:]
    places = {
        "centre": ((height - h) // 2, (width - w) // 2, "the centre", "가운데"),
        "upper left": (
            0,
            0,
            "the upper left corner, whatever offset is,",
            "offset과 무관하게 왼쪽 위",
        ),
        "from the end": (
            height - h - offset,
            width - w - offset,
            "offset, counted from the lower right,",
            "오른쪽 아래에서 센 offset",
        ),
        "lower right": (height - h, width - w, "the lower right corner", "오른쪽 아래"),
        "one less": (offset - 1, offset - 1, "offset - 1", "offset - 1"),
        "one more": (offset + 1, offset + 1, "offset + 1", "offset + 1"),
    }
    for key, (top, left, en, ko) in places.items():
        text = Text(f"the window of skip is taken at {en} instead of (offset, offset)",
                    f"skip의 창을 (offset, offset)이 아니라 {ko}에서 잘랐습니다")  # fmt: skip

        def value(top: int = top, left: int = left) -> Tensor:
            return coarse + skip[:, :, top : top + h, left : left + w]

        yield Relative(key, text, value)
    own = skip[:, :, offset : offset + h, offset : offset + w]
    others: tuple[tuple[str, Callable[[], Tensor], str, str], ...] = (
        ("coarse", lambda: coarse, "skip adds nothing", "skip이 더해지지 않습니다"),
        ("window", lambda: own, "coarse is not in the result", "결과에 coarse가 없습니다"),
        ("mean", lambda: (coarse + own) / 2, "the two maps are averaged instead of added",
         "두 맵을 더하지 않고 평균했습니다"),
        ("product", lambda: coarse * own, "the two maps are multiplied instead of added",
         "두 맵을 더하지 않고 곱했습니다"),
        ("difference", lambda: coarse - own, "skip is taken away instead of added",
         "skip을 더하지 않고 뺐습니다"),
        ("maximum", lambda: torch.maximum(coarse, own), "the larger of the two is taken",
         "둘 중 큰 값을 취했습니다"),
        ("bilinear", lambda: coarse + torch.nn.functional.interpolate(
            skip, size=(h, w), mode="bilinear", align_corners=False),
         "skip is resized bilinearly to coarse instead of cut",
         "skip에서 창을 자르지 않고 coarse의 크기로 쌍선형 보간했습니다"),
        ("nearest", lambda: coarse + torch.nn.functional.interpolate(skip, size=(h, w)),
         "skip is resized to coarse by nearest values instead of cut",
         "skip에서 창을 자르지 않고 coarse의 크기로 nearest 보간했습니다"),
        ("every side", lambda: coarse + skip[:, :, offset : height - offset,
                                             offset : width - offset],
         "offset is cut off all four sides of skip", "skip의 네 변에서 offset만큼 잘랐습니다"),
    )  # fmt: skip
    for key, compute, en, ko in others:
        yield Relative(key, Text(en, ko), compute)


def crops(trial: Trial) -> Iterator[Relative]:
    """Other windows than the centred one."""
    x, size = trial.arguments["x"], trial.arguments["size"]
    assert isinstance(x, Tensor)
    wanted = pair(size)
    assert wanted is not None
    h, w = wanted
    below, beside = x.shape[2] - h, x.shape[3] - w
    places: tuple[tuple[str, Callable[[int], int], str, str], ...] = (
        ("upper left", lambda m: 0, "at the upper left corner", "왼쪽 위에서"),
        ("lower right", lambda m: m, "at the lower right corner", "오른쪽 아래에서"),
        ("up", lambda m: (m + 1) // 2,
         "with the odd row or column left at the top and left",
         "홀수 여백의 남는 줄을 위와 왼쪽에 두고"),
        ("even", lambda m: round(m / 2), "with halves rounded to even numbers",
         "여백의 절반을 짝수로 반올림하여"),
        ("less", lambda m: max(m // 2 - 1, 0), "one row and column too early", "한 줄 앞에서"),
        ("more", lambda m: m // 2 + 1, "one row and column too late", "한 줄 뒤에서"),
    )  # fmt: skip
    for key, begin, en, ko in places:

        def value(begin: Callable[[int], int] = begin) -> Tensor:
            top, left = begin(below), begin(beside)
            if top + h > x.shape[2] or left + w > x.shape[3]:
                raise ValueError("outside")
            return x[:, :, top : top + h, left : left + w]

        yield Relative(key, Text(f"the window is cut {en}", f"창을 {ko} 잘랐습니다"), value)
    halves = Text(
        "the window begins at H // 2 − h // 2, where (H − h) // 2 is right",
        "창이 (H − h) // 2가 아니라 H // 2 − h // 2에서 시작합니다",
    )

    def by_halves() -> Tensor:
        top, left = x.shape[2] // 2 - h // 2, x.shape[3] // 2 - w // 2
        return x[:, :, top : top + h, left : left + w]

    yield Relative("halves", halves, by_halves)
    swapped = Text("size is read as (w, h)", "size를 (w, h)로 읽었습니다")
    yield Relative("swapped", swapped, lambda: right.center_crop(x, (w, h)))


def joins(trial: Trial) -> Iterator[Relative]:
    skip, upsampled = trial.arguments["skip"], trial.arguments["upsampled"]
    assert isinstance(skip, Tensor)
    assert isinstance(upsampled, Tensor)
    yield from networks.joins(skip, upsampled)


def read_otherwise(trial: Trial) -> Iterator[Relative]:
    """The kernels of `convolutionalize` with the weights read in another order."""
    linear: Any = trial.made_with.get("linear")
    x = trial.arguments.get("x")
    channels, k = trial.made_with.get("channels"), trial.made_with.get("kernel_size")
    if linear is None or not isinstance(x, Tensor) or not isinstance(channels, int):
        return
    if trial.parameters:  # others were set since
        return
    assert isinstance(k, int)
    weight, bias = linear
    weight, bias = weight.to(x.dtype), None if bias is None else bias.to(x.dtype)
    axes = {"channel": channels, "row": k, "column": k}
    for order in itertools.permutations(axes):
        if order == ("channel", "row", "column"):
            continue
        text = Text(
            f"the weights of linear are read in the order {', '.join(order)}, where channel, row, "
            "column is right",
            f"linear의 가중치를 채널, 행, 열이 아니라 {_orders(order)} 순서로 읽었습니다",
        )

        def value(order: tuple[str, ...] = order) -> Tensor:
            read = weight.reshape(-1, *(axes[axis] for axis in order))
            places = [order.index(axis) + 1 for axis in axes]
            return torch.nn.functional.conv2d(x, read.permute(0, *places), bias)

        yield Relative(order, text, value)
    kernels = weight.reshape(-1, channels, k, k)
    for key, compute, en, ko in (
        ("bias", lambda: torch.nn.functional.conv2d(x, kernels),
         "the bias of linear is left out", "linear의 bias가 빠져 있습니다"),
        ("turned", lambda: torch.nn.functional.conv2d(x, kernels.flip(2, 3), bias),
         "the kernels are turned by 180°", "커널이 180° 돌아가 있습니다"),
    ):  # fmt: skip
        yield Relative(key, Text(en, ko), compute)


def _orders(order: tuple[str, ...]) -> str:
    words = {"channel": "채널", "row": "행", "column": "열"}
    return ", ".join(words[each] for each in order)


def _outer(channels: int, t: Tensor) -> Tensor:
    return torch.eye(channels)[:, :, None, None] * torch.outer(t, t)


def kernels(trial: Trial) -> Iterator[Relative]:
    channels, k = trial.arguments["channels"], trial.arguments["kernel_size"]
    assert isinstance(channels, int)
    assert isinstance(k, int)
    f = (k + 1) // 2
    c = f - 1 if k % 2 else f - 0.5

    def kernel(factor: float, centre: float) -> Tensor:
        t = 1 - (torch.arange(k, dtype=torch.float32) - centre).abs() / factor
        return torch.eye(channels)[:, :, None, None] * torch.outer(t, t)

    own, ramp = kernel(f, c), 1 - (torch.arange(k, dtype=torch.float32) - c).abs() / f
    one = own[0, 0] if channels else own
    variants: tuple[tuple[str, Callable[[], Tensor], str, str], ...] = (
        ("even centre", lambda: kernel(f, f - 0.5), "the filter's centre is f − 0.5 for every size",
         "중심이 모든 크기에서 f − 0.5입니다"),
        ("odd centre", lambda: kernel(f, f - 1), "the filter's centre is f − 1 for every size",
         "중심이 모든 크기에서 f − 1입니다"),
        ("middle", lambda: kernel(f, (k - 1) / 2),
         "the filter's centre is (k − 1) / 2 for every size",
         "중심이 모든 크기에서 (k − 1) / 2입니다"),
        ("half", lambda: kernel(k / 2, c), "the factor f is k / 2", "f가 k / 2입니다"),
        ("floor", lambda: kernel(max(k // 2, 1), c), "the factor f is k // 2", "f가 k // 2입니다"),
        ("unrounded", lambda: kernel((k + 1) / 2, c),
         "the factor f is (k + 1) / 2, not rounded down",
         "f가 내림하지 않은 (k + 1) / 2입니다"),
        ("unrounded centre", lambda: kernel((k + 1) / 2, (k + 1) / 2 - (1 if k % 2 else 0.5)),
         "the factor f is (k + 1) / 2, not rounded down, in the centre too",
         "f가 중심에서도 내림하지 않은 (k + 1) / 2입니다"),
        ("linspace", lambda: _outer(channels, 1 - torch.linspace(-1, 1, k).abs()),
         "the filter ends in 0 at its first and last entry, as linspace(−1, 1, k) makes it",
         "linspace(−1, 1, k)처럼 필터가 첫 칸과 마지막 칸에서 0입니다"),
        ("columns", lambda: torch.eye(channels)[:, :, None, None] * ramp.expand(k, k),
         "the filter falls off along the columns only", "필터가 열 방향으로만 줄어듭니다"),
        ("rows", lambda: torch.eye(channels)[:, :, None, None] * ramp[:, None].expand(k, k),
         "the filter falls off along the rows only", "필터가 행 방향으로만 줄어듭니다"),
        ("sum", lambda: own / own.sum((2, 3), keepdim=True).clamp(min=1e-9),
         "every kernel is divided by its sum", "커널을 그 합으로 나누었습니다"),
        ("all", lambda: one.repeat(channels, channels, 1, 1),
         "every pair of channels holds the kernel, not the diagonal alone",
         "대각선만이 아니라 모든 채널 쌍에 커널이 있습니다"),
    )  # fmt: skip
    for key, compute, en, ko in variants:
        yield Relative(key, Text(en, ko), compute)
