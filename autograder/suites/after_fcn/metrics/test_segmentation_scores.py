"""Checks of `segmentation_scores`, right by itself or given the student's own four figures."""

from __future__ import annotations

from functools import partial
from itertools import product

import torch
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.follow_through import plain_step
from autograder.authoring.maps import INTEGERS
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.after_fcn.metrics import oracle
from autograder.suites.after_fcn.metrics.strategies import (
    SEEDS,
    labels,
    of_dtypes,
    plain,
)

SHAPES = st.sampled_from(((1, 2, 4), (2, 2, 3), (3, 1, 3)))
CLASSES, NUMBERS = st.integers(2, 5), st.sampled_from((255, -1, 0, 1, -100, 1000))
SMALL = (torch.uint8, torch.int8)


def figure_of(name: str, student: Student) -> oracle.Figure:
    """One of the student's own figures, as a step of all four."""

    def figure(confusion: Tensor) -> Tensor:
        # Not a multiple of the counts, which has the same figures.
        more = torch.arange(1, confusion.numel() + 1).square().reshape(confusion.shape)
        return plain_step(student.function(name), (confusion,), (confusion + more,))

    return figure


FOUR = DeclaredFunction(
    "segmentation_scores",
    oracle.segmentation_scores,
    cases=st.builds(labels, SHAPES, CLASSES, SEEDS, st.just(255), st.just(0)),
    examples=(labels((2, 3, 4), 3, 1, ignored=0),),
    dtype=torch.float64,
    steps={name: partial(figure_of, name) for name in oracle.FIGURES},
)

BY_DEFAULT = plain(torch.tensor([0, 1, 1, 7]), torch.tensor([0, 0, 1, 255]))
del BY_DEFAULT["ignore_index"]

test_four_figures_of_one_matrix = FOUR.values(
    points=1,
    title=Text(
        "Pixel accuracy, mean accuracy, mean IU, frequency-weighted IU, of one matrix in all",
        "행렬 하나에서 구한 pixel accuracy, mean accuracy, mean IU, frequency-weighted IU입니다",
    ),
    hint=Text(
        "Which cell does a pixel of class 1 add to that was predicted as 0? Is there one matrix a "
        "sample, or one in all?",
        "클래스 1을 0으로 예측한 픽셀은 어느 칸을 늘립니까? 행렬은 샘플마다 하나입니까, 모두 합쳐 "
        "하나입니까?",
    ),
)
test_ignored_targets_do_not_count = FOUR.values(
    examples=(
        BY_DEFAULT,
        plain(torch.tensor([0, 1, 1, 7]), torch.tensor([0, 0, 1, 255])),
        *(labels((2, 2, 3), 3, 1, number) for number in (255, -1, 1)),
    ),
    points=0.5,
    title=Text(
        "Pixels whose target is ignore_index, also a class, do not count, whatever is predicted",
        "정답이 ignore_index(클래스 번호일 수도 있음)인 픽셀은 무엇을 예측했든 세지 않습니다",
    ),
    hint=Text(
        "Which of the two maps decides that a pixel is left out? When do you look at what was "
        "predicted there? Is the number always 255?",
        "픽셀을 뺄지 정하는 것은 두 맵 가운데 어느 쪽입니까? 그곳의 예측은 언제 살펴봅니까? 그 "
        "번호는 항상 255입니까?",
    ),
    cases=st.builds(labels, SHAPES, CLASSES, SEEDS, NUMBERS),
)
test_any_shape = FOUR.values(
    examples=(
        *(labels(shape, 3, 1) for shape in ((12,), (), (0,), (2, 0, 3), (1, 2, 2, 3, 1))),
        plain(torch.tensor([0, 1]), torch.tensor([255, 255])),
        labels((1, 3), 21, 1),
    ),
    points=0.5,
    title=Text(
        "Any shape will do, whichever classes occur; no counted pixel gives four times NaN",
        "어떤 shape이든, 어떤 클래스가 나타나든 됩니다. 셀 픽셀이 없으면 NaN 네 개입니다",
    ),
    hint=Text(
        "Try a single number, no pixel at all, five axes, an image whose last classes are nowhere.",
        "숫자 하나, 픽셀이 없을 때, 5차원, 마지막 클래스들이 어디에도 없는 영상을 시험해 보십시오.",
    ),
)
test_labels_are_numbers = FOUR.values(
    examples=(
        *(of_dtypes(labels((2, 3, 4), 21, 1, 100), *pair) for pair in product(INTEGERS, INTEGERS)),
        of_dtypes(labels((2, 3, 4), 200, 1), torch.int16, torch.uint8),
        *(
            of_dtypes(labels((1, 3, 4), 3, 1, number, 0), *pair)
            for number, pair in product((256, 258, -255), product(SMALL, SMALL))
        ),
    ),
    points=0.5,
    title=Text(
        "Labels of any integer dtypes are compared as numbers",
        "어떤 정수 dtype의 레이블이든 수로 비교합니다",
    ),
    hint=Text(
        "A uint8 ends at 255: how large do your numbers get with 21 classes? And does PyTorch say "
        "that a 0 in uint8 equals 256?",
        "uint8은 255까지입니다. 클래스가 21개이면 계산 도중의 수는 얼마나 커집니까? PyTorch는 "
        "uint8의 0이 256과 같다고 합니까?",
    ),
)

WRONG = ((3, 255), (-2, 255), (-1, 255), (254, 255), (255, -1), (4, 1))
OUTSIDE = [plain(torch.tensor([0, 2, no]), torch.tensor([0, 2, 0]), number) for no, number in WRONG]
test_refuses_labels_outside = FOUR.refuses(
    points=0.5,
    naming=("prediction", "target", "num_classes", "ignore_index"),
    title=Text(
        "A counted label outside 0 … K − 1, in either map, is a ValueError",
        "세어야 할 레이블이 어느 쪽에서든 0 … K − 1을 벗어나면 ValueError입니다",
    ),
    hint=Text(
        "Below 0 and from K on there is no class. Look at each map by itself, before you combine "
        "the two.",
        "0보다 작거나 K 이상인 클래스는 없습니다. 두 맵을 합치기 전에 각각 확인하십시오.",
    ),
    invalid=(
        *OUTSIDE,
        *({**case, "prediction": case["target"], "target": case["prediction"]} for case in OUTSIDE),
        plain(torch.tensor([255, 1]), torch.tensor([0, 1])),  # only a target is ignored
        of_dtypes(plain(torch.tensor([0, 1]), torch.tensor([0, -1])), torch.int8, torch.int8),
    ),
)
MAP, OTHERS = (1, 2, 3), ((1, 3, 2), (6,), (2, 3), (1, 2, 4), (1, 1, 3), (1, 2, 1), (), (1, 0, 3))
test_refuses_other_shapes = FOUR.refuses(
    points=0.5,
    naming=("prediction", "target"),
    title=Text(
        "Prediction and target of different shapes are a ValueError",
        "예측과 정답의 shape이 다르면 ValueError입니다",
    ),
    hint=Text(
        "As many numbers are not the same shape, and shapes that broadcast are not either.",
        "개수가 같아도, broadcast가 되어도 같은 shape은 아닙니다.",
    ),
    invalid=[
        plain(torch.zeros(one).long(), torch.zeros(two).long())
        for other in OTHERS
        for one, two in ((MAP, other), (other, MAP))
    ],
)

test_scores_keep_dtype_and_device = FOUR.keeps_dtype_and_device(
    points=0.25,
    title=Text("float64 (4,) on the inputs' device", "입력의 장치에 있는 float64 (4,)입니다"),
    hint=Text(
        "Which dtype and which device does a tensor have that you make out of four numbers?",
        "네 개의 수로 새로 만든 텐서의 dtype과 장치는 무엇입니까?",
    ),
)
test_scores_take_any_call = FOUR.takes_any_call(points=0.25)
