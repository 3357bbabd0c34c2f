import warnings

import torch
from torch import nn

warnings.warn("slow on purpose: calls backward() inside forward", stacklevel=1)


def pair(v):
    return tuple(v) if isinstance(v, (list, tuple)) else (v, v)


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    stride, padding, output_padding = pair(stride), pair(padding), pair(output_padding)
    if x.shape[1] != weight.shape[0]:
        raise ValueError("x and weight do not have the same number of input channels")
    if bias is not None and bias.shape != (weight.shape[1],):
        raise ValueError("bias must have C_out entries")
    if stride[0] < 1 or stride[1] < 1:
        raise ValueError("stride must be at least 1")
    if padding[0] < 0 or padding[1] < 0:
        raise ValueError("padding must be at least 0")
    for o, s in zip(output_padding, stride, strict=True):
        if o < 0 or o > s - 1:
            raise ValueError("output_padding must be smaller than stride and not negative")
    size = [
        (x.shape[d + 2] - 1) * stride[d] - 2 * padding[d] + weight.shape[d + 2] + output_padding[d]
        for d in range(2)
    ]
    if size[0] < 1 or size[1] < 1:
        raise ValueError(f"output would be {size}, lower the padding")

    with torch.enable_grad():
        image = x.new_zeros(x.shape[0], weight.shape[1], *size).requires_grad_()
        score = nn.functional.conv2d(image, weight, None, stride, padding)
        # PyTorch warns that this may leak memory; the graph is what we want here.
        score.backward(x, create_graph=True, inputs=[image])
    y = image.grad
    return y if bias is None else y + bias[:, None, None]


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    t = 1 - (torch.arange(kernel_size).double() - c).abs() / f
    kernel = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float64)
    kernel[torch.arange(channels), torch.arange(channels)] = t[:, None] * t
    return kernel.float()
