"""Checks of `center_crop` and `concat_skip`."""

from __future__ import annotations

import torch
from hypothesis import example, given, settings

from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.expect import matches
from autograder.authoring.follow_through import credits
from autograder.authoring.invariants import expect_values
from autograder.authoring.maps import fill
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentFault
from autograder.suites.segmentation.unet import oracle
from autograder.suites.segmentation.unet import strategies as cases
from autograder.suites.segmentation.unet.follow_through_unet import crop_fits, own_crop
from autograder.suites.segmentation.unet.strategies import Pair

# Every single case is made to show the mistakes: more of them would only cost time.
few = settings(max_examples=12)

# --- center_crop

CROP = DeclaredFunction(
    "center_crop",
    oracle.center_crop,
    cases=cases.windows(odd=False),
    # Many cells, so that integers at the ends of their range are told apart.
    examples=({"x": fill((2, 2, 5, 6), "normal", 1), "size": (3, 2)},),
)

test_even_margins = CROP.values(
    points=1.5,
    title=Text(
        "Even margins are shared alike between both sides",
        "여백이 짝수이면 양쪽에 똑같이 나눕니다",
    ),
    hint=Text(
        "Out of 6 rows 2 are to stay. How many go above, how many below?",
        "6행 가운데 2행을 남깁니다. 위에서 몇 행, 아래에서 몇 행을 버립니까?",
    ),
    examples=(
        {"x": fill((1, 1, 4, 6), "counting", 0), "size": (2, 2)},
        {"x": fill((2, 3, 2, 3), "counting", 0), "size": (2, 3)},
    ),
    max_examples=12,
)
test_odd_margins = CROP.values(
    points=1,
    title=Text(
        "Where a margin is odd, the extra row or column is left at the bottom or right",
        "여백이 홀수이면 남는 한 줄은 아래쪽이나 오른쪽에 둡니다",
    ),
    hint=Text(
        "One of 4 columns is to stay, so 3 go. Which way does your division round?",
        "4열 가운데 1열을 남기면 3열을 버립니다. 지금의 나눗셈은 어느 쪽으로 반올림합니까?",
    ),
    cases=cases.windows(odd=True),
    examples=(
        {"x": torch.tensor([[[[1.0, 2.0, 3.0, 4.0]]]]), "size": (1, 1)},
        {"x": fill((1, 1, 4, 2), "counting", 0), "size": (1, 2)},
    ),
    max_examples=12,
)
test_crop_keeps_what_it_is_given = CROP.keeps_what_it_is_given(
    points=0.5,
    title=Text(
        "A crop keeps dtype and device, of integers too, reads views, and leaves x as it was",
        "정수를 포함하여 dtype과 장치를 유지하고, view도 읽으며, x를 바꾸지 않습니다",
    ),
    hint=Text(
        "Cutting out a window needs no arithmetic. Does yours work for a map of int64 labels, "
        "for a view, with the size as a list?",
        "창을 잘라내는 데에는 계산이 필요 없습니다. int64 레이블 맵, view, 리스트로 준 size에서도 "
        "동작합니까?",
    ),
    dtypes=cases.DTYPES,
    like=("x",),
)
test_crop_gradient = CROP.gradients(
    points=0.5,
    title=Text("Gradients reach the window", "gradient가 창에 전달됩니다"),
    hint=Text(
        "The result must stay connected to x: is it made of copied numbers?",
        "결과가 x와 이어져 있어야 합니다. 숫자만 옮겨 담고 있지 않습니까?",
    ),
)
test_window_outside = CROP.refuses(
    points=0.5,
    title=Text(
        "A window that is not inside the map is a ValueError",
        "맵 안에 들어가지 않는 창은 ValueError입니다",
    ),
    hint=Text(
        "Height and width each have a smallest and a largest size.",
        "높이와 너비에는 각각 가장 작은 값과 가장 큰 값이 있습니다.",
    ),
    naming=("size", "x"),
    # (3, 1), a margin of one row, tells a diagnosis which way an odd margin is rounded.
    valid=tuple(cases.cut(size) for size in ((1, 1), (4, 5), (4, 1), (3, 1))),
    invalid=tuple(
        cases.cut(size)
        for size in ((5, 3), (6, 2), (2, 6), (3, 7), (0, 3), (3, 0), (-1, 3), (3, -2), (5, 6))
    ),
)

# --- concat_skip

JOIN = DeclaredFunction(
    "concat_skip",
    oracle.concat_skip,
    cases=cases.pairs().map(lambda pair: pair.arguments),
    examples=(cases.pair((2, 4), 1, "normal").arguments,),
)


def expect_joined(student: Student, case: Pair) -> None:
    """The oracle's value, or what the student's own crop makes of it."""
    got, call = student.concat_skip(case.skip, case.upsampled), student.calls[-1]
    expected = oracle.concat_skip(case.skip, case.upsampled)
    if matches(got, expected):
        return
    try:
        cropped = matches(got, own_crop(student)(case.skip, case.upsampled))
        if cropped and credits(
            student, ["center_crop"], lambda by: by.concat_skip(case.skip, case.upsampled), got
        ):
            return
    except (StudentFault, RuntimeError):
        pass  # a crop that cannot be used explains nothing
    student.calls.append(call)  # the counterexample is the call that is judged
    expect_values(student, got, expected)


@check(
    "concat_skip",
    points=1.5,
    title=Text(
        "The skip's centre and the upsampled map are joined along channels, the skip first",
        "skip의 가운데 부분과 upsampled를 skip부터 채널 방향으로 이어 붙입니다",
    ),
    hint=Text(
        "Which of the two maps changes its size, and which is in front?",
        "두 맵 가운데 크기가 바뀌는 것은 어느 쪽이고, 앞에 오는 것은 어느 쪽입니까?",
    ),
)
@given(case=cases.pairs())
@example(case=cases.pair((2, 4), 0, "counting"))
@example(case=cases.pair((3, 1), 0, "counting"))
@few
def test_skip_comes_first(student: Student, case: Pair) -> None:
    if crop_fits(student, case.skip, case.size):
        expect_joined(student, case)


test_gradients_reach_both = JOIN.gradients(
    points=1,
    to=("skip", "upsampled"),
    title=Text(
        "Gradients reach both the skip and the upsampled map",
        "gradient가 skip과 upsampled 모두에 전달됩니다",
    ),
    hint=Text(
        "The contracting path learns through its skips, too: is one of the maps cut off from the "
        "graph (detach, data, no_grad, a new tensor)?",
        "수축 경로는 skip을 통해서도 학습합니다. 둘 중 하나가 graph에서 끊기지 않았습니까 (detach, "
        "data, no_grad, 새 텐서)?",
    ),
)
test_maps_that_do_not_fit = JOIN.refuses(
    points=0.5,
    title=Text(
        "A skip that is too small, or of another batch, is a ValueError",
        "skip이 더 작거나 N이 다르면 ValueError입니다",
    ),
    hint=Text(
        "Compare height, width and N of both maps, each by itself, and name one of the two maps.",
        "두 맵의 높이, 너비, N을 각각 비교하고, 둘 중 하나의 이름을 알려 주십시오.",
    ),
    naming=("skip", "upsampled"),
    valid=tuple(cases.joined(size) for size in ((2, 3, 4, 5), (2, 3, 6, 9))),
    invalid=tuple(
        cases.joined(size)
        for size in (
            (2, 3, 3, 5),
            (2, 3, 4, 4),
            (2, 3, 2, 9),
            (2, 3, 8, 3),
            (1, 3, 4, 5),
            (3, 3, 6, 7),
        )
    ),
)
test_joining_keeps_what_it_is_given = JOIN.keeps_what_it_is_given(
    points=0.5,
    title=Text(
        "Joining keeps dtype and device, reads views, and leaves both maps as they were",
        "dtype과 장치를 유지하고, view도 읽으며, 두 맵을 바꾸지 않습니다",
    ),
    hint=Text(
        "Look at what you create yourself: its dtype, its device, and whether it is one of the "
        "inputs under another name.",
        "직접 만드는 텐서의 dtype과 장치를 확인하고, 그것이 이름만 다른 입력은 아닌지 보십시오.",
    ),
)
