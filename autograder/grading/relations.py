"""Relations of a wrong result to the right one: turned, moved, scaled, cut short.

A relation looks at one wrong result of the right shape. It returns all that it found ("times 2"),
nothing where it does not hold, and None where a result is too small or too even to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.document.text import Text
from autograder.grading.agreement import compared


@dataclass(frozen=True)
class Found:
    """A relation that holds for one result; `key` tells it from others of its kind.

    `general` is what can be said where the key differs from call to call.
    """

    key: Hashable
    text: Text
    general: Text | None = None


Outcome = list[Found] | None
Relation = Callable[[Tensor, Tensor, Trial], Outcome]


def same(a: Tensor, b: Tensor) -> bool:
    return a.shape == b.shape and compared(a, b) is True


def distinct(values: Tensor) -> int:
    """The number of different values, 0 not counted."""
    flat = values[values.isfinite()] if values.is_floating_point() else values.flatten()
    return len(set(flat[flat != 0].tolist()))


def zeros(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    if mine.numel() == 0 or bool(mine.any()):
        return []
    if mine.numel() < 4:
        return None
    return [Found((), Text("the result holds nothing but zeros", "결과가 모두 0입니다"))]


def not_a_number(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    if not mine.is_floating_point() or not right.is_floating_point():
        return []
    odd, extra = right.isnan(), mine.isnan() & ~right.isnan()
    if bool(odd.any()):
        held = {f"{each:g}" for each in mine[odd].tolist()}
        if len(held) != 1 or "nan" in held or not same(mine[~odd], right[~odd]):
            return []
        (value,) = held
        text = Text(
            f"all is right but that {value} stands where NaN is right",
            f"NaN이어야 할 곳에 {value}이(가) 있고 나머지는 맞습니다",
        )
        return [Found(value, text)]
    if bool(extra.any()) and same(mine[~extra], right[~extra]):
        text = Text(
            "NaN stands where a number is right; the other values are right"
            if not bool(extra.all())
            else "the result is NaN where a number is right",
            "수가 있어야 할 곳에 NaN이 있습니다",
        )
        return [Found("nan", text)]
    return []


def factor(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    if not mine.is_floating_point() or not bool(right.any()):
        return []
    at = right.nan_to_num(0).abs().flatten().argmax()
    scale = float(mine.flatten()[at]) / float(right.flatten()[at])
    if not 1e-6 < abs(scale) < 1e6 or not same(mine / scale, right):
        return []
    # A map of one value is always a multiple of the right one.
    if distinct(right) < 2 or right.numel() < 4:
        return None
    number = f"{scale:.4g}"
    if number == "-1":
        return [Found(number, Text("the result has the wrong sign", "결과의 부호가 반대입니다"))]
    return [
        Found(
            number,
            Text(
                f"the result is {number} times the right one",
                f"결과가 올바른 값의 {number}배입니다",
            ),
            Text(
                "the result is right up to a factor, another one from call to call "
                f"({number} in one of them)",
                f"결과가 올바른 값의 상수 배이며, 그 배수는 호출마다 다릅니다(예: {number}배)",
            ),
        )
    ]


def offset(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    if right.numel() == 0 or not right.is_floating_point():
        return []
    by = (mine.double() - right.double()).flatten()
    if float(by[0]) == 0 or not same(mine.double() - by[0], right.double()):
        return []
    if distinct(right) < 2 or right.numel() < 4:
        return None
    number = f"{float(by[0]):.4g}"
    return [
        Found(
            number,
            Text(f"every value is off by {number}", f"모든 값이 {number}만큼 벗어나 있습니다"),
            Text(
                "all values are off by the same amount, another one from call to call",
                "모든 값이 같은 양만큼 벗어나 있으며, 그 양은 호출마다 다릅니다",
            ),
        )
    ]


_WORKED: tuple[tuple[str, Callable[[Tensor], Tensor], Text], ...] = (
    (
        "relu",
        lambda t: t.clamp(min=0),
        Text(
            "the negative values of the right result have become 0",
            "올바른 결과의 음수가 0이 되어 있습니다",
        ),
    ),
    (
        "abs",
        lambda t: t.abs(),
        Text("negative values have lost their sign", "음수의 부호가 없어졌습니다"),
    ),
    (
        "one at most",
        lambda t: t.clamp(max=1),
        Text("values above 1 have become 1", "1보다 큰 값이 1이 되어 있습니다"),
    ),
    (
        "truncated",
        lambda t: t.trunc(),
        Text("the fractions are cut off", "소수점 아래가 잘려 있습니다"),
    ),
    (
        "rounded",
        lambda t: t.round(),
        Text("the values are rounded to whole numbers", "값이 정수로 반올림되어 있습니다"),
    ),
    (
        "softmax",
        lambda t: t.softmax(1),
        Text(
            "a softmax over the channels was applied to the right result",
            "올바른 결과에 채널 방향의 softmax가 적용되어 있습니다",
        ),
    ),
    (
        "log softmax",
        lambda t: t.log_softmax(1),
        Text(
            "a log-softmax over the channels was applied to the right result",
            "올바른 결과에 채널 방향의 log-softmax가 적용되어 있습니다",
        ),
    ),
    (
        "sigmoid",
        lambda t: t.sigmoid(),
        Text(
            "a sigmoid was applied to the right result", "올바른 결과에 sigmoid가 적용되어 있습니다"
        ),
    ),
    (
        "tanh",
        lambda t: t.tanh(),
        Text("a tanh was applied to the right result", "올바른 결과에 tanh가 적용되어 있습니다"),
    ),
    (
        "squared",
        lambda t: t * t,
        Text("the right values are squared", "올바른 값이 제곱되어 있습니다"),
    ),
)


def worked_upon(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    """An operation on every value, or the lack of one, stands between the two."""
    if not right.is_floating_point():
        clamped = [each for each in _WORKED if each[0] == "one at most"]
        return [Found(key, text) for key, work, text in clamped if same(mine, work(right))]
    found = []
    for key, work, text in _WORKED:
        if right.dim() < 2 and "softmax" in key:
            continue
        if same(mine, work(right)):
            found.append(Found(key, text))
    if mine.is_floating_point() and bool((mine < 0).any()) and same(mine.clamp(min=0), right):
        text = Text(
            "the result is right but for negative values where 0 is right: a ReLU is missing at "
            "the end",
            "0이어야 할 곳에 음수가 있고 나머지는 맞습니다. 마지막 ReLU가 빠져 있습니다",
        )
        found.append(Found("relu missing", text))
    return found


def off_by_bias(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    bias = trial.tensor("bias")
    if bias is None or right.dim() != 4 or bias.shape != right.shape[1:2] or not bool(bias.any()):
        return []
    column = bias.to(right.dtype)[:, None, None]
    found = []
    for times, en, ko in (
        (-1, "the bias is missing", "bias가 빠져 있습니다"),
        (-2, "the bias is taken away instead of added", "bias를 더하지 않고 뺐습니다"),
        (1, "the bias is added twice", "bias가 두 번 더해져 있습니다"),
    ):
        if same(mine.to(right.dtype), right + times * column):
            found.append(Found(times, Text(f"the values are right but {en}", f"값은 맞지만 {ko}")))
    times_each = ((mine.to(right.dtype) - right) / column).nan_to_num(0, 0, 0)
    whole = times_each.round()
    if same(right + whole * column, mine.to(right.dtype)) and float(whole.abs().max()) < 20:
        text = Text(
            "what is wrong is off by whole multiples of the bias, which every value gets once",
            "틀린 값은 bias의 정수배만큼 벗어나 있습니다. bias는 값마다 한 번 더해야 합니다",
        )
        found.append(Found("multiples", text))
    return found


def input_itself(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    return [
        Found(
            name,
            Text(f"the result is {name} itself, as it came in", f"결과가 입력 {name} 그대로입니다"),
        )
        for name, value in trial.arguments.items()
        if isinstance(value, Tensor) and value.numel() > 1 and same(mine, value.to(mine.dtype))
    ]
