"""The step with a derivative by hand."""

import torch


def _sizes(image, theta_alpha, theta_beta):
    if image.ndim != 3:
        raise ValueError("image")
    if theta_alpha <= 0 or theta_beta <= 0:
        raise ValueError("theta_alpha, theta_beta")
    return image.shape[1], image.shape[2]


def appearance_kernel(image, theta_alpha, theta_beta):
    H, W = _sizes(image, theta_alpha, theta_beta)
    rows = torch.arange(H, device=image.device).repeat_interleave(W)
    columns = torch.arange(W, device=image.device).repeat(H)
    place = (rows[:, None] - rows) ** 2 + (columns[:, None] - columns) ** 2
    red, green, blue = image.reshape(3, H * W)
    colour = (red[:, None] - red) ** 2 + (green[:, None] - green) ** 2 + (blue[:, None] - blue) ** 2
    return (-place.to(image.dtype) / (2 * theta_alpha**2) - colour / (2 * theta_beta**2)).exp()


def smoothness_kernel(height, width, theta_gamma):
    if height < 1 or width < 1 or theta_gamma <= 0:
        raise ValueError("height / width / theta_gamma")
    rows = torch.arange(height, dtype=torch.float64).repeat_interleave(width)
    columns = torch.arange(width, dtype=torch.float64).repeat(height)
    place = (rows[:, None] - rows) ** 2 + (columns[:, None] - columns) ** 2
    return (-place / (2 * theta_gamma**2)).exp()


class _Step(torch.autograd.Function):
    @staticmethod
    def forward(ctx, q, unary, kernel):
        silent = kernel.clone()
        silent.fill_diagonal_(0)
        flat = q.reshape(q.shape[0], -1)
        new = torch.softmax(flat @ silent.T - unary.reshape(flat.shape), 0)
        ctx.save_for_backward(flat, silent, new)
        return new.reshape(q.shape)

    @staticmethod
    def backward(ctx, g):
        flat, silent, new = ctx.saved_tensors
        g = g.reshape(new.shape)
        through = new * (g - (g * new).sum(0))
        kernel = (through.T @ flat).fill_diagonal_(0)
        return through @ silent, -through, kernel


def mean_field_step(q, unary, kernel):
    if q.shape != unary.shape:
        raise ValueError("q, unary")
    n = q[0].numel()
    if kernel.shape != (n, n):
        raise ValueError("kernel")
    return _Step.apply(q.flatten(1), unary.flatten(1), kernel).reshape(q.shape)


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
    if scores.shape[1:] != image.shape[1:]:
        raise ValueError("image")
    if steps < 0:
        raise ValueError("steps")
    a = appearance_kernel(image, theta_alpha, theta_beta)
    s = smoothness_kernel(image.shape[1], image.shape[2], theta_gamma)
    kernel = a * appearance_weight + s.to(a) * smoothness_weight
    unary = -torch.log_softmax(scores, 0)
    q = torch.exp(-unary)
    for _ in range(steps):
        q = mean_field_step(q, unary, kernel)
    return q
