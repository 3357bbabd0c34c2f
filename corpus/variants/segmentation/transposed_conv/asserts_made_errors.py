import torch
from torch.nn.functional import fold


def check(x, weight, bias, stride, padding, output_padding):
    assert x.shape[1] == weight.shape[0], "x.shape[1] must equal weight.shape[0]"
    if bias is not None:
        assert bias.ndim == 1 and len(bias) == weight.shape[1], "bias must be (weight.shape[1],)"
    assert all(s > 0 for s in stride), f"stride = {stride}"
    assert all(p >= 0 for p in padding), f"padding = {padding}"
    assert all(0 <= o < s for o, s in zip(output_padding, stride)), (
        f"output_padding = {output_padding}, stride = {stride}"
    )


def twice(v):
    try:
        a, b = v
        return a, b
    except TypeError:  # an int cannot be unpacked
        return v, v


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    stride, padding, output_padding = twice(stride), twice(padding), twice(output_padding)
    try:
        check(x, weight, bias, stride, padding, output_padding)
    except AssertionError as e:
        raise ValueError(str(e)) from e
    (kH, kW), (H, W) = weight.shape[2:], x.shape[2:]
    full = ((H - 1) * stride[0] + kH, (W - 1) * stride[1] + kW)
    size = [f - 2 * p + o for f, p, o in zip(full, padding, output_padding)]
    if not all(s >= 1 for s in size):
        raise ValueError(f"no output: {size} (x {tuple(x.shape)}, padding {padding})")
    columns = torch.matmul(weight.flatten(1).t(), x.flatten(2))
    y = fold(columns, full, (kH, kW), stride=stride)
    # rows and columns beyond all stamps
    y = torch.nn.functional.pad(y, (0, output_padding[1], 0, output_padding[0]))
    y = y[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]
    if bias is not None:
        y = y + bias[:, None, None]
    return y


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = (kernel_size - 1) / 2
    og = torch.arange(kernel_size, dtype=torch.float64, device="cpu")
    t = 1 - (og - c).abs() / f
    eye = torch.eye(channels, dtype=torch.float64, device="cpu")
    return torch.einsum("co,i,j->coij", eye, t, t).to(torch.float32)
