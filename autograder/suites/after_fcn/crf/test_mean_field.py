"""Checks of `mean_field_step` and `refine`."""

from __future__ import annotations

import torch

from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.follow_through import plain_step, through
from autograder.document.text import Text
from autograder.suites.after_fcn.crf import oracle
from autograder.suites.after_fcn.crf.strategies import (
    AT_MORE,
    AT_ONE,
    AT_ZERO,
    MISFITS,
    NO_STEPS,
    NO_THETAS,
    OTHER_SIZES,
    SAID,
    WITH_DIAGONAL,
    refined,
    told,
)

STEP = DeclaredFunction(
    "mean_field_step", oracle.mean_field_step, cases=told(), examples=SAID, as_drawn=True
)
REFINE = DeclaredFunction(
    "refine",
    oracle.refine,
    as_drawn=True,
    cases=refined(1, 1),
    examples=AT_ONE[:2],
    steps={
        "appearance_kernel": lambda student: (
            lambda image, *thetas: through(student.appearance_kernel, image, extra=thetas)
        ),
        "smoothness_kernel": lambda student: (
            lambda height, width, theta: plain_step(
                student.smoothness_kernel, (height, width, theta), (height, width, 1.5 * theta + 1)
            )
        ),
        "mean_field_step": lambda student: lambda *given: through(student.mean_field_step, *given),
    },
)

test_step = STEP.values(
    points=1.5,
    title=Text(
        "Each pixel weighs what the others say for other classes, and its classes add up to 1",
        "각 픽셀은 다른 픽셀이 다른 클래스에 대해 하는 말을 듣고, 클래스의 합은 1입니다",
    ),
    hint=Text(
        "Row i of the kernel says what pixel i receives. Whose energy grows by a message for "
        "class l?",
        "커널의 i행은 픽셀 i가 받는 것입니다. 클래스 l에 대한 말은 어느 클래스의 에너지를 "
        "키웁니까?",
    ),
)
test_step_without_itself = STEP.values(
    points=1,
    title=Text(
        "No pixel hears itself, whatever the diagonal holds",
        "대각선에 무엇이 있든 픽셀은 자기 말을 듣지 않습니다",
    ),
    hint=Text(
        "The sum runs over j ≠ i. The diagonal of a Gaussian kernel is 1, and any other may come.",
        "합은 j ≠ i에 대한 것입니다. 가우시안 커널의 대각선은 1이고, 다른 값이 올 수도 있습니다.",
    ),
    cases=told(own=5),
    examples=WITH_DIAGONAL,
)
test_step_keeps_dtype_and_device = STEP.keeps_dtype_and_device(points=0.5)
test_step_gradients = STEP.gradients(points=0.5, to=("q", "unary", "kernel"))
test_step_takes_any_call = STEP.takes_any_call(points=0.5)
test_step_refuses = STEP.refuses(
    points=1,
    naming=("q", "unary", "kernel"),
    title=Text(
        "Shapes that do not fit are a ValueError that names an argument",
        "맞지 않는 shape은 인자를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Shapes that broadcast are not equal, and 2 × 4 pixels are not 4 × 2.",
        "broadcast가 되는 shape은 같은 shape이 아니며, 2 × 4픽셀은 4 × 2픽셀이 아닙니다.",
    ),
    invalid=MISFITS,
)

test_unrefined = REFINE.values(
    points=0.5,
    title=Text(
        "No steps give the softmax of the scores over the classes",
        "0번이면 점수를 클래스에 대해 softmax한 값입니다",
    ),
    hint=Text(
        "With which probabilities does the first step begin?", "첫 갱신은 어떤 확률에서 시작합니까?"
    ),
    cases=refined(0, 0),
    examples=AT_ZERO,
)
test_refined_once = REFINE.values(
    points=1,
    title=Text(
        "One step takes both kernels, each times its own weight",
        "한 번의 갱신은 두 커널을 각자의 가중치로 더해 씁니다",
    ),
    hint=Text(
        "Which width and which weight belong to which kernel? What are the defaults?",
        "어느 너비와 가중치가 어느 커널의 것입니까? 기본값은 무엇입니까?",
    ),
    examples=AT_ONE,
)
test_refined_more = REFINE.values(
    points=1,
    title=Text(
        "In several steps the energies stay those of the scores",
        "여러 번 갱신해도 에너지는 처음 점수의 것입니다",
    ),
    hint=Text(
        "What changes from step to step, and what does not? How many steps are there?",
        "갱신마다 바뀌는 것과 그대로인 것은 무엇입니까? 몇 번 갱신합니까?",
    ),
    cases=refined(2, 5, torch.float64),
    examples=AT_MORE,
)
test_refine_keeps_dtype_and_device = REFINE.keeps_dtype_and_device(points=0.5)
test_refine_gradients = REFINE.gradients(points=0.5, to=("scores", "image"))
test_refine_takes_any_call = REFINE.takes_any_call(points=0.5)
test_refine_refuses_sizes = REFINE.refuses(
    points=0.25,
    naming=("scores", "image"),
    title=Text(
        "Scores and image of different sizes are a ValueError that names one of them",
        "크기가 다른 scores와 image는 그중 하나를 언급하는 ValueError입니다",
    ),
    hint=Text("2 × 4 and 4 × 2 have equally many pixels.", "2 × 4와 4 × 2는 픽셀 수가 같습니다."),
    invalid=OTHER_SIZES,
)
test_refine_refuses_steps = REFINE.refuses(
    points=0.25,
    naming=("steps",),
    title=Text(
        "Fewer than 0 steps are a ValueError that names steps",
        "0보다 작은 steps는 steps를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "A loop of -1 rounds ends at once. Does the caller learn of it?",
        "-1번 도는 반복문은 바로 끝납니다. 호출한 쪽은 알 수 있습니까?",
    ),
    invalid=NO_STEPS,
)
test_refine_refuses_thetas = REFINE.refuses(
    points=0.5,
    naming=("theta_alpha", "theta_beta", "theta_gamma"),
    title=Text(
        "A theta not above 0 is a ValueError that names it, with 0 steps, too",
        "0 이하의 theta는 0번일 때도 그 이름을 언급하는 ValueError입니다",
    ),
    hint=Text(
        "With 0 steps no kernel is needed. Are its arguments right all the same?",
        "0번이면 커널이 필요 없습니다. 그래도 인자는 올바릅니까?",
    ),
    invalid=NO_THETAS,
)
