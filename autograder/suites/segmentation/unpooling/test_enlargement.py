"""Checks of `nearest_unpool2d` and `bed_of_nails_unpool2d`."""

from __future__ import annotations

from autograder.authoring.declared_function import DeclaredFunction
from autograder.document.text import Text
from autograder.suites.segmentation.unpooling import oracle
from autograder.suites.segmentation.unpooling.strategies import (
    DTYPES,
    NO_SCALES,
    enlargement,
    enlargements,
)

# Few regimes, each of them an example.
EXAMPLES = (
    enlargement((1, 1, 1, 2), 2),
    enlargement((1, 1, 2, 3), 3),
    enlargement((2, 3, 2, 4), 2, "normal"),
    enlargement((2, 3, 2, 4), 1, "normal"),
)
NEAREST = DeclaredFunction(
    "nearest_unpool2d", oracle.nearest_unpool2d, cases=enlargements(), examples=EXAMPLES
)
NAILS = DeclaredFunction(
    "bed_of_nails_unpool2d", oracle.bed_of_nails_unpool2d, cases=enlargements(), examples=EXAMPLES
)
SCALE = Text(
    "A scale below 1 is a ValueError that names scale",
    "1보다 작은 scale은 scale을 언급하는 ValueError입니다",
)
SCALE_HINT = Text(
    "What would a block of 0 × 0 be? Say so before computing anything.",
    "0 × 0 블록은 무엇을 뜻합니까? 계산하기 전에 알려 주십시오.",
)

test_nearest_fills_blocks = NEAREST.values(
    points=1,
    title=Text(
        "Every value fills its scale × scale block", "각 값이 scale × scale 블록을 채웁니다"
    ),
    hint=Text(
        "Equal values stay side by side: [1, 2] becomes [1, 1, 2, 2], not [1, 2, 1, 2].",
        "같은 값은 나란히 놓입니다. [1, 2]는 [1, 2, 1, 2]가 아니라 [1, 1, 2, 2]가 됩니다.",
    ),
)
test_nearest_keeps_dtype_and_device = NEAREST.keeps_dtype_and_device(points=0.5, dtypes=DTYPES)
test_nearest_gradient = NEAREST.gradients(points=0.5)
test_nearest_takes_any_call = NEAREST.takes_any_call(points=0.5)
test_nearest_refuses_scale = NEAREST.refuses(
    points=0.5, title=SCALE, hint=SCALE_HINT, naming=("scale",), invalid=NO_SCALES
)

test_bed_of_nails_places_upper_left = NAILS.values(
    points=1,
    title=Text(
        "The value is in the upper left of its block, zeros elsewhere",
        "값은 블록의 왼쪽 위에 있고 나머지는 0입니다",
    ),
    hint=Text(
        "Where does the block of row i and column j begin?",
        "i행 j열의 블록은 어느 칸에서 시작합니까?",
    ),
)
test_bed_of_nails_keeps_dtype_and_device = NAILS.keeps_dtype_and_device(points=0.5, dtypes=DTYPES)
test_bed_of_nails_gradient = NAILS.gradients(points=0.5)
test_bed_of_nails_takes_any_call = NAILS.takes_any_call(points=0.5)
test_bed_of_nails_refuses_scale = NAILS.refuses(
    points=0.5, title=SCALE, hint=SCALE_HINT, naming=("scale",), invalid=NO_SCALES
)
