"""The shape that the result of a call should have, by the contract's formulas."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from torch import Tensor

from autograder.sandbox.grader.calls import Shape
from autograder.sandbox.protocol.errors import Call


def right_shape(call: Call) -> Shape | None:
    """None for a call that is not valid, or one of something else than the contract's functions.

    Of what the call of a module's constructor said, only the numbers matter.
    """
    rule = _OF_MODULES.get(call.function) if call.made_by else _OF_FUNCTIONS.get(call.function)
    if rule is None:
        return None
    try:
        shape = rule(*((call.made_by,) if call.made_by else ()), *call.args, **call.kwargs)
    except (TypeError, ValueError, AttributeError, IndexError):
        return None  # the call itself is not valid, and its check says so
    return tuple(map(int, shape)) if all(length > 0 for length in shape) else None


def _enlarged(x: Tensor, scale: int) -> Shape:
    return (*x.shape[:2], scale * x.shape[2], scale * x.shape[3])


def _placed(x: Tensor, indices: Tensor, output_size: Shape) -> Shape:
    return (*x.shape[:2], *output_size)


def _transposed(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
) -> Shape:
    s, p, more = _pair(stride), _pair(padding), _pair(output_padding)
    sides = (
        (x.shape[2 + i] - 1) * s[i] - 2 * p[i] + weight.shape[2 + i] + more[i] for i in range(2)
    )
    return (x.shape[0], weight.shape[1], *sides)


def _pair(setting: Any) -> tuple[int, int]:
    vertical, horizontal = (setting, setting) if isinstance(setting, int) else setting
    return vertical, horizontal


def _cropped(x: Tensor, size: Shape) -> Shape:
    return (*x.shape[:2], *size)


def _joined(skip: Tensor, upsampled: Tensor) -> Shape:
    n, channels, height, width = upsampled.shape
    return n, skip.shape[1] + channels, height, width


def _labels(scores: Tensor) -> Shape:
    n, _, height, width = scores.shape
    return n, height, width


_OF_FUNCTIONS: dict[str, Callable[..., Shape]] = {
    "nearest_unpool2d": _enlarged,
    "bed_of_nails_unpool2d": _enlarged,
    "max_unpool2d": _placed,
    "transposed_conv2d": _transposed,
    "bilinear_kernel": lambda channels, kernel_size: (channels, channels, kernel_size, kernel_size),
    "fuse_skip": lambda coarse, skip, offset: coarse.shape,
    "center_crop": _cropped,
    "concat_skip": _joined,
    "predict_labels": _labels,
    "confusion_matrix": lambda prediction, target, num_classes, ignore_index=255: (
        num_classes,
        num_classes,
    ),
    "iou_per_class": lambda confusion: confusion.shape[:1],
    "mean_iou": lambda confusion: (),
}


# --- modules: the call that made one, then what it was called with


def _convolved(made: Call, x: Tensor) -> Shape:
    linear, _, k = _arguments(made, "linear", "channels", "kernel_size").values()
    out = linear.own.parameters[0].shape[0]
    return x.shape[0], out, x.shape[2] - k + 1, x.shape[3] - k + 1


def _scored(made: Call, x: Tensor) -> Shape:
    classes = _arguments(made, "num_classes", "base_channels", "fc_channels").get("num_classes", 2)
    return (x.shape[0], classes, *x.shape[2:])


def _double(made: Call, x: Tensor) -> Shape:
    given = _arguments(made, "in_channels", "out_channels", "padding")
    less = 4 - 4 * given.get("padding", 0)
    return x.shape[0], given["out_channels"], x.shape[2] - less, x.shape[3] - less


def _up(made: Call, x: Tensor, skip: Tensor) -> Shape:
    given = _arguments(made, "in_channels", "padding")
    less = 4 - 4 * given.get("padding", 0)
    return x.shape[0], given["in_channels"] // 2, 2 * x.shape[2] - less, 2 * x.shape[3] - less


def _unet(made: Call, x: Tensor) -> Shape:
    given = _arguments(made, "in_channels", "num_classes", "base_channels", "padding")
    less = 184 - 184 * given.get("padding", 0)
    return x.shape[0], given.get("num_classes", 2), x.shape[2] - less, x.shape[3] - less


def _arguments(made: Call, *names: str) -> dict[str, Any]:
    parameters = [
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=Parameter.empty) for name in names
    ]
    return Signature(parameters).bind_partial(*made.args, **made.kwargs).arguments


_OF_MODULES: dict[str, Callable[..., Shape]] = {
    "convolutionalize": _convolved,
    "FCN8s": _scored,
    "DoubleConv": _double,
    "UpBlock": _up,
    "UNet": _unet,
}
