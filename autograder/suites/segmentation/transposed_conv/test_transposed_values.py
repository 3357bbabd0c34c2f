"""Checks of the values of `transposed_conv2d`, setting by setting."""

from __future__ import annotations

from hypothesis import example, given, settings
from torch import Tensor

from autograder.authoring.declared_function import DeclaredFunction
from autograder.authoring.expect import matches
from autograder.authoring.invariants import expect_values
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.transposed_conv import oracle
from autograder.suites.segmentation.transposed_conv.strategies import (
    Stamping,
    calls,
    each_call,
    stamping,
    stampings,
)

# Every regime that hides a mistake stands as an example, so that no seed misses it; what is drawn
# besides tells a solution from a table of them.
T = DeclaredFunction(
    "transposed_conv2d",
    oracle.of_arguments,
    calls(stampings()),
    scale=oracle.magnitude_of_arguments,
)


def run(student: Student, case: Stamping) -> Tensor:
    return student.transposed_conv2d(*case.tensors, **case.settings)


test_stamps_add_up = T.values(
    points=1.5,
    title=Text(
        "Every value stamps its scaled kernel, and stamps that overlap add up",
        "각 값이 커널을 곱해 도장을 찍고, 겹치는 도장은 더해집니다",
    ),
    hint=Text(
        "Start from one input value: its stamp is the kernel as it is, not mirrored. Then let a "
        "second stamp overlap the first: what does the shared cell hold?",
        "입력값 하나부터 시작하십시오. 도장은 뒤집지 않은 커널 그대로입니다. 두 번째 도장이 첫 "
        "번째와 겹치면 함께 덮은 칸의 값은 무엇입니까?",
    ),
    cases=calls(stampings()),
    examples=each_call(
        stamping((1, 1, 1, 1), (2, 3)),
        stamping((1, 1, 1, 2), (1, 2)),
        stamping((1, 1, 2, 3), (3, 2)),
        stamping((1, 1, 3, 2), (1, 1)),
        stamping((1, 1, 2, 3), (3, 4), kind="normal"),
    ),
)


test_channels_and_samples = T.values(
    points=2,
    title=Text(
        "Every output channel adds up all input channels, each sample by itself",
        "각 출력 채널은 모든 입력 채널을 더하며, 샘플끼리는 섞이지 않습니다",
    ),
    hint=Text(
        "weight is (C_in, C_out, kH, kW): the input's channels come first, unlike in Conv2d. "
        "Which kernel leads from channel 1 to channel 0? Is every sample computed?",
        "weight는 (C_in, C_out, kH, kW)로, Conv2d와 달리 입력 채널이 먼저입니다. 채널 1에서 채널 "
        "0으로 가는 커널은 어느 것입니까? 모든 샘플을 계산합니까?",
    ),
    cases=calls(stampings(batch=3, channels=3, kernel=2)),
    examples=each_call(
        stamping((1, 2, 1, 2), (1, 1), out=2),
        stamping((1, 2, 2, 1), (1, 2), out=3),
        stamping((1, 3, 1, 2), (2, 1), out=2),
        stamping((3, 1, 1, 2), (1, 1)),
        stamping((3, 3, 2, 3), (2, 2), out=3, kind="normal"),
        stamping((2, 2, 3, 2), (2, 1), out=3, kind="normal"),
    ),
)


test_stride = T.values(
    points=1.5,
    title=Text(
        "Stamps lie stride apart, whether they overlap, touch or leave gaps",
        "도장은 stride만큼 떨어져 놓이며, 겹치거나 맞닿거나 틈이 생길 수 있습니다",
    ),
    hint=Text(
        "Stride moves the stamps apart; the kernel itself stays as it is. How many rows do H "
        "stamps of kH rows need? What lies between stamps that do not touch?",
        "stride는 도장 사이의 간격이며 커널 자체는 그대로입니다. kH행짜리 도장 H개에는 몇 행이 "
        "필요합니까? 맞닿지 않는 도장 사이에는 무엇이 있습니까?",
    ),
    cases=calls(stampings(stride=(1, 4))),
    examples=each_call(
        stamping((1, 1, 2, 1), (2, 2), stride=2),
        stamping((1, 1, 2, 3), (3, 3), stride=2),
        stamping((1, 1, 2, 3), (1, 2), stride=3),
        stamping((1, 1, 3, 2), (4, 4), stride=2, kind="normal"),
        stamping((1, 1, 3, 2), (4, 3), stride=3, kind="normal"),
        stamping((1, 1, 2, 3), (16, 16), stride=8, kind="normal"),
    ),
)


test_padding = T.values(
    points=1.5,
    title=Text(
        "padding trims all four sides of the output", "padding은 출력의 네 변을 잘라 냅니다"
    ),
    hint=Text(
        "Here padding takes away: stamp on the whole canvas first, then cut. It may cut more "
        "than a whole stamp.",
        "여기서 padding은 덧붙이지 않고 잘라 냅니다. 먼저 전체에 찍은 뒤 자르십시오. 도장 하나보다 "
        "더 많이 잘릴 수도 있습니다.",
    ),
    cases=calls(stampings(stride=(1, 3), padding=(1, 4))),
    examples=each_call(
        stamping((1, 1, 2, 3), (3, 3), padding=1),
        stamping((1, 1, 3, 2), (3, 3), stride=2, padding=1),
        stamping((1, 1, 4, 5), (2, 2), stride=2, padding=3),  # more than kernel - 1
        stamping((1, 1, 4, 3), (1, 2), stride=3, padding=2),
        stamping((1, 1, 3, 2), (4, 4), stride=2, padding=2, kind="normal"),
        stamping((1, 1, 1, 2), (3, 3), padding=1),  # one row is left
    ),
)


test_output_padding = T.values(
    points=1.5,
    title=Text(
        "output_padding uncovers rows and columns at the bottom and right",
        "output_padding은 아래쪽과 오른쪽의 행과 열을 더 드러냅니다",
    ),
    hint=Text(
        "These rows and columns hold whatever stamps reach there: where padding trimmed "
        "something it comes back. They are zero only beyond all stamps.",
        "이 행과 열에는 그곳에 닿는 도장의 값이 있습니다. padding이 잘라 낸 값이 다시 나타나며, "
        "어떤 도장도 닿지 않는 곳만 0입니다.",
    ),
    cases=calls(stampings(stride=(2, 4), padding=(0, 2), output_padding=(1, 3))),
    examples=each_call(
        stamping((1, 1, 2, 1), (3, 3), stride=2, padding=1, output_padding=1),
        stamping((1, 1, 1, 2), (2, 3), stride=2, output_padding=1),
        stamping((1, 1, 2, 3), (3, 3), stride=3, padding=1, output_padding=2),
        stamping((1, 1, 2, 3), (2, 2), stride=3, padding=2, output_padding=1),
        stamping((1, 1, 1, 2), (2, 2), stride=3, padding=1, output_padding=2),
        stamping((1, 1, 3, 2), (1, 2), stride=4, padding=2, output_padding=3),
        stamping((1, 1, 2, 3), (4, 3), stride=3, padding=2, output_padding=1, kind="normal"),
    ),
)


test_pairs = T.values(
    points=1,
    title=Text(
        "A pair of settings is (vertical, horizontal)",
        "설정의 쌍은 (세로, 가로) 순서입니다",
    ),
    hint=Text(
        "The first number of a pair belongs to rows, the second to columns, for stride, padding "
        "and output_padding alike.",
        "stride, padding, output_padding 모두 쌍의 첫 번째 수는 행, 두 번째 수는 열에 쓰입니다.",
    ),
    cases=calls(stampings(stride=(1, 3), padding=(0, 2), output_padding=(0, 2), pairs=True)),
    examples=each_call(
        stamping((1, 1, 2, 2), (2, 2), stride=(2, 1)),
        stamping((1, 1, 2, 3), (2, 3), stride=(1, 3)),
        stamping((1, 1, 3, 2), (3, 2), padding=(1, 0)),
        stamping((1, 1, 2, 3), (3, 3), padding=(0, 1)),
        stamping((1, 1, 2, 2), (3, 3), stride=2, padding=1, output_padding=(1, 0)),
        stamping((1, 1, 2, 3), (3, 3), stride=(1, 3), padding=(0, 2), output_padding=(0, 2)),
    ),
)


@check(
    "transposed_conv2d",
    points=1,
    about="form",
    title=Text(
        "The bias is added once to every output value",
        "bias는 모든 출력값에 한 번씩 더해집니다",
    ),
    hint=Text(
        "Cells that two stamps share get it once, and so do cells that no stamp reaches. Which "
        "axis do its C_out values belong to?",
        "두 도장이 함께 덮은 칸에도, 도장이 닿지 않는 칸에도 한 번씩 더해집니다. C_out개의 값은 "
        "어느 축에 해당합니까?",
    ),
)
@settings(max_examples=14)
@given(
    case=stampings(
        batch=2,
        channels=3,
        kernel=3,
        stride=(1, 3),
        padding=(0, 1),
        output_padding=(0, 2),
        bias=True,
    )
)
@example(case=stamping((1, 1, 2, 1), (2, 2), out=2, bias=True))
@example(case=stamping((1, 1, 2, 2), (1, 1), stride=2, bias=True, seed=2))
@example(case=stamping((2, 2, 2, 3), (2, 3), out=3, bias=True))
@example(case=stamping((1, 1, 2, 2), (2, 2), out=3, bias=True))  # as wide as it has channels
@example(case=stamping((1, 3, 2, 1), (2, 2), stride=3, output_padding=2, out=3, bias=True))
def test_bias(student: Student, case: Stamping) -> None:
    assert case.bias is not None
    got, expected = run(student, case), oracle.transposed_conv2d(case)
    scale = oracle.magnitude(case)
    if matches(got.to(expected.dtype), expected, scale):
        return
    # Where the stamps are wrong, the bias may still be right: it is what a bias changes.
    plain = student.transposed_conv2d(case.x, case.weight, **case.settings).to(expected.dtype)
    run(student, case)  # the call to show if this fails
    if plain.dim() == 4 and plain.shape[1] == len(case.bias):
        own = plain + case.bias[:, None, None]
        if matches(got.to(expected.dtype), own, max(scale, float(own.abs().max()))):
            return
    expect_values(student, got, expected, scale=scale)


test_all_settings = T.values(
    points=0.5,
    title=Text("All settings together", "모든 설정을 함께 써도 맞습니다"),
    hint=Text(
        "Each setting is right by itself. What does one of them take for granted of the others?",
        "설정 하나하나가 맞더라도, 어느 하나가 다른 설정을 미리 가정하고 있지는 않습니까?",
    ),
    cases=calls(
        stampings(
            batch=2,
            channels=2,
            stride=(1, 4),
            padding=(0, 3),
            output_padding=(0, 3),
            bias=True,
            pairs=True,
            kinds=("normal",),
        )
    ),
    examples=each_call(
        stamping((2, 3, 4, 3), (5, 4), (3, 2), (2, 1), (2, 1), out=2, bias=True, kind="normal"),
        stamping((2, 2, 3, 4), (2, 1), (3, 4), (3, 2), (1, 3), out=3, bias=True, kind="normal"),
    ),
)
