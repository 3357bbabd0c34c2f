"""Six axes in place of pairs of numbers; Potts as a matrix; masked by where."""

import torch


def appearance_kernel(image, theta_alpha, theta_beta):
    if image.ndim != 3 or min(theta_alpha, theta_beta) <= 0:
        raise ValueError("check image, theta_alpha and theta_beta")
    H, W = image.shape[-2:]
    r = torch.arange(H).to(image)
    c = torch.arange(W).to(image)
    d = (r.view(H, 1, 1, 1) - r.view(1, 1, H, 1)) ** 2 + (
        c.view(1, W, 1, 1) - c.view(1, 1, 1, W)
    ) ** 2
    i = (image[:, :, :, None, None] - image[:, None, None]).pow(2).sum(0)
    return torch.exp(-(d / theta_alpha**2 + i / theta_beta**2) / 2).reshape(H * W, H * W)


def smoothness_kernel(height, width, theta_gamma):
    if min(height, width) < 1 or theta_gamma <= 0:
        raise ValueError("check height, width and theta_gamma")
    black = torch.zeros(3, height, width, dtype=torch.double)
    return appearance_kernel(black, theta_gamma, 1.0)


def mean_field_step(q, unary, kernel):
    if q.shape != unary.shape:
        raise ValueError("unary: shape")
    K, H, W = q.shape
    n = H * W
    if kernel.shape != torch.Size([n, n]):
        raise ValueError("kernel: shape")
    k = torch.where(
        torch.eye(n, device=q.device, dtype=torch.bool), torch.zeros_like(kernel), kernel
    )
    potts = torch.ones(K, K, dtype=q.dtype, device=q.device) - torch.eye(
        K, dtype=q.dtype, device=q.device
    )
    energy = potts @ (k @ q.reshape(K, n).T).T
    return torch.nn.functional.softmax(-(unary + energy.reshape(K, H, W)), 0)


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
    K, H, W = scores.shape
    if image.shape != (3, H, W):
        raise ValueError("scores and image: sizes")
    if steps < 0:
        raise ValueError("steps")
    for theta in ("theta_alpha", "theta_beta", "theta_gamma"):
        if {"theta_alpha": theta_alpha, "theta_beta": theta_beta, "theta_gamma": theta_gamma}[
            theta
        ] <= 0:
            raise ValueError(theta)
    kernel = appearance_weight * appearance_kernel(
        image, theta_alpha, theta_beta
    ) + smoothness_weight * smoothness_kernel(H, W, theta_gamma).to(image.device, image.dtype)
    log_q = scores.log_softmax(0)

    def after(n):
        return log_q.exp() if n == 0 else mean_field_step(after(n - 1), -log_q, kernel)

    return after(steps)
