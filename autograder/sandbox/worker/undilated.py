"""Convolutions, their gradients, unfolding and folding by kernels that know no dilation.

Where dilation is excluded, the kernels that take one are overridden, and with them the work that
they do without. It is done here by kernels that have no such argument, so that there is nothing
to be found that would dilate. Maps are (N, C, *size) with one to three axes, weights as PyTorch
has them, and lists of settings have one entry an axis or one for all.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import pad

from autograder.sandbox.worker.convolutions import expect_groups, spread

Gradients = tuple[Tensor | None, Tensor | None]


def convolve(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sequence[int],
    padding: Sequence[int],
    groups: int,
) -> Tensor:
    """A convolution, group by group.

    Raises RuntimeError where the shapes do not fit.
    """
    expect_groups(weight, groups)
    _expect(x, weight, weight.shape[1] * groups)
    _expect_bias(x, bias, weight.shape[0])
    if min(padding) < 0:
        raise RuntimeError("negative padding is not supported")
    maps, kernel, s, p = _as_planes(x, weight, stride, padding)
    biases = bias.chunk(groups) if bias is not None else [None] * groups
    parts = [
        torch.ops.aten._slow_conv2d_forward(part, each, each.shape[2:], added, s, p)
        for part, each, added in zip(
            _groups(maps, groups, 1), _groups(kernel, groups, 0), biases, strict=True
        )
    ]
    y = torch.cat(parts, 1)
    if x.dim() == 3:
        return y.squeeze(2)
    if x.dim() == 4:
        return y
    frames: Tensor = y.unflatten(0, (x.shape[0], _depth(x, weight, stride, padding)))
    return frames.transpose(1, 2).contiguous()


def transpose(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Sequence[int],
    padding: Sequence[int],
    output_padding: Sequence[int],
    groups: int,
) -> Tensor:
    """A transposed convolution, as the gradient of a convolution in its input.

    Raises RuntimeError where the shapes do not fit.
    """
    expect_groups(weight, groups)
    _expect(x, weight, weight.shape[0])
    channels, dimensions = weight.shape[1] * groups, x.dim() - 2
    _expect_bias(x, bias, channels)
    s, p, more = (spread(each, dimensions) for each in (stride, padding, output_padding))
    size = [
        (n - 1) * s[i] - 2 * p[i] + weight.shape[2 + i] + more[i] for i, n in enumerate(x.shape[2:])
    ]
    like = x.new_empty([x.shape[0], channels, *size])
    y, _ = gradients(x, like, weight, s, p, groups, (True, False))
    assert y is not None
    return y if bias is None else y + bias.reshape(-1, *[1] * dimensions)


def gradients(
    g: Tensor,
    x: Tensor,
    weight: Tensor,
    stride: Sequence[int],
    padding: Sequence[int],
    groups: int,
    mask: Sequence[bool],
) -> Gradients:
    """The gradients of a convolution in x and in the weight, from g in what it returned."""
    _expect(x, weight, weight.shape[1] * groups)
    maps, kernel, s, p = _as_planes(x, weight, stride, padding)
    if x.dim() == 3:
        g = g.unsqueeze(2)
    elif x.dim() == 5:
        g = g.transpose(1, 2).flatten(0, 1)
    parts = [
        torch.ops.aten._slow_conv2d_backward.output_mask(
            *each, each[2].shape[2:], s, p, [mask[0], mask[1], False]
        )
        for each in zip(
            _groups(g, groups, 1),
            _groups(maps, groups, 1),
            _groups(kernel, groups, 0),
            strict=True,
        )
    ]
    to_x = to_weight = None
    if mask[0]:
        to_x = _from_planes(torch.cat([part[0] for part in parts], 1), x, weight, stride, padding)
    if mask[1]:
        to_weight = torch.cat([part[1] for part in parts], 0).reshape(weight.shape)
    return to_x, to_weight


def backward(
    g: Tensor,
    x: Tensor,
    weight: Tensor,
    stride: Sequence[int],
    padding: Sequence[int],
    transposed: bool,
    groups: int,
    mask: Sequence[bool],
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """The gradients of either kind of convolution in x, weight and bias."""
    to_x = to_weight = to_bias = None
    if transposed:
        # It is the gradient of a convolution from its results to x, so these change places.
        if mask[0]:
            to_x = convolve(g, weight, None, stride, padding, groups)
        if mask[1]:
            _, to_weight = gradients(x, g, weight, stride, padding, groups, (False, True))
    elif mask[0] or mask[1]:
        to_x, to_weight = gradients(g, x, weight, stride, padding, groups, mask)
    if mask[2]:
        to_bias = g.sum([0, *range(2, g.dim())])
    return to_x, to_weight, to_bias


def unfold(
    x: Tensor, kernel: Sequence[int], padding: Sequence[int], stride: Sequence[int]
) -> Tensor:
    """The windows of (N, C, H, W) or (C, H, W) as columns, (N, C·kh·kw, L) or without N.

    Raises RuntimeError where no window fits.
    """
    if x.dim() == 3:
        return unfold(x.unsqueeze(0), kernel, padding, stride).squeeze(0)
    if x.dim() != 4 or not all(x.shape[1:]):
        raise RuntimeError(
            f"Expected 3D or 4D (batch mode) tensor, but got input of size: {tuple(x.shape)}"
        )
    _blocks(x.shape[2:], kernel, padding, stride)
    padded = pad(x, [padding[1], padding[1], padding[0], padding[0]])
    windows = padded.unfold(2, kernel[0], stride[0]).unfold(3, kernel[1], stride[1])
    # A copy, for windows of one pixel are the map itself.
    return (
        windows.permute(0, 1, 4, 5, 2, 3)
        .clone(memory_format=torch.contiguous_format)
        .flatten(1, 3)
        .flatten(2)
    )


def fold(
    columns: Tensor,
    size: Sequence[int],
    kernel: Sequence[int],
    padding: Sequence[int],
    stride: Sequence[int],
) -> Tensor:
    """The sum of windows given as columns, (N, C·kh·kw, L) or without N, as (N, C, *size).

    Raises RuntimeError where columns and sizes do not fit.
    """
    if columns.dim() == 2:
        return fold(columns.unsqueeze(0), size, kernel, padding, stride).squeeze(0)
    rows, across = _blocks(size, kernel, padding, stride)
    if columns.dim() != 3 or columns.shape[2] != rows * across:
        raise RuntimeError(
            f"Expected {rows * across} columns for output_size={list(size)}, but got input of "
            f"size: {tuple(columns.shape)}"
        )
    if columns.shape[1] % (kernel[0] * kernel[1]) or not columns.shape[1]:
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product of kernel_size, "
            f"but got {columns.shape[1]} and kernel_size={list(kernel)}"
        )
    padded = columns.new_zeros(
        [
            columns.shape[0],
            columns.shape[1] // (kernel[0] * kernel[1]),
            size[0] + 2 * padding[0],
            size[1] + 2 * padding[1],
        ]
    )
    windows = columns.reshape(*padded.shape[:2], *kernel, rows, across)
    # Window by window of the strided map, the pixel (i, j) of every window falls on a slice.
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            strided = padded[:, :, i :: stride[0], j :: stride[1]]
            strided[:, :, :rows, :across].add_(windows[:, :, i, j])
    return pad(padded, [-padding[1], -padding[1], -padding[0], -padding[0]]).contiguous()


def _groups(maps: Tensor, groups: int, axis: int) -> list[Tensor]:
    # These kernels take some strides for others, and give other numbers.
    return [part.contiguous() for part in maps.chunk(groups, axis)]


def _as_planes(
    x: Tensor, weight: Tensor, stride: Sequence[int], padding: Sequence[int]
) -> tuple[Tensor, Tensor, list[int], list[int]]:
    """The same convolution of images: a line is one row, and depth goes to batch and channels."""
    s, p = (spread(each, x.dim() - 2) for each in (stride, padding))
    if x.dim() == 3:
        return x.unsqueeze(2), weight.unsqueeze(2), [1, *s], [0, *p]
    if x.dim() == 4:
        return x, weight, s, p
    frames = pad(x, [0, 0, 0, 0, p[0], p[0]]).unfold(2, weight.shape[2], s[0])
    maps = frames.permute(0, 2, 1, 5, 3, 4).flatten(2, 3).flatten(0, 1)
    return maps, weight.flatten(1, 2), s[1:], p[1:]


def _from_planes(
    gradient: Tensor, x: Tensor, weight: Tensor, stride: Sequence[int], padding: Sequence[int]
) -> Tensor:
    """The gradient in x from that in its planes."""
    if x.dim() == 3:
        return gradient.squeeze(2)
    if x.dim() == 4:
        return gradient
    n, c, depth, *size = x.shape
    deep = _depth(x, weight, stride, padding)
    frames = gradient.reshape(n, deep, c, weight.shape[2], *size).permute(0, 2, 1, 4, 5, 3)
    padded: Tensor = torch.ops.aten.unfold_backward(
        frames, [n, c, depth + 2 * padding[0], *size], 2, weight.shape[2], stride[0]
    )
    return padded.narrow(2, padding[0], depth).contiguous()


def _depth(x: Tensor, weight: Tensor, stride: Sequence[int], padding: Sequence[int]) -> int:
    return (x.shape[2] + 2 * padding[0] - weight.shape[2]) // stride[0] + 1


def _blocks(
    size: Sequence[int], kernel: Sequence[int], padding: Sequence[int], stride: Sequence[int]
) -> list[int]:
    """How many windows there are along each of two axes."""
    if min(*kernel, *stride) < 1 or min(padding) < 0:
        raise RuntimeError(
            "kernel and stride should be greater than zero, and padding not negative"
        )
    found = [
        (n + 2 * p - k) // s + 1 for n, k, p, s in zip(size, kernel, padding, stride, strict=True)
    ]
    if min(found) < 1:
        raise RuntimeError(
            f"No window of kernel_size={list(kernel)} with padding={list(padding)} fits into a map "
            f"of size {list(size)}"
        )
    return found


def _expect(x: Tensor, weight: Tensor, channels: int) -> None:
    if x.dim() != weight.dim():
        raise RuntimeError(
            f"Expected {weight.dim()}-dimensional input for {weight.dim()}-dimensional weight "
            f"{list(weight.shape)}, but got {x.dim()}-dimensional input of size {list(x.shape)}"
        )
    if x.shape[1] != channels:
        raise RuntimeError(
            f"Given weight of size {list(weight.shape)}, expected input{list(x.shape)} to have "
            f"{channels} channels, but got {x.shape[1]} channels instead"
        )
    if x.dtype != weight.dtype:
        raise RuntimeError(
            f"Input type ({x.dtype}) and weight type ({weight.dtype}) should be the same"
        )


def _expect_bias(x: Tensor, bias: Tensor | None, channels: int) -> None:
    if bias is None:
        return
    if bias.dtype != x.dtype:
        raise RuntimeError(
            f"Input type ({x.dtype}) and bias type ({bias.dtype}) should be the same"
        )
    if bias.shape != (channels,):
        raise RuntimeError(
            f"Expected bias to be 1-dimensional with {channels} elements, but got bias of size "
            f"{list(bias.shape)} instead"
        )
