"""Compare a network's layers with the right ones: a bias missing, another kernel, more layers.

Children are compared by their names. Inside a child only the order of its parameters counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from autograder.authoring.answers import Trial
from autograder.document.text import Text
from autograder.sandbox.protocol.messages import ChildInfo, Made, Shape

MOST_SENTENCES = 3


def structure(calls: Sequence[Trial]) -> Text | None:
    """The differences that all networks built show; None where there is none."""
    found: list[Text] | None = None
    for trial in calls:
        mine, right = trial.mine.made, trial.right.made
        if mine is None or right is None:
            return None
        texts = list(differences(mine, right))
        found = texts if found is None else [each for each in found if each in texts]
    if not found:
        return _of_one(calls)
    shown = found[:MOST_SENTENCES]
    more = len(found) - len(shown)
    en = "; ".join(each.en for each in shown) + (f"; and {more} more" if more else "")
    ko = "; ".join(each.ko for each in shown) + (f"; 그 밖에 {more}가지" if more else "")
    count = len(calls)
    times_en = f"all {count} networks built" if count > 1 else "the one network built"
    return Text(f"{en[:1].upper()}{en[1:]} ({times_en}).", f"{ko}(만든 네트워크 {count}개 모두).")


def _of_one(calls: Sequence[Trial]) -> Text | None:
    """The differences of one network, where others have other ones."""
    mine, right = calls[0].mine.made, calls[0].right.made
    if mine is None or right is None:
        return None
    texts = list(differences(mine, right))[:MOST_SENTENCES]
    if not texts:
        return None
    arguments = ", ".join(
        f"{name}={value}" for name, value in calls[0].arguments.items() if isinstance(value, int)
    )
    return Text(
        f"With {arguments}: " + "; ".join(each.en for each in texts) + ".",
        f"{arguments}일 때: " + "; ".join(each.ko for each in texts) + ".",
    )


def is_other(mine: Made, right: Made) -> bool:
    """Whether what was built differs from what was asked."""
    return any(True for _ in differences(mine, right))


def differences(mine: Made, right: Made) -> Iterator[Text]:
    """Every difference, named child by named child; of a layer by itself, the layer's own."""
    named = {child.name: child for child in mine.children}
    wanted = {child.name: child for child in right.children if child.parameters}
    free = not _names_matter(right)
    if free or not wanted:
        yield from _of_child("", mine.own, right.own)
        return
    missing = [name for name in wanted if name not in named]
    besides = [child for child in mine.children if child.name not in wanted and child.parameters]
    for name in missing:
        yield _missing(name, wanted[name], besides)
    for name, child in wanted.items():
        if name in named:
            yield from _of_child(name, named[name], child)
    taken = {_other_name(wanted[name], besides) for name in missing}
    for child in besides:
        if child.name not in taken:
            yield Text(
                f"there is a child {child.name} with {child.count:,} parameters that was not "
                "asked for",
                f"요구되지 않은 child {child.name}이(가) 있습니다(파라미터 {child.count:,}개)",
            )


def _names_matter(right: Made) -> bool:
    """Whether the names of the children count: those in a DoubleConv are free."""
    return any(
        not child.name.startswith("conv") or child.name == "conv" for child in right.children
    )


def _missing(name: str, wanted: ChildInfo, besides: Sequence[ChildInfo]) -> Text:
    other = _other_name(wanted, besides)
    if other is not None:
        return Text(
            f"{name} is there under another name: {other} has its parameters",
            f"{name}이(가) 다른 이름으로 있습니다. {other}의 파라미터가 같습니다",
        )
    return Text(f"the child {name} is missing", f"{name}(이)라는 child가 없습니다")


def _other_name(wanted: ChildInfo, besides: Sequence[ChildInfo]) -> str | None:
    fitting = [child.name for child in besides if _shapes(child) == _shapes(wanted)]
    return fitting[0] if len(fitting) == 1 else None


def _shapes(child: ChildInfo) -> list[Shape]:
    return [parameter.shape for parameter in child.parameters]


def _of_child(name: str, mine: ChildInfo, right: ChildInfo) -> Iterator[Text]:
    """The differences inside a child, or in a layer by itself where `name` is empty."""
    held, wanted = _shapes(mine), _shapes(right)
    label, label_ko = (name, name) if name else ("the module", "모듈")
    if sorted(held) == sorted(wanted):
        yield from _order(label, label_ko, mine, right, held, wanted)
        return
    others = [layer for layer in mine.layers if layer not in right.layers and layer != "Module"]
    if others:
        listed = ", ".join(dict.fromkeys(others))
        kind = ", ".join(dict.fromkeys(right.layers))
        yield Text(
            f"{label} holds {listed}, which was not asked for ({kind} only)",
            f"{label_ko}에 요구되지 않은 {listed}이(가) 있습니다({kind}만 필요합니다)",
        )
        held = _without_norms(held)
        if held == wanted:
            return
    weights, expected = _weights(held), _weights(wanted)
    biases, bias_count = len(held) - len(weights), len(wanted) - len(expected)
    if weights == expected:
        if biases != bias_count:
            more = biases > bias_count
            yield Text(
                f"{label} has {biases} biases, {bias_count} were asked for"
                if bias_count and biases
                else (f"{label} has a bias too many" if more else f"{label} has no bias"),
                f"{label_ko}의 bias가 {biases}개입니다. {bias_count}개여야 합니다",
            )
        return
    if len(weights) != len(expected):
        yield Text(
            f"{label} has {len(weights)} layers with weights, {len(expected)} were asked for",
            f"{label_ko}의 가중치가 있는 층은 {len(expected)}개여야 하는데 {len(weights)}개입니다",
        )
        return
    yield from _layers(label, label_ko, weights, expected)
    if biases != bias_count:
        yield Text(
            f"{label} has {biases} biases, {bias_count} were asked for",
            f"{label_ko}의 bias가 {biases}개입니다. {bias_count}개여야 합니다",
        )


def _order(
    label: str,
    label_ko: str,
    mine: ChildInfo,
    right: ChildInfo,
    held: Sequence[Shape],
    wanted: Sequence[Shape],
) -> Iterator[Text]:
    if held != wanted:
        yield Text(
            f"the layers of {label} stand in another order than in forward",
            f"{label_ko}의 층이 forward와 다른 순서로 놓여 있습니다",
        )
    elif mine.layers != right.layers and sorted(mine.layers) != sorted(right.layers):
        kinds = ", ".join(
            dict.fromkeys(layer for layer in mine.layers if layer not in right.layers)
        )
        if kinds and right.layers:
            yield Text(
                f"{label} is made of {kinds}, {right.layers[0]} was asked for",
                f"{label_ko}이(가) {kinds}로 되어 있습니다. {right.layers[0]}여야 합니다",
            )


def _weights(shapes: Sequence[Shape]) -> list[Shape]:
    return [shape for shape in shapes if len(shape) > 1]


def _without_norms(shapes: Sequence[Shape]) -> list[Shape]:
    """A normalisation's two vectors follow those of the layer before it."""
    others: list[Shape] = []
    vectors = 0
    for shape in shapes:
        vectors = 0 if len(shape) > 1 else vectors + 1
        if vectors < 2:
            others.append(shape)
    return others


def _layers(
    label: str, label_ko: str, weights: Sequence[Shape], expected: Sequence[Shape]
) -> Iterator[Text]:
    for number, (held, wanted) in enumerate(zip_longest(weights, expected), start=1):
        if held == wanted:
            continue
        which = f"layer {number} of {label}" if len(expected) > 1 else label
        which_ko = f"{label_ko}의 {number}번째 층" if len(expected) > 1 else label_ko
        if len(held) != len(wanted):
            yield Text(
                f"the weight of {which} has {len(held)} axes, {len(wanted)} were asked for",
                f"{which_ko}의 가중치의 축이 {len(held)}개입니다. {len(wanted)}개여야 합니다",
            )
        elif held[2:] != wanted[2:]:
            mine, right = (" × ".join(map(str, each[2:])) for each in (held, wanted))
            yield Text(
                f"the kernel of {which} is {mine}, {right} was asked for",
                f"{which_ko}의 커널이 {mine}입니다. {right}이어야 합니다",
            )
        elif held[:2] == wanted[1::-1]:
            yield Text(
                f"the channels of {which} are exchanged: its weight is {held}, {wanted} was "
                "asked for",
                f"{which_ko}의 입력과 출력 채널이 바뀌었습니다. 가중치가 {held}이며 {wanted}이어야 "
                "합니다",
            )
        else:
            yield Text(
                f"the weight of {which} is {held}, {wanted} was asked for",
                f"{which_ko}의 가중치가 {held}입니다. {wanted}이어야 합니다",
            )
