"""Cases for `crf.py`: small images, kernels that are not symmetric, scores with a close call."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.maps import fill

Case = dict[str, object]
SEEDS = st.integers(0, 2**31 - 1)
THETAS = st.sampled_from((0.5, 1.5, 2.0, 3))
SIDES = st.sampled_from(((2, 3), (3, 2), (1, 4), (4, 3), (2, 5)))


def _uniform(shape: tuple[int, ...], seed: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def pictured(h: int, w: int, alpha: float, beta: float, seed: int = 1) -> Case:
    """An image with values of 0 … 3·beta, three different channels."""
    image = 3 * beta * _uniform((3, h, w), seed)
    return {"image": image, "theta_alpha": alpha, "theta_beta": beta}


RED = torch.tensor([[[0.0, 0, 10]], [[0, 0, 0]], [[0, 0, 0]]])
COUNTED = {"image": RED, "theta_alpha": 2, "theta_beta": 5}
PICTURES = st.builds(lambda sides, *rest: pictured(*sides, *rest), SIDES, THETAS, THETAS, SEEDS)
IMAGES = (COUNTED, pictured(2, 3, 1.5, 0.5), pictured(3, 2, 0.5, 30.0), pictured(4, 3, 3, 2))
NO_IMAGES = (
    {**COUNTED, "image": RED[0]},
    {**COUNTED, "image": RED[None]},
    *({**COUNTED, "theta_alpha": theta} for theta in (0, -1.5)),
    *({**COUNTED, "theta_beta": theta} for theta in (0.0, -3)),
)


def placed(height: int, width: int, theta_gamma: float) -> Case:
    return {"height": height, "width": width, "theta_gamma": theta_gamma}


PLACES = st.builds(lambda sides, theta: placed(sides[0], sides[1], theta), SIDES, THETAS)
PLAIN = (placed(1, 3, 1), placed(2, 3, 1.5), placed(4, 3, 0.5), placed(3, 1, 2), placed(1, 1, 3.0))
NO_PLACES = (*(placed(h, w, 1.0) for h, w in ((0, 2), (2, 0), (-1, 3), (3, -2))),
             *(placed(2, 3, theta) for theta in (0, -0.5)))  # fmt: skip


def said(
    k: int, h: int, w: int, seed: int = 1, *, own: float = 0, strength: float = 4
) -> dict[str, Tensor]:
    """Probabilities, energies and a kernel whose rows add up to less than twice `strength`.

    `own` is the largest number on its diagonal, which does not count.
    """
    n = h * w
    kernel = 2 * strength * _uniform((n, n), seed + 1).triu(1) / n
    kernel = kernel + 0.25 * kernel.T + torch.diag(own * _uniform((n,), seed + 2))
    q = (2 * fill((k, h, w), "normal", seed)).softmax(0)
    return {"q": q, "unary": 2 * fill((k, h, w), "normal", seed + 3), "kernel": kernel}


@st.composite
def told(draw: st.DrawFn, own: float = 0) -> Case:
    k, (h, w), seed = draw(st.integers(2, 4)), draw(SIDES), draw(SEEDS)
    return dict(said(k, h, w, seed, own=own))


TWO = torch.tensor([[[0.9, 0.4]], [[0.1, 0.6]]])
HEARD = {"q": TWO, "unary": -TWO.log(), "kernel": torch.tensor([[0.0, 2], [1, 0]])}
SAID = (
    HEARD,
    dict(said(3, 2, 3)),
    dict(said(2, 3, 2)),
    dict(said(4, 1, 4, strength=6)),
    dict(said(1, 2, 3)),
)
WITH_DIAGONAL = (
    {**HEARD, "kernel": torch.tensor([[5.0, 2], [1, 5]])},
    dict(said(3, 2, 3, own=5)),
)


def _misfits() -> Iterator[Case]:
    right = said(3, 2, 4)
    unary, kernel = right["unary"], right["kernel"]
    for each in (unary[:1], unary.transpose(1, 2), unary[:, :1], unary[:2], unary.flatten(1)[None]):
        yield {**right, "unary": each}
    for each in (kernel[:1], kernel[:, :1], kernel[:4, :4], said(3, 3, 4)["kernel"]):
        yield {**right, "kernel": each}


MISFITS = tuple(_misfits())


def shown(
    k: int, h: int, w: int, steps: int, seed: int = 1, dtype: torch.dtype = torch.float32
) -> Case:
    """Scores with a close call, an image of 0 … 3·theta_beta, rows that add up to at most 4."""
    weights = {"appearance_weight": 0.5, "smoothness_weight": 0.1 + seed % 3 / 10}
    thetas = {"theta_alpha": 2.5, "theta_beta": 4.0, "theta_gamma": 0.75}
    scores = fill((k, h, w), "normal", seed, dtype)
    image = 12 * _uniform((3, h, w), seed + 1, dtype)
    return {"scores": scores, "image": image, "steps": steps, **weights, **thetas}


def by_default(k: int, h: int, w: int, steps: int, seed: int = 1) -> Case:
    """The default weights and widths, with which the rows add up to more."""
    case = shown(k, h, w, steps, seed, torch.float64)
    return {name: case[name] for name in ("scores", "image", "steps")}


@st.composite
def refined(draw: st.DrawFn, low: int, high: int, dtype: torch.dtype = torch.float32) -> Case:
    k, (h, w), seed = draw(st.integers(2, 4)), draw(SIDES), draw(SEEDS)
    return shown(k, h, w, draw(st.integers(low, high)), seed, dtype)


EXAMPLE = {
    "scores": torch.tensor([[[2.0, 0, -1]], [[0, 0.5, 1]]]), "image": RED, "steps": 1,
    "appearance_weight": 1, "smoothness_weight": 1,
    "theta_alpha": 2, "theta_beta": 5, "theta_gamma": 1,
}  # fmt: skip
AT_ZERO = ({**EXAMPLE, "steps": 0}, shown(3, 2, 3, 0), shown(4, 3, 2, 0))
AT_ONE = (EXAMPLE, shown(3, 2, 3, 1), shown(2, 4, 3, 1, seed=2), by_default(3, 3, 2, 1))
AT_MORE = (shown(3, 2, 3, 2, 1, torch.float64), shown(2, 3, 5, 5, 2, torch.float64))
OTHER_SIZES = tuple(
    {**shown(3, 2, 4, 1), "image": image}
    for image in (_uniform((3, 4, 2), 1), _uniform((3, 2, 3), 1), _uniform((3, 1, 4), 1))
)
NO_STEPS = ({**EXAMPLE, "steps": -1}, {**EXAMPLE, "steps": -3})
NO_THETAS = tuple(
    {**EXAMPLE, "steps": steps, f"theta_{which}": theta}
    for which in ("alpha", "beta", "gamma")
    for steps, theta in ((1, 0), (0, -1.0))
)
