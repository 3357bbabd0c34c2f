"""Everything in float64, rounded at the end; checks in one place."""

import torch


def _require(holds, message):
    if not holds:
        raise ValueError(message)


def _pairs(values):
    """(n, d) to (n, n): sums of squares of differences."""
    return sum((column[:, None] - column[None, :]) ** 2 for column in values.unbind(1))


def _places(height, width, device):
    index = torch.arange(height * width, device=device)
    return torch.stack([index // width, index % width], 1).double()


def appearance_kernel(image, theta_alpha, theta_beta):
    _require(image.ndim == 3, "image must have the axes colour, row, column")
    _require(theta_alpha > 0, "theta_alpha must be above 0")
    _require(theta_beta > 0, "theta_beta must be above 0")
    _, height, width = image.shape
    exponent = _pairs(_places(height, width, image.device)) / (2.0 * theta_alpha * theta_alpha)
    exponent = exponent + _pairs(image.double().reshape(3, -1).T) / (2.0 * theta_beta * theta_beta)
    return exponent.neg().exp().to(image.dtype)


def smoothness_kernel(height, width, theta_gamma):
    _require(height >= 1, "height must be at least 1")
    _require(width >= 1, "width must be at least 1")
    _require(theta_gamma > 0, "theta_gamma must be above 0")
    return (_pairs(_places(height, width, "cpu")) / (-2.0 * theta_gamma * theta_gamma)).exp()


def mean_field_step(q, unary, kernel):
    _require(q.shape == unary.shape, "q and unary must be of one shape")
    pixels = q.shape[1] * q.shape[2]
    _require(kernel.shape == (pixels, pixels), "kernel must be pixels x pixels")
    off = torch.ones(pixels, pixels, dtype=torch.float64, device=q.device).fill_diagonal_(0)
    message = (kernel.double() * off) @ q.double().flatten(1).T
    energy = message.sum(1, keepdim=True) - message
    weight = torch.exp(-unary.double().flatten(1).T - energy)
    return (weight / weight.sum(1, keepdim=True)).T.reshape(q.shape).to(q.dtype)


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
    _require(scores.shape[1:] == image.shape[1:], "scores and image must be of one size")
    _require(steps >= 0, "steps must be at least 0")
    a = appearance_kernel(image.double(), theta_alpha, theta_beta)
    s = smoothness_kernel(scores.shape[1], scores.shape[2], theta_gamma).to(scores.device)
    unary = -scores.double().log_softmax(0)
    q = (-unary).exp()
    for _ in range(steps):
        q = mean_field_step(q, unary, appearance_weight * a + smoothness_weight * s)
    return q.to(scores.dtype)
