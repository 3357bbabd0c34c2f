"""Checks of `transposed_conv2d` beyond its values: gradients, form, calls, errors."""

from __future__ import annotations

from functools import partial

from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.expect import expect_value_error
from autograder.authoring.invariants import expect_consistent
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.transposed_conv import oracle
from autograder.suites.segmentation.transposed_conv.strategies import (
    INVALID_BIASES,
    INVALID_CHANNELS,
    INVALID_SETTINGS,
    INVALID_SIZES,
    VALID,
    Invalid,
    calls,
    each_call,
    stamping,
    stampings,
)
from autograder.suites.segmentation.transposed_conv.test_worked_example import judge

T = DeclaredFunction(
    "transposed_conv2d",
    oracle.of_arguments,
    calls(
        stampings(
            batch=2,
            channels=2,
            kernel=3,
            stride=(1, 3),
            padding=(0, 1),
            output_padding=(0, 1),
            bias=True,
        )
    ),
    each_call(
        stamping((1, 1, 2, 3), (3, 2), stride=2, bias=True, kind="normal"),
        stamping((2, 3, 2, 3), (3, 4), (2, 3), (1, 0), (1, 2), out=2, bias=True, kind="normal"),
    ),
    scale=oracle.magnitude_of_arguments,
)
# An operation on a fake GPU takes ten times as long: few enough for loops over all products.
TINY = each_call(
    stamping((1, 1, 1, 2), (1, 2)),
    stamping((1, 1, 2, 1), (1, 2), 2, 0, 1, out=2, bias=True),
    stamping((1, 2, 1, 2), (2, 1), (2, 1), (1, 0), (1, 0)),
)

test_gradient_of_x = T.gradients(points=1)
test_gradient_of_parameters = T.gradients(points=0.5, to=("weight", "bias"))
test_dtype = T.keeps_dtype(points=0.5)
test_device = T.keeps_device(points=0.5, examples=TINY)


@check(
    "transposed_conv2d",
    points=0.5,
    about="form",
    title=Text(
        "Arguments come by position or by name, a pair as a tuple or a list",
        "인자는 위치로도 이름으로도, 쌍은 tuple로도 list로도 전달됩니다",
    ),
    hint=Text(
        "stride, padding and output_padding may each be an int, a tuple or a list, independently "
        "of the others. Do all arguments bear the names of the assignment?",
        "stride, padding, output_padding은 서로 무관하게 int, tuple, list일 수 있습니다. 인자 "
        "이름이 과제와 같습니까?",
    ),
)
def test_calls(student: Student) -> None:
    function, right = student.transposed_conv2d, partial(judge, student)
    case = stamping((2, 2, 2, 3), (3, 2), 3, 1, 2, out=3, bias=True)
    x, weight, bias = case.tensors
    plain = function(x, weight, bias, stride=3, padding=1, output_padding=2)
    for pair in (3, 1, 2), ((3, 3), (1, 1), (2, 2)), ([3, 3], [1, 1], [2, 2]), ([3, 3], 1, (2, 2)):
        expect_consistent(student, function(x, weight, bias, *pair), plain, right)
    names = ("x", "weight", "bias", "stride", "padding", "output_padding")
    values = (x, weight, bias, 3, [1, 1], 2)
    expect_consistent(student, function(**dict(zip(names, values, strict=True))), plain, right)
    without = function(x, weight)
    expect_consistent(student, function(x, weight, None), without, right)
    unpadded = function(x=x, weight=weight, stride=(1, 1), padding=[0, 0])
    expect_consistent(student, unpadded, without, right)


test_layouts = T.takes_any_layout(points=0.5)


def expect_refused(student: Student, *cases: Invalid) -> None:
    """Each case is refused; what is just valid is not."""
    function = student.transposed_conv2d
    function(*VALID.tensors, **VALID.settings)
    for invalid in cases:
        case = invalid.case
        expect_value_error(
            student,
            lambda case=case: function(*case.tensors, **case.settings),  # type: ignore[misc]
            naming=invalid.naming,
        )


@check(
    "transposed_conv2d",
    points=0.5,
    about="errors",
    title=Text(
        "Channels or a bias that do not fit are a ValueError that names what is wrong",
        "맞지 않는 채널이나 bias는 무엇이 잘못인지 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Compare the channels of x and weight, and bias with (C_out,), before computing: "
        "broadcasting would hide the mistake.",
        "계산하기 전에 x와 weight의 채널을, 그리고 bias와 (C_out,)을 비교하십시오. 그대로 두면 "
        "broadcasting이 실수를 가립니다.",
    ),
)
def test_refuses_shapes(student: Student) -> None:
    expect_refused(student, *INVALID_CHANNELS, *INVALID_BIASES)


@check(
    "transposed_conv2d",
    points=0.5,
    about="errors",
    title=Text(
        "A stride, padding or output_padding out of range is a ValueError that names it",
        "범위를 벗어난 stride, padding, output_padding은 이를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "stride ≥ 1, padding ≥ 0, 0 ≤ output_padding < stride, and this for each direction.",
        "stride ≥ 1, padding ≥ 0, 0 ≤ output_padding < stride이며, 각 방향에서 확인해야 합니다.",
    ),
)
def test_refuses_settings(student: Student) -> None:
    expect_refused(student, *INVALID_SETTINGS)


@check(
    "transposed_conv2d",
    points=0.5,
    about="errors",
    title=Text(
        "An output without rows or columns is a ValueError that names an argument",
        "행이나 열이 남지 않는 출력은 인자를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "How many rows does padding leave? One is enough, none is not; the same for columns.",
        "padding을 자르고 나면 몇 행이 남습니까? 한 행은 되지만 0행은 안 됩니다. 열도 같습니다.",
    ),
)
def test_refuses_sizes(student: Student) -> None:
    expect_refused(student, *INVALID_SIZES)
