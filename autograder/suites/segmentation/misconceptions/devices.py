"""Misconceptions that show on a GPU alone: what is made on the CPU, whatever came in.

Some mix devices and stop there, some return a result on the CPU.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.segmentation.transposed_conv.misconceptions.right_transposed_conv import (
    add_stamps,
    empty_canvas,
    transposed,
)


def _check_scale(scale: int) -> None:
    if scale < 1:
        raise ValueError(f"scale must be at least 1, got {scale}")


@misconception(
    "nearest_unpool2d",
    explanation=Text(
        "With x on a GPU your result lies on the CPU. What torch.zeros and its like make lies "
        "there, and copying from a GPU into it works, so nothing complains. Make it where x lies: "
        "x.new_zeros, or device=x.device; x.cpu() is not needed either.",
        "x가 GPU에 있어도 결과가 CPU에 놓입니다. torch.zeros 등으로 만든 텐서는 CPU에 놓이고, "
        "GPU의 값을 그 안에 복사해도 오류가 나지 않아 눈에 띄지 않습니다. x.new_zeros나 "
        "device=x.device로 x와 같은 장치에 만드십시오. x.cpu()도 필요하지 않습니다.",
    ),
    loses=("unpooling.nearest_keeps_dtype_and_device",),
)
def blocks_filled_on_the_cpu(x: Tensor, scale: int) -> Tensor:
    _check_scale(scale)
    n, c, h, w = x.shape
    y = torch.zeros(n, c, scale * h, scale * w, dtype=x.dtype)
    for a in range(scale):
        for b in range(scale):
            y[:, :, a::scale, b::scale] = x
    return y


@misconception(
    "bed_of_nails_unpool2d",
    explanation=Text(
        "With x on a GPU your result stays behind on the CPU, where torch.zeros and its like make "
        "their tensors. Assigning x to some of the zeros copies it there without a word. Ask for "
        "zeros like x's: x.new_zeros, or device=x.device.",
        "x가 GPU에 있어도 결과가 CPU에 남습니다. torch.zeros 등으로 만든 0들은 CPU에 놓이고, "
        "거기에 x를 대입하면 아무 말 없이 CPU로 복사됩니다. x.new_zeros나 device=x.device로 x와 "
        "같은 장치에 만드십시오.",
    ),
    loses=("unpooling.bed_of_nails_keeps_dtype_and_device",),
)
def nails_in_a_map_on_the_cpu(x: Tensor, scale: int) -> Tensor:
    _check_scale(scale)
    n, c, h, w = x.shape
    y = torch.zeros(n, c, scale * h, scale * w, dtype=x.dtype)
    y[:, :, ::scale, ::scale] = x
    return y


@misconception(
    "max_unpool2d",
    explanation=Text(
        "With x and indices on a GPU something that you compute with lies on the CPU, as what "
        "torch.zeros or torch.arange make does, and where the two meet the call stops. Make it "
        "where x lies: x.new_zeros, or device=x.device.",
        "x와 indices가 GPU에 있어도 계산에 쓰는 텐서 일부가 CPU에 있습니다. torch.zeros나 "
        "torch.arange로 만든 텐서가 그렇습니다. 서로 다른 장치가 만나면 중단됩니다. x.new_zeros나 "
        "device=x.device로 x와 같은 장치에 만드십시오.",
    ),
    loses=("unpooling.max_unpool_keeps_dtype_and_device",),
)
def scattered_on_the_cpu(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    h, w = output_size
    if indices.shape != x.shape:
        raise ValueError("indices do not have the shape of x")
    if indices.numel() and (indices.min() < 0 or indices.max() >= h * w):
        raise ValueError("indices lie outside output_size")
    planes = torch.zeros(*x.shape[:2], h * w, dtype=x.dtype)
    return planes.scatter(2, indices.flatten(2), x.flatten(2)).reshape(*x.shape[:2], h, w)


@misconception(
    "convolutionalize",
    explanation=Text(
        "Your layer has the right values and does not lie where linear lies. A new nn.Conv2d is "
        "made on the default device, and copying weights into it does not move it: say "
        "device=linear.weight.device when you make it.",
        "층의 값은 맞지만 linear와 같은 장치에 있지 않습니다. 새 nn.Conv2d는 기본 장치에 "
        "만들어지고, 가중치를 복사해 넣어도 옮겨지지 않습니다. 만들 때 "
        "device=linear.weight.device를 지정하십시오.",
    ),
    loses=("fcn8s.convolution_keeps_dtype_and_device",),
)
def convolution_on_the_default_device(
    linear: nn.Linear, channels: int, kernel_size: int
) -> nn.Conv2d:
    if linear.in_features != channels * kernel_size**2:
        raise ValueError("linear.in_features is not channels * kernel_size ** 2")
    bias, dtype = linear.bias is not None, linear.weight.dtype
    conv = nn.Conv2d(channels, linear.out_features, kernel_size, bias=bias, dtype=dtype)
    with torch.no_grad():
        conv.weight.copy_(linear.weight.reshape(conv.weight.shape))
        if conv.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv


@misconception(
    "fuse_skip",
    explanation=Text(
        "With both maps on a GPU something that you compute with lies on the CPU, as what "
        "torch.zeros makes does, and where they meet the call stops. Nothing has to be made: a "
        "slice of skip is the window, and coarse plus the window is the result.",
        "두 맵이 GPU에 있어도 계산에 쓰는 텐서 일부가 CPU에 있습니다. torch.zeros로 만든 텐서가 "
        "그렇습니다. 서로 다른 장치가 만나면 중단됩니다. 새로 만들 것이 없습니다. skip의 "
        "슬라이스가 창이고, coarse에 그 창을 더하면 결과입니다.",
    ),
    loses=("fcn8s.fusion_keeps_dtype_and_device",),
)
def summed_up_on_the_cpu(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    h, w = coarse.shape[2:]
    if coarse.shape[:2] != skip.shape[:2]:
        raise ValueError("coarse and skip differ in N or K")
    if offset < 0 or offset + h > skip.shape[2] or offset + w > skip.shape[3]:
        raise ValueError("the window at offset does not fit into skip")
    total = torch.zeros(coarse.shape, dtype=coarse.dtype)
    return total + coarse + skip[:, :, offset : offset + h, offset : offset + w]


@misconception(
    "center_crop",
    explanation=Text(
        "With x on a GPU your window lies on the CPU, as what torch.zeros or a detour by way of "
        "NumPy makes does. A slice of x is the window already, and lies where x does.",
        "x가 GPU에 있어도 창이 CPU에 놓입니다. torch.zeros로 새로 만들거나 NumPy를 거치면 그렇게 "
        "됩니다. x를 슬라이싱하면 그것이 바로 창이고, x와 같은 장치에 있습니다.",
    ),
    loses=("unet.crop_keeps_what_it_is_given",),
)
def window_copied_to_the_cpu(x: Tensor, size: tuple[int, int]) -> Tensor:
    h, w = size
    if not (1 <= h <= x.shape[2] and 1 <= w <= x.shape[3]):
        raise ValueError("size does not fit into x")
    top, left = (x.shape[2] - h) // 2, (x.shape[3] - w) // 2
    window = torch.zeros(*x.shape[:2], h, w, dtype=x.dtype)
    window[:] = x[:, :, top : top + h, left : left + w]
    return window


@misconception(
    "concat_skip",
    explanation=Text(
        "With both maps on a GPU your result lies on the CPU, as a new map made by torch.zeros "
        "does, whatever is copied into it. torch.cat joins the maps where they are.",
        "두 맵이 GPU에 있어도 결과가 CPU에 놓입니다. torch.zeros로 새로 만든 맵은 무엇을 복사해 "
        "넣든 CPU에 있습니다. torch.cat은 두 맵이 있는 장치에서 이어 붙입니다.",
    ),
    loses=("unet.joining_keeps_what_it_is_given",),
)
def joined_on_the_cpu(skip: Tensor, upsampled: Tensor) -> Tensor:
    (n, c, *_), (m, d, h, w) = skip.shape, upsampled.shape
    if n != m or skip.shape[2] < h or skip.shape[3] < w:
        raise ValueError("skip does not fit upsampled")
    top, left = (skip.shape[2] - h) // 2, (skip.shape[3] - w) // 2
    joined = torch.zeros(n, c + d, h, w, dtype=skip.dtype)
    joined[:, :c] = skip[:, :, top : top + h, left : left + w]
    joined[:, c:] = upsampled
    return joined


@misconception(
    "predict_labels",
    explanation=Text(
        "With the scores on a GPU your labels lie on the CPU. NumPy has no GPU, and a tensor made "
        "by torch.zeros or torch.from_numpy lies on the CPU as well. argmax of PyTorch stays "
        "where the scores are.",
        "점수가 GPU에 있어도 레이블이 CPU에 놓입니다. NumPy는 GPU를 쓰지 않고, torch.zeros나 "
        "torch.from_numpy로 만든 텐서도 CPU에 놓입니다. PyTorch의 argmax는 점수와 같은 장치에 "
        "머뭅니다.",
    ),
    loses=("iou.labels_stay_on_the_device",),
)
def labels_by_way_of_numpy(scores: Tensor) -> Tensor:
    return torch.from_numpy(scores.detach().cpu().numpy().argmax(1))


@misconception(
    "confusion_matrix",
    explanation=Text(
        "With the label maps on a GPU your matrix lies on the CPU, as what torch.zeros or "
        "torch.tensor make does. The matrices of a training on a GPU are added up there: make "
        "yours where target lies, with device=target.device.",
        "레이블 맵이 GPU에 있어도 행렬이 CPU에 놓입니다. torch.zeros나 torch.tensor로 만든 텐서가 "
        "그렇습니다. GPU에서 학습할 때는 행렬도 GPU에서 더해집니다. device=target.device로 "
        "target과 같은 장치에 만드십시오.",
    ),
    loses=("iou.counts_are_int64",),
)
def counted_on_the_cpu(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    if prediction.shape != target.shape:
        raise ValueError("prediction and target differ in shape")
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for j, i in zip(prediction.flatten().tolist(), target.flatten().tolist(), strict=True):
        if i == ignore_index:
            continue
        if not (0 <= i < num_classes and 0 <= j < num_classes):
            raise ValueError("a label of prediction or target is no class")
        counts[i, j] += 1
    return counts


@misconception(
    "iou_per_class",
    explanation=Text(
        "With the matrix on a GPU your figures lie on the CPU, where torch.tensor and torch.zeros "
        "put what they make. Name the device of the matrix as well, or compute with the matrix's "
        "own rows, columns and diagonal.",
        "행렬이 GPU에 있어도 결과가 CPU에 놓입니다. torch.tensor나 torch.zeros로 만든 텐서가 "
        "그렇습니다. 행렬의 장치를 함께 지정하거나, 행렬의 행, 열, 대각선으로 직접 계산하십시오.",
    ),
    loses=("iou.matrix_is_left_alone",),
)
def figures_made_on_the_cpu(confusion: Tensor) -> Tensor:
    figures = []
    for k in range(len(confusion)):
        both = confusion[k, k].item()
        union = confusion[k].sum().item() + confusion[:, k].sum().item() - both
        figures.append(both / union if union else float("nan"))
    return torch.tensor(figures, dtype=torch.float64)


@misconception(
    "mean_iou",
    explanation=Text(
        "With the matrix on a GPU your mean lies on the CPU, where torch.tensor puts a Python "
        "number. It belongs where the matrix lies: name its device, or let a mean of the tensor "
        "be the result.",
        "행렬이 GPU에 있어도 평균이 CPU에 놓입니다. torch.tensor는 파이썬 수를 CPU에 놓습니다. "
        "결과는 행렬과 같은 장치에 있어야 합니다. 장치를 지정하거나 텐서의 평균을 그대로 "
        "반환하십시오.",
    ),
    loses=("iou.mean_is_exact",),
)
def mean_made_on_the_cpu(confusion: Tensor) -> Tensor:
    both = confusion.diagonal().double()
    figures = both / (confusion.sum(0) + confusion.sum(1) - both)
    return torch.tensor(figures.nanmean().item(), dtype=torch.float64)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "With the inputs on a GPU something that you compute with lies on the CPU, such as a "
        "canvas made by torch.zeros, and where they meet the call stops. Make it where x lies: "
        "x.new_zeros, or device=x.device.",
        "입력이 GPU에 있어도 계산에 쓰는 텐서 일부가 CPU에 있습니다. torch.zeros로 만든 바탕이 "
        "그렇습니다. 서로 다른 장치가 만나면 중단됩니다. x.new_zeros나 device=x.device로 x와 같은 "
        "장치에 만드십시오.",
    ),
    loses=("transposed_conv.device",),
)
def canvas_on_the_cpu(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    def stamp(x: Tensor, weight: Tensor, sH: int, sW: int) -> Tensor:
        canvas = torch.zeros(empty_canvas(x, weight, sH, sW).shape, dtype=x.dtype)
        add_stamps(x, weight, canvas, sH, sW, add=True)
        return canvas

    return transposed(stamp, x, weight, *rest, **settings)
