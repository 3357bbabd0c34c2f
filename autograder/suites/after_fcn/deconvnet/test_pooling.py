"""Checks of `max_pool_with_switches`."""

from __future__ import annotations

import torch

from autograder.authoring.declared_function import DeclaredFunction
from autograder.document.text import Text
from autograder.suites.after_fcn.deconvnet.right import RIGHT
from autograder.suites.after_fcn.deconvnet.strategies import (
    EVEN,
    FITTING,
    NO_SIZES,
    REST,
    TIES,
    poolings,
)

RIGHT_POOLING = RIGHT["max_pool_with_switches"]
VALUES = DeclaredFunction(
    "max_pool_with_switches", RIGHT_POOLING, cases=poolings(), examples=EVEN, item=(0, 2)
)
SWITCHES = DeclaredFunction(
    "max_pool_with_switches",
    RIGHT_POOLING,
    cases=poolings(),
    examples=EVEN,
    item=(1, 2),
    dtype=torch.int64,
)
PLACES_HINT = Text(
    "Of which map is a switch the place, and how many places does one of its rows have?",
    "switch는 어느 맵에서의 위치이며, 그 맵의 한 행은 몇 칸입니까?",
)
REST_HINT = Text(
    "Three columns are left for windows of two. How many whole windows fit?",
    "너비 2인 창을 놓을 때 열이 3개 남았습니다. 온전한 창은 몇 개 들어갑니까?",
)

test_pool_values = VALUES.values(
    points=1,
    title=Text("Every window gives its largest value", "창마다 가장 큰 값을 냅니다"),
    hint=Text(
        "Windows of sH rows and sW columns lie side by side. All values may be negative.",
        "sH행 sW열의 창이 겹치지 않게 나란히 놓입니다. 값이 모두 음수일 수도 있습니다.",
    ),
)
test_pool_switches = SWITCHES.values(
    points=1,
    title=Text(
        "A switch is row · W + column in the plane of its own sample and channel",
        "switch는 자기 샘플, 자기 채널의 평면에서 행 · W + 열입니다",
    ),
    hint=PLACES_HINT,
)
test_pool_ties = SWITCHES.values(
    points=1,
    title=Text(
        "Of several largest values the switch is that of the first in row order",
        "가장 큰 값이 여럿이면 행 순서로 처음 것의 위치가 switch입니다",
    ),
    hint=Text(
        "Two equal values stand in a window. In which order do you look at them, and when does a "
        "new one win?",
        "한 창에 같은 값이 둘 있습니다. 어떤 순서로 보며, 언제 새 값으로 바꿉니까?",
    ),
    cases=poolings(different=3),
    examples=TIES[1:],
)
test_pool_leaves_a_rest = VALUES.values(
    points=0.5,
    title=Text(
        "A rest at the bottom or right belongs to no window",
        "아래나 오른쪽에 남는 부분은 어느 창에도 속하지 않습니다",
    ),
    hint=REST_HINT,
    cases=poolings(rest=True),
    examples=REST,
)
test_pool_counts_the_rest = SWITCHES.values(
    points=0.5,
    title=Text(
        "Switches count in the whole map, the rest of each row included",
        "switch는 각 행의 남는 부분까지 포함한 전체 맵에서 셉니다",
    ),
    hint=PLACES_HINT,
    cases=poolings(rest=True),
    examples=REST,
)
test_pool_keeps_dtype_and_device = VALUES.keeps_dtype_and_device(points=0.5)
test_pool_switches_are_int64 = SWITCHES.keeps_dtype_and_device(
    points=0.5,
    title=Text(
        "Switches are int64, on the device of x", "switch는 int64이며 x와 같은 장치에 있습니다"
    ),
)
test_pool_gradients = VALUES.gradients(points=1)
test_pool_takes_any_call = VALUES.takes_any_call(points=0.5, pairs=("size",))
test_pool_refuses_size = VALUES.refuses(
    points=0.5,
    naming=("size",),
    title=Text(
        "A size below 1 or larger than the map is a ValueError that names size",
        "1보다 작거나 맵보다 큰 size는 size를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Which sizes leave at least one whole window? Ask it of rows and of columns.",
        "온전한 창이 하나라도 있으려면 size가 얼마여야 합니까? 행과 열 모두 확인하십시오.",
    ),
    invalid=NO_SIZES,
    valid=FITTING,
)
