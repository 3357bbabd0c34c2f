"""|a − b|² as |a|² + |b|² − 2 a·b; the self-message taken away after the product."""

import torch


def _squares(f):
    s = (f * f).sum(1)
    return (s[:, None] + s[None] - 2 * (f @ f.T)).clamp(min=0)


def _positions(H, W, dtype, device):
    r, c = torch.meshgrid(
        torch.arange(H, dtype=dtype, device=device),
        torch.arange(W, dtype=dtype, device=device),
        indexing="ij",
    )
    return torch.stack([r.reshape(-1), c.reshape(-1)], 1)


def appearance_kernel(image, theta_alpha, theta_beta):
    if image.dim() != 3:
        raise ValueError(f"image has {image.dim()} axes")
    for name, theta in (("theta_alpha", theta_alpha), ("theta_beta", theta_beta)):
        if not theta > 0:
            raise ValueError(f"{name} must be positive, got {theta}")
    p = _positions(image.shape[1], image.shape[2], image.dtype, image.device)
    f = image.permute(1, 2, 0).reshape(-1, image.shape[0])
    return torch.exp(-_squares(p) / 2 / theta_alpha**2) * torch.exp(
        -_squares(f) / 2 / theta_beta**2
    )


def smoothness_kernel(height, width, theta_gamma):
    if height < 1:
        raise ValueError(f"height {height}")
    if width < 1:
        raise ValueError(f"width {width}")
    if not theta_gamma > 0:
        raise ValueError(f"theta_gamma {theta_gamma}")
    return torch.exp(
        -0.5 * _squares(_positions(height, width, torch.float64, "cpu")) / theta_gamma**2
    )


def mean_field_step(q, unary, kernel):
    if list(q.shape) != list(unary.shape):
        raise ValueError("shapes of q and unary")
    K = q.shape[0]
    flat = q.reshape(K, -1)
    if kernel.dim() != 2 or kernel.shape[0] != flat.shape[1] or kernel.shape[1] != flat.shape[1]:
        raise ValueError("shape of kernel")
    m = torch.einsum("ij,lj->li", kernel, flat) - flat * kernel.diagonal()
    # what is the same for all classes of a pixel falls out: −Σ m + m(l) or m(l)
    logits = m - unary.reshape(K, -1)
    logits = logits - logits.max(0, keepdim=True).values
    e = logits.exp()
    return (e / e.sum(0, keepdim=True)).reshape(q.shape)


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
    if scores.shape[-2:] != image.shape[-2:]:
        raise ValueError("image does not fit scores")
    if steps < 0:
        raise ValueError("steps < 0")
    H, W = image.shape[-2:]
    smooth = smoothness_kernel(H, W, theta_gamma).to(image)
    kernel = (
        appearance_kernel(image, theta_alpha, theta_beta)
        .mul(appearance_weight)
        .add(smoothness_weight * smooth)
    )
    q = first = scores.softmax(0)
    for _ in range(int(steps)):
        q = mean_field_step(q, -scores, kernel)  # a constant for each pixel falls out
    return q if steps else first
