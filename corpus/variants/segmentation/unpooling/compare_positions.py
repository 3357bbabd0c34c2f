import torch
import torch.nn.functional as F


def nearest_unpool2d(x, scale):
    if scale <= 0: raise ValueError(f"scale: {scale}")  # fmt: skip
    return torch.stack([torch.stack([x] * scale, -1).flatten(-2)] * scale, -2).flatten(2, 3)


def bed_of_nails_unpool2d(x, scale):
    if scale <= 0: raise ValueError(f"scale: {scale}")  # fmt: skip
    x = F.pad(x.unsqueeze(-1), (0, scale - 1)).flatten(-2)
    return F.pad(x.unsqueeze(-2), (0, 0, 0, scale - 1)).flatten(2, 3)


def max_unpool2d(x, indices, output_size):
    h, w = output_size
    if indices.shape != x.shape: raise ValueError("indices.shape != x.shape")  # fmt: skip
    if indices.min() < 0 or indices.max() >= h * w: raise ValueError("indices")  # fmt: skip
    # (N, C, positions, values): does this value belong here? The first that does is taken.
    here = torch.arange(h * w, device=x.device)[:, None] == indices.flatten(2)[:, :, None]
    first = here.int().argmax(-1)
    return (x.flatten(2).gather(2, first) * here.any(-1)).unflatten(2, (h, w))
