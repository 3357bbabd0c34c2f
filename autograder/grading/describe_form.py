"""Describe mistakes besides values: dtype, inputs changed, gradients, errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from torch import Tensor

from autograder.authoring.answers import Trial, other_kind
from autograder.document.text import Text

Calls = Sequence[Trial]


def on_all(count: int) -> tuple[str, str]:
    """The number of calls that a sentence is about, in both languages."""
    if count == 1:
        return "On one call", "호출 1번에서"
    return f"On all {count} calls of this kind", f"해당하는 호출 {count}번 모두에서"


def _name(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def dtypes(wrong: Calls) -> Text | None:
    """The values are right, the dtype is not."""
    pairs = Counter(
        (_name(trial.mine.value), _name(trial.right.value))
        for trial in wrong
        if trial.mine.value is not None and trial.right.value is not None
    )
    if not pairs:
        return None
    total, held = sum(pairs.values()), {mine for mine, _ in pairs}
    wanted = ", ".join(sorted({right for _, right in pairs}))
    if len(held) > 1:
        listed = ", ".join(f"{mine} for {right}" for mine, right in sorted(pairs))
        return Text(
            f"The dtype is not the right one on {total} calls ({listed}).",
            f"호출 {total}번에서 dtype이 틀립니다({listed}).",
        )
    (mine,) = held
    return Text(
        f"The result is {mine} where {wanted} is right, in "
        + ("the one call" if total == 1 else f"all {total} calls")
        + " whose dtype is wrong.",
        f"dtype이 틀린 호출 {total}번 모두에서 결과가 {wanted}이(가) 아니라 {mine}입니다.",
    )


def modified(about: str, wrong: Calls) -> Text:
    en, ko = on_all(len(wrong))
    return Text(f"{en} your code changes its input {about}.", f"{ko} 입력 {about}의 값을 바꿉니다.")


def no_gradient(
    wrong: Mapping[str, Calls], known: Mapping[str, int], *, values_right: bool
) -> Text | None:
    """The arguments without a gradient; `known` counts the calls that asked for each gradient."""
    silent = [
        name
        for name, calls in wrong.items()
        if all(_gradient(trial, name) is None for trial in calls)
    ]
    if not silent:
        return None
    calls = len({trial for name in silent for trial in wrong[name]})
    everywhere = all(len(wrong[name]) == known[name] for name in silent)
    listed = ", ".join(_shortened(silent))
    rest = sorted(set(_shortened(list(known))) - set(_shortened(list(wrong))))
    en = f"o gradient reaches {listed} ({'in one call' if calls == 1 else f'in {calls} calls'})."
    ko = f"{listed}에 gradient가 전달되지 않습니다({calls}번의 호출)."
    if values_right:
        en, ko = f"The values are right, but n{en}", f"값은 맞지만 {ko}"
    else:
        en = f"N{en}"
    if rest and everywhere:
        en += f" The gradients of {', '.join(rest)} are right."
        ko += f" {', '.join(rest)}의 gradient는 맞습니다."
    return Text(en, ko)


def which_gradients(wrong: Mapping[str, Calls], known: Mapping[str, int]) -> Text | None:
    """The arguments with wrong and with right gradients, where there are both."""
    bad = _shortened(list(wrong))
    good = [name for name in _shortened(list(known)) if name not in bad]
    if not good:
        return None
    calls = len({trial for each in wrong.values() for trial in each})
    return Text(
        f"The values are right, but not the gradients of {', '.join(bad)} (in {calls} "
        f"call{'s' if calls > 1 else ''}); those of {', '.join(good)} are right.",
        f"값은 맞지만 {', '.join(bad)}의 gradient가 틀립니다(호출 {calls}번). "
        f"{', '.join(good)}의 gradient는 맞습니다.",
    )


def _gradient(trial: Trial, name: str) -> Tensor | None:
    return next((theirs for label, theirs, _ in trial.pairs() if label == name), None)


def _shortened(names: Sequence[str]) -> list[str]:
    """Parameters by the child they belong to, each once."""
    found: dict[str, None] = {}
    for name in names:
        child, dot, _ = name.rpartition(".")
        found[(child or "the parameters") if dot else name] = None
    return list(found)


def parameters(child: str, wrong: Calls) -> Text:
    """A parameter that was read holds other values than it should."""
    count = len(wrong)
    times = f"all {count} times it was read" if count > 1 else "the one time it was read"
    return Text(
        f"The weights of {child or 'the layer'} are not those asked for ({times}).",
        f"{child or '층'}의 가중치가 요구된 값이 아닙니다(읽은 {count}번 모두).",
    )


def kinds(wrong: Calls) -> Text | None:
    """Something else than a tensor or a module came back."""
    held = Counter(other_kind(trial.mine) for trial in wrong)
    kind, count = held.most_common(1)[0]
    if not kind or len(held) > 1:
        return None
    en, ko = on_all(count)
    return Text(f"{en} your code returns {kind}.", f"{ko} 반환한 값이 {kind}입니다.")


def raised(wrong: Calls) -> Text | None:
    """An exception where the call is valid."""
    texts = Counter(trial.mine.raised.kind for trial in wrong if trial.mine.raised is not None)
    if len(texts) != 1:
        return None
    (kind,) = texts
    count = len(wrong)
    return Text(
        f"Your code raises {kind} on {count} call{'s' if count > 1 else ''} that "
        f"{'are' if count > 1 else 'is'} valid.",
        f"올바른 호출 {count}번에서 {kind}이(가) 발생합니다.",
    )


def unrefused(wrong: Calls) -> Text:
    """The result in place of a ValueError; the right function's message gives the reason."""
    assert wrong[0].right.raised is not None
    en, _, ko = wrong[0].right.raised.text.partition(" | ")
    others = Counter(t.mine.raised.kind for t in wrong if t.mine.raised is not None)
    count = len(wrong)
    times = "one call" if count == 1 else f"all {count} calls"
    if sum(others.values()) == count and len(others) == 1:
        (kind,) = others
        return Text(
            f"A ValueError of your own is due for {en}; on {times} that asked for it {kind} came "
            "instead.",
            f"{ko or en}: 직접 ValueError를 발생시켜야 합니다. 그런 호출 {count}번에서 "
            f"{kind}이(가) 발생했습니다.",
        )
    return Text(
        f"A ValueError is due for {en}; on {times} that asked for it a result came instead.",
        f"{ko or en}: ValueError를 발생시켜야 합니다. 그런 호출 {count}번이 값을 반환했습니다.",
    )
