"""Checks of `bin_pool2d` and `bilinear_resize`."""

from __future__ import annotations

from autograder.authoring.declared_function import DeclaredFunction
from autograder.document.text import Text
from autograder.suites.after_fcn.pyramid_pooling import oracle
from autograder.suites.after_fcn.pyramid_pooling.strategies import (
    COUNTED,
    EVEN,
    FEW,
    LARGER,
    MIXED,
    NO_BINS,
    NO_SIZES,
    SHARED,
    SMALLER,
    divided,
    overlapping,
    repeating,
    sizes,
)

BINS = DeclaredFunction(
    "bin_pool2d",
    oracle.bin_pool2d,
    cases=overlapping(),
    examples=(SHARED[0], FEW[2]),
    scale=oracle.largest,
)
RESIZE = DeclaredFunction(
    "bilinear_resize",
    oracle.bilinear_resize,
    cases=sizes("any"),
    examples=(COUNTED, MIXED[0]),
    scale=oracle.largest,
)

test_bins_divide = BINS.values(
    points=1,
    title=Text(
        "Where bins divide the map, each holds the mean of its own block",
        "칸이 맵을 나누어떨어지게 하면 각 칸은 자기 블록의 평균입니다",
    ),
    hint=Text(
        "With 4 rows and 2 bins, which rows does bin 1 cover? And which columns, with 6?",
        "4행을 2칸으로 나누면 1번 칸은 어느 행입니까? 6열이면 어느 열입니까?",
    ),
    cases=divided(),
    examples=EVEN,
)
test_bins_overlap = BINS.values(
    points=1.5,
    title=Text(
        "Where bins do not divide the map, neighbours share a row or column",
        "나누어떨어지지 않으면 이웃한 칸이 행이나 열을 함께 씁니다",
    ),
    hint=Text(
        "Bin i starts in the row its share starts in, and ends in the row its share ends in. "
        "Draw 5 columns and 2 bins on paper: who has the middle column?",
        "i번 칸은 자기 몫이 시작하는 행에서 시작하여 자기 몫이 끝나는 행에서 끝납니다. 5열과 "
        "2칸을 종이에 그려 보십시오. 가운데 열은 누구의 것입니까?",
    ),
    cases=overlapping(),
    examples=SHARED,
)
test_bins_repeat = BINS.values(
    points=1,
    title=Text("More bins than rows repeat rows", "행보다 칸이 많으면 칸이 행을 반복합니다"),
    hint=Text(
        "Take the formula at its word with 1 row and 3 bins. No bin is empty.",
        "1행과 3칸으로 식을 그대로 따라가 보십시오. 빈 칸은 없습니다.",
    ),
    cases=repeating(),
    examples=FEW,
)
test_bins_keep_dtype_and_device = BINS.keeps_dtype_and_device(points=0.5)
test_bins_gradient = BINS.gradients(points=0.5)
test_bins_take_any_call = BINS.takes_any_call(points=0.5)
test_bins_refuse = BINS.refuses(
    points=1,
    naming=("bins",),
    title=Text(
        "Bins below 1 are a ValueError that names bins",
        "1보다 작은 bins는 bins를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "A loop over 0 bins does nothing, and says nothing. Who tells the caller?",
        "0칸을 도는 반복문은 아무 일도 하지 않고 아무 말도 하지 않습니다. 누가 알려 줍니까?",
    ),
    invalid=NO_BINS,
)

test_resize_enlarges = RESIZE.values(
    points=1.5,
    title=Text(
        "A larger map lies straight between the centres, and ends in the edge's values",
        "커진 맵은 픽셀 중심 사이를 곧게 잇고 가장자리 밖은 가장자리 값입니다",
    ),
    hint=Text(
        "Where is the middle of the first output row, counted in rows of x? It lies outside the "
        "first centre, where there is nothing to be between.",
        "첫 출력 행의 중심은 x의 행으로 세면 어디입니까? 첫 중심보다 바깥이므로 사이에 둘 두 값이 "
        "없습니다.",
    ),
    cases=sizes("larger"),
    examples=LARGER,
)
test_resize_shrinks = RESIZE.values(
    points=1,
    title=Text(
        "A smaller map, too, mixes two neighbours and smooths nothing",
        "작아진 맵도 이웃한 두 값만 섞으며 미리 흐리게 하지 않습니다",
    ),
    hint=Text(
        "The formula is the same for shrinking: at most two rows take part in an output row.",
        "줄일 때도 식은 같습니다. 출력 행 하나에는 많아야 두 행이 들어갑니다.",
    ),
    cases=sizes("smaller"),
    examples=SMALLER,
)
test_resize_any_size = RESIZE.values(
    points=0.5,
    title=Text(
        "Height and width change each on its own, from a single pixel, too",
        "높이와 너비는 서로 따로 바뀌며, 픽셀 하나에서도 됩니다",
    ),
    hint=Text(
        "Each axis has a ratio of its own. What lies below the only row of a map?",
        "축마다 비율이 따로 있습니다. 한 행뿐인 맵에서 그 아래 행은 무엇입니까?",
    ),
    cases=sizes("any"),
    examples=MIXED,
)
test_resize_keeps_dtype_and_device = RESIZE.keeps_dtype_and_device(points=0.5)
test_resize_gradient = RESIZE.gradients(points=1)
test_resize_takes_any_call = RESIZE.takes_any_call(points=0.5)
test_resize_refuses = RESIZE.refuses(
    points=1,
    naming=("size",),
    title=Text(
        "A height or width below 1 is a ValueError that names size",
        "1보다 작은 높이나 너비는 size를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "Which sizes have no pixel to compute? Look at both numbers.",
        "계산할 픽셀이 없는 크기는 무엇입니까? 두 수를 모두 보십시오.",
    ),
    invalid=NO_SIZES,
)
