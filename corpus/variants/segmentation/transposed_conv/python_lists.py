"""Plain Python: lists of lists forwards, and the backward written out by hand as well."""

import torch


def pair(v):
    return (v, v) if isinstance(v, int) else (v[0], v[1])


def taps(shape, kernel, s, p, size):
    """(i, j, a, b, r, q): tap (a, b) of the stamp of (i, j) lies on the output cell (r, q)."""
    for i in range(shape[0]):
        for j in range(shape[1]):
            for a in range(kernel[0]):
                for b in range(kernel[1]):
                    r = i * s[0] + a - p[0]
                    q = j * s[1] + b - p[1]
                    if 0 <= r < size[0] and 0 <= q < size[1]:
                        yield i, j, a, b, r, q


class ByHand(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, s, p, size):
        ctx.save_for_backward(x, weight)
        ctx.settings = (x.shape[2:], weight.shape[2:], s, p, size)
        N, C = x.shape[:2]
        C_out = weight.shape[1]
        X, K = x.tolist(), weight.tolist()
        Y = [[[[0.0] * size[1] for _ in range(size[0])] for _ in range(C_out)] for _ in range(N)]
        for i, j, a, b, r, q in taps(*ctx.settings):
            for n in range(N):
                for c in range(C):
                    for o in range(C_out):
                        Y[n][o][r][q] += X[n][c][i][j] * K[c][o][a][b]
        return torch.tensor(Y, dtype=x.dtype, device=x.device)

    @staticmethod
    def backward(ctx, g):
        x, weight = ctx.saved_tensors
        gx, gw = torch.zeros_like(x), torch.zeros_like(weight)
        for i, j, a, b, r, q in taps(*ctx.settings):
            gx[:, :, i, j] += g[:, :, r, q] @ weight[:, :, a, b].T
            gw[:, :, a, b] += x[:, :, i, j].T @ g[:, :, r, q]
        return gx, gw, None, None, None


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    s, p, op = pair(stride), pair(padding), pair(output_padding)
    if len(x[0]) != len(weight):
        raise ValueError("x and weight must have equally many input channels")
    if bias is not None and (bias.dim() != 1 or len(bias) != len(weight[0])):
        raise ValueError("bias must hold one number an output channel")
    for d in range(2):
        if s[d] < 1:
            raise ValueError("stride must be 1 or more")
        if p[d] < 0:
            raise ValueError("padding must be 0 or more")
        if op[d] < 0 or op[d] >= s[d]:
            raise ValueError("output_padding must be 0 or more and less than stride")
    size = tuple(
        (x.shape[d + 2] - 1) * s[d] - 2 * p[d] + weight.shape[d + 2] + op[d] for d in range(2)
    )
    if min(size) < 1:
        raise ValueError("padding must leave something")
    y = ByHand.apply(x, weight, s, p, size)
    if bias is not None:
        y = y + bias.reshape(1, -1, 1, 1)
    return y


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    kernel = torch.zeros((channels, channels, kernel_size, kernel_size), dtype=torch.float32)
    for ch in range(channels):
        for i in range(kernel_size):
            for j in range(kernel_size):
                kernel[ch, ch, i, j] = (1 - abs(i - c) / f) * (1 - abs(j - c) / f)
    return kernel
