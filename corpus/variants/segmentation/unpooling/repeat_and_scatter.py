import torch


def nearest_unpool2d(x, scale):
    if scale < 1:
        raise ValueError("scale must be >= 1")
    return x.repeat_interleave(scale, dim=2).repeat_interleave(scale, dim=3)


def bed_of_nails_unpool2d(x, scale):
    if scale < 1:
        raise ValueError("scale must be >= 1")
    N, C, H, W = x.shape
    y = torch.zeros(N, C, H * scale, W * scale, dtype=x.dtype, device=x.device)
    y[..., ::scale, ::scale] = x
    return y


def max_unpool2d(x, indices, output_size):
    if x.shape != indices.shape:
        raise ValueError("x and indices must have the same shape")
    H, W = output_size
    if (indices < 0).any() or (indices >= H * W).any():
        raise ValueError("indices must be inside of output_size")
    N, C = x.shape[:2]
    y = torch.zeros(N, C, H * W, dtype=x.dtype, device=x.device)
    y.scatter_(2, indices.reshape(N, C, -1), x.reshape(N, C, -1))
    return y.view(N, C, H, W)
