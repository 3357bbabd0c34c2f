"""Transposed convolution: upsampling with a kernel that can be learned.

Every input value stamps its scaled kernel on the output, `stride` apart, and stamps add up:

    canvas[s·i + a, s·j + b] += x[i, j] · w[a, b]       for every i, j and every tap a, b
    y = canvas without its first `padding` rows and columns, and cut to the output size
    output size = (H − 1)·s − 2·padding + k + output_padding

A convolution of the same stride is a matrix, this is its transpose, hence the name; "backwards
strided convolution" and (wrongly) "deconvolution" mean the same operation.

Source: Dumoulin & Visin 2016, "A guide to convolution arithmetic for deep learning", chapter 4;
Long, Shelhamer & Darrell 2015, "Fully Convolutional Networks for Semantic Segmentation",
section 3.3 (upsampling, bilinear initialisation).

Not allowed in this file: any transposed convolution of the library (`conv_transpose...`,
`ConvTranspose...`, `convolution` with `transposed=True`). Everything else is: loops, zero
insertion and a flipped kernel, a matrix product with `fold`, FFT, the gradient of `conv2d`, ...
"""

from __future__ import annotations

import torch


def transposed_conv2d(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    output_padding: int | tuple[int, int] = 0,
) -> torch.Tensor:
    """Stamp the kernel, scaled by each input value, on the output and add up what overlaps.

    입력값 하나하나가 커널을 곱해 출력에 도장처럼 찍고, 겹치는 곳은 모두 더합니다.

    An argument that is a pair is (vertical, horizontal), a tuple or a list; an int stands for
    both. With stride (sH, sW), padding (pH, pW) and output_padding (opH, opW):

        H_out = (H − 1)·sH − 2·pH + kH + opH
        W_out = (W − 1)·sW − 2·pW + kW + opW

    Args:
        x: (N, C_in, H, W), float32 or float64, possibly non-contiguous.
        weight: (C_in, C_out, kH, kW). Mind the order: the input's channels come first.
        bias: (C_out,) or None. It is added once to every output value, not once a stamp.
        stride: how far apart neighbouring stamps lie, at least 1.
        padding: how many rows (columns) to trim from the top and the bottom (from the left and
            the right) of what was stamped, at least 0.
        output_padding: how many more rows at the bottom (columns on the right) to uncover, at
            least 0 and smaller than stride. They hold whatever stamps reach there: where
            `padding` trimmed something it comes back, beyond all stamps there are zeros (and the
            bias).

    Returns:
        (N, C_out, H_out, W_out), dtype and device of `x`; gradients reach `x`, `weight`, `bias`.

    Raises:
        ValueError: the channels of `x` and `weight` do not match; `bias` is of another length or
            has more than one axis (without any it is not graded); a `stride` below 1; a `padding`
            below 0; an `output_padding` below 0, or not below the stride; H_out or W_out below 1
            (here the message may name `padding`). The message names at least one argument
            involved.

    Example:
        x = [[1, 2], [3, 4]], weight = [[1, 2, 3], [2, 2, 1], [3, 2, 1]], stride 1 (one sample,
        one channel) gives

            [[1,  4,  7,  6],
             [5, 16, 22, 14],
             [9, 22, 16,  6],
             [9, 18, 11,  4]].

        Erratum: the lecture slide prints another number in row 3, column 3. 16 is right: the
        slide's third step writes "5+2" where 3·1 must be added, so "5+3", and its last step
        "7+8" where "8+8" is right. Check it by hand: every input value spreads its whole kernel,
        so without padding the output must sum to sum(x) · sum(weight) = 10 · 17 = 170. The
        slide's numbers sum to 169.
    """
    raise NotImplementedError("transposed_conv2d")


def bilinear_kernel(channels: int, kernel_size: int) -> torch.Tensor:
    """Make the weight with which a transposed convolution interpolates each channel bilinearly.

    각 채널을 따로 쌍선형 보간하도록 전치 합성곱의 가중치를 만듭니다.

    With k = kernel_size, f = (k + 1) // 2 and the centre c = f − 1 for odd k, f − 0.5 for even k,
    the triangle filter is

        t[i] = 1 − |i − c| / f            for i = 0 ... k − 1

    and the kernel from a channel to itself is the outer product, t[i] · t[j] in row i, column j.
    From a channel to another one it is zero. It is not normalised.

    Args:
        channels: how many channels come in, and go out.
        kernel_size: the kernel's height and width k.

    Returns:
        (channels, channels, k, k), float32 whatever the default dtype is, on the CPU whatever the
        default device is.

    Example:
        k = 4: f = 2, c = 1.5, t = [0.25, 0.75, 0.75, 0.25]; the kernel's first row is 0.25 · t.
    """
    raise NotImplementedError("bilinear_kernel")
