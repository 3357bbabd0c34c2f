"""Public tests of crf.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import math

import crf
import pytest
import torch
from expectations import about, expect, refused

RED = torch.tensor([[[0.0, 0, 10]], [[0, 0, 0]], [[0, 0, 0]]], dtype=torch.float64)
SCORES = torch.tensor([[[2.0, 0, -1]], [[0, 0.5, 1]]], dtype=torch.float64)


@about(
    "appearance_kernel",
    "The worked example: the third pixel is near, but of another colour",
    "예제: 세 번째 픽셀은 가깝지만 색이 다릅니다",
    hint=(
        "k(0, 2) = exp(−4/8 − 100/50): both distances are squared, both widths too.",
        "k(0, 2) = exp(−4/8 − 100/50)입니다. 두 거리와 두 너비를 모두 제곱합니다.",
    ),
)
def test_the_worked_example_of_appearance() -> None:
    a, b, c = math.exp(-1 / 8), math.exp(-4 / 8 - 100 / 50), math.exp(-1 / 8 - 100 / 50)
    kernel = torch.tensor([[1, a, b], [a, 1, c], [b, c, 1]], dtype=torch.float64)
    expect(crf.appearance_kernel(RED, 2, 5), kernel)


@about(
    "smoothness_kernel",
    "Pixels lie at (row, column): float64, whatever the default dtype",
    "픽셀은 (행, 열)에 있으며, 기본 dtype과 관계없이 float64입니다",
    hint=(
        "In 2 × 3 pixels, pixel 3 is right below pixel 0, and pixel 2 two columns away.",
        "2 × 3픽셀에서 픽셀 3은 픽셀 0의 바로 아래에, 픽셀 2는 두 열 옆에 있습니다.",
    ),
)
def test_smoothness_counts_rows_and_columns() -> None:
    squares = torch.tensor([0, 1, 4, 1, 2, 5], dtype=torch.float64)
    expect(crf.smoothness_kernel(2, 3, 1.5)[0], torch.exp(-squares / (2 * 1.5**2)))


@about(
    "mean_field_step",
    "The worked example: the diagonal does not count, and the kernel is not symmetric",
    "예제: 대각선은 세지 않으며 커널은 대칭이 아닙니다",
    hint=(
        "Pixel 0 hears 2 · (0.4, 0.6): class 0 pays 1.2 and class 1 pays 0.8.",
        "픽셀 0은 2 · (0.4, 0.6)을 듣습니다. 클래스 0의 에너지는 1.2, 클래스 1은 0.8 커집니다.",
    ),
)
def test_the_worked_example_of_a_step() -> None:
    q = torch.tensor([[[0.9, 0.4]], [[0.1, 0.6]]], dtype=torch.float64)
    kernel = torch.tensor([[5.0, 2], [1, 5]], dtype=torch.float64)
    energy = torch.tensor([[[1.2, 0.1]], [[0.8, 0.9]]], dtype=torch.float64)
    weights = q * torch.exp(-energy)
    expect(crf.mean_field_step(q, -q.log(), kernel), weights / weights.sum(0))


@about(
    "refine",
    "No steps give the softmax of the scores",
    "0번이면 점수의 softmax입니다",
    hint=("The softmax runs over the classes.", "softmax는 클래스에 대한 것입니다."),
)
def test_no_steps_give_the_softmax() -> None:
    expect(crf.refine(SCORES.float(), RED.float(), 0), SCORES.float().softmax(0))


@about(
    "refine",
    "The worked example: the middle pixel goes over to the one of its colour",
    "예제: 가운데 픽셀이 색이 같은 픽셀을 따라갑니다",
    hint=(
        "Class 0 has 0.813015, 0.520275 and 0.117926 after one step.",
        "한 번 갱신하면 클래스 0의 확률은 0.813015, 0.520275, 0.117926입니다.",
    ),
)
def test_the_worked_example_of_refinement() -> None:
    got = crf.refine(SCORES.float(), RED.float(), 1, 1, 1, 2, 5, 1)
    first = [0.8130153, 0.5202754, 0.1179264]
    expect(got, torch.tensor([[first], [[1 - each for each in first]]]))


@about(
    "{name}",
    "What cannot be is a ValueError that names an argument",
    "불가능한 인자는 이름을 언급하는 ValueError입니다",
    hint=(
        "Shapes, widths and steps are looked at before anything is computed, with 0 steps, too.",
        "shape, 너비, 횟수는 0번일 때도 계산하기 전에 확인합니다.",
    ),
)
@pytest.mark.parametrize(
    ("name", "arguments", "named"),
    [
        ("appearance_kernel", (RED[0], 2, 5), ("image",)),
        ("appearance_kernel", (RED, 2, 0), ("theta_beta",)),
        ("smoothness_kernel", (0, 3, 1), ("height",)),
        ("mean_field_step", (SCORES, SCORES, torch.ones(2, 3)), ("q", "unary", "kernel")),
        ("refine", (SCORES, RED.mT, 1), ("scores", "image")),
        ("refine", (SCORES, RED, -1), ("steps",)),
        ("refine", (SCORES, RED, 0, 1, 1, 2, 5, 0), ("theta_gamma",)),
    ],
)
def test_what_cannot_be_is_refused_by_name(name, arguments, named) -> None:
    with refused(*named):
        getattr(crf, name)(*arguments)
