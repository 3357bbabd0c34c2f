"""Checks of `fuse_skip`."""

from __future__ import annotations

from torch import Tensor

from autograder.authoring.declared_function import DeclaredFunction
from autograder.document.text import Text
from autograder.suites.segmentation.fcn8s import oracle
from autograder.suites.segmentation.fcn8s.strategies import misplaced, skip, skips, unlike


def largest(coarse: Tensor, skip: Tensor, offset: int) -> float:
    return max(float(coarse.abs().max()), float(skip.abs().max()))


# Windows flush with the edge of skip are the business of the first check alone.
FUSE = DeclaredFunction(
    "fuse_skip",
    oracle.fuse_skip,
    cases=skips(flush=False),
    examples=(skip((2, 3), (2, 1), 1, (3, 4), "normal"),),
    scale=largest,
)

test_fusion_adds_window = FUSE.values(
    points=2,
    title=Text(
        "The window of skip at (offset, offset) is added to coarse",
        "skip의 (offset, offset) 위치에 있는 창이 coarse에 더해집니다",
    ),
    hint=Text(
        "The upper left corner of the window is given, its size is coarse's. "
        "Is it the same on both axes, and is anything counted from the centre?",
        "창의 왼쪽 위 모서리가 주어지고 크기는 coarse와 같습니다. "
        "두 축에서 같습니까? 가운데를 기준으로 세지는 않았습니까?",
    ),
    cases=skips(),
    examples=(
        skip((1, 1), (1, 2), 1, (0, 0)),
        skip((2, 3), (2, 1), 2, (0, 0), "normal"),
        skip((2, 3), (2, 3), 0, (2, 3), "digits"),
    ),
    max_examples=20,
)
test_fusion_refuses_misplaced_windows = FUSE.refuses(
    points=1,
    title=Text(
        "A window that does not fit into skip is a ValueError",
        "skip 안에 들어가지 않는 창은 ValueError입니다",
    ),
    hint=Text(
        "Slicing never complains: it cuts short what is too long, and counts a negative start "
        "from the end. One row or column that is left may be broadcast.",
        "슬라이싱은 오류를 내지 않습니다. 넘치는 부분은 잘리고 음수는 끝에서부터 셉니다. "
        "한 행이나 한 열만 남으면 broadcast될 수도 있습니다.",
    ),
    naming=("coarse", "skip", "offset"),
    invalid=tuple(misplaced()),
)
test_fusion_refuses_other_samples_or_classes = FUSE.refuses(
    points=0.5,
    title=Text(
        "Different numbers of samples or of classes are a ValueError",
        "N이나 K가 서로 다르면 ValueError입니다",
    ),
    hint=Text(
        "Where one of two lengths is 1, adding broadcasts in silence.",
        "두 길이 중 하나가 1이면 덧셈은 아무 말 없이 broadcast합니다.",
    ),
    naming=("coarse", "skip"),
    invalid=tuple(unlike()),
)
test_fusion_gradient_reaches_both = FUSE.gradients(points=0.5, to=("coarse", "skip"))
test_fusion_keeps_dtype_and_device = FUSE.keeps_dtype_and_device(points=0.5)
test_fusion_takes_any_call = FUSE.takes_any_call(points=0.5)
