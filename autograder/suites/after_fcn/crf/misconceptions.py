"""Small wrong implementations of the functions of `crf.py`, with names."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text

APPEARANCE, SMOOTHNESS = "crf.appearance", "crf.smoothness"
STEP, ITSELF = "crf.step", "crf.step_without_itself"
ONCE, MORE = "crf.refined_once", "crf.refined_more"


def _apart(height: int, width: int, like: Tensor, mistake: str = "") -> Tensor:
    """|p_i − p_j|² of all pixels."""
    rows = torch.arange(height, dtype=like.dtype, device=like.device)
    columns = torch.arange(width, dtype=like.dtype, device=like.device)
    row, column = rows.repeat_interleave(width), columns.repeat(height)
    if mistake == "columns first":
        row, column = rows.repeat(width), columns.repeat_interleave(height)
    if mistake == "numbers":
        row, column = 0 * row, row * width + column
    return (row[:, None] - row) ** 2 + (column[:, None] - column) ** 2


def _appearance(image: Tensor, theta_alpha: float, theta_beta: float, mistake: str = "") -> Tensor:
    if image.ndim != 3 or theta_alpha <= 0 or theta_beta <= 0:
        raise ValueError(f"image {tuple(image.shape)}, theta_alpha or theta_beta is not valid")
    colours = image.flatten(1)
    contrast = (colours[:, :, None] - colours[:, None]) ** 2
    by_colour = contrast.mean(0) if mistake == "mean" else contrast.sum(0)
    apart, twice = _apart(image.shape[1], image.shape[2], image, mistake), 2
    if mistake == "not squared":  # a small number keeps the derivative of the root finite
        apart, by_colour = apart.sqrt(), (by_colour + 1e-30).sqrt()
    if mistake == "no half":
        twice = 1
    return torch.exp(-apart / (twice * theta_alpha**2) - by_colour / (twice * theta_beta**2))


@misconception(
    "appearance_kernel",
    explanation=Text(
        "You divide by the squares of the widths. The formula divides by twice the squares.",
        "너비의 제곱으로 나누었습니다. 식에서는 제곱의 두 배로 나눕니다.",
    ),
    loses=(APPEARANCE,),
)
def half_forgotten(image: Tensor, theta_alpha: float, theta_beta: float) -> Tensor:
    return _appearance(image, theta_alpha, theta_beta, "no half")


@misconception(
    "appearance_kernel",
    explanation=Text(
        "You take the distances themselves. A Gaussian takes their squares.",
        "거리를 그대로 썼습니다. 가우시안에는 거리의 제곱이 들어갑니다.",
    ),
    loses=(APPEARANCE,),
)
def distances_not_squared(image: Tensor, theta_alpha: float, theta_beta: float) -> Tensor:
    return _appearance(image, theta_alpha, theta_beta, "not squared")


@misconception(
    "appearance_kernel",
    explanation=Text(
        "You average the squares over the three colours. |I_i − I_j|² is their sum.",
        "세 색에 대해 제곱의 평균을 냈습니다. |I_i − I_j|²은 합입니다.",
    ),
    loses=(APPEARANCE,),
)
def mean_over_the_colours(image: Tensor, theta_alpha: float, theta_beta: float) -> Tensor:
    return _appearance(image, theta_alpha, theta_beta, "mean")


@misconception(
    "appearance_kernel",
    explanation=Text(
        "You count positions column by column and colours row by row. Pixel i = row · W + column "
        "lies at (row, column).",
        "위치는 열 순서로, 색은 행 순서로 셌습니다. 픽셀 i = 행 · W + 열은 (행, 열)에 있습니다.",
    ),
    loses=(APPEARANCE,),
)
def positions_column_by_column(image: Tensor, theta_alpha: float, theta_beta: float) -> Tensor:
    return _appearance(image, theta_alpha, theta_beta, "columns first")


def _smoothness(height: int, width: int, theta_gamma: float, mistake: str = "") -> Tensor:
    if min(height, width) < 1 or theta_gamma <= 0:
        raise ValueError(f"height {height}, width {width} or theta_gamma {theta_gamma}")
    dtype = None if mistake == "default dtype" else torch.float64
    apart = _apart(height, width, torch.zeros(1, dtype=dtype, device="cpu"), mistake)
    return torch.exp(-apart / (2 * theta_gamma**2))


@misconception(
    "smoothness_kernel",
    explanation=Text(
        "You compare the numbers of the pixels, i and j. They lie at (row, column): pixel W is "
        "right below pixel 0.",
        "픽셀의 번호 i와 j를 비교했습니다. 픽셀은 (행, 열)에 있으므로 픽셀 W는 픽셀 0의 바로 "
        "아래입니다.",
    ),
    loses=(SMOOTHNESS,),
)
def numbers_in_place_of_positions(height: int, width: int, theta_gamma: float) -> Tensor:
    return _smoothness(height, width, theta_gamma, "numbers")


@misconception(
    "smoothness_kernel",
    explanation=Text(
        "Your kernel has torch's default dtype. It is float64 whatever the default is.",
        "커널이 torch의 기본 dtype입니다. 기본값과 관계없이 float64이어야 합니다.",
    ),
    loses=("crf.smoothness_is_float64",),
)
def default_dtype(height: int, width: int, theta_gamma: float) -> Tensor:
    return _smoothness(height, width, theta_gamma, "default dtype")


def _step(q: Tensor, unary: Tensor, kernel: Tensor, mistake: str = "") -> Tensor:
    pixels = q[0].numel()
    if q.shape != unary.shape or kernel.shape != (pixels, pixels):
        raise ValueError("q, unary and kernel do not fit")
    if mistake != "itself":
        kernel = kernel * (1 - torch.eye(pixels, dtype=q.dtype, device=q.device))
    kernel = kernel.T if mistake == "columns" else kernel
    heard = q.flatten(1) @ kernel.T
    energy = heard if mistake == "own class" else heard.sum(0) - heard
    total = -(-q.log() if mistake == "no unary" else unary).flatten(1) - energy
    total = total.exp() if mistake == "not normalised" else total.softmax(0)
    return total.reshape(q.shape)


@misconception(
    "mean_field_step",
    explanation=Text(
        "Each pixel hears itself. The sum runs over the others, j ≠ i: leave the diagonal out.",
        "픽셀이 자기 말도 듣습니다. 합은 다른 픽셀 j ≠ i에 대한 것이므로 대각선을 빼야 합니다.",
    ),
    loses=(ITSELF,),
)
def pixels_that_hear_themselves(q: Tensor, unary: Tensor, kernel: Tensor) -> Tensor:
    return _step(q, unary, kernel, "itself")


@misconception(
    "mean_field_step",
    explanation=Text(
        "You weigh by the columns of the kernel. Row i says what pixel i receives.",
        "커널의 열로 가중했습니다. 픽셀 i가 받는 것은 i행에 있습니다.",
    ),
    loses=(STEP, ITSELF),
)
def columns_for_rows(q: Tensor, unary: Tensor, kernel: Tensor) -> Tensor:
    return _step(q, unary, kernel, "columns")


@misconception(
    "mean_field_step",
    explanation=Text(
        "What is said for a class raises that class's own energy. With Potts it raises the energy "
        "of all other classes.",
        "어떤 클래스에 대한 말이 그 클래스의 에너지를 키웁니다. Potts 모형에서는 다른 모든 "
        "클래스의 에너지를 키웁니다.",
    ),
    loses=(STEP, ITSELF),
)
def own_class_pays(q: Tensor, unary: Tensor, kernel: Tensor) -> Tensor:
    return _step(q, unary, kernel, "own class")


@misconception(
    "mean_field_step",
    explanation=Text(
        "Your values do not add up to 1: each pixel's are divided by their sum over the classes.",
        "값의 합이 1이 아닙니다. 픽셀마다 클래스에 대한 합으로 나누어야 합니다.",
    ),
    loses=(STEP, ITSELF),
)
def not_normalised(q: Tensor, unary: Tensor, kernel: Tensor) -> Tensor:
    return _step(q, unary, kernel, "not normalised")


@misconception(
    "mean_field_step",
    explanation=Text(
        "You begin with −log q of the step before. The energies ψ are `unary`, and they stay.",
        "직전 확률의 −log q에서 시작했습니다. 에너지 ψ는 `unary`이며 바뀌지 않습니다.",
    ),
    loses=(STEP, ITSELF),
)
def energies_from_q(q: Tensor, unary: Tensor, kernel: Tensor) -> Tensor:
    return _step(q, unary, kernel, "no unary")


@misconception(
    "mean_field_step",
    explanation=Text(
        "You change q pixel by pixel, so later pixels hear what earlier ones have become. All take "
        "their messages from the same q.",
        "q를 픽셀마다 차례로 고쳐, 뒤의 픽셀이 이미 바뀐 값을 듣습니다. 모든 픽셀이 같은 q에서 "
        "메시지를 받아야 합니다.",
    ),
    loses=(STEP, ITSELF),
)
def pixels_one_after_the_other(q: Tensor, unary: Tensor, kernel: Tensor) -> Tensor:
    pixels = torch.eye(q[0].numel(), dtype=torch.bool, device=q.device)
    for pixel in pixels.reshape(-1, *q.shape[1:]):
        q = torch.where(pixel, _step(q, unary, kernel), q)
    return q


def _refine(
    scores: Tensor,
    image: Tensor,
    steps: int,
    appearance_weight: float = 4.0,
    smoothness_weight: float = 3.0,
    theta_alpha: float = 50.0,
    theta_beta: float = 5.0,
    theta_gamma: float = 3.0,
    *,
    mistake: str = "",
) -> Tensor:
    (h, w), q = scores.shape[1:], scores.softmax(0)
    if (h, w) != image.shape[1:] or steps < 0:
        raise ValueError(f"scores, image or steps {steps} do not fit")
    if mistake == "late" and steps == 0:
        return q
    if mistake == "swapped":
        appearance_weight, smoothness_weight = smoothness_weight, appearance_weight
    near = _smoothness(h, w, theta_gamma).to(image)
    kernel = appearance_weight * _appearance(image, theta_alpha, theta_beta)
    unary = -scores.log_softmax(0)
    for _ in range(steps):
        unary = -q.log() if mistake == "anew" else unary
        q = _step(q, unary, kernel + smoothness_weight * near)
    return q


@misconception(
    "refine",
    explanation=Text(
        "You take new energies, −log q, in every step. They stay those of the scores.",
        "갱신마다 에너지를 −log q로 새로 잡았습니다. 에너지는 처음 점수의 것 그대로입니다.",
    ),
    loses=(MORE,),
)
def energies_anew_in_every_step(scores: Tensor, image: Tensor, *a: Any, **k: Any) -> Tensor:
    return _refine(scores, image, *a, mistake="anew", **k)


@misconception(
    "refine",
    explanation=Text(
        "Each kernel has the other one's weight.",
        "두 커널의 가중치가 서로 바뀌었습니다.",
    ),
    loses=(ONCE, MORE),
)
def weights_swapped(scores: Tensor, image: Tensor, *a: Any, **k: Any) -> Tensor:
    return _refine(scores, image, *a, mistake="swapped", **k)


@misconception(
    "refine",
    explanation=Text(
        "With 0 steps you return before the thetas are looked at. A theta not above 0 is an error "
        "there, too.",
        "0번이면 theta를 확인하기 전에 반환합니다. 0 이하의 theta는 그때도 오류입니다.",
    ),
    loses=("crf.refine_refuses_thetas",),
)
def thetas_unchecked_at_0_steps(scores: Tensor, image: Tensor, *a: Any, **k: Any) -> Tensor:
    return _refine(scores, image, *a, mistake="late", **k)
