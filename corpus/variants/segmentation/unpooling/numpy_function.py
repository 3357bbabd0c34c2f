import numpy as np
import torch


class Nearest(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale):
        ctx.scale = scale
        a = x.detach().cpu().numpy()
        return torch.from_numpy(np.repeat(np.repeat(a, scale, axis=2), scale, axis=3)).to(x.device)

    @staticmethod
    def backward(ctx, g):
        s = ctx.scale
        n, c, h, w = g.shape
        return g.reshape(n, c, h // s, s, w // s, s).sum(dim=(3, 5)), None


class BedOfNails(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale):
        ctx.scale = scale
        a = x.detach().cpu().numpy()
        y = np.zeros((*a.shape[:2], a.shape[2] * scale, a.shape[3] * scale), dtype=a.dtype)
        y[:, :, ::scale, ::scale] = a
        return torch.from_numpy(y).to(x.device)

    @staticmethod
    def backward(ctx, g):
        return g[:, :, :: ctx.scale, :: ctx.scale], None


class MaxUnpool(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, indices, size):
        ctx.save_for_backward(indices)
        a, at = x.detach().cpu().numpy(), indices.cpu().numpy()
        y = np.zeros((*a.shape[:2], size[0] * size[1]), dtype=a.dtype)
        np.put_along_axis(y, at.reshape(*at.shape[:2], -1), a.reshape(*a.shape[:2], -1), axis=2)
        return torch.from_numpy(y.reshape(*a.shape[:2], *size)).to(x.device)

    @staticmethod
    def backward(ctx, g):
        (indices,) = ctx.saved_tensors
        return g.flatten(2).gather(2, indices.flatten(2)).reshape(indices.shape), None, None


def nearest_unpool2d(x, scale):
    if scale < 1:
        raise ValueError("the scale is too small")
    return Nearest.apply(x, scale)


def bed_of_nails_unpool2d(x, scale):
    if scale < 1:
        raise ValueError("the scale is too small")
    return BedOfNails.apply(x, scale)


def max_unpool2d(x, indices, output_size):
    if tuple(x.shape) != tuple(indices.shape):
        raise ValueError("there must be one of indices for each value of x")
    if indices.lt(0).any() or indices.ge(output_size[0] * output_size[1]).any():
        raise ValueError("some of indices are outside of the plane")
    return MaxUnpool.apply(x, indices, tuple(output_size))
