import torch
from torch.nn.grad import conv2d_input


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    if isinstance(stride, int):
        stride = (stride, stride)
    if isinstance(padding, int):
        padding = (padding, padding)
    if isinstance(output_padding, int):
        output_padding = (output_padding, output_padding)

    batch, channels, height, width = x.shape
    if weight.shape[0] != channels:
        raise ValueError(f"weight expects {weight.shape[0]} channels")
    if bias is not None and bias.shape != (weight.shape[1],):
        raise ValueError(f"bias has {tuple(bias.shape)}")
    if stride[0] < 1 or stride[1] < 1:
        raise ValueError("stride >= 1")
    if padding[0] < 0 or padding[1] < 0:
        raise ValueError("padding >= 0")
    if output_padding[0] < 0 or output_padding[1] < 0:
        raise ValueError("output_padding >= 0")
    if output_padding[0] >= stride[0] or output_padding[1] >= stride[1]:
        raise ValueError("output_padding < stride")

    rows = (height - 1) * stride[0] - 2 * padding[0] + weight.shape[2] + output_padding[0]
    columns = (width - 1) * stride[1] - 2 * padding[1] + weight.shape[3] + output_padding[1]
    if rows < 1 or columns < 1:
        raise ValueError(f"padding {padding} is too much for x {tuple(x.shape)}")

    size = (batch, weight.shape[1], rows, columns)
    y = conv2d_input(size, weight, x, stride=tuple(stride), padding=tuple(padding))
    if bias is not None:
        y = y + bias.reshape(1, -1, 1, 1)
    return y


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    kernel = torch.zeros(channels, channels, kernel_size, kernel_size).to(torch.float32)
    for i in range(kernel_size):
        for j in range(kernel_size):
            for k in range(channels):
                kernel[k][k][i][j] = (1 - abs(i - c) / f) * (1 - abs(j - c) / f)
    return kernel
