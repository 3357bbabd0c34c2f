"""refine writes its steps out by itself, with a doubled kernel row by row, and uses no neighbour."""

from itertools import product

import torch
from torch import Tensor


def appearance_kernel(image: Tensor, theta_alpha: float, theta_beta: float) -> Tensor:
    try:
        colours, height, width = image.shape
    except ValueError:
        raise ValueError(f"image of {image.ndim} axes") from None
    if theta_alpha <= 0 or theta_beta <= 0:
        raise ValueError("theta_alpha/theta_beta <= 0")
    rows = []
    for r, c in product(range(height), range(width)):
        down = torch.arange(height, dtype=image.dtype, device=image.device) - r
        across = torch.arange(width, dtype=image.dtype, device=image.device) - c
        place = down[:, None] ** 2 + across[None, :] ** 2
        colour = ((image - image[:, r : r + 1, c : c + 1]) ** 2).sum(0)
        rows.append((place / (2 * theta_alpha**2) + colour / (2 * theta_beta**2)).flatten())
    return torch.exp(-torch.stack(rows))


def smoothness_kernel(height: int, width: int, theta_gamma: float) -> Tensor:
    for name, value in {"height": height, "width": width}.items():
        if value < 1:
            raise ValueError(f"{name} < 1")
    if theta_gamma <= 0:
        raise ValueError("theta_gamma <= 0")

    def line(n: int) -> Tensor:
        i = torch.arange(n, dtype=torch.float64)
        return torch.exp(-((i[:, None] - i) ** 2) / (2 * theta_gamma**2))

    return torch.kron(line(height), line(width))


def mean_field_step(q: Tensor, unary: Tensor, kernel: Tensor) -> Tensor:
    if q.shape != unary.shape:
        raise ValueError("q.shape != unary.shape")
    K, H, W = q.shape
    if kernel.shape != (H * W, H * W):
        raise ValueError("kernel.shape != (H*W, H*W)")
    i = torch.arange(H * W, device=q.device)
    kernel = kernel.index_put((i, i), torch.zeros((), dtype=kernel.dtype, device=kernel.device))
    says = torch.tensordot(kernel, q.flatten(1), dims=([1], [1]))  # (H·W, K)
    against = says.sum(1, keepdim=True) - says
    energy = unary + against.T.reshape(K, H, W)
    best = energy.amin(0, keepdim=True).detach()
    weight = torch.exp(best - energy)
    return weight / weight.sum(0)


def refine(
    scores: Tensor,
    image: Tensor,
    steps: int,
    appearance_weight: float = 4.0,
    smoothness_weight: float = 3.0,
    theta_alpha: float = 50.0,
    theta_beta: float = 5.0,
    theta_gamma: float = 3.0,
) -> Tensor:
    K, H, W = scores.shape
    if image.shape[1:] != (H, W):
        raise ValueError("image.shape does not fit scores.shape")
    if steps < 0:
        raise ValueError("steps < 0")
    if not (theta_alpha > 0 and theta_beta > 0 and theta_gamma > 0):
        raise ValueError("theta_alpha, theta_beta or theta_gamma <= 0")
    n = H * W
    r = torch.arange(n, device=scores.device) // W
    c = torch.arange(n, device=scores.device) % W
    d = ((r[:, None] - r) ** 2 + (c[:, None] - c) ** 2).to(scores.dtype)
    f = image.flatten(1).T
    k = appearance_weight * torch.exp(
        -d / (2 * theta_alpha**2) - (f[:, None] - f).square().sum(2) / (2 * theta_beta**2)
    )
    k = (k + smoothness_weight * torch.exp(-d / (2 * theta_gamma**2))) * (
        1 - torch.eye(n, dtype=scores.dtype, device=scores.device)
    )
    psi = -torch.log_softmax(scores.flatten(1), 0)
    q = torch.exp(-psi)
    for _ in range(steps):
        q = torch.softmax(q @ k.T - psi, 0)
    return q.reshape(K, H, W)
