"""forward와 backward를 직접 쓴 autograd.Function."""

import torch
import torch.nn.functional as F


class TransposedConv2d(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding, size):
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, padding
        (sH, sW), (pH, pW), (H_out, W_out) = stride, padding, size
        N, _, H, W = x.shape
        _, C_out, kH, kW = weight.shape
        height = max((H - 1) * sH + kH, pH + H_out)
        width = max((W - 1) * sW + kW, pW + W_out)
        canvas = x.new_zeros(N, C_out, height, width)
        for i in range(H):
            for j in range(W):
                stamp = torch.tensordot(x[:, :, i, j], weight, dims=1)
                canvas[:, :, i * sH : i * sH + kH, j * sW : j * sW + kW] += stamp
        y = canvas[:, :, pH : pH + H_out, pW : pW + W_out].clone()
        if bias is not None:
            y += bias[:, None, None]
        return y

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        grad_x = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            # 전치의 전치는 원래 합성곱
            grad_x = F.conv2d(grad, weight, stride=ctx.stride, padding=ctx.padding)
        if ctx.needs_input_grad[1]:
            pH, pW = ctx.padding
            padded = F.pad(grad, (pW, pW, pH, pH))
            grad_weight = torch.empty_like(weight)
            for a in range(weight.shape[2]):
                for b in range(weight.shape[3]):
                    (sH, sW), (H, W) = ctx.stride, x.shape[2:]
                    window = padded[:, :, a : a + (H - 1) * sH + 1 : sH]
                    window = window[:, :, :, b : b + (W - 1) * sW + 1 : sW]
                    grad_weight[:, :, a, b] = torch.einsum("nchw,nohw->co", x, window)
        if ctx.needs_input_grad[2]:
            grad_bias = grad.sum(dim=(0, 2, 3))
        return grad_x, grad_weight, grad_bias, None, None, None


def pair(v):
    return (v, v) if isinstance(v, int) else tuple(v)


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    s, p, op = pair(stride), pair(padding), pair(output_padding)
    if x.shape[1] != weight.shape[0]:
        raise ValueError(f"x: {x.shape[1]}채널, weight: {weight.shape[0]}채널")
    if bias is not None and tuple(bias.shape) != (weight.shape[1],):
        raise ValueError(f"bias: {tuple(bias.shape)}")
    if s[0] < 1 or s[1] < 1:
        raise ValueError(f"stride: {s}")
    if p[0] < 0 or p[1] < 0:
        raise ValueError(f"padding: {p}")
    if not (0 <= op[0] < s[0] and 0 <= op[1] < s[1]):
        raise ValueError(f"output_padding: {op} (stride: {s})")
    size = tuple(
        (x.shape[i + 2] - 1) * s[i] - 2 * p[i] + weight.shape[i + 2] + op[i] for i in range(2)
    )
    if min(size) < 1:
        raise ValueError(f"padding: {p}, 출력 크기: {size}")
    return TransposedConv2d.apply(x, weight, bias, s, p, size)


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    k = torch.zeros((channels, channels, kernel_size, kernel_size), dtype=torch.float32)
    for i in range(kernel_size):
        for j in range(kernel_size):
            k[:, :, i, j] = torch.eye(channels) * (1 - abs(i - c) / f) * (1 - abs(j - c) / f)
    return k
