"""Results of the wrong kind, in words for the student."""

from __future__ import annotations

import re
from collections.abc import Callable

from torch import Tensor

from autograder.authoring.manifest import Task
from autograder.document.text import Text
from autograder.sandbox.protocol.errors import Call, Wanted, WrongKind


def returned(ending: WrongKind, task: Task) -> Text:
    """The result and, as far as it is known, the right kind of result."""
    if ending.parameter_of:
        return Text(
            f"A parameter of {ending.parameter_of} is {ending.kind}.",
            f"{ending.parameter_of}의 파라미터가 올바르지 않습니다: {_noun(ending.kind)}.",
        )
    if ending.wanted in ("a tensor", "a tuple of tensors"):
        for form, tell in _TENSORS.items():
            if found := re.fullmatch(form, ending.kind):
                return tell(found[1] if found.re.groups else "", ending.call, task)
    en, ko = str(ending.wanted), _WANTED[ending.wanted]
    if ending.of is not None:
        en, ko = f"a tuple of {ending.of} tensors", f"텐서 {ending.of}개의 tuple"
    return Text(
        f"The call returned {ending.kind}, not {en}.",
        f"함수의 반환값이 {ko}이(가) 아닙니다: {_noun(ending.kind)}.",
    )


_WANTED: dict[Wanted, str] = {
    "a tensor": "텐서",
    "an nn.Module": "nn.Module",
    "numbers": "수(int, float 또는 그 목록)",
    "a tuple of tensors": "텐서의 tuple",
}


def right_dtype(call: Call | None, task: Task) -> str | None:
    """The dtype that the call's result should have; None where the inputs do not tell."""
    if call is None:
        return None
    function = task.function(call.function)
    dtype = function.dtype
    if call.item is not None and function.dtypes:
        dtype = function.dtypes[call.item]
    if dtype is not None:
        return dtype
    inputs = [v for v in (*call.args, *call.kwargs.values()) if isinstance(v, Tensor)]
    floating = {x.dtype for x in inputs if x.is_floating_point()}
    dtypes = floating or {x.dtype for x in inputs}
    return str(dtypes.pop()).removeprefix("torch.") if len(dtypes) == 1 else None


def _of_dtype(dtype: str, call: Call | None, task: Task) -> Text:
    right = right_dtype(call, task)
    if right is None:
        return Text(
            f"The call returned a tensor of {dtype}, which is no dtype of a result here.",
            f"함수가 dtype이 {dtype}인 텐서를 반환했습니다. 결과의 dtype이 될 수 없습니다.",
        )
    return Text(
        f"The call returned a tensor of {dtype}; the dtype should be {right}.",
        f"함수가 dtype이 {dtype}인 텐서를 반환했습니다. dtype은 {right}이어야 합니다.",
    )


def _not_dense(_: str, call: Call | None, task: Task) -> Text:
    return Text(
        "The call returned a tensor that is not dense; it should be an ordinary one.",
        "함수가 조밀하지 않은 텐서(sparse 등)를 반환했습니다. 보통의 텐서여야 합니다.",
    )


def _elsewhere(device: str, call: Call | None, task: Task) -> Text:
    return Text(
        f"The call returned a tensor on the device {device}, where its inputs are not.",
        f"함수가 장치 {device}에 있는 텐서를 반환했습니다. 입력은 그곳에 있지 않습니다.",
    )


def _too_large(shape: str, call: Call | None, task: Task) -> Text:
    return Text(
        f"The call returned a tensor of shape {shape}, far too large.",
        f"함수가 반환한 텐서가 지나치게 큽니다. shape이 {shape}입니다.",
    )


# The worker's words for tensors that cannot be sent (`sandbox/worker/outgoing.py`).
_TENSORS: dict[str, Callable[[str, Call | None, Task], Text]] = {
    r"a tensor of (\w+)": _of_dtype,
    r"a tensor that is not dense": _not_dense,
    r"a tensor on the device (\w+)": _elsewhere,
    r"a tensor of shape (\(.*\)), far too large": _too_large,
}


# The worker's words for what holds something else than it should (`sandbox/worker/results.py`).
_HOLDERS = {
    r"an? (\w+) of length (\d+)": r"길이가 \2인 \1",
    r"an? (\w+) that holds an? (\w+)": r"\2이(가) 들어 있는 \1",
    r"an? (\w+) that holds an int, far too large": r"지나치게 큰 int가 들어 있는 \1",
    r"an? (\w+) of rows of different lengths": r"행의 길이가 서로 다른 \1",
    r"an? (\w+) of more than (\d+) numbers": r"수가 \2개보다 많은 \1",
    r"an? (\w+) of something else than numbers": r"수가 아닌 것이 들어 있는 \1",
    r"an int, far too large": "지나치게 큰 int",
}


def _noun(kind: str) -> str:
    """The same in Korean: a type bears its own name, without the English article."""
    if found := re.fullmatch(r"a tensor of (\w+)", kind):
        return f"dtype이 {found[1]}인 텐서"
    for form, noun in _HOLDERS.items():
        if found := re.fullmatch(form, kind):
            return found.expand(noun)
    return "텐서" if kind.startswith("a tensor") else re.sub(r"^an? ", "", kind)
