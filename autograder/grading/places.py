"""Right values in wrong places: turned, moved, in another order of channels."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.document.text import Text
from autograder.grading.relations import Found, Outcome, distinct, same

_TURNS: tuple[tuple[str, Callable[[Tensor], Tensor], Text], ...] = (
    (
        "transposed",
        lambda t: t.mT,
        Text(
            "the result is the right one with rows and columns exchanged",
            "올바른 결과의 행과 열이 바뀌어 있습니다",
        ),
    ),
    (
        "turned",
        lambda t: t.flip(-2, -1),
        Text("the maps are turned by 180°", "맵이 180° 돌아가 있습니다"),
    ),
    (
        "upside down",
        lambda t: t.flip(-2),
        Text("the maps are upside down", "맵의 위아래가 뒤집혀 있습니다"),
    ),
    (
        "mirrored",
        lambda t: t.flip(-1),
        Text("the maps are mirrored, left for right", "맵의 왼쪽과 오른쪽이 뒤집혀 있습니다"),
    ),
)


def turned(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    if right.dim() < 2:
        return []
    return [Found(key, text) for key, turn, text in _TURNS if same(mine, turn(right))]


def channels(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    return list(_channels(mine, right)) if right.dim() == 4 else []


def _channels(mine: Tensor, right: Tensor) -> Iterator[Found]:
    count = right.shape[1]
    rolled = [k for k in range(1, count) if same(mine, right.roll(-k, 1))]
    if rolled:
        text = Text(
            "the channels are in another order: those that should come last come first",
            "채널의 순서가 다릅니다. 뒤에 와야 할 채널이 앞에 있습니다",
        )
        yield Found("rolled", text)
    orders = itertools.permutations(range(count)) if count <= 4 else [range(count)[::-1]]
    moved = (list(order) for order in orders if list(order) != list(range(count)))
    if any(same(mine, right[:, order]) for order in moved):
        yield Found("permuted", Text("the channels are in another order", "채널의 순서가 다릅니다"))
    if right.shape[0] > 1 and same(mine, right.flip(0)):
        yield Found("samples", Text("the samples are in another order", "샘플의 순서가 다릅니다"))


def moved(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    """The right maps, some rows and columns further; `right` may have another size."""
    if mine.dim() < 2 or mine.dim() != right.dim() or mine.shape[:-2] != right.shape[:-2]:
        return []
    found = [step for step in _steps(mine, right) if _meet(mine, right, *step)]
    if not found:
        return []
    if len(found) > 1:
        return None  # a map that repeats itself
    general = Text(
        "the right values are moved, by other numbers of rows and columns from call to call",
        "올바른 값이 옮겨져 있으며, 옮겨진 행과 열의 수는 호출마다 다릅니다",
    )
    return [Found(found[0], _moved(*found[0]), general)]


def _steps(mine: Tensor, right: Tensor) -> list[tuple[int, int]]:
    """Moves that bring the largest value of some part of the right map to where it is found."""
    if not mine.numel() or not right.numel():
        return []
    plane, other = (each.reshape(-1, *each.shape[-2:])[0] for each in (right, mine))
    height, width = plane.shape
    steps: set[tuple[int, int]] = set()
    for rows, columns in itertools.product(_halves(height), _halves(width)):
        part = plane[rows, columns].double().abs()
        at = int(part.flatten().argmax())
        y, x = rows.start + at // part.shape[1], columns.start + at % part.shape[1]
        value = float(plane[y, x])
        if value == 0:
            continue
        near = (other.double() - value).abs() <= 1e-6 * abs(value)
        places = near.nonzero().tolist()
        if len(places) <= 64:
            steps.update((place[0] - y, place[1] - x) for place in places)
    if mine.shape == right.shape:
        steps.discard((0, 0))
    return sorted(steps, key=lambda step: abs(step[0]) + abs(step[1]))


def _halves(length: int) -> list[slice]:
    middle = (length + 1) // 2
    return [slice(0, middle), slice(middle, length)] if length > 1 else [slice(0, 1)]


def _meet(mine: Tensor, right: Tensor, dy: int, dx: int) -> bool:
    ours, theirs = _overlap(mine, right, dy, dx)
    if ours.numel() < max(4, min(mine.numel(), right.numel()) // 8) or distinct(theirs) < 3:
        return False
    return same(ours, theirs)


def _moved(dy: int, dx: int) -> Text:
    ways = [
        (dy, "down", "up", "아래로", "위로", "row", "행"),
        (dx, "to the right", "to the left", "오른쪽으로", "왼쪽으로", "column", "열"),
    ]
    en, ko = [], []
    for by, forth, back, forth_ko, back_ko, line, line_ko in ways:
        if by:
            plural = "s" if abs(by) > 1 else ""
            en.append(f"{abs(by)} {line}{plural} {forth if by > 0 else back}")
            ko.append(f"{forth_ko if by > 0 else back_ko} {abs(by)}{line_ko}")
    if not en:
        return Text(
            "counted from the upper left, the values are the right ones",
            "왼쪽 위에서부터 세면 값은 맞습니다",
        )
    return Text(
        f"the right values are moved {' and '.join(en)}",
        f"올바른 값이 {', '.join(ko)} 옮겨져 있습니다",
    )


def _overlap(mine: Tensor, right: Tensor, dy: int, dx: int) -> tuple[Tensor, Tensor]:
    """The cells of both that meet where mine[y + dy, x + dx] should be right[y, x]."""
    (h, w), (height, width) = mine.shape[-2:], right.shape[-2:]
    top, left = max(0, -dy), max(0, -dx)
    rows, columns = max(min(height, h - dy) - top, 0), max(min(width, w - dx) - left, 0)
    return (
        mine[..., top + dy : top + dy + rows, left + dx : left + dx + columns],
        right[..., top : top + rows, left : left + columns],
    )


def elsewhere(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    """The right values, each as often as it should be, but in other places."""
    if mine.dtype != right.dtype:
        return []
    if right.numel() < 4 or distinct(right) < 3:
        return None
    if not torch.equal(mine.flatten().sort().values, right.flatten().sort().values):
        return []
    text = Text(
        "the values are the right ones, each as often as it should be, but in wrong places",
        "값 자체는 개수까지 모두 맞지만 놓인 위치가 틀립니다",
    )
    return [Found((), text)]
