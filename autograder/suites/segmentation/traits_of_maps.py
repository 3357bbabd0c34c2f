"""Traits of calls that many functions share: sizes, signs, dtypes, settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.authoring.traits import Trait
from autograder.document.text import Text

Ask = Callable[[Trial], bool | None]


def pair(value: object) -> tuple[int, int] | None:
    if isinstance(value, int):
        return value, value
    if isinstance(value, Sequence) and len(value) == 2:
        return int(value[0]), int(value[1])
    return None


def of(name: str, ask: Callable[[Tensor], bool]) -> Ask:
    def holds(trial: Trial) -> bool | None:
        tensor = trial.tensor(name)
        return None if tensor is None else ask(tensor)

    return holds


def trait(yes: tuple[str, str], no: tuple[str, str], holds: Ask) -> Trait:
    return Trait(Text(*yes), Text(*no), holds)


def more(name: str, axis: int, en: str, ko: str) -> Trait:
    """More than one along an axis of an argument, or just one."""
    return trait(
        (f"more than one {en}", f"{ko} 둘 이상"),
        (f"a single {en}", f"{ko} 하나"),
        of(name, lambda t: t.dim() > axis and t.shape[axis] > 1),
    )


def square(name: str) -> Trait:
    return trait(
        (f"{name} not square", f"{name}이(가) 정사각형이 아님"),
        (f"{name} square", f"{name}이(가) 정사각형"),
        of(name, lambda t: t.shape[-1] != t.shape[-2]),
    )


def whole(name: str) -> Trait:
    return trait(
        (f"fractions in {name}", f"{name}에 소수가 있음"),
        (f"whole numbers in {name}", f"{name}이(가) 모두 정수"),
        of(name, lambda t: t.is_floating_point() and not bool((t == t.trunc()).all())),
    )


def negative(name: str) -> Trait:
    return trait(
        (f"negative values in {name}", f"{name}에 음수가 있음"),
        (f"no negative values in {name}", f"{name}에 음수가 없음"),
        of(name, lambda t: bool((t < 0).any())),
    )


def float64(name: str) -> Trait:
    return trait(
        (f"float64 in {name}", f"{name}이(가) float64"),
        (f"another dtype in {name}", f"{name}이(가) 다른 dtype"),
        of(name, lambda t: t.dtype == torch.float64),
    )


def above(name: str, least: int) -> Trait:
    def holds(trial: Trial) -> bool | None:
        numbers = pair(trial.get(name))
        return None if numbers is None else max(numbers) > least

    return trait(
        (f"{name} above {least}", f"{name}이(가) {least}보다 큼"),
        (f"{name} {least}", f"{name}이(가) {least}"),
        holds,
    )


def apart(name: str) -> Trait:
    def holds(trial: Trial) -> bool | None:
        numbers = pair(trial.get(name))
        return None if numbers is None else numbers[0] != numbers[1]

    return trait(
        (f"two different numbers in {name}", f"{name}의 두 수가 다름"),
        (f"the same {name} both ways", f"{name}이(가) 두 방향에서 같음"),
        holds,
    )


def odd(name: str) -> Trait:
    def holds(trial: Trial) -> bool | None:
        value = trial.get(name)
        return value % 2 == 1 if isinstance(value, int) else None

    return trait(
        (f"an odd {name}", f"{name}이(가) 홀수"), (f"an even {name}", f"{name}이(가) 짝수"), holds
    )


def _doubled_default(trial: Trial) -> bool | None:
    return None if trial.call is None else trial.call.default_dtype == "float64"


DEFAULT_DTYPE = trait(
    ("torch's default dtype set to float64", "torch의 기본 dtype이 float64"),
    ("torch's default dtype as it is", "torch의 기본 dtype이 그대로"),
    _doubled_default,
)


def maps(name: str) -> tuple[Trait, ...]:
    return (
        trait(
            (f"more than one value in a map of {name}", f"{name}의 맵에 값이 둘 이상"),
            (f"a single value in a map of {name}", f"{name}의 맵에 값이 하나"),
            of(name, lambda t: t.dim() < 2 or t.shape[-1] * t.shape[-2] > 1),
        ),
        more(name, 0, "sample", "샘플이"),
        more(name, 1, "channel", "채널이"),
        square(name),
        negative(name),
        whole(name),
        float64(name),
        trait(
            (f"{name} not contiguous in memory", f"{name}이(가) 메모리에서 연속이 아님"),
            (f"{name} contiguous in memory", f"{name}이(가) 메모리에서 연속"),
            of(name, lambda t: not t.is_contiguous()),
        ),
    )
