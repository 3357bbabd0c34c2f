"""Checks of `UNet`."""

from __future__ import annotations

from functools import partial

import torch

from autograder.authoring.expect import expect_form, expect_unmodified, expect_value_error, fail
from autograder.authoring.invariants import expect_module_device
from autograder.authoring.maps import fill
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.unet import strategies as cases
from autograder.suites.segmentation.unet.expect_unet import expect_gradients, expect_value
from autograder.suites.segmentation.unet.strategies import CHILDREN, UPS
from autograder.suites.segmentation.unet.unet_candidates import (
    expect_child,
    padded_sizes,
    try_unet,
)
from autograder.suites.segmentation.unet.unet_layers import (
    convolution,
    double_conv_layers,
    expect_layers,
    up_block_layers,
    wide,
)


@check(
    "UNet",
    points=1,
    about="layers",
    title=Text(
        "The children have the right names, layers and channels: 31,030,658 parameters by default",
        "child들의 이름, 층, 채널이 올바르고, 기본값에서 파라미터는 31,030,658개입니다",
    ),
    hint=Text(
        "Channels double on the way down and halve on the way up. Print the shapes of the "
        "parameters child by child and compare them with figure 1 of the paper.",
        "채널은 내려가면서 두 배가 되고 올라가면서 반이 됩니다. child마다 파라미터 shape을 출력해 "
        "논문의 그림 1과 비교해 보십시오.",
    ),
)
def test_children(student: Student) -> None:
    built = [
        (wide(student.UNet), (1, 2, 64)),
        (wide(student.UNet, in_channels=5, num_classes=7, base_channels=3, padding=1), (5, 7, 3)),
    ]
    for module, arguments in built:
        total = 0
        for name in CHILDREN:
            child = expect_child(student, module, name)
            before, after = cases.widths(name, *arguments)
            if name == "head":
                expect_layers(student, name, child, convolution(before, after, 1))
            elif name in UPS:
                own = partial(wide, student.UpBlock, before)
                expect_layers(student, name, child, up_block_layers(before), own)
            else:
                own = partial(wide, student.DoubleConv, before, after)
                expect_layers(student, name, child, double_conv_layers(before, after), own)
            total += child.count
        if module.own.count != total:
            fail(
                student,
                Text(
                    f"UNet has {module.own.count:,} parameters, but its named children {total:,}.",
                    f"UNet의 파라미터는 {module.own.count:,}개인데, 정해진 child들의 파라미터는 "
                    f"{total:,}개입니다.",
                ),
            )


@check(
    "UNet",
    points=1,
    title=Text(
        "Without padding every level meets its own skip, cropped",
        "padding이 없을 때 각 단계가 자기 번호의 skip을 잘라 씁니다",
    ),
    hint=Text(
        "Draw the U: down1 before its pooling feeds up1, and so on to down4 and up4. What is "
        "done to the scores after head?",
        "U자를 그려 보십시오. pooling 이전의 down1이 up1로, 마찬가지로 down4가 up4로 갑니다. head "
        "뒤에서 점수에 무엇을 합니까?",
    ),
)
def test_unpadded_network(student: Student, generator: torch.Generator) -> None:
    expect_value(try_unet(student, cases.network((2, 3, 1, 0), (1, 188, 204), generator)))


@check(
    "UNet",
    points=1,
    title=Text(
        "With padding 1 the scores have the size of the image",
        "padding이 1이면 점수 맵의 크기가 영상과 같습니다",
    ),
    hint=Text(
        "Does padding reach every convolution of the network, those of the way up too?",
        "padding이 올라가는 쪽을 포함하여 네트워크의 모든 합성곱에 전달됩니까?",
    ),
)
def test_padded_network(student: Student, generator: torch.Generator) -> None:
    for arguments, size in zip(((3, 1, 2, 1), (1, 4, 1, 1)), padded_sizes(student), strict=True):
        expect_value(try_unet(student, cases.network(arguments, (2, *size), generator)))


@check(
    "UNet",
    points=1,
    about="form",
    title=Text(
        "Gradients reach every parameter, the contracting path also through the skips",
        "gradient가 모든 파라미터에 전달되고, 수축 경로에는 skip을 통해서도 전달됩니다",
    ),
    hint=Text(
        "The scores can be right while the gradients are not: where does a skip lose its "
        "connection to the down that made it?",
        "점수가 맞아도 gradient는 틀릴 수 있습니다. skip과 그것을 만든 down의 연결이 어디에서 "
        "끊깁니까?",
    ),
)
def test_network_gradients(student: Student, generator: torch.Generator) -> None:
    _, padded = padded_sizes(student)
    for arguments, shape in (((1, 3, 2, 1), (2, *padded)), ((2, 3, 1, 0), (1, 188, 188))):
        expect_gradients(try_unet(student, cases.network(arguments, shape, generator)))


@check(
    "UNet",
    points=0.5,
    about="form",
    title=Text(
        "The paper's 572 × 572 tile gives 388 × 388 scores, of its dtype and on its device",
        "논문의 572 × 572 입력에서 388 × 388 점수가 같은 dtype과 장치로 나옵니다",
    ),
    hint=Text(
        "Write the size down after every convolution, pooling and step up, as in figure 1.",
        "그림 1처럼 합성곱, pooling, 업샘플링마다 크기를 적어 보십시오.",
    ),
)
def test_paper_sizes(student: Student, generator: torch.Generator) -> None:
    image = fill((1, 1, 572, 572), "normal", 1)
    got = student.UNet.make(base_channels=1).no_grad(image)
    expected = image.new_empty(1, 2, 388, 388)
    if got.shape == expected.shape:
        expect_form(student, got, expected)
    else:  # it may be the student's own DoubleConv or UpBlock that gives another size
        expect_value(try_unet(student, cases.network((1, 2, 1, 0), (1, 572, 572), generator)))
    small = fill((1, 1, *padded_sizes(student)[0]), "normal", 1)
    expect_unmodified(student, student.UNet.make(1, 2, 1, 1).call(small))
    expect_module_device(student, partial(student.UNet.make_on_fake_cuda, 1, 2, 1, 1), (small,))


def reject(student: Student, padding: int, sizes: tuple[tuple[int, int], ...]) -> None:
    module = student.UNet.make(1, 2, 1, padding)
    for height, width in sizes:
        call = partial(module, torch.zeros(1, 1, height, width))
        expect_value_error(student, call, numbers=(height, width))


@check(
    "UNet",
    points=0.5,
    about="errors",
    title=Text(
        "Without padding: only sizes of at least 188 that leave 12 modulo 16 pass",
        "padding이 없으면 188 이상이고 16으로 나눈 나머지가 12인 크기만 통과합니다",
    ),
    hint=Text(
        "Every pooling needs an even size, in height and in width, and something must be left at "
        "the bottom. Say the size that did not fit.",
        "pooling마다 높이와 너비가 짝수여야 하고, 맨 아래에도 무언가 남아야 합니다. 맞지 않은 "
        "크기를 메시지에 담으십시오.",
    ),
)
def test_unpadded_sizes(student: Student) -> None:
    module = student.UNet.make(1, 2, 1, 0)
    for size in ((188, 204), (204, 188)):
        module.no_grad(torch.zeros(1, 1, *size))
    # 196 is 12 modulo 8 only, 172 fits every pooling but leaves nothing for the way up.
    sizes = ((190, 204), (204, 190), (196, 204), (204, 196), (172, 204), (204, 172), (192, 208),
             (187, 187), (204, 12))  # fmt: skip
    reject(student, 0, sizes)


@check(
    "UNet",
    points=0.5,
    about="errors",
    title=Text(
        "With padding 1: only positive multiples of 16 pass",
        "padding이 1이면 16의 양의 배수인 크기만 통과합니다",
    ),
    hint=Text(
        "Four poolings halve height and width four times. Say the size that did not fit.",
        "네 번의 pooling이 높이와 너비를 네 번 반으로 줄입니다. 맞지 않은 크기를 메시지에 "
        "담으십시오.",
    ),
)
def test_padded_sizes(student: Student) -> None:
    module = student.UNet.make(1, 2, 1, 1)
    for size in padded_sizes(student):
        module.no_grad(torch.zeros(1, 1, *size))
    reject(student, 1, ((24, 32), (32, 24), (8, 64), (17, 33), (48, 188), (0, 48), (48, 0)))


@check(
    "UNet",
    points=0.5,
    about="errors",
    title=Text("Any other padding is a ValueError", "다른 padding은 ValueError입니다"),
    hint=Text(
        "The constructor is the place to refuse: nothing fits together with another padding.",
        "다른 padding으로는 크기가 맞지 않습니다. 생성자에서 거절해야 합니다.",
    ),
)
def test_other_paddings(student: Student) -> None:
    for padding in (0, 1):
        student.UNet.make(1, 2, 1, padding)
    for padding in (2, 3, -1):
        call = partial(student.UNet.make, 1, 2, 1, padding)
        expect_value_error(student, call, naming=("padding",))
        keyword = partial(student.UNet.make, padding=padding, base_channels=1)
        expect_value_error(student, keyword, naming=("padding",))
