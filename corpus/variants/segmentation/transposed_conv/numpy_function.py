"""NumPy both ways: np.add.at stamps, and the backward gathers with the same indices."""

import numpy as np
import torch


def _indices(x_shape, w_shape, stride):
    rows = np.arange(x_shape[2])[:, None] * stride[0] + np.arange(w_shape[2])  # (H, kH)
    columns = np.arange(x_shape[3])[:, None] * stride[1] + np.arange(w_shape[3])  # (W, kW)
    return rows[:, :, None, None], columns[None, None]


class Numpy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, stride, padding, size):
        ctx.save_for_backward(x, weight)
        ctx.settings = stride, padding
        X, K = x.detach().cpu().numpy(), weight.detach().cpu().numpy()
        full = np.zeros(
            (x.shape[0], weight.shape[1], padding[0] * 2 + size[0], padding[1] * 2 + size[1]),
            dtype=X.dtype,
        )
        stamps = np.einsum("nchw,coab->nohawb", X, K)
        rows, columns = _indices(x.shape, weight.shape, stride)
        np.add.at(full, (slice(None), slice(None), rows, columns), stamps)
        y = full[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]
        return torch.from_numpy(y.copy()).to(x.device)

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        stride, (pH, pW) = ctx.settings
        G = np.pad(grad.detach().cpu().numpy(), ((0, 0), (0, 0), (pH, pH), (pW, pW)))
        rows, columns = _indices(x.shape, weight.shape, stride)
        G = G[:, :, rows, columns]  # (N, C_out, H, kH, W, kW)
        gx = np.einsum("nohawb,coab->nchw", G, weight.detach().cpu().numpy())
        gw = np.einsum("nohawb,nchw->coab", G, x.detach().cpu().numpy())
        to = {"dtype": grad.dtype, "device": grad.device}
        return torch.tensor(gx, **to), torch.tensor(gw, **to), None, None, None


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    stride = np.broadcast_to(stride, 2).tolist()
    padding = np.broadcast_to(padding, 2).tolist()
    output_padding = np.broadcast_to(output_padding, 2).tolist()
    if x.shape[1] != weight.shape[0]:
        raise ValueError("x.shape[1] must equal weight.shape[0]")
    if bias is not None and bias.shape != (weight.shape[1],):
        raise ValueError("bias.shape must be (weight.shape[1],)")
    if np.any(np.array(stride) < 1):
        raise ValueError("stride must be positive")
    if np.any(np.array(padding) < 0):
        raise ValueError("padding must be non-negative")
    if np.any(np.array(output_padding) < 0) or np.any(np.array(output_padding) >= stride):
        raise ValueError("output_padding must be non-negative and below stride")
    size = [
        (x.shape[2 + d] - 1) * stride[d] - 2 * padding[d] + weight.shape[2 + d] + output_padding[d]
        for d in (0, 1)
    ]
    if min(size) < 1:
        raise ValueError("padding must leave at least one value")
    y = Numpy.apply(x, weight, stride, padding, size)
    return y if bias is None else y + bias[:, None, None]


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    t = 1 - np.abs(np.arange(kernel_size) - c) / f
    kernel = np.eye(channels)[:, :, None, None] * np.outer(t, t)
    return torch.from_numpy(kernel.astype(np.float32))
