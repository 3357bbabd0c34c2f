"""Checks of `ASPP`, right by itself or given the student's own `atrous_conv2d`."""

from __future__ import annotations

from autograder.authoring.declared_module import DeclaredModule
from autograder.authoring.follow_through import through
from autograder.document.text import Text
from autograder.suites.after_fcn.atrous import oracle
from autograder.suites.after_fcn.atrous.strategies import Case, aspp, branched


def branches(
    in_channels: int, out_channels: int, rates: tuple[int, ...] = oracle.CHEN
) -> dict[str, list[tuple[int, ...]]]:
    held: list[tuple[int, ...]] = [(out_channels, in_channels, 3, 3), (out_channels,)]
    return {f"branch{i + 1}": held for i in range(len(rates))}


def made(*rates: int) -> Case:
    return {"in_channels": 2, "out_channels": 3, "rates": rates}


LARGE = ((5, 6), (7, 9))
SMALL = ((1, 1), (1, 3), (2, 1))
BRANCHES = DeclaredModule(
    "ASPP",
    branches,
    oracle.aspp,
    cases=branched(*LARGE),
    examples=(aspp((2, 3), (1, 2), (4, 5), 1),),
    steps={
        "atrous_conv2d": lambda student: (
            lambda x, w, b, rate, padding: through(
                student.atrous_conv2d, x, w, b, extra=(rate, padding)
            )
        )
    },
)
test_one_branch_a_rate = BRANCHES.layers(
    points=1.5,
    title=Text(
        "branch1, branch2, …: one 3 × 3 weight and one bias for each rate",
        "branch1, branch2, …: rate마다 3 × 3 weight와 bias가 하나씩 있습니다",
    ),
    hint=Text(
        "What are the children called, and how many are there with three rates, or with one?",
        "자식 모듈의 이름은 무엇이고, rate가 셋이거나 하나이면 몇 개입니까?",
    ),
    made_with=({"in_channels": 512, "out_channels": 21}, made(3, 1, 2), made(5)),
)
test_branches_are_added_up = BRANCHES.values(
    points=2,
    title=Text("The result is the sum of the branches", "결과는 가지들의 합입니다"),
    hint=Text(
        "Every branch sees the input at its own rate, padded so that the size stays. What is done "
        "with the maps, and is anything between?",
        "모든 가지는 입력을 자기 rate로 보고, 크기가 유지되도록 padding합니다. 맵들을 어떻게 "
        "합치고, 그 사이에 무엇이 더 있습니까?",
    ),
    examples=(aspp((2, 3), (1, 2), (4, 5), 1), aspp((3, 2), (3, 1, 2), (5, 7), 2)),
)
test_rates_may_exceed_the_map = BRANCHES.values(
    points=1,
    title=Text(
        "Maps smaller than the rates work too, with the paper's rates by default",
        "rate보다 작은 맵도 됩니다. 기본 rate는 논문의 값입니다",
    ),
    hint=Text(
        "At rate 24 all taps but the middle one of a small map see zeros. The branch still counts.",
        "rate가 24이면 작은 맵에서는 가운데 탭만 0이 아닌 값을 봅니다. 그래도 그 가지를 더합니다.",
    ),
    cases=branched(*SMALL),
    examples=(
        aspp((2, 3), None, (7, 8), 1, n=1),
        aspp((1, 2), None, (2, 27), 4, n=1),  # every default rate meets a value
        aspp((2, 1), (5, 3), (1, 4), 2),
        aspp((1, 2), (2,), (1, 1), 3),
    ),
)
test_aspp_gradients = BRANCHES.gradients(points=1)
test_aspp_keeps_what_it_is_given = BRANCHES.keeps_what_it_is_given(points=1)
test_aspp_refuses = BRANCHES.refuses_to_be_made(
    points=0.5,
    naming=("rates",),
    title=Text(
        "No rates, or a rate below 1, is a ValueError that names rates",
        "rate가 없거나 1보다 작으면 rates를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Without branches there is nothing to add up. Look at every rate, before forward.",
        "가지가 없으면 더할 것이 없습니다. forward보다 먼저 모든 rate를 확인하십시오.",
    ),
    invalid=(made(), made(0), made(2, 0), made(-1, 3)),
)
