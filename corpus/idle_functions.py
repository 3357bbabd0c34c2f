"""Functions and networks that compute nothing: results of the right form without substance.

This file is handed in beside a solution, where it runs as a student's; it imports nothing but
torch. `idle(name, kind, right)` stands for the contract's function or class `name`. A result has
the right shape, dtype and device; "cut off" in its kind says that no gradient flows to the inputs,
by default one of zero does. A network keeps the children of `right` and never calls them.
"""

from __future__ import annotations

import inspect
import math

import torch
from torch import nn

KINDS = ("nan", "zeros", "ones", "constant", "input", "noise")
CUT_OFF = ", cut off"


def _fill(kind, shape, like, dtype=None):
    """A tensor of this kind, on the device of `like`."""
    cut_off, kind = kind.endswith(CUT_OFF), kind.removesuffix(CUT_OFF)
    if cut_off:
        like = like.detach()
    dtype = dtype or like.dtype
    whole = not dtype.is_floating_point
    if kind == "input":
        values = like.reshape(-1)
        if not values.numel():
            values = like.new_zeros(1)
        count = math.prod(shape)
        repeated = values.repeat(count // values.numel() + 1)[:count].reshape(shape)
        return repeated.nan_to_num().to(dtype)
    if kind == "noise":
        noise = torch.randint(0, 5, shape) if whole else torch.randn(shape)
        result = noise.to(like.device, dtype)
    else:
        value = {"nan": -1 if whole else math.nan, "zeros": 0, "ones": 1}.get(kind, 3)
        result = torch.full(shape, value, dtype=dtype, device=like.device)
    if like.is_floating_point() and not whole and like.numel():
        result = result + 0 * like.reshape(-1)[0].to(dtype)
    return result


def _tied(kind, result, *others):
    """The same values, differentiable in these tensors as well, unless they are cut off."""
    if kind.endswith(CUT_OFF):
        return result
    for other in others:
        if other is not None and other.numel():
            result = result + 0 * other.reshape(-1)[0].to(result.dtype)
    return result


def _pair(setting):
    return (setting, setting) if isinstance(setting, int) else tuple(setting)


def _enlarge(kind):
    def enlarge(x, scale):
        return _fill(kind, (*x.shape[:2], scale * x.shape[2], scale * x.shape[3]), x)

    return enlarge


def _max_unpool2d(kind):
    return lambda x, indices, output_size: _fill(kind, (*x.shape[:2], *output_size), x)


def _transposed_conv2d(kind):
    def transposed(x, weight, bias=None, stride=1, padding=0, output_padding=0):
        s, p, more = _pair(stride), _pair(padding), _pair(output_padding)
        sides = [
            (x.shape[2 + i] - 1) * s[i] - 2 * p[i] + weight.shape[2 + i] + more[i] for i in (0, 1)
        ]
        return _tied(kind, _fill(kind, (x.shape[0], weight.shape[1], *sides), x), weight, bias)

    return transposed


def _bilinear_kernel(kind):
    def kernel(channels, kernel_size):
        like = torch.full((1,), float(kernel_size), dtype=torch.float32)
        return _fill(kind, (channels, channels, kernel_size, kernel_size), like)

    return kernel


def _convolutionalize(kind):
    def convolve(linear, channels, kernel_size):
        weight, bias = linear.weight, linear.bias
        conv = nn.Conv2d(
            channels,
            linear.out_features,
            kernel_size,
            bias=bias is not None,
            dtype=weight.dtype,
            device=weight.device,
        )
        with torch.no_grad():
            for parameter in conv.parameters():
                parameter.copy_(_fill(kind, parameter.shape, torch.ones_like(parameter)))
        return conv

    return convolve


def _fuse_skip(kind):
    return lambda coarse, skip, offset: _tied(kind, _fill(kind, coarse.shape, coarse), skip)


def _center_crop(kind):
    return lambda x, size: _fill(kind, (*x.shape[:2], *size), x)


def _concat_skip(kind):
    def join(skip, upsampled):
        n, channels, height, width = upsampled.shape
        shape = n, skip.shape[1] + channels, height, width
        return _tied(kind, _fill(kind, shape, upsampled), skip)

    return join


def _predict_labels(kind):
    return lambda scores: _fill(
        kind, (scores.shape[0], *scores.shape[2:]), scores.detach(), torch.int64
    )


def _confusion_matrix(kind):
    return lambda prediction, target, num_classes, ignore_index=255: _fill(
        kind, (num_classes, num_classes), target, torch.int64
    )


def _iou_per_class(kind):
    return lambda confusion: _fill(kind, confusion.shape[:1], confusion, torch.float64)


def _mean_iou(kind):
    return lambda confusion: _fill(kind, (), confusion, torch.float64)


def _network(shape):
    """A class with the children of the right one, whose forward looks at shapes alone."""

    def of(kind, right):
        names = inspect.signature(right.__init__)

        class Idle(right):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                bound = names.bind(self, *args, **kwargs)
                bound.apply_defaults()
                self.settings = dict(bound.arguments)

            def forward(self, x, *others):
                result = _fill(kind, shape(self.settings, x), x)
                return _tied(kind, result, *others, *self.parameters())

        Idle.__name__ = right.__name__
        return Idle

    return of


def _scores(settings, x):
    return (x.shape[0], settings["num_classes"], *x.shape[2:])


def _convolved(settings, x):
    less = 4 - 4 * settings["padding"]
    return x.shape[0], settings["out_channels"], x.shape[2] - less, x.shape[3] - less


def _stepped(settings, x):
    less = 4 - 4 * settings["padding"]
    channels = settings["in_channels"] // 2
    return x.shape[0], channels, 2 * x.shape[2] - less, 2 * x.shape[3] - less


def _segmented(settings, x):
    less = 184 - 184 * settings["padding"]
    return x.shape[0], settings["num_classes"], x.shape[2] - less, x.shape[3] - less


FUNCTIONS = {
    "nearest_unpool2d": _enlarge,
    "bed_of_nails_unpool2d": _enlarge,
    "max_unpool2d": _max_unpool2d,
    "transposed_conv2d": _transposed_conv2d,
    "bilinear_kernel": _bilinear_kernel,
    "convolutionalize": _convolutionalize,
    "fuse_skip": _fuse_skip,
    "center_crop": _center_crop,
    "concat_skip": _concat_skip,
    "predict_labels": _predict_labels,
    "confusion_matrix": _confusion_matrix,
    "iou_per_class": _iou_per_class,
    "mean_iou": _mean_iou,
}
NETWORKS = {
    "FCN8s": _network(_scores),
    "DoubleConv": _network(_convolved),
    "UpBlock": _network(_stepped),
    "UNet": _network(_segmented),
}


def idle(name, kind, right):
    """What bears the name and computes nothing; `right` is the solution's."""
    if name in NETWORKS:
        return NETWORKS[name](kind, right)
    return FUNCTIONS[name](kind)
