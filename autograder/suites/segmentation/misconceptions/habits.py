"""Ways in which published code and questions about it go wrong: unpooling, stamps, kernels."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.authoring.marks import misconception
from autograder.document.text import Text

Setting = int | tuple[int, int]
VALUES = ("transposed_conv.worked_example", "transposed_conv.stamps_add_up")


@misconception(
    "nearest_unpool2d",
    explanation=Text(
        "Rows are repeated in their places, but columns as tiles: one of the two directions uses "
        "repeat where repeat_interleave belongs.",
        "행은 제자리에서 반복하지만 열은 타일처럼 반복합니다. 두 방향 가운데 하나에 "
        "repeat_interleave 대신 repeat를 썼습니다.",
    ),
    loses=("unpooling.nearest_fills_blocks",),
)
def columns_as_tiles(x: Tensor, scale: int) -> Tensor:
    if scale < 1:
        raise ValueError(f"scale must be at least 1, got {scale}")
    return x.repeat_interleave(scale, 2).repeat(1, 1, 1, scale)


@misconception(
    "bed_of_nails_unpool2d",
    explanation=Text(
        "Your map ends with its last nail: scale·(H − 1) + 1 rows. Every value has a whole block, "
        "the last one too, so there are scale·H rows.",
        "맵이 마지막 값에서 끝나 행이 scale·(H − 1) + 1개입니다. 마지막 값에도 온전한 칸이 "
        "있으므로 행은 scale·H개입니다.",
    ),
    loses=("unpooling.bed_of_nails_places_upper_left",),
)
def map_that_ends_with_its_last_nail(x: Tensor, scale: int) -> Tensor:
    if scale < 1:
        raise ValueError(f"scale must be at least 1, got {scale}")
    n, c, h, w = x.shape
    y = x.new_zeros(n, c, scale * h, scale * w)
    y[:, :, ::scale, ::scale] = x
    return y[:, :, : scale * (h - 1) + 1, : scale * (w - 1) + 1]


@misconception(
    "max_unpool2d",
    explanation=Text(
        "You take an index apart by the width of x. It counts through the output's plane: row = "
        "index // W_out, column = index % W_out.",
        "인덱스를 x의 너비로 나누어 읽었습니다. 인덱스는 출력 평면을 따라 셉니다. 행은 index // "
        "W_out, 열은 index % W_out입니다.",
    ),
    loses=("unpooling.max_unpool_follows_indices",),
)
def indices_by_the_width_of_x(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    H, W = output_size
    if indices.shape != x.shape or (indices.numel() and int(indices.min()) < 0):
        raise ValueError("indices do not fit x")
    if indices.numel() and int(indices.max()) >= H * W:
        raise ValueError("indices lie outside output_size")
    rows, columns = indices // x.shape[3] % H, indices % x.shape[3] % W
    planes = x.new_zeros(*x.shape[:2], H * W)
    planes = planes.scatter(2, (rows * W + columns).flatten(2), x.flatten(2))
    return planes.reshape(*x.shape[:2], H, W)


def _pair(setting: Setting) -> tuple[int, int]:
    return (setting, setting) if isinstance(setting, int) else (setting[0], setting[1])


def _transposed(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    *,
    mistake: str = "",
) -> Tensor:
    """Right but for one mistake."""
    (sH, sW), (pH, pW), (opH, opW) = _pair(stride), _pair(padding), _pair(output_padding)
    (N, C_in, H, W), (_, C_out, kH, kW) = x.shape, weight.shape
    if C_in != weight.shape[0]:
        raise ValueError(f"x {tuple(x.shape)} does not fit weight {tuple(weight.shape)}")
    if bias is not None and bias.shape != (C_out,):
        raise ValueError(f"bias {tuple(bias.shape)} does not fit weight {tuple(weight.shape)}")
    if min(sH, sW) < 1 or min(pH, pW) < 0:
        raise ValueError(f"stride {stride} must be 1 or more, padding {padding} 0 or more")
    if min(opH, opW) < 0 or opH >= sH or opW >= sW:
        raise ValueError(f"output_padding {output_padding} must be 0 ... stride {stride} - 1")
    height, width = (H - 1) * sH - 2 * pH + kH + opH, (W - 1) * sW - 2 * pW + kW + opW
    if min(height, width) < 1:
        raise ValueError(f"padding {padding} leaves {height} x {width}")
    canvas = x.new_zeros(N, C_out, (H - 1) * sH + kH + opH, (W - 1) * sW + kW + opW)
    last = 1 if mistake == "last row" else 0
    moved = (1, 1) if mistake == "no stride" else (sH, sW)
    for i in range(H - last):
        for j in range(W):
            top, left = i * moved[0], j * moved[1]
            stamp = torch.einsum("ni,iokl->nokl", x[:, :, i, j], weight)
            if mistake == "mean of channels":
                stamp = stamp / C_in
            canvas[:, :, top : top + kH, left : left + kW] += stamp
    if mistake == "divided":
        ones = x.new_ones(1, 1, H, W), x.new_ones(1, 1, kH, kW)
        covered = F.pad(F.fold(
            (ones[1].flatten(1)[:, :, None] * ones[0].flatten(2)),
            ((H - 1) * sH + kH, (W - 1) * sW + kW), (kH, kW), stride=(sH, sW),
        ), (0, opW, 0, opH))  # fmt: skip
        canvas = canvas / covered.clamp(min=1)
    y = canvas[:, :, pH : pH + height, pW : pW + width]
    if bias is None:
        return y
    return y * bias[:, None, None] if mistake == "times bias" else y + bias[:, None, None]


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "Your stamps lie one row and column apart whatever the stride is. The size is right, but "
        "stamp i begins at row i·stride.",
        "stride와 관계없이 도장이 한 칸씩만 떨어져 있습니다. 크기는 맞지만 i번째 도장은 "
        "i·stride행에서 시작해야 합니다.",
    ),
    loses=("transposed_conv.stride",),
)
def stamps_one_apart(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="no stride", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "Your loop over the rows of x ends one too early, so the last row leaves no stamps.",
        "x의 행을 도는 반복문이 하나 일찍 끝나 마지막 행이 도장을 남기지 않습니다.",
    ),
    loses=VALUES,
)
def last_row_without_stamps(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="last row", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You average over the input channels. An output channel is their sum.",
        "입력 채널의 평균을 냈습니다. 출력 채널은 입력 채널의 합입니다.",
    ),
    loses=("transposed_conv.channels_and_samples",),
)
def mean_over_input_channels(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="mean of channels", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You divide every value by the number of stamps that reach it. Stamps that overlap add "
        "up; nothing is averaged.",
        "각 값을 그곳에 놓인 도장의 수로 나누었습니다. 겹치는 도장은 더해질 뿐 평균하지 않습니다.",
    ),
    loses=VALUES,
)
def stamps_averaged(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="divided", **settings)


@misconception(
    "transposed_conv2d",
    explanation=Text(
        "You multiply by the bias. It is added, once to every output value.",
        "bias를 곱했습니다. bias는 모든 출력값에 한 번씩 더합니다.",
    ),
    loses=("transposed_conv.bias",),
)
def bias_multiplied(x: Tensor, weight: Tensor, *rest: Any, **settings: Any) -> Tensor:
    return _transposed(x, weight, *rest, mistake="times bias", **settings)


@misconception(
    "bilinear_kernel",
    explanation=Text(
        "You let the triangle end in 0 at the first and last entry, as linspace(-1, 1, k) does. "
        "The filter is 1 − |i − c| / f: it would reach 0 one step outside the kernel.",
        "linspace(-1, 1, k)처럼 삼각형이 첫 칸과 마지막 칸에서 0이 됩니다. 필터는 1 − |i − c| / "
        "f이며, 커널 바깥으로 한 칸 나가야 0이 됩니다.",
    ),
    loses=("transposed_conv.even_sizes", "transposed_conv.odd_sizes"),
)
def triangle_that_ends_in_zero(channels: int, kernel_size: int) -> Tensor:
    t = 1 - torch.linspace(-1, 1, kernel_size, dtype=torch.float32).abs()
    diagonal = torch.eye(channels, dtype=torch.float32)
    return diagonal[:, :, None, None] * torch.outer(t, t)


@misconception(
    "bilinear_kernel",
    explanation=Text(
        "Your filter falls off along the columns only; every row is the same. The kernel is the "
        "outer product, t[i] · t[j].",
        "필터가 열 방향으로만 줄어들고 모든 행이 같습니다. 커널은 외적 t[i] · t[j]입니다.",
    ),
    loses=("transposed_conv.even_sizes", "transposed_conv.odd_sizes"),
)
def filter_along_the_columns_only(channels: int, kernel_size: int) -> Tensor:
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    t = 1 - (torch.arange(kernel_size, dtype=torch.float32) - c).abs() / f
    diagonal = torch.eye(channels, dtype=torch.float32)
    return diagonal[:, :, None, None] * t.expand(kernel_size, kernel_size)


@misconception(
    "convolutionalize",
    explanation=Text(
        "You copy the weights and leave the bias as it was drawn at random. Copy both.",
        "가중치만 복사하고 bias는 무작위로 초기화된 값 그대로 두었습니다. 둘 다 복사해야 합니다.",
    ),
    loses=("fcn8s.convolution_equals_linear",),
)
def bias_not_copied(linear: nn.Linear, channels: int, kernel_size: int) -> nn.Conv2d:
    if linear.in_features != channels * kernel_size**2:
        raise ValueError("linear does not fit channels * kernel_size**2")
    conv = nn.Conv2d(
        channels,
        linear.out_features,
        kernel_size,
        bias=linear.bias is not None,
        device=linear.weight.device,
        dtype=linear.weight.dtype,
    )
    with torch.no_grad():
        conv.weight.copy_(linear.weight.reshape(conv.weight.shape))
    return conv


@misconception(
    "fuse_skip",
    explanation=Text(
        "You resize skip to the size of coarse instead of cutting a window out of it. That moves "
        "every score to another place of the image.",
        "skip에서 창을 자르지 않고 coarse의 크기로 보간했습니다. 그러면 모든 점수가 이미지의 다른 "
        "위치로 옮겨집니다.",
    ),
    loses=("fcn8s.fusion_adds_window",),
)
def skip_resized_to_coarse(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
    h, w = coarse.shape[2:]
    if coarse.shape[:2] != skip.shape[:2]:
        raise ValueError("coarse and skip differ in N or K")
    if offset < 0 or offset + h > skip.shape[2] or offset + w > skip.shape[3]:
        raise ValueError("the window at offset does not fit into skip")
    return coarse + F.interpolate(skip, size=(h, w), mode="bilinear", align_corners=False)
