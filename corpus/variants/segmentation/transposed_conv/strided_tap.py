import torch


def _two(value, name):
    """An int counts for both directions."""
    if isinstance(value, int):
        value = (value, value)
    if len(value) != 2:
        raise ValueError(f"{name} must be an int or a pair")
    return tuple(value)


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    n, c_in, h, w = x.shape
    _, c_out, kh, kw = weight.shape
    sh, sw = _two(stride, "stride")
    ph, pw = _two(padding, "padding")
    oh, ow = _two(output_padding, "output_padding")

    if weight.size(0) != c_in:
        raise ValueError("weight.size(0) must be the number of channels of x")
    if bias is not None and tuple(bias.shape) != (c_out,):
        raise ValueError("bias must have one value per output channel")
    if sh < 1 or sw < 1:
        raise ValueError("stride must be positive")
    if ph < 0 or pw < 0:
        raise ValueError("padding must not be negative")
    if not 0 <= oh < sh or not 0 <= ow < sw:
        raise ValueError("output_padding must be in [0, stride)")

    out_h = (h - 1) * sh - 2 * ph + kh + oh
    out_w = (w - 1) * sw - 2 * pw + kw + ow
    if min(out_h, out_w) < 1:
        raise ValueError("nothing is left, padding is too large")

    # Tap (a, b) of every stamp at once: the cells a, a + sh, a + 2 sh, ... of the canvas.
    canvas = x.new_zeros((n, c_out, (h - 1) * sh + kh + oh, (w - 1) * sw + kw + ow))
    for a in range(kh):
        for b in range(kw):
            tap = torch.einsum("nchw,co->nohw", x, weight[:, :, a, b])
            canvas[:, :, a : a + (h - 1) * sh + 1 : sh, b : b + (w - 1) * sw + 1 : sw] += tap

    y = canvas[:, :, ph : ph + out_h, pw : pw + out_w]
    if bias is not None:
        y = y + bias.reshape(1, -1, 1, 1)
    return y


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 else f - 0.5
    t = torch.tensor([1 - abs(i - c) / f for i in range(kernel_size)], dtype=torch.float32)
    kernel = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float32)
    for channel in range(channels):
        kernel[channel, channel] = torch.outer(t, t)
    return kernel
