import torch


def pair(v):
    return [v, v] if isinstance(v, int) else list(v)


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    stride, padding, output_padding = pair(stride), pair(padding), pair(output_padding)
    N, C, H, W = x.shape
    C_in, C_out, kH, kW = weight.shape
    errors = []
    if C != C_in:
        errors.append("x.shape[1] != weight.shape[0]")
    if bias is not None and tuple(bias.shape) != (C_out,):
        errors.append("bias.shape != (C_out,)")
    if min(stride) < 1:
        errors.append("stride < 1")
    if min(padding) < 0:
        errors.append("padding < 0")
    if min(output_padding) < 0 or any(o >= s for o, s in zip(output_padding, stride, strict=True)):
        errors.append("output_padding 범위")
    H_out = (H - 1) * stride[0] - 2 * padding[0] + kH + output_padding[0]
    W_out = (W - 1) * stride[1] - 2 * padding[1] + kW + output_padding[1]
    if H_out < 1 or W_out < 1:
        errors.append("padding > 출력")
    if errors:
        raise ValueError("; ".join(errors))

    like = torch.empty(N, C_out, H_out, W_out, dtype=x.dtype, device=x.device)
    y = torch.ops.aten.convolution_backward(
        x, like, weight, None, stride, padding, [1, 1], False, [0, 0], 1, [True, False, False]
    )[0]
    if bias is not None:
        y = y + bias.reshape(1, -1, 1, 1)
    return y


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 0.5 - 0.5 * (kernel_size % 2)
    x = torch.arange(kernel_size, dtype=torch.float64)
    tri = (1 - (x - c).abs() / f).to(torch.float32)
    out = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float32)
    for i in range(channels):
        out[i, i] = tri.unsqueeze(1) @ tri.unsqueeze(0)
    return out
