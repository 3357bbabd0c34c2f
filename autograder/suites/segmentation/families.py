"""Results that a call would have with one thing done otherwise, function by function.

Where one of them gives every answer of a student's function, that is what the function does.
The networks have families of their own, in `network_families.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.authoring.traits import Family, Relative
from autograder.document.text import Text
from autograder.suites.segmentation import families_of_maps as maps
from autograder.suites.segmentation import network_families as networks
from autograder.suites.segmentation import right
from autograder.suites.segmentation.families_of_fcn8s import fcn8s
from autograder.suites.segmentation.families_of_labels import counts, figures, labels, means

Arguments = dict[str, Any]
Change = Callable[[Arguments], Arguments]


def _family(function: Callable[..., Tensor], changes: Mapping[str, tuple[Change, Text]]) -> Family:
    """The right function, called with other arguments than were given."""

    def family(trial: Trial) -> Iterator[Relative]:
        for key, (change, text) in changes.items():

            def value(change: Change = change) -> Tensor:
                return function(**change(dict(trial.arguments)))

            yield Relative(key, text, value)

    return family


def _with(name: str, change: Callable[[Any], Any]) -> Change:
    return lambda arguments: {**arguments, name: change(arguments[name])}


def _swapped(setting: object) -> object:
    return setting if isinstance(setting, int) else tuple(setting)[::-1]  # type: ignore[arg-type]


def _as(en: str, ko: str) -> Text:
    return Text(f"your function answers as if {en}", f"함수가 {ko} 경우의 결과를 냅니다")


STAMPS = _family(
    right.transposed_conv2d,
    {
        "turned": (
            _with("weight", lambda w: w.flip(2, 3)),
            _as("the kernel were turned by 180°", "커널을 180° 돌린"),
        ),
        "flipped rows": (
            _with("weight", lambda w: w.flip(2)),
            _as("the kernel were upside down", "커널의 위아래를 뒤집은"),
        ),
        "flipped columns": (
            _with("weight", lambda w: w.flip(3)),
            _as("the kernel were mirrored", "커널의 좌우를 뒤집은"),
        ),
        "kernel transposed": (
            _with("weight", lambda w: w.mT),
            _as("rows and columns of the kernel were exchanged", "커널의 행과 열을 바꾼"),
        ),
        "channels": (
            _with("weight", lambda w: w.transpose(0, 1)),
            _as(
                "weight were (C_out, C_in, kH, kW), as that of Conv2d is",
                "weight가 Conv2d처럼 (C_out, C_in, kH, kW)인",
            ),
        ),
        "channels and turned": (
            _with("weight", lambda w: w.transpose(0, 1).flip(2, 3)),
            _as(
                "weight were (C_out, C_in, kH, kW) and turned by 180°",
                "weight가 (C_out, C_in, kH, kW)이고 180° 돌아간",
            ),
        ),
        "x transposed": (
            _with("x", lambda x: x.mT),
            _as("rows and columns of x were exchanged", "x의 행과 열을 바꾼"),
        ),
        "no bias": (_with("bias", lambda b: None), _as("no bias were given", "bias가 없는")),
        "minus bias": (
            _with("bias", lambda b: None if b is None else -b),
            _as("the bias had the other sign", "bias의 부호가 반대인"),
        ),
        "stride 1": (
            _with("stride", lambda s: 1),
            _as("stride were always 1", "stride가 항상 1인"),
        ),
        "no padding": (
            _with("padding", lambda p: 0),
            _as("padding were always 0", "padding이 항상 0인"),
        ),
        "no output_padding": (
            _with("output_padding", lambda p: 0),
            _as("output_padding were always 0", "output_padding이 항상 0인"),
        ),
        "pairs": (
            lambda a: {
                **a,
                **{n: _swapped(a[n]) for n in ("stride", "padding", "output_padding")},
            },
            _as("pairs of settings were (horizontal, vertical)", "설정의 쌍이 (가로, 세로) 순서인"),
        ),
        "stride pair": (
            _with("stride", _swapped),
            _as("the pair of stride were (horizontal, vertical)", "stride가 (가로, 세로) 순서인"),
        ),
        "padding pair": (
            _with("padding", _swapped),
            _as("the pair of padding were (horizontal, vertical)", "padding이 (가로, 세로) 순서인"),
        ),
        "first stride": (
            _with("stride", lambda s: s if isinstance(s, int) else s[0]),
            _as(
                "the first number of stride were meant for both directions",
                "stride의 첫 번째 수를 두 방향에 모두 쓴",
            ),
        ),
        "first padding": (
            _with("padding", lambda p: p if isinstance(p, int) else p[0]),
            _as(
                "the first number of padding were meant for both directions",
                "padding의 첫 번째 수를 두 방향에 모두 쓴",
            ),
        ),
    },
)


def _first_sample(arguments: Arguments) -> Arguments:
    x = arguments["x"].clone()
    x[1:] = 0
    return {**arguments, "x": x}


def _one_channel(which: int) -> Change:
    def change(arguments: Arguments) -> Arguments:
        x = torch.zeros_like(arguments["x"])
        x[:, which] = arguments["x"][:, which]
        return {**arguments, "x": x}

    return change


def _without_line(x: Tensor, axis: int, at: int) -> Tensor:
    x = x.clone()
    x.select(axis, at).zero_()
    return x


def _zero_line(axis: int, at: int) -> Change:
    def change(arguments: Arguments) -> Arguments:
        return {**arguments, "x": _without_line(arguments["x"], axis, at)}

    return change


LINES: dict[str, tuple[Change, Text]] = {
    en: (_zero_line(axis, at), _as(f"{en} of x held zeros", f"x의 {ko}이 0인"))
    for en, ko, axis, at in (
        ("the first row", "첫 행", 2, 0),
        ("the last row", "마지막 행", 2, -1),
        ("the first column", "첫 열", 3, 0),
        ("the last column", "마지막 열", 3, -1),
    )
}

SAMPLES = _family(
    right.transposed_conv2d,
    {
        "first sample": (
            _first_sample,
            _as("all samples but the first were 0", "첫 샘플 외의 샘플이 모두 0인"),
        ),
        "first channel": (
            _one_channel(0),
            _as("all input channels but the first were 0", "첫 입력 채널 외의 채널이 모두 0인"),
        ),
        "last channel": (
            _one_channel(-1),
            _as("all input channels but the last were 0", "마지막 입력 채널 외의 채널이 모두 0인"),
        ),
        **LINES,
        "mean": (
            lambda a: {**a, "x": a["x"] / a["x"].shape[1]},
            _as(
                "input channels were averaged instead of added up",
                "입력 채널을 더하지 않고 평균한",
            ),
        ),
    },
)


UNPOOLED = _family(
    right.max_unpool2d,
    {
        "size": (
            _with("output_size", lambda s: tuple(s)[::-1]),
            _as("output_size were (W_out, H_out)", "output_size가 (W_out, H_out) 순서인"),
        ),
        "first channel": (
            _with("indices", lambda i: i[:, :1].expand_as(i)),
            _as(
                "the indices of the first channel were those of all",
                "첫 채널의 인덱스를 모든 채널에 쓴",
            ),
        ),
        "first sample": (
            _with("indices", lambda i: i[:1].expand_as(i)),
            _as(
                "the indices of the first sample were those of all",
                "첫 샘플의 인덱스를 모든 샘플에 쓴",
            ),
        ),
    },
)


def _sums(trial: Trial) -> Iterator[Relative]:
    """Values that meet at one index, added up or averaged."""
    x, indices = trial.arguments["x"], trial.arguments["indices"]
    size: Any = trial.arguments["output_size"]
    assert isinstance(x, Tensor)
    assert isinstance(indices, Tensor)

    def summed() -> Tensor:
        planes = x.new_zeros(*x.shape[:2], size[0] * size[1])
        planes = planes.scatter_add(2, indices.flatten(2), x.flatten(2))
        return planes.reshape(*x.shape[:2], *size)

    def by_width_of_x() -> Tensor:
        width = x.shape[3]
        rows, columns = indices // width % size[0], indices % width % size[1]
        return right.max_unpool2d(x, rows * size[1] + columns, size)

    other = Text(
        "an index is taken apart by the width of x instead of W_out",
        "인덱스를 W_out이 아니라 x의 너비로 나누어 읽었습니다",
    )
    yield Relative("width", other, by_width_of_x)
    text = Text(
        "where an index comes twice your function adds its values up",
        "같은 인덱스가 두 번 나오면 값을 더합니다",
    )
    yield Relative("summed", text, summed)


FAMILIES: dict[str, tuple[Family, ...]] = {
    "transposed_conv2d": (STAMPS, SAMPLES),
    "max_unpool2d": (UNPOOLED, _sums),
    "bilinear_kernel": (maps.kernels,),
    "convolutionalize": (maps.read_otherwise,),
    "fuse_skip": (maps.windows,),
    "center_crop": (maps.crops,),
    "concat_skip": (maps.joins,),
    "FCN8s": (fcn8s,),
    "DoubleConv": (networks.double_conv,),
    "UpBlock": (networks.up_block,),
    "UNet": (networks.unet,),
    "predict_labels": (labels,),
    "confusion_matrix": (counts,),
    "iou_per_class": (figures,),
    "mean_iou": (means,),
}
