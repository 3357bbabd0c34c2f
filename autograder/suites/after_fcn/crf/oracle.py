"""Expected values for `crf.py`: Gaussians as products of one-dimensional ones, in float64."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce

import torch
from torch import Tensor


def _gauss(values: Tensor, theta: float) -> Tensor:
    return torch.exp(-((values[:, None] - values) ** 2) / (2 * theta**2))


def smoothness_kernel(height: int, width: int, theta_gamma: float) -> Tensor:
    if height < 1 or width < 1 or theta_gamma <= 0:
        raise ValueError("height, width or theta_gamma too small | 너무 작은 크기나 theta_gamma")
    lines = [torch.arange(side, dtype=torch.float64) for side in (height, width)]
    return torch.kron(_gauss(lines[0], theta_gamma), _gauss(lines[1], theta_gamma))


def appearance_kernel(image: Tensor, theta_alpha: float, theta_beta: float) -> Tensor:
    if image.ndim != 3:
        raise ValueError("an image without three axes | 세 축이 아닌 image")
    if theta_alpha <= 0 or theta_beta <= 0:
        raise ValueError("theta_alpha or theta_beta not above 0 | 0 이하인 theta")
    place = smoothness_kernel(image.shape[1], image.shape[2], theta_alpha)
    colours = (_gauss(channel.double(), theta_beta) for channel in image.flatten(1))
    return reduce(torch.mul, colours, place).to(image.dtype)


def mean_field_step(q: Tensor, unary: Tensor, kernel: Tensor) -> Tensor:
    """The Potts model as a matrix of classes, and a logarithm of the sum in place of a division."""
    if q.shape != unary.shape:
        raise ValueError("q and unary of different shapes | shape이 다른 q와 unary")
    classes, pixels = q.shape[0], math.prod(q.shape[1:])
    if kernel.shape != (pixels, pixels):
        raise ValueError("a kernel that does not fit q | q와 맞지 않는 kernel")
    others, potts = (1 - torch.eye(n, dtype=torch.float64) for n in (pixels, classes))
    heard = kernel.double() * others
    energy = torch.einsum("lm,ij,mj->li", potts, heard, q.double().flatten(1))
    total = -(unary.double() + energy.reshape(q.shape))
    return torch.exp(total - total.logsumexp(0)).to(q.dtype)


def refine(
    scores: Tensor,
    image: Tensor,
    steps: int,
    appearance_weight: float = 4.0,
    smoothness_weight: float = 3.0,
    theta_alpha: float = 50.0,
    theta_beta: float = 5.0,
    theta_gamma: float = 3.0,
    appearance_kernel: Callable[..., Tensor] = appearance_kernel,
    smoothness_kernel: Callable[..., Tensor] = smoothness_kernel,
    mean_field_step: Callable[..., Tensor] = mean_field_step,
) -> Tensor:
    if scores.shape[1:] != image.shape[1:]:
        raise ValueError("scores and image of different sizes | 크기가 다른 scores와 image")
    if steps < 0 or min(theta_alpha, theta_beta, theta_gamma) <= 0:
        raise ValueError(
            "steps below 0, or a theta not above 0 | 0보다 작은 steps나 0 이하인 theta"
        )
    q = torch.exp(scores - scores.logsumexp(0))
    unary = scores.logsumexp(0) - scores
    near = smoothness_kernel(*scores.shape[1:], theta_gamma).to(scores.dtype)
    kernel = appearance_weight * appearance_kernel(image, theta_alpha, theta_beta)
    for _ in range(steps):
        q = mean_field_step(q, unary, kernel + smoothness_weight * near)
    return q
