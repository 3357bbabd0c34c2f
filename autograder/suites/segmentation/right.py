"""The right functions of the assignment, which an answer is held against to describe it.

Written for calls of the sizes that the checks make; everything can be differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.suites.segmentation.fcn8s.misconceptions.right_fcn8s import RightFCN8s
from autograder.suites.segmentation.iou import oracle as iou
from autograder.suites.segmentation.transposed_conv import oracle as transposed_conv
from autograder.suites.segmentation.unet import oracle as unet_oracle
from autograder.suites.segmentation.unet.misconceptions.right_unet import (
    RightDoubleConv,
    RightUNet,
    RightUpBlock,
)
from autograder.suites.segmentation.unpooling import oracle as unpooling

Setting = int | Sequence[int]


class UNet(RightUNet):
    """With the reasons of its refusals in words that hold for every call."""

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 2,
        base_channels: int = 64,
        padding: int = 0,
    ) -> None:
        if padding not in self.paddings:
            raise ValueError("a padding that is neither 0 nor 1 | 0도 1도 아닌 padding")
        super().__init__(in_channels, num_classes, base_channels, padding)

    def check_size(self, h: int, w: int) -> None:
        try:
            super().check_size(h, w)
        except ValueError:
            raise ValueError("an image of a size that cannot pass | 통과할 수 없는 크기") from None


class FCN8s(RightFCN8s):
    """With dropout, so that its scores in train mode are random."""

    random_in_training = True


def nearest_unpool2d(x: Tensor, scale: int) -> Tensor:
    if scale < 1:
        raise ValueError("a scale below 1 | 1보다 작은 scale")
    return unpooling.nearest_unpool2d(x, scale)


def bed_of_nails_unpool2d(x: Tensor, scale: int) -> Tensor:
    if scale < 1:
        raise ValueError("a scale below 1 | 1보다 작은 scale")
    return unpooling.bed_of_nails_unpool2d(x, scale)


def max_unpool2d(x: Tensor, indices: Tensor, output_size: Sequence[int]) -> Tensor:
    height, width = output_size
    if indices.shape != x.shape:
        raise ValueError("indices of another shape than x | x와 shape이 다른 indices")
    if indices.numel() and (indices.min() < 0 or indices.max() >= height * width):
        raise ValueError("an index outside the plane | 평면 밖의 인덱스")
    planes = x.new_zeros(*x.shape[:2], height * width)
    return planes.scatter(2, indices.flatten(2), x.flatten(2)).reshape(*x.shape[:2], height, width)


def _pair(setting: Setting) -> tuple[int, int]:
    return (setting, setting) if isinstance(setting, int) else (setting[0], setting[1])


def transposed_conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
) -> Tensor:
    strides, paddings, extras = _pair(stride), _pair(padding), _pair(output_padding)
    if x.shape[1] != weight.shape[0]:
        raise ValueError("channels of x that do not fit weight | x와 weight의 채널이 다름")
    if bias is not None and bias.shape != weight.shape[1:2]:
        raise ValueError("a bias that is not (C_out,) | (C_out,)이 아닌 bias")
    if min(strides) < 1:
        raise ValueError("a stride below 1 | 1보다 작은 stride")
    if min(paddings) < 0:
        raise ValueError("a negative padding | 음수인 padding")
    if min(extras) < 0 or any(e >= s for e, s in zip(extras, strides, strict=True)):
        raise ValueError("an output_padding out of range | 범위를 벗어난 output_padding")
    sizes = [
        (x.shape[axis + 2] - 1) * strides[axis]
        - 2 * paddings[axis]
        + weight.shape[axis + 2]
        + extras[axis]
        for axis in range(2)
    ]
    if min(sizes) < 1:
        raise ValueError("an output without rows or columns | 행이나 열이 없는 출력")
    wide = None if bias is None else bias.double()
    y = F.conv_transpose2d(x.double(), weight.double(), wide, strides, paddings, extras)
    return y.to(x.dtype)


def convolutionalize(linear: nn.Linear, channels: int, kernel_size: int) -> nn.Conv2d:
    if linear.in_features != channels * kernel_size**2:
        raise ValueError("in_features that are not channels · kernel_size² | 맞지 않는 in_features")
    conv = nn.Conv2d(
        channels,
        linear.out_features,
        kernel_size,
        bias=linear.bias is not None,
        dtype=linear.weight.dtype,
    )
    with torch.no_grad():
        conv.weight.copy_(linear.weight.reshape(conv.weight.shape))
        if conv.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv


def fuse_skip(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    (h, w), (height, width) = coarse.shape[2:], skip.shape[2:]
    if coarse.shape[:2] != skip.shape[:2]:
        raise ValueError("another N or K in coarse than in skip | coarse와 skip의 N이나 K가 다름")
    if offset < 0 or offset + h > height or offset + w > width:
        raise ValueError("a window that does not fit into skip | skip을 벗어나는 창")
    return coarse + skip[:, :, offset : offset + h, offset : offset + w]


def center_crop(x: Tensor, size: Sequence[int]) -> Tensor:
    (h, w), (height, width) = size, x.shape[2:]
    if not (1 <= h <= height and 1 <= w <= width):
        raise ValueError("a size that does not fit into x | x를 벗어나는 size")
    return unet_oracle.center_crop(x, (h, w))


def concat_skip(skip: Tensor, upsampled: Tensor) -> Tensor:
    if skip.shape[0] != upsampled.shape[0]:
        raise ValueError("another N in skip than in upsampled | skip과 upsampled의 N이 다름")
    if any(skip.shape[axis] < upsampled.shape[axis] for axis in (2, 3)):
        raise ValueError("a skip smaller than upsampled | upsampled보다 작은 skip")
    return unet_oracle.concat_skip(skip, upsampled)


def predict_labels(scores: Tensor) -> Tensor:
    return scores.argmax(1)


def confusion_matrix(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    if prediction.shape != target.shape:
        raise ValueError("maps of two shapes | shape이 다른 두 맵")
    i, j = target.long(), prediction.long()
    counted = i != ignore_index
    i, j = i[counted], j[counted]
    for name, labels in (("target", i), ("prediction", j)):
        if labels.numel() and (labels.min() < 0 or labels.max() >= num_classes):
            raise ValueError(f"a label of {name} that is no class | 클래스가 아닌 {name}의 레이블")
    counts = torch.bincount(i * num_classes + j, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


RIGHT: Mapping[str, Callable[..., object]] = {
    "nearest_unpool2d": nearest_unpool2d,
    "bed_of_nails_unpool2d": bed_of_nails_unpool2d,
    "max_unpool2d": max_unpool2d,
    "transposed_conv2d": transposed_conv2d,
    "bilinear_kernel": transposed_conv.bilinear_kernel,
    "convolutionalize": convolutionalize,
    "fuse_skip": fuse_skip,
    "FCN8s": FCN8s,
    "center_crop": center_crop,
    "concat_skip": concat_skip,
    "DoubleConv": RightDoubleConv,
    "UpBlock": RightUpBlock,
    "UNet": UNet,
    "predict_labels": predict_labels,
    "confusion_matrix": confusion_matrix,
    "iou_per_class": iou.iou_per_class,
    "mean_iou": iou.mean_iou,
}
