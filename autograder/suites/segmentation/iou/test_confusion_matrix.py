"""Checks of `confusion_matrix`."""

from __future__ import annotations

import itertools
from functools import partial

import torch
from hypothesis import example, given, settings
from torch import Tensor

from autograder.authoring.expect import expect_form, expect_unmodified, expect_value_error
from autograder.authoring.invariants import expect_device, expect_values
from autograder.authoring.maps import INTEGERS, LAYOUTS, with_layout
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.iou import oracle
from autograder.suites.segmentation.iou import strategies as cases
from autograder.suites.segmentation.iou.follow_through_counts import confuse, expect_counts, ignores
from autograder.suites.segmentation.iou.strategies import Labels

# Every single case is made to show the mistakes: more of them would only cost time.
few = settings(max_examples=12)


@check(
    "confusion_matrix",
    points=2,
    title=Text(
        "Pixels are counted: rows for the target's class, columns for the prediction's",
        "픽셀 수를 셉니다: 행은 정답, 열은 예측의 클래스입니다",
    ),
    hint=Text(
        "Take one pixel of class 1 that was predicted as class 0. Which cell should it add to?",
        "클래스 1을 0으로 예측한 픽셀 하나를 생각해 보십시오. 어느 칸이 1 늘어나야 합니까?",
    ),
)
@given(case=cases.label_maps())
@example(case=cases.PLAIN)
@few
def test_rows_are_targets(student: Student, case: Labels) -> None:
    expected = oracle.confusion_matrix(case.prediction, case.target, case.num_classes)
    expect_values(student, confuse(student, case), expected)
    expect_values(student, confuse(student, case.swapped()), expected.T)


@check(
    "confusion_matrix",
    points=1,
    title=Text(
        "The matrix is K × K, whichever classes occur", "어떤 클래스가 나타나든 행렬은 K × K입니다"
    ),
    hint=Text(
        "K is given. What does your matrix look like when the last classes occur nowhere?",
        "K는 주어집니다. 마지막 클래스들이 어디에도 없으면 행렬은 어떤 모양이 됩니까?",
    ),
)
@given(case=cases.label_maps(min_classes=1))
@example(case=Labels(torch.zeros(2, 3).long(), torch.zeros(2, 3).long(), 2))
@example(case=Labels(torch.ones(1, 3).long(), torch.zeros(1, 3).long(), 21))
@few
def test_absent_classes_keep_their_cells(student: Student, case: Labels) -> None:
    for k in (case.num_classes, case.num_classes + 3):
        wide = Labels(case.prediction, case.target, k)
        expect_counts(student, confuse(student, wide), wide)


@check(
    "confusion_matrix",
    points=0.5,
    title=Text("Any shape will do, also an empty one", "빈 텐서를 포함하여 어떤 shape이든 됩니다"),
    hint=Text(
        "Only pairs of labels matter, not how they are arranged. Try no pixel at all, a single "
        "number, five dimensions, an image in which all is ignored.",
        "중요한 것은 레이블의 쌍이지 배열이 아닙니다. 픽셀이 없을 때, 숫자 하나일 때, 5차원일 때, "
        "모든 픽셀이 무시될 때를 시험해 보십시오.",
    ),
)
@given(seed=cases.SEEDS)
@settings(max_examples=3)  # the shapes are gone through, only labels are drawn
def test_any_shape(student: Student, seed: int) -> None:
    case = cases.labels((12,), 3, seed)
    for shape in ((12,), (3, 4), (1, 2, 2, 3, 1)):
        arranged = case.reshape(shape)
        expect_counts(student, confuse(student, arranged), arranged)
    for few in (case[0], case[:0], case[:0].reshape((2, 0, 3))):
        expect_counts(student, confuse(student, few), few)
    if ignores(student):
        nothing = Labels(torch.zeros(2, 3).long(), torch.full((2, 3), 255), 3)
        expect_counts(student, confuse(student, nothing), nothing)


@check(
    "confusion_matrix",
    points=1.5,
    title=Text(
        "Pixels whose target is ignore_index do not count: 255, or another number, or a class",
        "정답이 ignore_index인 픽셀은 세지 않습니다: 255, 다른 수, 또는 어떤 클래스",
    ),
    hint=Text(
        "Which of the two label maps decides that a pixel is left out? And is the number always "
        "255?",
        "픽셀을 제외할지 정하는 것은 두 레이블 맵 가운데 어느 쪽입니까? 그 번호는 항상 255입니까?",
    ),
)
@given(case=cases.ignoring())
@example(case=cases.plain_ignoring(255))
@example(case=cases.plain_ignoring(-1))
@example(case=cases.plain_ignoring(1))
def test_ignored_targets_do_not_count(student: Student, case: Labels) -> None:
    by_keyword = student.confusion_matrix(
        prediction=case.prediction,
        target=case.target,
        num_classes=case.num_classes,
        ignore_index=case.ignore_index,
    )
    expect_counts(student, by_keyword, case)
    expect_counts(student, confuse(student, case), case)
    if case.ignore_index == 255:
        arguments = case.prediction, case.target, case.num_classes
        expect_counts(student, student.confusion_matrix(*arguments), case)


@check(
    "confusion_matrix",
    points=0.5,
    title=Text(
        "At an ignored pixel anything may be predicted", "무시되는 픽셀의 예측은 무엇이든 됩니다"
    ),
    hint=Text(
        "An ignored pixel is out of the game altogether: when do you look at its prediction?",
        "무시되는 픽셀은 아예 빠집니다. 그 픽셀의 예측을 언제 살펴봅니까?",
    ),
)
def test_anything_may_be_predicted_where_ignored(student: Student) -> None:
    numbers = (255, -1, 1)
    for number in [n for n in numbers if ignores(student, n)] or numbers:
        target = torch.tensor([[[0, 2, number, number, 2, number, number]]])
        for other in (255, -7, 3, 1000):
            case = Labels(torch.tensor([[[0, 0, other, other, 2, other, 0]]]), target, 3, number)
            expect_counts(student, confuse(student, case), case)


@check(
    "confusion_matrix",
    points=1,
    title=Text(
        "Prediction and target may be of any integer dtype, each of its own",
        "예측과 정답은 각각 어떤 정수 dtype이든 됩니다",
    ),
    hint=Text(
        "A uint8 holds no number above 255 and an int8 none above 127. How large do the numbers "
        "on your way get, with 21 classes, with 200?",
        "uint8은 255, int8은 127보다 큰 수를 담지 못합니다. 클래스가 21개, 200개일 때 계산 도중의 "
        "수는 얼마나 커집니까?",
    ),
)
def test_any_integer_dtype(student: Student, generator: torch.Generator) -> None:
    seed = int(torch.randint(2**31, (), generator=generator))
    some = 2 if ignores(student) else 0
    for dtypes in itertools.product(INTEGERS, INTEGERS):
        case = cases.labels((2, 3, 4), 21, seed, ignored=0 if dtypes[1] == torch.int8 else some)
        expect_counts(student, confuse(student, case.to(*dtypes)), case)
    case = cases.labels((2, 3, 4), 200, seed)  # 200 · 200 is too large for an int16
    expect_counts(student, confuse(student, case.to(torch.int16, torch.int16)), case)


@check(
    "confusion_matrix",
    points=0.5,
    title=Text(
        "Labels are compared with ignore_index as numbers, in small dtypes too",
        "작은 dtype에서도 레이블과 ignore_index를 수로 비교합니다",
    ),
    hint=Text(
        "256 is not 0. But ask PyTorch whether a uint8 tensor that holds 0 equals 256.",
        "256은 0이 아닙니다. 그런데 0을 담은 uint8 텐서가 256과 같은지 PyTorch에 물어보십시오.",
    ),
)
def test_labels_are_numbers(student: Student) -> None:
    for dtype, number in itertools.product((torch.uint8, torch.int8), (256, 258, -255)):
        case = cases.labels((1, 3, 4), 3, 1, number)
        expect_counts(student, confuse(student, case.to(dtype, dtype)), case)


@check(
    "confusion_matrix",
    points=1,
    about="errors",
    title=Text(
        "A label that counts but is none of the classes is a ValueError",
        "세어야 할 레이블이 클래스 번호가 아니면 ValueError입니다",
    ),
    hint=Text(
        "Below 0 and from K on there is no class, in the target and in the prediction. Look at "
        "each of them before you combine them.",
        "0보다 작거나 K 이상인 클래스는 없습니다. 정답과 예측을 합치기 전에 각각 확인하십시오.",
    ),
)
def test_labels_out_of_range(student: Student) -> None:
    right = torch.tensor([[[0, 1, 2], [2, 1, 0]]])
    case = Labels(torch.tensor([[[2, 1, 0], [2, 1, 0]]]), right, 3, -1)
    confuse(student, case)  # its values are another check's business
    far = 255 if ignores(student, -1) else 254
    wrongs = ((3, -1), (-2, -1), (far, -1), (4, -1), (-1, 255))  # each with an ignore_index
    for (wrong, ignored), column in itertools.product(wrongs, range(3)):
        bad = right.clone()
        bad[0, 0, column] = wrong
        of_target = Labels(right, bad, 3, ignored)
        of_prediction = Labels(bad, case.target, 3, ignored)
        for faulty, naming in ((of_target, "target"), (of_prediction, "prediction")):
            call = partial(confuse, student, faulty)
            expect_value_error(student, call, naming=(naming, "num_classes", "ignore_index"))
    if ignores(student) and ignores(student, 1):  # and nothing but targets
        bad = torch.where(right == 1, 255, right)
        call = partial(student.confusion_matrix, bad, right, 3, 255)
        expect_value_error(student, call, naming=("prediction", "num_classes", "ignore_index"))


@check(
    "confusion_matrix",
    points=0.5,
    about="errors",
    title=Text(
        "Prediction and target of different shapes are a ValueError",
        "예측과 정답의 shape이 다르면 ValueError입니다",
    ),
    hint=Text(
        "As many numbers are not the same shape, and shapes that broadcast are not the same "
        "either.",
        "개수가 같아도, broadcast가 되어도 같은 shape은 아닙니다.",
    ),
)
def test_shape_mismatch(student: Student) -> None:
    case = cases.labels((1, 2, 3), 3, 1)
    confuse(student, case)  # its values are another check's business
    others = ((1, 3, 2), (6,), (2, 3), (1, 2, 4), (1, 1, 3), (1, 2, 1), (), (1, 0, 3))
    for shape in others:
        other = torch.zeros(shape, dtype=torch.int64)
        for pair in ((case.prediction, other), (other, case.target)):
            call = partial(student.confusion_matrix, *pair, 3, 255)
            expect_value_error(student, call, naming=("prediction", "target"))


@check(
    "confusion_matrix",
    points=0.5,
    about="form",
    title=Text(
        "The matrix is int64, on the inputs' device; views are read rightly, nothing is changed",
        "행렬은 int64이고 입력의 장치에 있습니다. view도 바르게 읽고 입력은 바뀌지 않습니다",
    ),
    hint=Text(
        "Counts are whole numbers. The label maps may be views into other tensors and belong to "
        "the caller: see whether you write into them.",
        "개수는 정수입니다. 레이블 맵은 다른 텐서의 view일 수 있고 호출한 쪽의 것입니다. 그 안에 "
        "값을 쓰고 있지 않은지 확인하십시오.",
    ),
)
def test_counts_are_int64(student: Student, generator: torch.Generator) -> None:
    seed = int(torch.randint(2**31, (), generator=generator))
    case = cases.labels((2, 3, 4), 3, seed, ignored=4 if ignores(student) else 0)
    for dtype, layout in itertools.product((torch.int64, torch.uint8), LAYOUTS):
        maps = (with_layout(t.to(dtype), layout) for t in (case.prediction, case.target))
        call = student.confusion_matrix.call(*maps, 3, 255)
        assert isinstance(call.value, Tensor)
        expect_form(student, call.value, torch.empty(3, 3, dtype=torch.int64))
        expect_counts(student, call.value, case)
        expect_unmodified(student, call)
    many = torch.full((1, 1, 300), 2)  # more than a uint8 can count
    crowd = Labels(many, many, 3)
    expect_counts(student, confuse(student, crowd), crowd)
    arguments = case.prediction, case.target, 3, 255
    expect_device(student, student.confusion_matrix.on_fake_cuda(*arguments))
