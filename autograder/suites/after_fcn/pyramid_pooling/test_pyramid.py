"""Checks of `PyramidPooling`."""

from __future__ import annotations

from autograder.authoring.declared_module import DeclaredModule
from autograder.authoring.follow_through import through
from autograder.document.text import Text
from autograder.suites.after_fcn.pyramid_pooling import oracle
from autograder.suites.after_fcn.pyramid_pooling.strategies import (
    LIKE_PSPNET,
    NO_PYRAMIDS,
    ODD,
    OTHERS,
    PSPNETS,
)


def levels(
    in_channels: int, bins: tuple[int, ...] = oracle.PSPNET
) -> dict[str, list[tuple[int, ...]]]:
    weight = (in_channels // len(bins), in_channels, 1, 1)
    return {f"level{i}": [weight] for i in range(1, len(bins) + 1)}


PYRAMID = DeclaredModule(
    "PyramidPooling",
    levels,
    oracle.pyramid_pooling,
    cases=OTHERS,
    examples=(LIKE_PSPNET[0], ODD[0]),
    steps={
        "bin_pool2d": lambda student: lambda x, n: through(student.bin_pool2d, x, extra=(n,)),
        "bilinear_resize": lambda student: (
            lambda x, size: through(student.bilinear_resize, x, extra=(size,))
        ),
    },
)

test_levels = PYRAMID.layers(
    points=1.5,
    title=Text(
        "Each level holds one 1 × 1 convolution without bias, and nothing else that learns",
        "각 단계는 bias 없는 1 × 1 합성곱 하나만 가집니다",
    ),
    hint=Text(
        "Together the levels give as many channels as the input has. What are the children called?",
        "모든 단계를 합하면 입력만큼의 채널이 됩니다. 자식 모듈의 이름은 무엇입니까?",
    ),
    made_with=({"in_channels": 2048}, {"in_channels": 6, "bins": (2, 4, 3)}),
)
test_pyramid_of_pspnet = PYRAMID.values(
    points=2,
    title=Text(
        "The input comes first, then 1, 2, 3 and 6 bins as the convolution and the resizing "
        "leave them",
        "입력이 맨 앞에, 이어서 1, 2, 3, 6칸을 합성곱하고 되돌린 맵이 옵니다",
    ),
    hint=Text(
        "Section 3.2 names pooling, a convolution, resizing, concatenation: what else do you do?",
        "3.2절에는 풀링, 합성곱, 크기 되돌리기, 이어 붙이기뿐입니다. 그 밖에 무엇을 했습니까?",
    ),
    cases=PSPNETS,
    examples=LIKE_PSPNET,
)
test_pyramid_of_other_bins = PYRAMID.values(
    points=1.5,
    title=Text(
        "Other bins in any order work on maps of every size",
        "다른 bins도 주어진 순서대로, 어떤 크기의 맵에서도 됩니다",
    ),
    hint=Text(
        "How many levels are there, and which bins has each? Only the constructor's arguments say.",
        "단계는 몇 개이고 각 단계의 칸 수는 얼마입니까? 생성자의 인자만이 말해 줍니다.",
    ),
    cases=OTHERS,
    examples=ODD,
)
test_pyramid_gradients = PYRAMID.gradients(points=1)
test_pyramid_keeps_what_it_is_given = PYRAMID.keeps_what_it_is_given(points=1)
test_pyramid_refuses = PYRAMID.refuses_to_be_made(
    points=1,
    naming=("in_channels", "bins"),
    title=Text(
        "Channels that the levels do not divide, and no bins, are a ValueError that names them",
        "채널 수가 단계 수로 나뉘지 않거나 bins가 비면 그 이름을 담은 ValueError입니다",
    ),
    hint=Text(
        "What does // drop without a word? And what is a remainder by 0?",
        "//는 무엇을 말없이 버립니까? 0으로 나눈 나머지는 무엇입니까?",
    ),
    invalid=NO_PYRAMIDS,
)
