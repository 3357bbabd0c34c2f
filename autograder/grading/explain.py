"""From how a check ended to the words and grids that the student reads."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isqrt

import msgspec
from torch import Tensor
from torch.nn.functional import max_pool2d

from autograder.authoring.expect import CheckFailed
from autograder.authoring.manifest import Function, Task
from autograder.document.result import VALUES_CAP, Counterexample, Grid
from autograder.document.text import Text
from autograder.grading import causes, kinds
from autograder.grading.layouts import layout
from autograder.sandbox.grader.functions import Module
from autograder.sandbox.protocol.errors import (
    ImportFailed,
    MissingFile,
    StudentEnd,
    Verdict,
    WrongKind,
)
from autograder.sandbox.protocol.messages import ObjectRef

Ending = CheckFailed | StudentEnd
CELLS = isqrt(VALUES_CAP)  # a side of the map that stands for two large ones
WITHOUT_A_CALL = (Verdict.NOT_IMPLEMENTED, Verdict.MISSING, Verdict.FORBIDDEN)


def message(ending: Ending, function: str, task: Task) -> Text:
    """One sentence: what happened. A neighbour of the task's file in which it happened is named."""
    if isinstance(ending, CheckFailed):
        return ending.message
    file = f"{task.name}.py"
    detail = ending.detail
    where = ending.frames[-1].file if ending.frames else file
    if isinstance(ending, WrongKind):
        return kinds.returned(ending, task)
    if isinstance(ending, ImportFailed):
        because, ko = ("", "") if where == file else (f" because of {where}", f"{where} 때문에 ")
        return _refused(
            ending,
            Text(
                f"{file} does not import{because}: {detail}",
                f"{ko}{file}을(를) import할 수 없습니다: {detail}",
            ),
        )
    match ending.verdict:
        case Verdict.NOT_IMPLEMENTED:
            return Text(
                f"{function} still raises NotImplementedError.",
                f"{function}이(가) 아직 NotImplementedError를 발생시킵니다.",
            )
        case Verdict.MISSING:
            if isinstance(ending, MissingFile) and ending.there:
                return _misnamed(detail, ending.there)
            return Text(f"{detail} was not found.", f"{detail}을(를) 찾을 수 없습니다.")
        case Verdict.TIMEOUT:
            return _stopped(causes.stopped(ending) or Text(detail, detail))
        case Verdict.MEMORY:
            return Text(
                f"The memory limit was reached ({detail}).",
                f"메모리 한도에 도달했습니다 ({detail}).",
            )
        case Verdict.CRASH:
            if limit := causes.stopped(ending):
                return _stopped(limit)
            how = causes.died(ending) or Text(detail, detail)
            return Text(f"The process died: {how.en}.", f"프로세스가 죽었습니다: {how.ko}.")
        case Verdict.FORBIDDEN:
            return Text(
                f"The call reached {detail}, which is not allowed in this file.",
                f"호출이 이 파일에서 허용되지 않는 {detail}에 도달했습니다.",
            )
        case Verdict.BAD_SUBMISSION:
            return Text(f"The file cannot be graded: {detail}.", f"채점할 수 없는 파일: {detail}.")
        case _:
            return _refused(ending, _raised(ending, file, where))


def _misnamed(name: str, there: Sequence[str]) -> Text:
    others = ", ".join(there)
    return Text(
        f"{name} was not found, but {others}. The name has to be {name}, to the letter.",
        f"{name}을(를) 찾을 수 없습니다. 그 대신 {others}이(가) 있습니다. 파일 이름은 정확히 "
        f"{name}이어야 합니다.",
    )


def _raised(ending: StudentEnd, file: str, where: str) -> Text:
    if not ending.frames:  # no line of the student's took part
        return Text(
            f"The call ended with {ending.detail}",
            f"호출이 예외로 끝났습니다: {ending.detail}",
        )
    place, ko = ("", "코드에서") if where == file else (f" in {where}", f"{where}에서")
    return Text(
        f"Your code raised{place} {ending.detail}", f"{ko} 예외가 발생했습니다: {ending.detail}"
    )


def _refused(ending: StudentEnd, message: Text) -> Text:
    why = causes.refused(ending)
    return message if why is None else Text(f"{message.en} — {why.en}", f"{message.ko} — {why.ko}")


def _stopped(why: Text) -> Text:
    return Text(f"Stopped: {why.en}.", f"중단되었습니다: {why.ko}.")


def credit(functions: Sequence[str]) -> Text:
    """Said of a check that was passed by way of wrong results of these functions."""
    names = ", ".join(functions)
    return Text(
        f"Right but for {names}: what went wrong there costs nothing here.",
        f"{names}을(를) 빼면 맞습니다. 그곳의 실수로는 여기서 점수를 잃지 않습니다.",
    )


def counterexample(ending: Ending, task: Task) -> Counterexample | None:
    """The call that ended a check, with its tensors as grids.

    None where the call does not matter: what is not there fails on every input.
    """
    call = ending.call
    if call is None or (not isinstance(ending, CheckFailed) and ending.verdict in WITHOUT_A_CALL):
        return None
    function = task.function(call.function)
    names = function.forward if call.made_by else function.parameters
    inputs: list[Grid] = []
    parts = [
        _argument(value, _name(names, position), inputs, function)
        for position, value in enumerate(call.args)
    ]
    parts += [
        f"{name}={_argument(value, name, inputs, function)}" for name, value in call.kwargs.items()
    ]
    got = expected = apart = None
    if isinstance(ending, CheckFailed):
        got = None if ending.got is None else _grid("got", ending.got, function)
        expected = None if ending.expected is None else _grid("expected", ending.expected, function)
        if ending.got is not None and ending.expected is not None:
            apart = differences(ending.got, ending.expected)
    item = "" if call.item is None else f"[{call.item}]"
    shown = f"{call.function}({', '.join(parts)}){item}"
    return Counterexample(shown, tuple(inputs), got, expected, apart, function.drawing)


def size(ending: Ending) -> int:
    """The amount of text in the counterexample."""
    if ending.call is None:
        return 0
    values = [*ending.call.args, *ending.call.kwargs.values()]
    return sum(value.numel() for value in values if isinstance(value, Tensor))


def grid(name: str, tensor: Tensor, lies: Text | None = None) -> Grid:
    values = None
    if tensor.numel() <= VALUES_CAP:
        values = tuple(_number(v) for v in tensor.detach().reshape(-1).tolist())
    dtype = str(tensor.dtype).removeprefix("torch.")
    return Grid(name, tuple(tensor.shape), dtype, values, lies)


def differences(got: Tensor, expected: Tensor) -> Grid | None:
    """Where two large maps differ, in few cells; None where their values can be shown."""
    if got.shape != expected.shape or got.dim() < 2 or got.numel() <= VALUES_CAP:
        return None
    mine, theirs = got.detach().double(), expected.detach().double()
    scale = theirs.abs().nan_to_num(0, posinf=0).max().clamp(min=1e-12)
    apart = (mine - theirs).abs() / scale
    alike = (mine == theirs) | (mine.isnan() & theirs.isnan())
    # What is a number on one side only is as far apart as can be.
    apart = apart.nan_to_num(1, posinf=1).masked_fill(alike, 0)
    height, width = apart.shape[-2:]
    cells = max_pool2d(
        apart.reshape(-1, 1, height, width).amax(0, keepdim=True),
        (ceil(height / CELLS), ceil(width / CELLS)),
        ceil_mode=True,
    )
    return grid("differences", cells[0, 0])


def _number(value: float) -> float | int | None:
    """A JSON number: None for NaN (and the infinities), integers as such."""
    if value != value or value in (float("inf"), float("-inf")):
        return None
    return round(value, 6) if isinstance(value, float) else value


def _argument(value: object, name: str, inputs: list[Grid], function: Function) -> str:
    """The argument as it stands in the call; a tensor is one of the inputs."""
    if isinstance(value, Tensor):
        inputs.append(_grid(name, value, function, layout(name, value)))
        return name
    return name if isinstance(value, Module | ObjectRef) else repr(value)


def _name(names: Sequence[str], position: int) -> str:
    return names[position] if position < len(names) else f"argument {position + 1}"


def _grid(name: str, tensor: Tensor, function: Function, lies: Text | None = None) -> Grid:
    drawn = grid(name, tensor, lies)
    labels = name in function.labels and "int" in drawn.dtype
    return msgspec.structs.replace(drawn, kind="labels") if labels else drawn
