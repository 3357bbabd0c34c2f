"""Misconceptions that show on a GPU alone: what is made on the CPU, whatever came in.

Some mix devices and stop there, some return a result on the CPU.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.grading.marks import misconception
from autograder.grading.text import Text


def _check_scale(scale: int) -> None:
    if scale < 1:
        raise ValueError(f"scale must be at least 1, got {scale}")


@misconception(
    "nearest_unpool2d",
    explanation=Text(
        "You fill a map made by torch.zeros, which lies on the CPU. Copying from a GPU into it "
        "works, so nothing complains, but the result has left the GPU. Make it where x lies: "
        "x.new_zeros, or device=x.device.",
        "torch.zeros로 만든 맵은 CPU에 놓입니다. GPU의 값을 그 안에 복사해도 오류가 나지 않아 "
        "눈에 띄지 않지만, 결과는 GPU를 벗어납니다. x.new_zeros나 device=x.device로 x와 같은 "
        "장치에 만드십시오.",
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
        "Your zeros lie on the CPU, where torch.zeros puts them. Assigning x to some of them "
        "copies it off its GPU, and the result stays behind on the CPU. Ask for zeros like x's: "
        "x.new_zeros, or device=x.device.",
        "torch.zeros가 만든 0들은 CPU에 놓입니다. 거기에 x를 대입하면 값이 GPU에서 CPU로 복사되고 "
        "결과는 CPU에 남습니다. x.new_zeros나 device=x.device로 x와 같은 장치에 만드십시오.",
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
        "You scatter into zeros that lie on the CPU, where torch.zeros puts them. On a GPU, x and "
        "indices lie elsewhere, and the call stops. Make the zeros where x lies: x.new_zeros, or "
        "device=x.device.",
        "torch.zeros가 CPU에 만든 0들에 값을 흩뿌립니다. x와 indices가 GPU에 있으면 장치가 서로 "
        "달라 중단됩니다. x.new_zeros나 device=x.device로 x와 같은 장치에 만드십시오.",
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
        "Your nn.Conv2d is made on the default device and the weights are copied into it. The "
        "values are right, but the layer does not lie where linear lies: say "
        "device=linear.weight.device when you make it.",
        "nn.Conv2d를 기본 장치에 만들고 그 안에 가중치를 복사했습니다. 값은 맞지만 층이 linear와 "
        "같은 장치에 있지 않습니다. 만들 때 device=linear.weight.device를 지정하십시오.",
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
        "You add both maps up in a third one, which torch.zeros makes on the CPU. On a GPU this "
        "addition meets two devices and stops. None is needed: add the window to coarse, or make "
        "the new map like coarse.",
        "두 맵을 torch.zeros가 CPU에 만든 세 번째 맵에 더합니다. GPU에서는 서로 다른 장치가 만나 "
        "중단됩니다. 새 맵 없이 창을 coarse에 바로 더하거나, coarse와 같은 장치에 만드십시오.",
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
        "You copy the window into a new map, which lies on the CPU, whatever device x is on. A "
        "slice of x is the window already, and lies where x does.",
        "창을 새로 만든 맵에 복사하는데, 그 맵은 x의 장치와 무관하게 CPU에 놓입니다. x를 "
        "슬라이싱하면 그것이 바로 창이고, x와 같은 장치에 있습니다.",
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
        "You copy both maps into a new one, which lies on the CPU, whatever device they are on, "
        "and so does your result. torch.cat joins them where they are.",
        "두 맵을 새로 만든 맵에 복사하는데, 그 맵은 두 맵의 장치와 무관하게 CPU에 놓이고 결과도 "
        "그렇습니다. torch.cat은 두 맵이 있는 장치에서 이어 붙입니다.",
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
        "You leave PyTorch for NumPy, which has no GPU, and come back by torch.from_numpy: the "
        "labels lie on the CPU now. argmax of PyTorch stays where the scores are.",
        "GPU를 쓰지 않는 NumPy로 갔다가 torch.from_numpy로 돌아오므로 레이블이 CPU에 놓입니다. "
        "PyTorch의 argmax는 점수와 같은 장치에 머뭅니다.",
    ),
    loses=("iou.labels_stay_on_the_device",),
)
def labels_by_way_of_numpy(scores: Tensor) -> Tensor:
    return torch.from_numpy(scores.detach().cpu().numpy().argmax(1))


@misconception(
    "confusion_matrix",
    explanation=Text(
        "You count in a matrix that torch.zeros makes on the CPU, and return it there. The "
        "matrices of a training on a GPU are added up on the GPU: make yours where target lies, "
        "with device=target.device.",
        "torch.zeros가 CPU에 만든 행렬에 세고 그대로 반환합니다. GPU에서 학습할 때는 행렬도 "
        "GPU에서 더해집니다. device=target.device로 target과 같은 장치에 만드십시오.",
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
        "You make the result of a list of Python numbers, and torch.tensor puts it on the CPU. "
        "Name the device of the matrix as well, or compute with the matrix's own rows, columns "
        "and diagonal.",
        "파이썬 수의 리스트로 결과를 만들므로 torch.tensor가 그것을 CPU에 놓습니다. 행렬의 장치를 "
        "함께 지정하거나, 행렬의 행, 열, 대각선으로 직접 계산하십시오.",
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
        "Your mean is a Python number, and torch.tensor puts it on the CPU. It belongs where the "
        "matrix lies: name its device, or let a mean of the tensor be the result.",
        "평균을 파이썬 수로 구하므로 torch.tensor가 그것을 CPU에 놓습니다. 결과는 행렬과 같은 "
        "장치에 있어야 합니다. 장치를 지정하거나 텐서의 평균을 그대로 반환하십시오.",
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
        "The canvas that you stamp on is made by torch.zeros, on the CPU. With the inputs on a "
        "GPU the first stamp meets two devices and stops. Make the canvas where x lies: "
        "x.new_zeros, or device=x.device.",
        "커널을 찍을 바탕을 torch.zeros로 만들면 CPU에 놓입니다. 입력이 GPU에 있으면 첫 스탬프에서 "
        "장치가 달라 중단됩니다. x.new_zeros나 device=x.device로 x와 같은 장치에 만드십시오.",
    ),
    loses=("transposed_conv.device",),
)
def canvas_on_the_cpu(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    output_padding: int | tuple[int, int] = 0,
) -> Tensor:
    (sh, sw), (ph, pw), (oh, ow) = (
        (each, each) if isinstance(each, int) else each
        for each in (stride, padding, output_padding)
    )
    (n, c, h, w), (c_in, c_out, kh, kw) = x.shape, weight.shape
    if c != c_in:
        raise ValueError("x and weight differ in channels")
    if bias is not None and bias.shape != (c_out,):
        raise ValueError("bias does not have one value for each output channel")
    if min(sh, sw) < 1:
        raise ValueError("stride must be at least 1")
    if min(ph, pw) < 0:
        raise ValueError("padding must not be negative")
    if not (0 <= oh < sh and 0 <= ow < sw):
        raise ValueError("output_padding must lie between 0 and stride")
    height, width = (h - 1) * sh + kh + oh, (w - 1) * sw + kw + ow
    if height <= 2 * ph or width <= 2 * pw:
        raise ValueError("padding leaves nothing of the output")
    canvas = torch.zeros(n, c_out, height, width, dtype=x.dtype)
    for i in range(h):
        for j in range(w):
            stamp = torch.einsum("nc,cokl->nokl", x[:, :, i, j], weight)
            rows, columns = i * sh, j * sw
            below, right = height - rows - kh, width - columns - kw
            canvas = canvas + F.pad(stamp, (columns, right, rows, below))
    canvas = canvas[:, :, ph : height - ph, pw : width - pw]
    return canvas if bias is None else canvas + bias.reshape(1, -1, 1, 1)
