"""Describe a wrong shape: an axis missing, a row too few, too many by the padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.document.text import Text
from autograder.grading.relations import Found, same

# Arguments by which a result may be too large or too small.
AMOUNTS = ("padding", "output_padding", "stride", "offset", "scale")


def shape_faults(mine: Tensor, right: Tensor, trial: Trial) -> list[Found]:
    """Statements about a wrong shape, the most telling first."""
    return list(_faults(mine, right, trial))


def _faults(mine: Tensor, right: Tensor, trial: Trial) -> Iterator[Found]:
    if mine.dim() != right.dim():
        yield from _axes(mine, right)
        return
    if right.dim() >= 2 and mine.shape == right.mT.shape:
        if same(mine, right.mT):
            yield Found(
                "transposed",
                Text(
                    "the result is the right one with rows and columns exchanged",
                    "올바른 결과의 행과 열이 바뀌어 있습니다",
                ),
            )
        yield Found(
            "swapped",
            Text(
                "height and width of the result are exchanged",
                "결과의 높이와 너비가 바뀌어 있습니다",
            ),
        )
    differing = [axis for axis in range(right.dim()) if mine.shape[axis] != right.shape[axis]]
    if right.dim() == 4 and set(differing) <= {2, 3}:
        by = (mine.shape[2] - right.shape[2], mine.shape[3] - right.shape[3])
        yield from _lines(by)
        yield from _amounts(by, trial)
    yield from _other_axes(mine, differing, trial)
    sizes = {mine.shape[axis] - right.shape[axis] > 0 for axis in differing}
    if len(sizes) == 1:
        more = sizes.pop()
        yield Found(
            ("size", more),
            Text(
                f"the result is too {'large' if more else 'small'}",
                f"결과가 너무 {'큽니다' if more else '작습니다'}",
            ),
        )


def _axes(mine: Tensor, right: Tensor) -> Iterator[Found]:
    if mine.squeeze().shape == right.squeeze().shape and mine.dim() < right.dim():
        yield Found(
            "squeezed",
            Text(
                "axes of length 1 are missing from the result (a squeeze removes them)",
                "결과에서 길이가 1인 축이 빠져 있습니다(squeeze는 이런 축을 없앱니다)",
            ),
        )
    if mine.numel() == right.numel() and right.numel() > 1:
        flat = mine.dim() == 1
        yield Found(
            ("flat", flat),
            Text(
                "the result is flat: its values come in a single axis"
                if flat
                else "the result has the right number of values, but other axes",
                "결과가 한 축으로 펼쳐져 있습니다" if flat else "값의 개수는 맞지만 축이 다릅니다",
            ),
        )
    yield Found(
        (mine.dim(), right.dim()),
        Text(
            f"the result has {_count(mine.dim())}, {right.dim()} are right",
            f"결과의 축이 {mine.dim()}개입니다. {right.dim()}개여야 합니다",
        ),
    )


def _count(axes: int) -> str:
    return {0: "no axes", 1: "1 axis"}.get(axes, f"{axes} axes")


def _lines(by: tuple[int, int]) -> Iterator[Found]:
    en, ko = [], []
    for count, line, line_ko in zip(by, ("row", "column"), ("행", "열"), strict=True):
        if count:
            plural = "s" if abs(count) > 1 else ""
            en.append(f"{abs(count)} {line}{plural} too {'many' if count > 0 else 'few'}")
            ko.append(f"{line_ko}이 {abs(count)}개 {'많습니다' if count > 0 else '적습니다'}")
    yield Found(by, Text(f"the result has {' and '.join(en)}", f"결과의 {', '.join(ko)}"))


def _amounts(by: tuple[int, int], trial: Trial) -> Iterator[Found]:
    """Too many or too few by an argument, or by twice as much."""
    for name in AMOUNTS:
        value = trial.get(name)
        pair = (value, value) if isinstance(value, int) else value
        if not (isinstance(pair, Sequence) and len(pair) == 2 and any(pair)):
            continue
        for times in (1, 2):
            for sign, en, ko in ((1, "many", "많습니다"), (-1, "few", "적습니다")):
                if tuple(sign * times * each for each in pair) == by:
                    amount = name if times == 1 else f"2·{name}"
                    yield Found(
                        (name, times, sign),
                        Text(
                            f"the result has {amount} rows and columns too {en}",
                            f"결과의 행과 열이 {amount}만큼 {ko}",
                        ),
                    )


_AXES = (("samples", "샘플"), ("channels", "채널"), ("rows", "행"), ("columns", "열"))


def _other_axes(mine: Tensor, differing: Sequence[int], trial: Trial) -> Iterator[Found]:
    """As many channels, rows or columns as an input has."""
    if len(differing) != 1:
        return
    (axis,) = differing
    for name, value in trial.arguments.items():
        if not isinstance(value, Tensor) or not value.dim() == mine.dim() == 4:
            continue
        if value.shape[axis] == mine.shape[axis]:
            en, ko = _AXES[axis]
            yield Found(
                (axis, name),
                Text(
                    f"the result has as many {en} as {name}, which is another number than is right",
                    f"결과의 {ko} 수가 {name}의 것과 같습니다. 다른 수여야 합니다",
                ),
            )
