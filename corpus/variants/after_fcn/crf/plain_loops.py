"""Pair by pair, pixel by pixel."""

import math

import torch


def appearance_kernel(image, theta_alpha, theta_beta):
    if len(image.shape) != 3:
        raise ValueError("image는 (3, H, W)이어야 합니다")
    if theta_alpha <= 0:
        raise ValueError("theta_alpha는 양수여야 합니다")
    if theta_beta <= 0:
        raise ValueError("theta_beta는 양수여야 합니다")
    _, H, W = image.shape
    pixels = [(r, c) for r in range(H) for c in range(W)]
    lines = []
    for r, c in pixels:
        line = []
        for s, d in pixels:
            place = ((r - s) ** 2 + (c - d) ** 2) / (2 * theta_alpha**2)
            colour = ((image[:, r, c] - image[:, s, d]) ** 2).sum() / (2 * theta_beta**2)
            line.append(torch.exp(-place - colour))
        lines.append(torch.stack(line))
    return torch.stack(lines)


def smoothness_kernel(height, width, theta_gamma):
    if height < 1 or width < 1 or theta_gamma <= 0:
        raise ValueError("height, width, theta_gamma must be positive")
    k = torch.zeros(height * width, height * width, dtype=torch.float64)
    for i in range(height * width):
        for j in range(height * width):
            d = (i // width - j // width) ** 2 + (i % width - j % width) ** 2
            k[i, j] = math.exp(-d / (2 * theta_gamma**2))
    return k


def mean_field_step(q, unary, kernel):
    if q.shape != unary.shape:
        raise ValueError("q and unary must have one shape")
    K, H, W = q.shape
    if tuple(kernel.shape) != (H * W, H * W):
        raise ValueError("kernel must have a row and a column for every pixel")
    new = torch.empty_like(q)
    for i in range(H * W):
        heard = [sum(kernel[i, j] * q[:, j // W, j % W] for j in range(H * W) if j != i)]
        if H * W == 1:
            heard = [torch.zeros_like(q[:, 0, 0])]
        m = heard[0]
        values = []
        for l in range(K):
            e = sum(m[k] for k in range(K) if k != l)
            values.append(torch.exp(-unary[l, i // W, i % W] - e))
        values = torch.stack(values)
        new[:, i // W, i % W] = values / values.sum()
    return new


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
    if scores.shape[1] != image.shape[1] or scores.shape[2] != image.shape[2]:
        raise ValueError("scores와 image의 크기가 다릅니다")
    if steps < 0:
        raise ValueError("steps는 0 이상이어야 합니다")
    k1 = appearance_kernel(image, theta_alpha, theta_beta)
    k2 = smoothness_kernel(scores.shape[1], scores.shape[2], theta_gamma)
    k = appearance_weight * k1 + smoothness_weight * k2.to(device=k1.device, dtype=k1.dtype)
    q = torch.softmax(scores, dim=0)
    unary = -torch.log(q)
    step = 0
    while step < steps:
        q = mean_field_step(q, unary, k)
        step += 1
    return q
