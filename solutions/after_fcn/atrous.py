"""Atrous convolution: a kernel with holes sees further, at no cost and without losing a row.

With kernel k, rate r (r − 1 rows lie between two taps), stride s:

    effective kernel size    k + (k − 1)·(r − 1)
    receptive field          1 + Σ_l (k_l − 1)·r_l·j_l      with the jump j_l = s_1 · ... · s_(l−1)
    atrous convolution       y[o, i, j] = bias[o] + Σ weight[o, c, a, b] · x[c, i + r·a, j + r·b]
    output stride            a stride that is dropped multiplies the rate of every later layer:
                             the jump falls as the rate grows, and r·j stays what it was
    ASPP                     Σ over the rates r of a 3 × 3 atrous convolution of rate r, padding r

Source: Chen et al. 2016, "DeepLab: Semantic Image Segmentation with Deep Convolutional Nets,
Atrous Convolution, and Fully Connected CRFs", section 3.1 (atrous convolution, equation 1, the
effective size, the strides of the last poolings), 3.2 and figure 7 (ASPP).

Not allowed in this file: a dilation other than 1 in a convolution of the library, in `unfold` or
in `fold`, under whatever name it is reached.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


def effective_kernel_size(kernel_size: int, rate: int) -> int:
    """Count the rows from a kernel's first tap to its last, holes included.

    구멍까지 포함한 커널의 크기를 셉니다.

    Args:
        kernel_size: k, how many taps the kernel has along an axis, at least 1.
        rate: r, how many rows two neighbouring taps are apart, at least 1.

    Returns:
        k + (k − 1)·(r − 1), an int: between k taps there are k − 1 gaps of r − 1 rows.

    Raises:
        ValueError: `kernel_size` or `rate` is smaller than 1; the message names it.

    Example:
        effective_kernel_size(3, 6) is 13, effective_kernel_size(2, 3) is 4.
    """
    ### BEGIN SOLUTION
    if kernel_size < 1:
        raise ValueError(f"kernel_size must be at least 1, got {kernel_size}")
    if rate < 1:
        raise ValueError(f"rate must be at least 1, got {rate}")
    return kernel_size + (kernel_size - 1) * (rate - 1)
    ### END SOLUTION


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """Count how many rows of the image one output value depends on.

    출력값 하나가 영상의 몇 행에 의존하는지 셉니다.

    Two neighbouring inputs of layer l are j_l rows of the image apart: its jump, the product of
    the strides of all layers before it. The layer itself widens what is seen by
    (k_l − 1)·r_l of its own inputs.

    Args:
        layers: (kernel, stride, rate) of each layer, from the image to the output, each a tuple
            or a list of ints of at least 1; possibly none. Pooling is a layer too.

    Returns:
        1 + Σ_l (k_l − 1)·r_l·j_l, an int; 1 for no layers.

    Raises:
        ValueError: a kernel, stride or rate is smaller than 1; the message names `layers`,
            `kernel`, `kernel_size`, `stride` or `rate`.

    Example:
        [(3, 2, 1), (3, 1, 2), (2, 2, 1), (3, 2, 1), (5, 1, 1)] has the jumps 1, 2, 2, 4, 8 and
        the receptive field 1 + 2 + 8 + 2 + 8 + 32 = 53.
    """
    ### BEGIN SOLUTION
    if any(min(layer) < 1 for layer in layers):
        raise ValueError(f"layers must hold numbers of at least 1, got {layers}")
    field, jump = 1, 1
    for kernel, stride, rate in layers:
        field += (kernel - 1) * rate * jump
        jump *= stride
    return field
    ### END SOLUTION


def atrous_conv2d(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None = None,
    rate: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> torch.Tensor:
    """Convolve with taps that lie `rate` apart, stride 1.

    탭 사이가 rate만큼 떨어진 커널로 합성곱합니다. 가중치의 수는 그대로이고 보는 범위만 넓어집니다.

    An argument that is a pair is (vertical, horizontal), a tuple or a list; an int stands for
    both. With rate (rH, rW), padding (pH, pW) and x̂ for `x` with pH rows of zeros above and below
    and pW columns left and right:

        y[n, o, i, j] = bias[o] + Σ_{c, a, b} weight[o, c, a, b] · x̂[n, c, i + rH·a, j + rW·b]
        H_out = H + 2·pH − (kH − 1)·rH
        W_out = W + 2·pW − (kW − 1)·rW

    As in every network's convolution the kernel is not flipped.

    Args:
        x: (N, C_in, H, W), float32 or float64, possibly non-contiguous.
        weight: (C_out, C_in, kH, kW).
        bias: (C_out,) or None.
        rate: how many rows (columns) two neighbouring taps are apart, at least 1.
        padding: how many rows (columns) of zeros to put on each side, at least 0.

    Returns:
        (N, C_out, H_out, W_out), dtype and device of `x`; gradients reach `x`, `weight`, `bias`.

    Raises:
        ValueError: the channels of `x` and `weight` do not match; `bias` is of another length or
            has more than one axis (without any it is not graded); a `rate` below 1; a `padding`
            below 0; H_out or W_out below 1 (here the message may name `x`, `weight`, `rate` or
            `padding`). The message names at least one argument involved.

    Example:
        x = [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15]], weight = [[1, 2], [3, −1]],
        rate (2, 1) gives [[26, 31, 36, 41]]: 1·1 + 2·2 + 3·11 − 1·12 = 26.
    """
    ### BEGIN SOLUTION
    rH, rW = (rate, rate) if isinstance(rate, int) else rate
    pH, pW = (padding, padding) if isinstance(padding, int) else padding
    N, C_in, H, W = x.shape
    C_out, _, kH, kW = weight.shape
    if weight.shape[1] != C_in:
        raise ValueError(f"x has {C_in} channels, weight expects {weight.shape[1]}")
    if bias is not None and bias.shape != (C_out,):
        raise ValueError(f"bias must be of shape ({C_out},), got {tuple(bias.shape)}")
    if rH < 1 or rW < 1:
        raise ValueError(f"rate must be at least 1, got {(rH, rW)}")
    if pH < 0 or pW < 0:
        raise ValueError(f"padding must be at least 0, got {(pH, pW)}")
    H_out = H + 2 * pH - (kH - 1) * rH
    W_out = W + 2 * pW - (kW - 1) * rW
    if H_out < 1 or W_out < 1:
        raise ValueError(
            f"weight of {kH} x {kW} at rate {(rH, rW)} leaves an output of {H_out} x {W_out}"
        )

    # One tap at a time: all it ever meets is one window of the input, shifted by rate · tap. So a
    # tap is a 1 x 1 convolution of that window, and no product with a hole is ever computed.
    padded = torch.nn.functional.pad(x, (pW, pW, pH, pH))
    y = x.new_zeros(N, C_out, H_out, W_out)
    for a in range(kH):
        for b in range(kW):
            top, left = rH * a, rW * b
            window = padded[:, :, top : top + H_out, left : left + W_out]
            y = y + torch.einsum("oc,ncij->noij", weight[:, :, a, b], window)
    return y if bias is None else y + bias[:, None, None]
    ### END SOLUTION


def with_output_stride(
    layers: Sequence[tuple[int, int, int]], output_stride: int
) -> list[tuple[int, int, int]]:
    """Drop strides so that the output comes every `output_stride` pixels, and raise the rates.

    보폭(stride)을 없애 출력을 촘촘하게 하고, 같은 가중치가 같은 픽셀을 보도록 rate를 키웁니다.

    Strides are kept until their product is `output_stride`; every later one becomes 1. A layer
    behind a dropped stride s finds its inputs s times as dense as before, so its taps must lie s
    times as far apart: its rate is multiplied by the product of all strides dropped before it.
    The layer that loses its stride sees what it saw, only more often, and keeps its own rate as
    far as none was dropped earlier. The kernels, and so all weights, stay.

    Args:
        layers: (kernel, stride, rate) of each layer, from the image to the output, each a tuple
            or a list of ints of at least 1; possibly none. Pooling is a layer too.
        output_stride: the product of the first strides, for some number of them (1: of none).

    Returns:
        A list of (kernel, stride, rate), ints, one for each layer, in order. Its receptive field is
        that of `layers`.

    Raises:
        ValueError: `output_stride` is smaller than 1, or the product of the first strides for no
            number of them: the message names `output_stride`. A kernel, stride or rate is smaller
            than 1: it names `layers`, `kernel`, `kernel_size`, `stride` or `rate`.

    Example:
        [(3, 2, 1), (3, 1, 2), (2, 2, 1), (3, 2, 1), (5, 1, 1)] with output_stride 2 gives
        [(3, 2, 1), (3, 1, 2), (2, 1, 1), (3, 1, 2), (5, 1, 4)], and a ValueError with 3.
    """
    ### BEGIN SOLUTION
    if any(min(layer) < 1 for layer in layers):
        raise ValueError(f"layers must hold numbers of at least 1, got {layers}")
    kept, dropped = 1, 1
    denser = []
    for kernel, stride, rate in layers:
        if kept < output_stride:
            kept *= stride
            denser.append((kernel, stride, rate * dropped))
        else:
            denser.append((kernel, 1, rate * dropped))
            dropped *= stride
    if kept != output_stride:  # jumped over, never reached, or below 1
        raise ValueError(f"output_stride {output_stride} is no product of the first strides")
    return denser
    ### END SOLUTION


class ASPP(nn.Module):
    """Atrous spatial pyramid pooling: look at the same place at several rates, and add up.

    같은 자리를 여러 rate로 동시에 보고 결과를 더합니다.

    Children, by these names; one for each entry of `rates`, in order:

        branch1, branch2, ...    a 3 × 3 atrous convolution with bias, padding = rate: a module
                                 whose parameters are weight (out_channels, in_channels, 3, 3) and
                                 bias (out_channels,), in this order

    There is neither batch normalisation nor ReLU, and the 1 × 1 layers that the paper's figure 7
    puts into each branch behind the atrous one are left out. Parameters:
    len(rates) · (9 · in · out + out), for ASPP(512, 21) 4 · (96,768 + 21) = 387,156.

    With padding = rate a 3 × 3 kernel keeps the size: H + 2·r − (3 − 1)·r = H.

    Args:
        in_channels: channels of the input.
        out_channels: channels of each branch, and so of the sum.
        rates: the branches' rates, 6, 12, 18 and 24 in the paper.

    Raises:
        ValueError: there are no `rates`, or one is smaller than 1; the message names `rates`.

    Example:
        ASPP(512, 21) maps (2, 512, 28, 40) to (2, 21, 28, 40).
    """

    def __init__(
        self, in_channels: int, out_channels: int, rates: Sequence[int] = (6, 12, 18, 24)
    ) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        if not rates or min(rates) < 1:
            raise ValueError(f"rates must be at least one number of at least 1, got {rates}")
        self.rates = tuple(rates)
        for number in range(1, len(rates) + 1):
            # It holds and initialises weight and bias; what it computes itself knows no rate.
            self.add_module(f"branch{number}", nn.Conv2d(in_channels, out_channels, 3))
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add up what the branches give.

        가지마다 얻은 결과를 모두 더합니다.

        Args:
            x: (N, in_channels, H, W) for any H, W ≥ 1.

        Returns:
            (N, out_channels, H, W).
        """
        ### BEGIN SOLUTION
        maps = []
        for number, rate in enumerate(self.rates, start=1):
            weight, bias = self.get_submodule(f"branch{number}").parameters()
            maps.append(atrous_conv2d(x, weight, bias, rate=rate, padding=rate))
        return torch.stack(maps).sum(dim=0)
        ### END SOLUTION
