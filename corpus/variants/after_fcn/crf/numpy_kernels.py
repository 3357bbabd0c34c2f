"""What depends on positions alone is made by numpy and kept; the rest is torch."""

import functools

import numpy as np
import torch


@functools.lru_cache
def _place(height, width):
    rows, columns = np.divmod(np.arange(height * width), width)
    return np.subtract.outer(rows, rows) ** 2 + np.subtract.outer(columns, columns) ** 2


def appearance_kernel(image, theta_alpha, theta_beta):
    if image.ndim != 3:
        raise ValueError("image 의 축은 셋입니다")
    if theta_alpha <= 0 or theta_beta <= 0:
        raise ValueError("theta_alpha 와 theta_beta 는 0보다 커야 합니다")
    near = torch.from_numpy(np.exp(-_place(*image.shape[1:]) / (2 * theta_alpha**2)))
    pixels = image.reshape(image.shape[0], -1)
    contrast = torch.zeros_like(pixels[0]).outer(torch.zeros_like(pixels[0]))
    for channel in pixels:
        contrast = contrast + torch.square(channel[:, None] - channel)
    return near.to(image) * torch.exp(contrast / (-2 * theta_beta**2))


def smoothness_kernel(height, width, theta_gamma):
    if not (height > 0 and width > 0 and theta_gamma > 0):
        raise ValueError(f"height={height}, width={width}, theta_gamma={theta_gamma}")
    return torch.as_tensor(np.exp(_place(height, width) / (-2 * float(theta_gamma) ** 2)))


def mean_field_step(q, unary, kernel):
    K, H, W = q.shape
    if unary.shape != q.shape:
        raise ValueError(f"unary: {tuple(unary.shape)}, q: {tuple(q.shape)}")
    if kernel.ndim != 2 or set(kernel.shape) != {H * W}:
        raise ValueError(f"kernel: {tuple(kernel.shape)}")
    others = 1 - torch.from_numpy(np.eye(H * W)).to(kernel)
    planes = q.reshape(K, H * W)
    # what others say for another class: of all classes, less that one
    everything = planes.sum(0, keepdim=True) - planes
    energy = everything @ torch.mul(kernel, others).mT
    return torch.softmax(torch.neg(unary.reshape(K, -1) + energy), dim=0).view(K, H, W)


def refine(
    scores,
    image,
    steps,
    appearance_weight=4.0,
    smoothness_weight=3.0,
    theta_alpha=50.0,
    theta_beta=5.0,
    theta_gamma=3.0,
):
    if tuple(scores.shape[1:]) != tuple(image.shape[1:]):
        raise ValueError("scores, image")
    if steps < 0:
        raise ValueError("0보다 작은 steps")
    if theta_alpha <= 0 or theta_beta <= 0 or theta_gamma <= 0:
        raise ValueError("0 이하의 theta_alpha, theta_beta, theta_gamma")
    q = scores.softmax(dim=0)
    if steps == 0:
        return q
    kernel = sum(
        weight * part.to(scores)
        for weight, part in (
            (appearance_weight, appearance_kernel(image, theta_alpha, theta_beta)),
            (smoothness_weight, smoothness_kernel(*scores.shape[1:], theta_gamma)),
        )
    )
    unary = -scores.log_softmax(dim=0)
    return functools.reduce(lambda now, _: mean_field_step(now, unary, kernel), range(steps), q)
