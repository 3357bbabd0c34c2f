import torch


def make_pair(v):
    if type(v) is int:
        return [v, v]
    return list(v)


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    s = make_pair(stride)
    p = make_pair(padding)
    op = make_pair(output_padding)
    n, c, h, w = x.shape
    assert weight.dim() == 4
    o, kh, kw = weight.shape[1], weight.shape[2], weight.shape[3]
    if c != weight.shape[0]:
        raise ValueError("x has %d channels but weight has %d" % (c, weight.shape[0]))
    if bias is not None and (len(bias.shape) != 1 or bias.shape[0] != o):
        raise ValueError("bias has shape %s, expected (%d,)" % (list(bias.shape), o))
    if s[0] < 1 or s[1] < 1:
        raise ValueError("stride is %s" % s)
    if p[0] < 0 or p[1] < 0:
        raise ValueError("padding is %s" % p)
    if op[0] < 0 or op[1] < 0 or op[0] >= s[0] or op[1] >= s[1]:
        raise ValueError("output_padding is %s, stride is %s" % (op, s))
    H = (h - 1) * s[0] + kh + op[0]
    W = (w - 1) * s[1] + kw + op[1]
    if H - 2 * p[0] < 1 or W - 2 * p[1] < 1:
        raise ValueError("padding is %s, but there are only %d x %d values" % (p, H, W))

    # all stamps side by side, (n, o, h * kh, w * kw)
    stamps = torch.einsum("nchw,coab->nohawb", x, weight).reshape(n, o, h * kh, w * kw)
    # where does each of these rows (columns) go?
    rows = torch.arange(h, device=x.device)[:, None] * s[0] + torch.arange(kh, device=x.device)
    cols = torch.arange(w, device=x.device)[:, None] * s[1] + torch.arange(kw, device=x.device)
    y = torch.zeros(n, o, H, w * kw, dtype=x.dtype, device=x.device)
    y = y.index_add_(2, rows.flatten(), stamps)
    y = torch.zeros(n, o, H, W, dtype=x.dtype, device=x.device).index_add_(3, cols.flatten(), y)
    y = y[:, :, p[0] : H - p[0], p[1] : W - p[1]]
    if bias is not None:
        y = y + bias.view(1, o, 1, 1)
    return y


def bilinear_kernel(channels, kernel_size):
    k = kernel_size
    f = (k + 1) // 2
    c = f - 1 if k % 2 == 1 else f - 0.5
    t = torch.zeros(k, dtype=torch.float32)
    for i in range(k):
        t[i] = 1 - abs(i - c) / f
    kernel = torch.zeros(channels, channels, k, k, dtype=torch.float32)
    kernel[torch.eye(channels, dtype=torch.bool)] = t[:, None] * t[None, :]
    return kernel
