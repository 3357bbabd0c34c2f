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
    ### BEGIN SOLUTION
    sH, sW = (stride, stride) if isinstance(stride, int) else stride
    pH, pW = (padding, padding) if isinstance(padding, int) else padding
    opH, opW = (
        (output_padding, output_padding) if isinstance(output_padding, int) else output_padding
    )
    N, C_in, H, W = x.shape
    C_out, kH, kW = weight.shape[1:]
    if weight.shape[0] != C_in:
        raise ValueError(f"x has {C_in} channels, weight expects {weight.shape[0]}")
    if bias is not None and bias.shape != (C_out,):
        raise ValueError(f"bias must be of shape ({C_out},), got {tuple(bias.shape)}")
    if sH < 1 or sW < 1:
        raise ValueError(f"stride must be at least 1, got {(sH, sW)}")
    if pH < 0 or pW < 0:
        raise ValueError(f"padding must be at least 0, got {(pH, pW)}")
    if not (0 <= opH < sH and 0 <= opW < sW):
        raise ValueError(
            f"output_padding must be at least 0 and below stride {(sH, sW)}, got {(opH, opW)}"
        )
    H_out = (H - 1) * sH - 2 * pH + kH + opH
    W_out = (W - 1) * sW - 2 * pW + kW + opW
    if H_out < 1 or W_out < 1:
        raise ValueError(f"padding {(pH, pW)} leaves an output of {H_out} x {W_out}")

    # Write a tap's row as a = q·sH + r with 0 ≤ r < sH. Then sH·i + a = sH·(i + q) + r: the tap
    # lands in row r of the block of sH rows that belongs to input row i + q. So all sH·sW taps of
    # one (qH, qW) are added at once, each to its own layer (rH, rW) of the canvas; the layers are
    # interleaved at the end. (A strided add a tap computes the same; its backward pass copies the
    # canvas kH·kW times, seconds for a 16 x 16 kernel.)
    qH, qW = -(-kH // sH), -(-kW // sW)
    whole = torch.nn.functional.pad(weight, (0, qW * sW - kW, 0, qH * sH - kH))

    # x[n, :, i, j] · w[:, c_out, a, b], summed over C_in, for all taps: one matrix product.
    stamps = whole.flatten(1).T @ x.flatten(2)
    stamps = stamps.reshape(N, C_out, qH, sH, qW, sW, H, W)

    # One block more than the stamps reach: output_padding (< stride) may uncover a part of it.
    canvas = x.new_zeros(N, C_out, sH, sW, H + qH, W + qW)
    for i, row_of_blocks in enumerate(stamps.unbind(2)):
        for j, block in enumerate(row_of_blocks.unbind(3)):
            canvas[..., i : i + H, j : j + W] += block
    canvas = canvas.permute(0, 1, 4, 2, 5, 3).reshape(N, C_out, (H + qH) * sH, (W + qW) * sW)

    y = canvas[:, :, pH : pH + H_out, pW : pW + W_out]
    return y if bias is None else y + bias[:, None, None]
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    # Device and dtype are named each time: an outer `torch.device(...)` or default dtype would
    # otherwise decide them.
    i = torch.arange(kernel_size, dtype=torch.float32, device="cpu")
    t = 1 - (i - c).abs() / f
    diagonal = torch.eye(channels, dtype=torch.float32, device="cpu")
    return diagonal[:, :, None, None] * (t[:, None] * t)
    ### END SOLUTION
