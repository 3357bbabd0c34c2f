"""Checks of `max_unpool2d`."""

from __future__ import annotations

from autograder.authoring.declared_function import DeclaredFunction
from autograder.document.text import Text
from autograder.suites.segmentation.unpooling import oracle
from autograder.suites.segmentation.unpooling.strategies import (
    DTYPES,
    of_other_shapes,
    pool,
    pooled,
    with_index,
)

CELLS = 20  # of the planes that `with_index` makes
UNPOOL = DeclaredFunction(
    "max_unpool2d",
    oracle.max_unpool2d,
    cases=pooled(),
    examples=(
        pool(1, 1, (3, 4), 2, 2, 1),
        pool(2, 3, (5, 7), 2, 2, 2),
        pool(2, 2, (4, 7), 2, 2, 3, extra=2, kind="normal"),
        pool(2, 1, (3, 1), 1, 1, 4),
        pool(1, 2, (1, 3), 1, 1, 5),
    ),
)

test_max_unpool_follows_indices = UNPOOL.values(
    points=1,
    title=Text(
        "Every value returns to its index in its own plane, zeros elsewhere",
        "각 값이 자기 평면의 자기 인덱스로 돌아가고 나머지는 0입니다",
    ),
    hint=Text(
        "An index counts the cells of one sample's one channel row by row. How do row and "
        "column follow from it and the width of the output?",
        "인덱스는 한 샘플의 한 채널 안에서 행 순서로 칸을 셉니다. 인덱스와 출력의 너비에서 "
        "행과 열은 어떻게 정해집니까?",
    ),
)
test_max_unpool_overlap = UNPOOL.values(
    points=0.5,
    title=Text(
        "A value that overlapping windows found twice is placed, not added up",
        "겹치는 창이 두 번 찾은 값은 더하지 않고 한 번만 놓습니다",
    ),
    hint=Text(
        "With stride 1 one maximum may win in several windows. How large was it in the map?",
        "stride가 1이면 한 최댓값이 여러 창에서 뽑힐 수 있습니다. 원래 그 값은 얼마였습니까?",
    ),
    cases=pooled(overlapping=True),
    examples=(pool(1, 1, (3, 4), 2, 1, 1), pool(2, 3, (5, 6), 3, 1, 2)),
    max_examples=8,
)
test_max_unpool_keeps_dtype_and_device = UNPOOL.keeps_dtype_and_device(
    points=0.5, dtypes=DTYPES, like=("x",)
)
test_max_unpool_gradient = UNPOOL.gradients(points=0.5)
test_max_unpool_takes_any_call = UNPOOL.takes_any_call(points=0.5)
test_max_unpool_refuses_shapes = UNPOOL.refuses(
    points=0.5,
    title=Text(
        "x and indices of different shapes are a ValueError that names one of them",
        "x와 indices의 shape이 다르면 그중 하나를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Every value needs an index of its own. Shapes that broadcast are not equal.",
        "값마다 자기 인덱스가 필요합니다. broadcast가 되는 shape은 같은 shape이 아닙니다.",
    ),
    naming=("x", "indices"),
    invalid=of_other_shapes(),
)
test_max_unpool_refuses_indices = UNPOOL.refuses(
    points=0.5,
    title=Text(
        "An index outside the plane is a ValueError that names indices or output_size",
        "평면을 벗어난 인덱스는 indices 또는 output_size를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Which is the first cell of a plane of H_out × W_out, and which the last?",
        "H_out × W_out 평면의 첫 칸과 마지막 칸의 인덱스는 무엇입니까?",
    ),
    naming=("indices", "output_size"),
    valid=with_index(0, CELLS - 1),
    invalid=with_index(CELLS, -1, CELLS + 1, CELLS + 9),
)
