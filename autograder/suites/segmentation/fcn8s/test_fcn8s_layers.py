"""Checks of what `FCN8s` is made of: its children, their parameters, how they start."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.authoring.expect import expect_close, fail, matches
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.functions import Module
from autograder.sandbox.grader.student import Student
from autograder.sandbox.worker.stand_in import stand_in_values
from autograder.suites.segmentation.fcn8s.narrow_fcn8s import (
    child_of,
    expect_shapes,
    make_without_values,
)
from autograder.suites.segmentation.fcn8s.oracle import parameter_shapes
from autograder.suites.segmentation.transposed_conv.oracle import bilinear_kernel

# The lecture's summary table, and its last line.
TABLE = {
    "features1": 38_720,
    "features2": 221_440,
    "features3": 1_475_328,
    "features4": 5_899_776,
    "features5": 7_079_424,
    "maxpool": 0,
    "classifier": 119_554_050,
    "upscore2": 64,
    "upscore4": 64,
    "upscore8": 1_024,
    "score_pool4": 1_026,
    "score_pool3": 514,
}
TOTAL = 134_271_430


@check(
    "FCN8s",
    points=2,
    about="layers",
    title=Text(
        "The full-size network has the children and the parameters of the table",
        "기본 크기의 신경망은 표의 child와 파라미터 수를 가집니다",
    ),
    hint=Text(
        "A convolution has out · in · k · k weights, and out biases unless it has none. "
        "Count a child by hand and compare.",
        "합성곱의 가중치는 출력 · 입력 · k · k개, bias는 출력 수만큼(없으면 0개)입니다. "
        "child 하나를 직접 세어 비교하십시오.",
    ),
)
def test_full_size_matches_table(student: Student) -> None:
    net = make_without_values(student)
    for name, count in TABLE.items():
        has = child_of(student, net, name).count
        if has != count:
            fail(
                student,
                Text(
                    f"{name} has {has:,} parameters, the table says {count:,}.",
                    f"{name}의 파라미터가 {has:,}개입니다. 표에서는 {count:,}개입니다.",
                ),
            )
    if net.own.count != TOTAL:
        fail(
            student,
            Text(
                f"The network has {net.own.count:,} parameters in all, the table says {TOTAL:,}: "
                "something with parameters is there besides, or shared.",
                f"전체 파라미터가 {net.own.count:,}개입니다. 표에서는 {TOTAL:,}개입니다. "
                "파라미터를 가진 것이 더 있거나 공유되고 있습니다.",
            ),
        )


@check(
    "FCN8s",
    points=1,
    about="layers",
    title=Text(
        "num_classes, base_channels and fc_channels set the sizes of all layers",
        "num_classes, base_channels, fc_channels가 모든 층의 크기를 정합니다",
    ),
    hint=Text(
        "Is there a 2, a 64 or a 4096 left where an argument belongs? "
        "Which layers are called for, in which order?",
        "인자가 와야 할 자리에 2, 64, 4096이 남아 있습니까? 어떤 층이 어떤 순서로 필요합니까?",
    ),
)
@settings(max_examples=2)
@given(classes=st.integers(2, 6), base=st.integers(1, 4), fc=st.integers(1, 9))
@example(classes=5, base=3, fc=7)
def test_arguments_set_sizes(student: Student, classes: int, base: int, fc: int) -> None:
    make = student.FCN8s.make
    expect_layers(student, make(classes, base, fc), (classes, base, fc))
    named = make(fc_channels=fc, base_channels=base, num_classes=classes)
    expect_layers(student, named, (classes, base, fc))
    expect_layers(student, make(fc_channels=fc, base_channels=base), (2, base, fc))


@check(
    "FCN8s",
    points=1,
    about="layers",
    title=Text(
        "The transposed convolutions start as bilinear interpolation",
        "전치 합성곱은 쌍선형 보간으로 초기화됩니다",
    ),
    hint=Text(
        "Each upscore starts as bilinear_kernel of its own size, which interpolates every class "
        "by itself.",
        "각 upscore는 자기 크기의 bilinear_kernel로 시작하며, 클래스마다 따로 보간합니다.",
    ),
)
@settings(max_examples=3)
@given(classes=st.integers(2, 6))
@example(classes=3)
def test_upscore_starts_bilinear(student: Student, classes: int) -> None:
    net = student.FCN8s.make(classes, 1, 1)
    for name, size in (("upscore2", 4), ("upscore4", 4), ("upscore8", 16)):
        if not child_of(student, net, name).parameters:
            expect_shapes(student, net, name, ((classes, classes, size, size),))
        weight = net.parameter(name, 0).float()
        # A neighbour's bilinear_kernel that cannot be used has been replaced by the stand-in.
        if matches(weight, stand_in_values((classes, classes, size, size))):
            student.credited.add("bilinear_kernel")
            continue
        message = Text(
            f"{name}.weight does not start as bilinear_kernel({classes}, {size}).",
            f"{name}.weight가 bilinear_kernel({classes}, {size})로 시작하지 않습니다.",
        )
        expect_close(student, weight, bilinear_kernel(classes, size), message=message)


def expect_layers(student: Student, net: Module, sizes: tuple[int, int, int]) -> None:
    """Every child has its shapes, the right kinds of layers, and can be called."""
    shapes = parameter_shapes(*sizes)
    for name, expected in shapes.items():
        child = child_of(student, net, name)
        expect_shapes(student, net, name, expected)
        kind = "ConvTranspose2d" if name.startswith("up") else "Conv2d"
        if any(layer != kind for layer in child.layers):
            fail(
                student,
                Text(
                    f"The layers of {name} should be nn.{kind}; they are {child.layers}.",
                    f"{name}의 층은 nn.{kind}이어야 합니다. 지금은 {child.layers}입니다.",
                ),
            )
        if not child.is_callable:
            fail(
                student,
                Text(
                    f"{name} cannot be called: a list of layers has no forward.",
                    f"{name}을(를) 호출할 수 없습니다. 층의 목록에는 forward가 없습니다.",
                ),
            )
    if len(net.own.parameters) != sum(len(each) for each in shapes.values()):
        fail(
            student,
            Text(
                "The network has parameters outside the children of the table, or shares some.",
                "표의 child 밖에 파라미터가 있거나 공유하는 파라미터가 있습니다.",
            ),
        )
