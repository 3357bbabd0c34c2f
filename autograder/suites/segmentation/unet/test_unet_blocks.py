"""Checks of `DoubleConv` and `UpBlock`."""

from __future__ import annotations

from functools import partial

import torch
from hypothesis import example, given, settings
from torch import Tensor

from autograder.authoring.expect import expect_form, expect_unmodified
from autograder.authoring.invariants import expect_module_device, expect_values
from autograder.authoring.maps import LAYOUTS, fill, with_layout
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.unet import strategies as cases
from autograder.suites.segmentation.unet.expect_unet import expect_gradients, expect_value
from autograder.suites.segmentation.unet.follow_through_unet import crop_fits
from autograder.suites.segmentation.unet.strategies import Block
from autograder.suites.segmentation.unet.unet_candidates import (
    expect_child,
    try_double_conv,
    try_up_block,
)
from autograder.suites.segmentation.unet.unet_layers import (
    double_conv_layers,
    expect_layers,
    upconv_layers,
    wide,
)

# Building and setting a module takes longer than a call, and every case shows the mistakes.
few = settings(max_examples=8)


@check(
    "DoubleConv",
    points=0.5,
    about="layers",
    title=Text(
        "Two 3 × 3 convolutions with bias, the first one from in_channels to out_channels",
        "bias가 있는 3 × 3 합성곱 두 개이고, 첫 번째가 in_channels를 out_channels로 바꿉니다",
    ),
    hint=Text(
        "Print the shapes of the parameters of DoubleConv(3, 5), in their order.",
        "DoubleConv(3, 5)의 파라미터 shape을 순서대로 출력해 보십시오.",
    ),
)
def test_two_convolutions(student: Student) -> None:
    for channels in ((3, 5), (4, 2), (64, 128)):
        module = wide(student.DoubleConv, *channels)
        expect_layers(student, "DoubleConv", module.own, double_conv_layers(*channels))
    named = wide(student.DoubleConv, in_channels=2, out_channels=3, padding=1)
    expect_layers(student, "DoubleConv", named.own, double_conv_layers(2, 3))


@check(
    "DoubleConv",
    points=1.5,
    title=Text(
        "Convolution, ReLU, convolution, ReLU: without padding four rows and columns less",
        "합성곱, ReLU, 합성곱, ReLU: padding이 없으면 행과 열이 네 줄씩 줄어듭니다",
    ),
    hint=Text(
        "Can there be a negative number behind a ReLU? And what comes between the two "
        "convolutions, and after the second?",
        "ReLU를 지난 값이 음수일 수 있습니까? 두 합성곱 사이와 두 번째 뒤에는 무엇이 옵니까?",
    ),
)
@given(block=cases.double_convs(padding=0))
@example(block=cases.double_conv((2, 2, 6, 7), 3, 0, 1))
@example(block=cases.double_conv((2, 2, 6, 7), 3, None, 2))
@few
def test_double_conv(student: Student, block: Block) -> None:
    expect_value(try_double_conv(student, block))


@check(
    "DoubleConv",
    points=0.5,
    title=Text(
        "With padding 1 both convolutions keep the size",
        "padding이 1이면 두 합성곱이 크기를 유지합니다",
    ),
    hint=Text(
        "Does the number that comes in as padding reach both convolutions?",
        "padding으로 받은 수가 두 합성곱 모두에 전달됩니까?",
    ),
)
@given(block=cases.double_convs(padding=1))
@example(block=cases.double_conv((1, 2, 5, 6), 3, 1, 2))  # how much is lost tells who lost it
@example(block=cases.double_conv((2, 2, 1, 3), 3, 1, 1))
@few
def test_padded_double_conv(student: Student, block: Block) -> None:
    expect_value(try_double_conv(student, block))


@check(
    "DoubleConv",
    points=0.5,
    about="form",
    title=Text(
        "Gradients reach x and every parameter, x stays as it was, the result is on its device",
        "gradient가 x와 모든 파라미터에 전달되고, x는 그대로이며, 결과는 x의 장치에 있습니다",
    ),
    hint=Text(
        "Every step from x to the result has to be one that PyTorch can follow back.",
        "x에서 결과까지의 모든 단계를 PyTorch가 거꾸로 따라갈 수 있어야 합니다.",
    ),
)
@given(block=cases.double_convs(padding=0))
@settings(max_examples=4)
def test_double_conv_gradients(student: Student, block: Block) -> None:
    candidate = try_double_conv(student, block)
    expect_unmodified(student, candidate.module.call(*block.inputs))
    expect_gradients(candidate)
    expect_module_device(
        student,
        partial(student.DoubleConv.make_on_fake_cuda, 2, 3),
        (fill((1, 2, 5, 6), "normal", 1),),
    )


@check(
    "UpBlock",
    points=0.5,
    about="layers",
    title=Text(
        "upconv, a 2 × 2 transposed convolution that halves the channels, and conv, a DoubleConv",
        "upconv는 채널을 반으로 줄이는 2 × 2 전치 합성곱, conv는 DoubleConv입니다",
    ),
    hint=Text(
        "With 6 channels coming in: how many leave upconv, how many enter conv after the skip has "
        "joined them, how many leave it?",
        "6채널이 들어온다면 upconv에서 몇 채널이 나오고, skip과 합쳐 conv에 몇 채널이 들어가며, 몇 "
        "채널이 나옵니까?",
    ),
)
def test_children_of_a_step_up(student: Student) -> None:
    for channels in (6, 128):
        module = wide(student.UpBlock, channels)
        upconv, conv = (expect_child(student, module, name) for name in ("upconv", "conv"))
        expect_layers(student, "upconv", upconv, upconv_layers(channels))
        wanted = double_conv_layers(channels, channels // 2)
        arguments = channels, channels // 2, 0
        expect_layers(student, "conv", conv, wanted, partial(wide, student.DoubleConv, *arguments))


@check(
    "UpBlock",
    points=1.5,
    title=Text(
        "Upsample, put the cropped skip in front, convolve twice",
        "업샘플링하고, 잘라낸 skip을 앞에 붙이고, 합성곱을 두 번 적용합니다",
    ),
    hint=Text(
        "x is enlarged by learned weights and keeps its new size; the skip gives way. Which of "
        "the two is in front?",
        "x는 학습된 가중치로 커지고 그 크기를 유지합니다. 맞추는 쪽은 skip입니다. 둘 중 어느 쪽이 "
        "앞에 옵니까?",
    ),
)
@given(block=cases.up_blocks())
@example(block=cases.up_block(4, (3, 4), (2, 4), 0, 1))
@example(block=cases.up_block(4, (3, 4), (1, 3), 0, 1))
@example(block=cases.up_block(4, (3, 4), (2, 4), None, 2))
@example(block=cases.up_block(2, (3, 4), (0, 0), 1, 1))
@few
def test_step_up(student: Student, block: Block) -> None:
    x, skip = block.inputs
    if crop_fits(student, skip, (2 * x.shape[2], 2 * x.shape[3])):
        expect_value(try_up_block(student, block))


@check(
    "UpBlock",
    points=1,
    about="form",
    title=Text(
        "Gradients reach x, skip and every parameter",
        "gradient가 x와 skip과 모든 파라미터에 전달됩니다",
    ),
    hint=Text(
        "Half of what conv reads comes from the skip. Is anything cut off from the graph on its "
        "way there?",
        "conv가 읽는 것의 절반은 skip에서 옵니다. 그 도중에 graph에서 끊기는 것이 있습니까?",
    ),
)
@given(block=cases.up_blocks())
@example(block=cases.up_block(4, (3, 4), (2, 4), 0, 1))
@settings(max_examples=5)
def test_step_up_gradients(student: Student, block: Block) -> None:
    x, skip = block.inputs
    if crop_fits(student, skip, (2 * x.shape[2], 2 * x.shape[3])):
        expect_gradients(try_up_block(student, block))


@check(
    "UpBlock",
    points=0.5,
    about="form",
    title=Text(
        "A step up keeps dtype and device, reads views, and leaves x and skip as they were",
        "dtype과 장치를 유지하고, view도 읽으며, x와 skip을 바꾸지 않습니다",
    ),
    hint=Text(
        "Other levels still need the skip. And what do you create on the way, of which dtype, on "
        "which device?",
        "skip은 다른 곳에서도 쓰입니다. 도중에 만드는 텐서의 dtype과 장치는 무엇입니까?",
    ),
)
def test_step_up_keeps_what_it_is_given(student: Student) -> None:
    module = student.UpBlock.make(in_channels=4, padding=1)
    x, skip = fill((2, 4, 3, 4), "normal", 1), fill((2, 2, 8, 10), "normal", 2)
    own = module(x, skip)
    expect_form(student, own, x.new_empty(own.shape))  # sizes are another check's
    for layout in LAYOUTS:
        call = module.call(x=with_layout(x, layout), skip=with_layout(skip, layout))
        assert isinstance(call.value, Tensor)
        expect_values(student, call.value, own, scale=float(own.abs().max()) * 10)
    upsampled = torch.zeros(2, 2, 6, 8)
    if student.concat_skip.call(skip, upsampled).leaves_all:
        expect_unmodified(student, module.call(x, skip))
    expect_module_device(student, partial(student.UpBlock.make_on_fake_cuda, 4, 1), (x, skip))
