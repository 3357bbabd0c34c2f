"""Checks of `appearance_kernel` and `smoothness_kernel`."""

from __future__ import annotations

import torch

from autograder.authoring.declared_function import DeclaredFunction
from autograder.document.text import Text
from autograder.suites.after_fcn.crf import oracle
from autograder.suites.after_fcn.crf.strategies import (
    IMAGES,
    NO_IMAGES,
    NO_PLACES,
    PICTURES,
    PLACES,
    PLAIN,
)

APPEARANCE = DeclaredFunction(
    "appearance_kernel", oracle.appearance_kernel, cases=PICTURES, examples=IMAGES, as_drawn=True
)
SMOOTHNESS = DeclaredFunction(
    "smoothness_kernel",
    oracle.smoothness_kernel,
    dtype=torch.float64,
    cases=PLACES,
    examples=PLAIN,
)
THETAS_HINT = Text(
    "A width of 0 divides by 0, and one below 0 is squared away. Who notices?",
    "너비가 0이면 0으로 나누게 되고, 음수는 제곱하면 사라집니다. 누가 알아차립니까?",
)

test_appearance = APPEARANCE.values(
    points=1.5,
    title=Text(
        "Two pixels are the more alike the nearer they are in place and in all three colours",
        "두 픽셀은 위치와 세 색이 모두 가까울수록 닮았습니다",
    ),
    hint=Text(
        "Both distances are sums of squares, each divided by twice the square of its own width. "
        "Do the three pixels of the docstring by hand.",
        "두 거리 모두 제곱의 합이며 각각 자기 너비의 제곱의 두 배로 나눕니다. docstring의 세 "
        "픽셀을 손으로 계산해 보십시오.",
    ),
)
test_appearance_keeps_dtype_and_device = APPEARANCE.keeps_dtype_and_device(points=0.5)
test_appearance_gradient = APPEARANCE.gradients(points=0.25, to=("image",))
test_appearance_takes_any_call = APPEARANCE.takes_any_call(points=0.25)
test_appearance_refuses = APPEARANCE.refuses(
    points=0.5,
    naming=("image", "theta_alpha", "theta_beta"),
    title=Text(
        "An image without three axes and a theta not above 0 are a ValueError that names them",
        "세 축이 아닌 image와 0 이하의 theta는 이름을 언급하는 ValueError입니다",
    ),
    hint=THETAS_HINT,
    invalid=NO_IMAGES,
)

test_smoothness = SMOOTHNESS.values(
    points=1,
    title=Text(
        "Two pixels are compared by row and column alone",
        "두 픽셀을 행과 열만으로 비교합니다",
    ),
    hint=Text(
        "Pixel i lies at (row, column), not at i: how far is pixel W from pixel 0?",
        "픽셀 i는 i가 아니라 (행, 열)에 있습니다. 픽셀 W는 픽셀 0에서 얼마나 떨어져 있습니까?",
    ),
)
test_smoothness_is_float64 = SMOOTHNESS.keeps_dtype_and_device(
    points=0.25,
    title=Text("The kernel is float64 on the CPU", "커널은 CPU의 float64 텐서입니다"),
)
test_smoothness_takes_any_call = SMOOTHNESS.takes_any_call(points=0.25)
test_smoothness_refuses = SMOOTHNESS.refuses(
    points=0.5,
    naming=("height", "width", "theta_gamma"),
    title=Text(
        "A side below 1 and a theta not above 0 are a ValueError that names them",
        "1보다 작은 변과 0 이하의 theta는 이름을 언급하는 ValueError입니다",
    ),
    hint=THETAS_HINT,
    invalid=NO_PLACES,
)
