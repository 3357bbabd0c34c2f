"""Checks of `effective_kernel_size`, `receptive_field` and `with_output_stride`."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from autograder.authoring.declared import Test, made_test
from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.expect import comparable, matches
from autograder.authoring.invariants import expect_values
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.after_fcn.atrous import oracle
from autograder.suites.after_fcn.atrous.strategies import (
    DENSE,
    LONG,
    RATED,
    VGG16,
    WORKED,
    Case,
    layers,
    network,
    networks,
)


def kernel(kernel_size: int, rate: int) -> Case:
    return {"kernel_size": kernel_size, "rate": rate}


INTS = Text("The numbers are ints, not floats", "결과의 수는 float가 아니라 int입니다")
INTS_HINT = Text(
    "Rows are counted. What does Python give for 4 / 2, and what for 4 // 2? Parameters keep the "
    "names they have.",
    "행의 개수를 세는 문제입니다. Python에서 4 / 2와 4 // 2의 결과는 각각 무엇입니까? 인자의 "
    "이름은 그대로 둡니다.",
)
BELOW_1 = Text(
    "Before you calculate: which numbers make no kernel, no stride, no rate?",
    "계산하기 전에: 커널, stride, rate가 될 수 없는 수는 무엇입니까?",
)
EFFECTIVE = DeclaredFunction(
    "effective_kernel_size",
    oracle.effective_kernel_size,
    cases=st.builds(kernel, st.integers(1, 9), st.integers(1, 24)),
    examples=(kernel(3, 6), kernel(2, 3), kernel(5, 1), kernel(1, 4)),
    numbers=True,
    dtype=torch.int64,
)
test_effective_size_counts_the_holes = EFFECTIVE.values(
    points=1,
    title=Text(
        "The rows from the first tap to the last, holes included",
        "첫 탭부터 마지막 탭까지, 구멍을 포함한 행의 수입니다",
    ),
    hint=Text(
        "Draw k taps with r − 1 holes between neighbours. How many gaps are there?",
        "이웃한 탭 사이에 구멍이 r − 1개 있는 탭 k개를 그려 보십시오. 간격은 몇 개입니까?",
    ),
)
test_effective_size_refuses_kernels = EFFECTIVE.refuses(
    points=0.5,
    title=Text("kernel_size below 1 is a ValueError", "1보다 작은 kernel_size는 ValueError입니다"),
    hint=BELOW_1,
    naming=("kernel_size",),
    invalid=(kernel(0, 2), kernel(-1, 1)),
    valid=(kernel(1, 1),),
)
test_effective_size_is_an_int = EFFECTIVE.keeps_what_it_is_given(
    points=0.25,
    title=Text(
        "An int, whether called by position or by name",
        "위치로 부르든 이름으로 부르든 결과는 int입니다",
    ),
    hint=INTS_HINT,
)
test_effective_size_refuses_rates = EFFECTIVE.refuses(
    points=0.25,
    title=Text("rate below 1 is a ValueError", "1보다 작은 rate는 ValueError입니다"),
    hint=BELOW_1,
    naming=("rate",),
    invalid=(kernel(3, 0), kernel(1, -2)),
    valid=(kernel(1, 1),),
)

WRONG_LAYERS = tuple(
    (*WORKED[:i], wrong, *WORKED[i + 1 :])
    for i, wrong in ((0, (0, 2, 1)), (2, (2, 0, 1)), (4, (5, 1, 0)), (1, (3, -1, 1)))
)
NO_LAYER = Text(
    "A kernel, stride or rate below 1 is a ValueError",
    "1보다 작은 커널, stride, rate는 ValueError입니다",
)
ENTRIES = ("layers", "kernel", "kernel_size", "stride", "rate")
FIELD = DeclaredFunction(
    "receptive_field",
    oracle.receptive_field,
    cases=st.fixed_dictionaries({"layers": layers(rates=True)}),
    examples=({"layers": RATED}, {"layers": [list(each) for each in WORKED]}),
    numbers=True,
    dtype=torch.int64,
)
test_field_grows_by_the_jump_of_the_layers_before = FIELD.values(
    points=1.5,
    title=Text(
        "A layer adds (k − 1) times the product of the strides before it",
        "각 층은 (k − 1)에 앞선 stride의 곱을 곱한 만큼 넓힙니다",
    ),
    hint=Text(
        "How far apart in the image are two neighbours of what this layer takes? Its own stride "
        "comes later.",
        "이 층이 받는 이웃한 두 값은 영상에서 얼마나 떨어져 있습니까? 자신의 stride는 그 뒤입니다.",
    ),
    cases=st.fixed_dictionaries({"layers": layers()}),
    examples=({"layers": LONG}, {"layers": DENSE}, {"layers": VGG16}),
)
test_field_grows_with_the_rate = FIELD.values(
    points=1,
    title=Text("A rate widens what its layer adds", "rate는 그 층이 넓히는 범위를 키웁니다"),
    hint=Text(
        "How many rows lie between the first and the last tap of a layer with holes?",
        "구멍이 있는 층의 첫 탭과 마지막 탭은 몇 행 떨어져 있습니까?",
    ),
    examples=({"layers": WORKED}, {"layers": RATED}),
)
test_field_of_any_sequence = FIELD.takes_any_call(
    points=0.5,
    title=Text(
        "Layers come as tuples or lists, by name or position",
        "층은 tuple이든 list든, 이름으로든 위치로든 전달됩니다",
    ),
)
test_field_is_an_int = FIELD.keeps_dtype(points=0.25, title=INTS, hint=INTS_HINT)
test_field_of_no_layers = FIELD.values(
    points=0.25,
    title=Text("Without layers one pixel is seen", "층이 없으면 픽셀 하나를 봅니다"),
    hint=Text("What does the image itself depend on?", "영상 자신은 무엇에 의존합니까?"),
    cases=st.just({"layers": ()}),
    examples=({"layers": DENSE}, {"layers": []}),
    max_examples=1,
)
test_field_refuses = FIELD.refuses(
    points=0.5,
    title=NO_LAYER,
    hint=BELOW_1,
    naming=ENTRIES,
    invalid=tuple({"layers": each} for each in WRONG_LAYERS),
)


def denser(
    function: str, column: slice, *, points: float, title: Text, hint: Text, rates: bool = False
) -> Test:
    """Some columns of the new layers: what stands in the others has checks of its own."""

    def body(student: Student, case: Case) -> None:
        got = student.with_output_stride.numbers(**case)
        expected = torch.tensor(oracle.with_output_stride(**case))
        if got.shape == expected.shape and matches(
            *comparable(got[:, column], expected[:, column])
        ):
            return
        expect_values(student, got, expected)  # a student sees the whole table as it should be

    given = [network(RATED, 2), network(RATED, 1)]
    plain = [network(LONG, 6), network(LONG, 3), network(LONG, 36), network(VGG16, 8)]
    return made_test(
        body,
        function,
        points=points,
        title=title,
        hint=hint,
        about="values",
        cases=networks(rates),
        examples=given if rates else plain,
        max_examples=10,
    )


test_strides_are_kept_up_to_the_output_stride = denser(
    "with_output_stride",
    slice(0, 2),
    points=1,
    title=Text(
        "Kernels stay, strides stay until their product is output_stride, later ones are 1",
        "커널은 그대로, stride는 곱이 output_stride가 될 때까지 그대로, 그 뒤는 1입니다",
    ),
    hint=Text(
        "Multiply the strides from the image on. At which layer is output_stride reached?",
        "영상 쪽부터 stride를 곱해 보십시오. 어느 층에서 output_stride에 이릅니까?",
    ),
)
test_rates_grow_behind_dropped_strides = denser(
    "with_output_stride",
    slice(2, 3),
    points=1,
    title=Text(
        "Behind dropped strides the rate is their product; the dropping layer keeps its own",
        "없앤 stride 뒤의 rate는 그 곱이고, stride를 잃은 층 자신의 rate는 그대로입니다",
    ),
    hint=Text(
        "Whose inputs lie denser than before: those of the layer that lost its stride, or those of "
        "the layers behind it?",
        "입력이 전보다 촘촘해진 것은 stride를 잃은 층입니까, 그 뒤의 층입니까?",
    ),
)
test_rates_that_were_there_are_multiplied = denser(
    "with_output_stride",
    slice(2, 3),
    points=0.5,
    title=Text("Rates that were there are multiplied", "원래 있던 rate에 곱합니다"),
    hint=Text(
        "The receptive field stays what it was. Is it so when a layer already had holes?",
        "수용 영역은 그대로입니다. 이미 구멍이 있던 층에서도 그렇습니까?",
    ),
    rates=True,
)
STRIDE = DeclaredFunction(
    "with_output_stride",
    oracle.with_output_stride,
    cases=networks(rates=True),
    examples=(network(WORKED, 2),),
    numbers=True,
    dtype=torch.int64,
)
test_output_stride_gives_ints = STRIDE.keeps_dtype(points=0.25, title=INTS, hint=INTS_HINT)
test_output_stride_of_any_sequence = STRIDE.values(
    points=0.25,
    title=Text(
        "Layers come as tuples or lists, also none; the first stride may be dropped",
        "층은 tuple이든 list든, 하나도 없어도 됩니다. 첫 stride도 없앨 수 있습니다",
    ),
    hint=Text(
        "With output_stride 1 no stride is kept. What comes out of an empty list?",
        "output_stride가 1이면 어떤 stride도 남지 않습니다. 빈 list에서는 무엇이 나옵니까?",
    ),
    examples=(
        network([list(each) for each in WORKED], 1),
        network(list(WORKED), 8),
        network((), 1),
        network([], 1),
    ),
)
test_output_stride_refuses_what_is_no_product = STRIDE.refuses(
    points=0.5,
    title=Text(
        "An output_stride that no first strides multiply to is a ValueError that names it",
        "앞쪽 stride의 곱으로 나오지 않는 output_stride는 이를 언급하는 ValueError입니다",
    ),
    hint=Text(
        "The product may jump over output_stride, or never reach it. What is it after the last "
        "layer?",
        "곱이 output_stride를 건너뛰거나 끝내 이르지 못할 수 있습니다. 마지막 층 뒤의 곱은 "
        "얼마입니까?",
    ),
    naming=("output_stride",),
    invalid=(
        *(network(WORKED, wrong) for wrong in (3, 16, 6, 0, -2)),
        network(LONG, 2),
        network((), 2),
    ),
)
test_output_stride_refuses_layers = STRIDE.refuses(
    points=0.5,
    title=NO_LAYER,
    hint=BELOW_1,
    naming=ENTRIES,
    invalid=tuple(network(each, 2) for each in WRONG_LAYERS),
)
