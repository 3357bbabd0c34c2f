"""Transposed convolution = im2col을 거꾸로.

conv2d는     unfold(im2col) 다음 행렬곱
transposed는  행렬곱 다음 fold(col2im)

The matrix product makes every stamp (a scaled kernel for each input position), and fold lays
them `stride` apart and adds where they overlap. padding과 output_padding은 그 뒤에 자르고
덧대는 일일 뿐이다.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

Pair = int | tuple[int, int] | list[int]


def _pair(value: Pair) -> tuple[int, int]:
    if isinstance(value, (tuple, list)):
        vertical, horizontal = value
        return vertical, horizontal
    return value, value


def transposed_conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    output_padding: Pair = 0,
) -> Tensor:
    N, C_in, H, W = x.shape
    C_out, kH, kW = weight.shape[1:]
    sH, sW = _pair(stride)
    pH, pW = _pair(padding)
    opH, opW = _pair(output_padding)

    # --- 인자 검사
    if weight.shape[0] != C_in:
        raise ValueError(f"x has {C_in} channels but weight expects {weight.shape[0]}")
    if bias is not None and bias.shape != (C_out,):
        raise ValueError(f"bias must be ({C_out},), got {tuple(bias.shape)}")
    if min(sH, sW) < 1:
        raise ValueError(f"stride must be at least 1, got {stride}")
    if min(pH, pW) < 0:
        raise ValueError(f"padding must not be negative, got {padding}")
    if not (0 <= opH < sH and 0 <= opW < sW):
        raise ValueError(f"output_padding {output_padding}: 0 이상 stride({stride}) 미만이어야 함")
    H_out = (H - 1) * sH - 2 * pH + kH + opH
    W_out = (W - 1) * sW - 2 * pW + kW + opW
    if H_out < 1 or W_out < 1:
        raise ValueError(f"padding {padding} leaves nothing: output would be {H_out} x {W_out}")

    # --- 도장 만들기: (N, C_out, kH, kW, H, W)
    stamps = torch.einsum("nihw,ioab->noabhw", x, weight)

    # --- 도장 찍기
    canvas = F.fold(
        stamps.reshape(N, C_out * kH * kW, H * W),
        output_size=((H - 1) * sH + kH, (W - 1) * sW + kW),
        kernel_size=(kH, kW),
        stride=(sH, sW),
    )

    # --- 아래/오른쪽을 output_padding만큼 늘리고, padding만큼 테두리를 잘라낸다
    canvas = F.pad(canvas, (0, opW, 0, opH))
    out = canvas[:, :, pH : pH + H_out, pW : pW + W_out]
    return out if bias is None else out + bias.view(1, C_out, 1, 1)


def bilinear_kernel(channels: int, kernel_size: int) -> Tensor:
    # 기본 dtype이나 기본 device가 바뀌어도 항상 float32, CPU
    options = {"dtype": torch.float32, "device": "cpu"}
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    triangle = 1 - (torch.arange(kernel_size, **options) - c).abs() / f
    return torch.einsum("pq,i,j->pqij", torch.eye(channels, **options), triangle, triangle)


if __name__ == "__main__":
    # 슬라이드 예제 (정오표 반영: 3행 3열은 16, 전체 합은 10 · 17 = 170)
    slide_x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    slide_w = torch.tensor([[[[1.0, 2.0, 3.0], [2.0, 2.0, 1.0], [3.0, 2.0, 1.0]]]])
    slide_y = transposed_conv2d(slide_x, slide_w)
    print(slide_y[0, 0])
    assert slide_y[0, 0, 2, 2] == 16
    assert slide_y.sum() == 170

    # 라이브러리와 비교
    torch.manual_seed(0)
    for s, p, op in [(1, 0, 0), (2, 1, 1), ((3, 2), (0, 2), (2, 1)), ((1, 4), (1, 0), (0, 3))]:
        a = torch.randn(2, 3, 4, 5, dtype=torch.float64)
        k = torch.randn(3, 2, 4, 3, dtype=torch.float64)
        b = torch.randn(2, dtype=torch.float64)
        torch.testing.assert_close(
            transposed_conv2d(a, k, b, s, p, op), F.conv_transpose2d(a, k, b, s, p, op)
        )
    # 상수는 쌍선형으로 키워도 상수 (테두리 제외)
    ones = transposed_conv2d(torch.ones(1, 2, 5, 5), bilinear_kernel(2, 4), stride=2, padding=1)
    torch.testing.assert_close(ones[:, :, 1:-1, 1:-1], torch.ones(1, 2, 8, 8))
    print("transposed_conv: ok")
