"""Checks of `convolutionalize`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch
import torch.nn.functional as F
from hypothesis import given, settings

from autograder.authoring.expect import (
    expect_close,
    expect_gradient,
    expect_unmodified,
    expect_value_error,
    fail,
)
from autograder.authoring.invariants import expect_device, expect_values
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.functions import Module
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.fcn8s.oracle import window
from autograder.suites.segmentation.fcn8s.strategies import (
    Dense,
    dense_layers,
)


def converted(student: Student, case: Dense) -> Module:
    linear = student.linear(case.weight, case.bias)
    return student.convolutionalize.make(linear, case.channels, case.kernel_size)


@check(
    "convolutionalize",
    points=1.5,
    title=Text(
        "The convolution gives what the fully connected layer gives",
        "합성곱은 완전연결층과 같은 값을 냅니다",
    ),
    hint=Text(
        "flatten(1) puts all of channel 0 first, row by row. Which weight meets which value?",
        "flatten(1)은 채널 0을 행 순서로 먼저 놓습니다. 어느 가중치가 어느 값과 만납니까?",
    ),
)
@settings(max_examples=12)
@given(case=dense_layers())
def test_convolution_equals_linear(student: Student, case: Dense) -> None:
    conv = converted(student, case)
    x, bias = case.x.flatten(1), case.bias
    expected = F.linear(x, case.weight, bias)[:, :, None, None]
    largest = F.linear(x.abs(), case.weight.abs(), None if bias is None else bias.abs())
    expect_values(student, conv(case.x), expected, scale=float(largest.max()))


@check(
    "convolutionalize",
    points=0.5,
    about="form",
    title=Text(
        "It is an nn.Conv2d that slides over a larger map step by step",
        "더 큰 맵 위를 한 칸씩 미끄러지는 nn.Conv2d입니다",
    ),
    hint=Text(
        "On a larger map there is one answer for every place where the window fits.",
        "더 큰 맵에서는 창이 들어가는 위치마다 답이 하나씩 나옵니다.",
    ),
)
@settings(max_examples=4)
@given(case=dense_layers(wider=(1, 2)))
def test_convolution_slides_over_larger_maps(student: Student, case: Dense) -> None:
    linear, k = student.linear(case.weight, case.bias), case.kernel_size
    conv = student.convolutionalize.make(linear=linear, channels=case.channels, kernel_size=k)
    if conv.family != "Conv2d":
        fail(student, Text("The result is not an nn.Conv2d.", "결과가 nn.Conv2d가 아닙니다."))
    # Against its own answers, so that weights in the wrong places are not punished twice.
    rows = [[conv(window(case.x, i, j, k, k))[:, :, :1, :1] for j in range(3)] for i in range(2)]
    expected = torch.cat([torch.cat(row, 3) for row in rows], 2)
    largest = case.x.abs().sum() * case.weight.abs().max()
    expect_values(student, conv(case.x), expected, scale=float(largest))


@check(
    "convolutionalize",
    points=0.5,
    about="layers",
    title=Text(
        "It has a bias exactly when the fully connected layer has one",
        "완전연결층에 bias가 있을 때만 합성곱에도 bias가 있습니다",
    ),
    hint=Text(
        "What does nn.Conv2d make when it is told nothing about a bias?",
        "bias에 대해 아무 말도 하지 않으면 nn.Conv2d는 무엇을 만듭니까?",
    ),
)
@settings(max_examples=3)
@given(case=dense_layers())
def test_convolution_has_bias_as_linear(student: Student, case: Dense) -> None:
    for each, wanted in ((case, "weight, bias"), (replace(case, bias=None), "weight")):
        has = len(converted(student, each).own.parameters)
        if has != len(wanted.split()):
            fail(
                student,
                Text(
                    f"The convolution has {has} parameters, it should have: {wanted}.",
                    f"합성곱의 파라미터가 {has}개입니다. 있어야 할 파라미터: {wanted}.",
                ),
            )


@check(
    "convolutionalize",
    points=0.5,
    about="form",
    title=Text(
        "Its parameters are copies of its own, and can be trained",
        "파라미터는 독립된 복사본이며 학습할 수 있습니다",
    ),
    hint=Text(
        "A view, or the same Parameter, shares its memory: who else sees a change?",
        "view나 같은 Parameter는 메모리를 공유합니다. 값을 바꾸면 누가 함께 바뀝니까?",
    ),
)
@settings(max_examples=3)
@given(case=dense_layers())
def test_convolution_is_independent(student: Student, case: Dense) -> None:
    assert case.bias is not None
    linear, flat = student.linear(case.weight, case.bias), case.x.flatten(1)
    before = linear(flat)
    conv = student.convolutionalize.make(linear, case.channels, case.kernel_size)
    expect_unmodified(student, student.calls[-1])
    spoilt = Text(
        "The fully connected layer changes when the convolution is made or changed.",
        "합성곱을 만들거나 바꾸면 완전연결층도 바뀝니다.",
    )
    expect_close(student, linear(flat), before, message=spoilt)
    mine = conv(case.x)
    for index in range(len(conv.own.parameters)):
        _, gradients = conv.vjp(torch.ones_like(mine), case.x, wrt=(f".{index}",))
        if None in gradients:
            expect_gradient(student, "weight, bias", None, case.weight)
    linear.set_parameters({"": [case.weight + 1, case.bias - 1]})
    shared = Text(
        "The convolution changes when the fully connected layer does: they share memory.",
        "완전연결층을 바꾸면 합성곱도 바뀝니다. 둘이 메모리를 공유하고 있습니다.",
    )
    expect_close(student, conv(case.x), mine, message=shared)
    linear.set_parameters({"": [case.weight, case.bias]})
    conv.set_parameters({"": [torch.zeros(each.shape) for each in conv.own.parameters]})
    expect_close(student, linear(flat), before, message=spoilt)


@check(
    "convolutionalize",
    points=0.5,
    about="form",
    title=Text(
        "Its parameters have the dtype and device of the fully connected layer",
        "파라미터의 dtype과 장치는 완전연결층과 같습니다",
    ),
    hint=Text(
        "Told nothing else, a new layer takes the default dtype and the default device.",
        "따로 알려 주지 않으면 새 층은 기본 dtype으로 기본 장치에 만들어집니다.",
    ),
)
@settings(max_examples=2)
@given(case=dense_layers(torch.float64))
def test_convolution_keeps_dtype_and_device(student: Student, case: Dense) -> None:
    home = student.linear(case.weight, case.bias).own.parameters[0].device
    for parameter in converted(student, case).own.parameters:
        if (parameter.dtype, parameter.device) != ("float64", home):
            fail(
                student,
                Text(
                    f"A layer in float64 on the device {home} became a convolution "
                    f"in {parameter.dtype} on {parameter.device}.",
                    f"{home} 장치의 float64 층이 {parameter.device} 장치의 "
                    f"{parameter.dtype} 합성곱이 되었습니다.",
                ),
            )
    linear = student.linear(case.weight, case.bias, device="fake-cuda")
    sizes = case.channels, case.kernel_size
    expect_device(student, student.convolutionalize.on_fake_cuda(linear, *sizes))


@check(
    "convolutionalize",
    points=0.5,
    about="errors",
    title=Text(
        "A layer whose in_features is not channels · kernel_size² is a ValueError",
        "in_features가 channels · kernel_size²가 아니면 ValueError입니다",
    ),
    hint=Text(
        "How many values does a map of that size have? Does the layer read that many?",
        "그 크기의 맵에는 값이 몇 개 있습니까? 완전연결층이 읽는 값의 수와 같습니까?",
    ),
)
@settings(max_examples=3)
@given(case=dense_layers())
def test_convolution_refuses_other_sizes(student: Student, case: Dense) -> None:
    converted(student, case)
    c, k, right = case.channels, case.kernel_size, case.weight
    # Twice as many features can be reshaped without complaint, into twice as many filters.
    for wrong in (right[:, :-1], torch.cat((right, right), 1), right[:, : c * k]):
        linear = student.linear(wrong, case.bias)
        expect_value_error(
            student,
            partial(student.convolutionalize.make, linear, c, k),
            naming=("linear", "in_features", "channels", "kernel_size"),
        )
