"""Checks of `unpool_with_switches`."""

from __future__ import annotations

from autograder.authoring.declared_function import DeclaredFunction
from autograder.document.text import Text
from autograder.suites.after_fcn.deconvnet.right import RIGHT
from autograder.suites.after_fcn.deconvnet.strategies import (
    DOUBLED,
    INSIDE,
    OTHER_SHAPES,
    OTHERS,
    OUTSIDE,
    unpoolings,
)

UNPOOL = DeclaredFunction(
    "unpool_with_switches", RIGHT["unpool_with_switches"], cases=unpoolings(), examples=OTHERS
)

test_unpool_follows_switches = UNPOOL.values(
    points=1.5,
    title=Text(
        "Every value goes to its switch in its own plane, zeros elsewhere",
        "각 값이 자기 평면의 switch 자리로 가고 나머지는 0입니다",
    ),
    hint=Text(
        "A switch counts the cells of one plane row by row: how do row and column follow from it? "
        "Where does the next plane begin?",
        "switch는 한 평면의 칸을 행 순서로 셉니다. 행과 열은 어떻게 정해집니까? 다음 평면은 "
        "어디에서 시작합니까?",
    ),
    cases=unpoolings(others=False),
    examples=DOUBLED,
)
test_unpool_has_the_size_asked_for = UNPOOL.values(
    points=1,
    title=Text(
        "The result has the output_size, whatever the windows were",
        "창의 크기가 무엇이었든 결과의 크기는 output_size입니다",
    ),
    hint=Text(
        "Maps of 5 and of 4 columns are both pooled to 2. Which of them comes back?",
        "열이 5개인 맵도 4개인 맵도 풀링하면 2개가 됩니다. 어느 쪽으로 되돌립니까?",
    ),
)
test_unpool_keeps_dtype_and_device = UNPOOL.keeps_dtype_and_device(points=0.5)
test_unpool_gradients = UNPOOL.gradients(points=0.5)
test_unpool_takes_any_call = UNPOOL.takes_any_call(points=0.5)
test_unpool_refuses_shapes = UNPOOL.refuses(
    points=0.5,
    naming=("x", "switches"),
    title=Text(
        "x and switches of different shapes are a ValueError that names one of them",
        "x와 switches의 shape이 다르면 그중 하나를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Every value needs a switch of its own. Shapes that broadcast are not equal.",
        "값마다 자기 switch가 필요합니다. broadcast가 되는 shape은 같은 shape이 아닙니다.",
    ),
    invalid=OTHER_SHAPES,
)
test_unpool_refuses_switches = UNPOOL.refuses(
    points=0.5,
    naming=("switches", "output_size"),
    title=Text(
        "A switch outside the plane is a ValueError that names switches or output_size",
        "평면을 벗어난 switch는 switches 또는 output_size를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Which is the first cell of a plane of H_out × W_out, and which the last?",
        "H_out × W_out 평면의 첫 칸과 마지막 칸의 번호는 무엇입니까?",
    ),
    invalid=OUTSIDE,
    valid=INSIDE,
)
