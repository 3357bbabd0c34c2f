"""torch.cdist without its matrix product; scaled features, as the paper's filters have them."""

import math

import torch


def _gaussian(features):
    # a root has no derivative at 0, so square what cdist gives only where pixels differ
    difference = features.unsqueeze(0) - features.unsqueeze(1)
    return torch.exp(-0.5 * torch.linalg.vecdot(difference, difference))


def _grid(height, width, **kind):
    return torch.tensor([[r, c] for r in range(height) for c in range(width)], **kind)


def appearance_kernel(image, theta_alpha, theta_beta):
    if image.ndim != 3:
        raise ValueError("an image has three axes")
    if theta_alpha <= 0 or theta_beta <= 0:
        raise ValueError("theta_alpha > 0, theta_beta > 0")
    place = _grid(*image.shape[1:], dtype=image.dtype, device=image.device) / theta_alpha
    colour = image.flatten(1).t() / theta_beta
    return _gaussian(torch.cat([place, colour], dim=1))


def smoothness_kernel(height, width, theta_gamma):
    if height < 1 or width < 1:
        raise ValueError("width and height must be positive")
    if theta_gamma <= 0:
        raise ValueError("theta_gamma must be positive")
    place = _grid(height, width, dtype=torch.float64)
    return torch.exp(
        -(torch.cdist(place, place, compute_mode="donot_use_mm_for_euclid_dist") ** 2)
        / (2 * theta_gamma**2)
    )


def mean_field_step(q, unary, kernel):
    if not q.shape == unary.shape:
        raise ValueError("unary must be like q")
    n = math.prod(q.shape[1:])
    if not kernel.shape == (n, n):
        raise ValueError("kernel must be H·W x H·W")
    silent = kernel - torch.diag(torch.diagonal(kernel))
    m = torch.stack([torch.mv(silent, plane.flatten()) for plane in q])
    e = torch.stack([torch.cat([m[:l], m[l + 1 :]]).sum(0) for l in range(len(m))])
    total = (unary.flatten(1) + e).neg()
    return (total - torch.logsumexp(total, 0)).exp().unflatten(1, q.shape[1:])


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
    size = scores.shape[1:]
    if size != image.shape[1:]:
        raise ValueError(f"scores {size}, image {image.shape[1:]}")
    if not steps >= 0:
        raise ValueError(f"steps = {steps}")
    k = smoothness_weight * smoothness_kernel(*size, theta_gamma)
    k = k.to(dtype=scores.dtype, device=scores.device)
    k = k + appearance_weight * appearance_kernel(
        image=image, theta_alpha=theta_alpha, theta_beta=theta_beta
    )
    q = torch.softmax(scores, 0)
    unary = torch.logsumexp(scores, 0) - scores
    for _ in range(steps):
        q = mean_field_step(q=q, unary=unary, kernel=k)
    return q
