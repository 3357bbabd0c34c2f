"""Checks of `transposed_conv2d` beyond its values: gradients, form, calls, errors."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch
from hypothesis import example, given, settings
from torch import Tensor

from autograder.authoring.expect import (
    expect_close,
    expect_form,
    expect_gradient,
    expect_value_error,
    matches,
)
from autograder.authoring.invariants import (
    awkward_layouts,
    expect_consistent,
    expect_device,
    expect_layout_independent,
    expect_transposed_gradient,
)
from autograder.authoring.maps import fill, with_layout
from autograder.authoring.marks import check
from autograder.authoring.titles import CALLS_HINT, FLOW, FLOW_HINT, FORM_HINT
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
    Stamping,
    stamping,
    stampings,
)
from autograder.suites.segmentation.transposed_conv.test_worked_example import judge

EXAMPLES = (
    stamping((1, 1, 2, 3), (3, 2), stride=2, bias=True, kind="normal"),
    stamping((2, 3, 2, 3), (3, 4), (2, 3), (1, 0), (1, 2), out=2, bias=True, kind="normal"),
)
# An operation on a fake GPU takes ten times as long: few enough for loops over all products.
TINY = (
    stamping((1, 1, 1, 2), (1, 2)),
    stamping((1, 1, 2, 1), (1, 2), 2, 0, 1, out=2, bias=True),
    stamping((1, 2, 1, 2), (2, 1), (2, 1), (1, 0), (1, 0)),
)
any_stamping = stampings(
    batch=2, channels=2, kernel=3, stride=(1, 3), padding=(0, 1), output_padding=(0, 1), bias=True
)


def cotangent_for(result: Tensor) -> Tensor:
    """A cotangent of the shape and dtype of the student's result, which other checks judge."""
    return fill(tuple(result.shape), "normal", 3).to(result.dtype)


@check("transposed_conv2d", points=1, title=FLOW, hint=FLOW_HINT, about="form")
@settings(max_examples=8)
@given(case=any_stamping)
@example(case=EXAMPLES[0])
@example(case=EXAMPLES[1])
def test_gradient_of_x(student: Student, case: Stamping) -> None:
    function, v = student.transposed_conv2d, fill(tuple(case.x.shape), "normal", 1)
    result = function(v, case.weight, **case.settings)
    g = cotangent_for(result)
    returned = function.vjp(g, *case.tensors, wrt=(0,), **case.settings)
    fits = g.shape == oracle.transposed_conv2d(case).shape
    expected = oracle.gradients(case, g.float())[0] if fits else None
    scale = oracle.gradient_magnitudes(case, g.float())[0] if fits else None
    expect_transposed_gradient(student, "x", returned, expected, g, (v, result), scale=scale)


@check(
    "transposed_conv2d",
    points=0.5,
    about="form",
    title=Text("Gradients flow back to weight and bias", "gradient가 weight와 bias까지 전달됩니다"),
    hint=FLOW_HINT,
)
@settings(max_examples=8)
@given(case=any_stamping)
@example(case=EXAMPLES[0])
@example(case=EXAMPLES[1])
def test_gradient_of_parameters(student: Student, case: Stamping) -> None:
    function, v = student.transposed_conv2d, fill(tuple(case.weight.shape), "normal", 1)
    result = function(case.x, v, **case.settings)
    g = cotangent_for(result)
    returned = function.vjp(g, *case.tensors, wrt=(1, 2), **case.settings)
    fits = g.shape == oracle.transposed_conv2d(case).shape
    expected = oracle.gradients(case, g.float())[1] if fits else None
    scale = oracle.gradient_magnitudes(case, g.float())[1] if fits else None
    expect_transposed_gradient(student, "weight", returned, expected, g, (v, result), scale=scale)
    if g.dim() != 4 or not g.numel():
        judge(student, student.calls[-1])
    axes = (0, 2, 3)  # the bias is in every sample, row and column
    total = float(g.abs().sum(axes).max())
    expect_gradient(student, "bias", returned[1][1], g.float().sum(axes), scale=total)


@check(
    "transposed_conv2d",
    points=0.5,
    about="form",
    title=Text(
        "float32 stays float32, float64 stays float64 to its last digits",
        "float32는 float32로, float64는 마지막 자리까지 float64로 남습니다",
    ),
    hint=FORM_HINT,
)
@settings(max_examples=6)
@given(case=any_stamping)
@example(case=EXAMPLES[0])
@example(case=EXAMPLES[1])
def test_dtype(student: Student, case: Stamping) -> None:
    function = student.transposed_conv2d
    single = function(*case.tensors, **case.settings)
    expect_form(student, single, single.to(case.x.dtype))
    shape, kernel = tuple(case.x.shape), tuple(case.weight.shape)
    bias = None if case.bias is None else case.bias.double()
    double = replace(
        case,
        x=fill(shape, "normal", 1, torch.float64),
        weight=fill(kernel, "normal", 2, torch.float64),
        bias=bias,
    )
    expected, scale = oracle.transposed_conv2d(double), oracle.magnitude(double)
    # Values that are wrong in every dtype are not lost here: a third of the input must give
    # a third of the output, to the digits of float64.
    whole = function(double.x, double.weight, **case.settings)
    third = function(double.x / 3, double.weight, **case.settings)
    got = function(*double.tensors, **double.settings)
    expect_form(student, got, got.to(torch.float64))
    linear = whole.any() and matches(third.double() * 3, whole.double(), scale)
    if not linear:
        expect_close(student, got, expected, scale=scale)


@check(
    "transposed_conv2d",
    points=0.5,
    about="form",
    title=Text(
        "On a GPU every tensor of the computation lies there",
        "입력이 GPU에 있으면 계산의 모든 텐서가 그곳에 있습니다",
    ),
    hint=Text(
        "A new tensor lies on the CPU unless told otherwise. Where should it lie?",
        "새 텐서는 따로 지정하지 않으면 CPU에 놓입니다. 어디에 있어야 합니까?",
    ),
)
def test_device(student: Student) -> None:
    function = student.transposed_conv2d
    for case in TINY:
        function(*case.tensors, **case.settings)
        given = tuple(range(len(case.tensors)))
        expect_device(student, function.on_fake_cuda(*case.tensors, wrt=given, **case.settings))


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


@check(
    "transposed_conv2d",
    points=0.5,
    about="form",
    title=Text(
        "Memory layout and no_grad change nothing, and inputs stay as they were",
        "메모리 배치나 no_grad와 무관하게 결과가 같고, 입력은 바뀌지 않습니다",
    ),
    hint=CALLS_HINT,
)
@settings(max_examples=4)
@given(case=stampings(batch=2, channels=2, kernel=3, stride=(1, 3), bias=True))
@example(case=stamping((2, 3, 2, 3), (3, 4), 2, 1, 1, out=2, bias=True))
def test_layouts(student: Student, case: Stamping) -> None:
    function, right, kwargs = student.transposed_conv2d, partial(judge, student), case.settings
    # Small positive integers: no order of summation rounds them.
    case = replace(case, x=case.x.abs().ceil(), weight=case.weight.abs().ceil())
    assert case.bias is not None
    x, weight, bias = case.tensors
    for awkward in awkward_layouts(x):
        plain = function(awkward.contiguous(), weight, bias, **kwargs)
        expect_layout_independent(
            student, function, plain, awkward, weight, bias, judge=right, **kwargs
        )
    for awkward in awkward_layouts(weight):
        plain = function(x, awkward.contiguous(), bias, **kwargs)
        sliced = with_layout(case.bias, "sliced")
        expect_layout_independent(
            student, function, plain, x, awkward, sliced, judge=right, **kwargs
        )
    plain = function(x, weight, bias, **kwargs)
    expect_layout_independent(student, function, plain, x, weight, bias, judge=right, **kwargs)
    expect_consistent(student, function.no_grad(x, weight, bias, **kwargs), plain, right)


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
