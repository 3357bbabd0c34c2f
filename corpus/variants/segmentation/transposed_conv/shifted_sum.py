import torch
import torch.nn.functional as F


def _norm(name, value, least):
    pair = (value, value) if isinstance(value, int) else tuple(value)
    if any(v < least for v in pair):
        raise ValueError(f"{name}={value} (expected >= {least})")
    return pair


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    """Spread the input once; shift it under every tap and sum."""
    if x.shape[1] != weight.shape[0]:
        raise ValueError(f"x.shape={tuple(x.shape)} weight.shape={tuple(weight.shape)}")
    if bias is not None and bias.shape != weight.shape[1:2]:
        raise ValueError(f"bias.shape={tuple(bias.shape)} weight.shape={tuple(weight.shape)}")
    s = _norm("stride", stride, 1)
    p = _norm("padding", padding, 0)
    o = _norm("output_padding", output_padding, 0)
    if o[0] >= s[0] or o[1] >= s[1]:
        raise ValueError(f"output_padding={output_padding} stride={stride}")
    h, w = x.shape[2:]
    kh, kw = weight.shape[2:]
    H, W = (h - 1) * s[0] + kh + o[0] - 2 * p[0], (w - 1) * s[1] + kw + o[1] - 2 * p[1]
    if H < 1 or W < 1:
        raise ValueError(f"padding={padding} gives {H} x {W}")

    # zeros between the values: one after each, of which the last ones are cut off again
    z = F.pad(x[..., None, None].movedim(4, 3), (0, s[1] - 1, 0, 0, 0, s[0] - 1))
    z = z.flatten(4).flatten(2, 3)[:, :, : (h - 1) * s[0] + 1, : (w - 1) * s[1] + 1]
    y = sum(
        F.pad(
            torch.einsum("nchw,co->nohw", z, weight[:, :, a, b]),
            (b, kw - 1 - b + o[1], a, kh - 1 - a + o[0]),
        )
        for a in range(kh)
        for b in range(kw)
    )
    y = y[:, :, p[0] : p[0] + H, p[1] : p[1] + W]
    return y + bias.reshape(-1, 1, 1) if bias is not None else y


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    line = 1 - (torch.arange(kernel_size, dtype=torch.float32) - c).abs() / f
    kernels = [torch.outer(line, line) for _ in range(channels)]
    flat = torch.block_diag(*kernels)  # (channels * k, channels * k)
    k = kernel_size
    return flat.reshape(channels, k, channels, k).transpose(1, 2).contiguous()
