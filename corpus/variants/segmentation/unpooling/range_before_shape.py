import torch


def _check_scale(scale):
    if scale < 1:
        raise ValueError("Scale must be a positive integer.")


def nearest_unpool2d(x, scale):
    _check_scale(scale)
    return x.repeat_interleave(scale, dim=2).repeat_interleave(scale, dim=3)


def bed_of_nails_unpool2d(x, scale):
    _check_scale(scale)
    N, C, H, W = x.shape
    out = torch.zeros((N, C, H, scale, W, scale), dtype=x.dtype, device=x.device)
    out[:, :, :, 0, :, 0] = x
    return out.view(N, C, H * scale, W * scale)


def max_unpool2d(x, indices, output_size):
    H_out, W_out = output_size
    # first the values of the indices, then their shape
    if indices.min().item() < 0:
        raise ValueError("Indices must not be negative.")
    if indices.max().item() > H_out * W_out - 1:
        raise ValueError("Indices must be smaller than H_out * W_out.")
    if x.shape != indices.shape:
        raise ValueError("x and indices must have the same shape.")
    N, C = x.shape[:2]
    out = torch.zeros((N, C, H_out * W_out), dtype=x.dtype, device=x.device)
    out.scatter_(2, indices.reshape(N, C, -1), x.reshape(N, C, -1))
    return out.reshape(N, C, H_out, W_out)
