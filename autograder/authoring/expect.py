"""Comparing what a student's function returned with what it should have.

Each function either returns or raises CheckFailed with a sentence for the student, the call
that was made, and both results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NoReturn

import torch
from torch import Tensor

from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Call, Raised, WrongKind, WrongShape

# Relative to the largest magnitude involved (contract, "Values"). Two orders of summation
# in the largest graded sums, 512 products, differ by about 1e-6 and 1e-15 of it.
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-9}


class CheckFailed(AssertionError):
    """A check's answer to the student."""

    def __init__(
        self,
        message: Text,
        *,
        call: Call | None,
        got: Tensor | None = None,
        expected: Tensor | None = None,
    ) -> None:
        super().__init__(message.en)
        self.message = message
        self.call = call
        self.got = got
        self.expected = expected


def wrong_shape(call: Call, expected: Sequence[int]) -> CheckFailed:
    """The failure of a call whose result has another shape than `expected`."""
    assert isinstance(call.value, Tensor)
    return CheckFailed(_shape_text(call.value.shape, expected), call=call, got=call.value)


def fail(
    student: Student,
    message: Text,
    *,
    got: Tensor | None = None,
    expected: Tensor | None = None,
) -> NoReturn:
    """Fail with the student's last call as the counterexample.

    Settings that importing the file changed are named, whatever failed: they may be the reason.
    """
    call = student.calls[-1] if student.calls else None
    if changed := _changed_by_import(student):
        message = Text(f"{message.en} {changed.en}", f"{message.ko} {changed.ko}")
    raise CheckFailed(message, call=call, got=got, expected=expected)


def matches(got: Tensor, expected: Tensor, scale: float | None = None) -> bool:
    """Whether two results agree in shape, dtype and, within the tolerance, in value.

    `scale` is the largest magnitude that was involved; by default that of the expected
    result. NaN agrees with NaN, and infinity with infinity.
    """
    return (
        got.shape == expected.shape
        and got.dtype == expected.dtype
        and bool(_agreement(got, expected, scale).all())
    )


def comparable(got: Tensor, expected: Tensor) -> tuple[Tensor, Tensor]:
    """Both in one dtype: the coarser of two floating ones, or else that of `expected`.

    For comparing values where another check takes points for a wrong dtype. What is not whole does
    not become whole: floating numbers are compared with integers as float64, and integers of two
    dtypes as int64, in which none becomes another number.
    """
    if {got.dtype, expected.dtype} == set(TOLERANCE):
        return got.float(), expected.float()
    if got.is_floating_point() and not expected.is_floating_point():
        return got.double(), expected.double()
    if got.dtype != expected.dtype and not expected.is_floating_point():
        return got.long(), expected.long()
    return got.to(expected.dtype), expected


def expect_close(
    student: Student,
    got: Tensor,
    expected: Tensor,
    *,
    scale: float | None = None,
    message: Text | None = None,
) -> None:
    """Shape, dtype and values; floating values within TOLERANCE, integers exactly."""
    _expect_form(student, got, expected, shown=expected)
    agree = _agreement(got, expected, scale)
    if bool(agree.all()):
        return
    if message is None:
        wrong, total = int((~agree).sum()), agree.numel()
        message = Text(
            f"{wrong} of {total} values differ from the expected ones.",
            f"값 {total}개 중 {wrong}개가 기대한 값과 다릅니다.",
        )
    fail(student, message, got=got, expected=expected)


def expect_form(student: Student, got: Tensor, expected: Tensor) -> None:
    """Shape and dtype only. The numbers of `expected` mean nothing here and are not shown."""
    _expect_form(student, got, expected, shown=None)


def _expect_form(student: Student, got: Tensor, expected: Tensor, *, shown: Tensor | None) -> None:
    if got.shape != expected.shape:
        fail(student, _shape_text(got.shape, expected.shape), got=got, expected=shown)
    if got.dtype != expected.dtype:
        fail(
            student,
            Text(
                f"The dtype is {_dtype(got)}, it should be {_dtype(expected)}.",
                f"결과의 dtype이 {_dtype(got)}입니다. {_dtype(expected)}이어야 합니다.",
            ),
            got=got,
            expected=shown,
        )


def expect_gradient(
    student: Student,
    name: str,
    got: Tensor | None,
    expected: Tensor,
    *,
    scale: float | None = None,
) -> None:
    """A gradient with respect to `name` reached it and is right."""
    if got is None:
        fail(
            student,
            Text(
                f"No gradient reaches {name}: somewhere the result loses its connection to it.",
                f"{name}에 gradient가 전달되지 않습니다. 계산 도중 연결이 끊겼습니다.",
            ),
            expected=expected,
        )
    expect_close(
        student,
        got,
        expected,
        scale=scale,
        message=Text(
            f"The gradient with respect to {name} is not right.",
            f"{name}에 대한 gradient가 올바르지 않습니다.",
        ),
    )


def expect_unmodified(student: Student, call: Call) -> None:
    """The call left its inputs and the settings of the process as they were.

    For settings that the import changed, each function is to blame: none can be used without it.
    """
    if call.modified:
        # A place counts from 0 on the wire, and from 1 for whoever reads it.
        names = ", ".join(str(int(n) + 1) if n.isdigit() else n for n in call.modified)
        fail(
            student,
            Text(
                f"The call changed its own input (argument {names}).",
                f"함수가 입력을 바꾸었습니다 (인자 {names}).",
            ),
        )
    if changed := _changed_by_import(student):
        raise CheckFailed(changed, call=None)
    making = call.made_by.settings if call.made_by is not None else ()
    if settings := (*making, *call.settings):
        names = _several(settings)
        fail(
            student,
            Text(
                f"The call changed how other code works beside it, and left it so: {names}.",
                f"함수가 다른 코드에도 적용되는 설정을 바꾸고 되돌리지 않았습니다: {names}.",
            ),
        )


def _changed_by_import(student: Student) -> Text | None:
    if not student.settings:
        return None
    names = _several(student.settings)
    return Text(
        f"Importing the file changes how other code works beside it: {names}.",
        f"파일을 import하면 다른 코드에도 적용되는 설정이 바뀝니다: {names}.",
    )


def _several(settings: Sequence[str]) -> str:
    """The names in one line, the first few of them."""
    names = list(dict.fromkeys(settings))
    return ", ".join([*names[:5], *(["..."] if len(names) > 5 else [])])


def expect_value_error(
    student: Student,
    call: Callable[[], object],
    *,
    naming: Sequence[str] = (),
    numbers: Sequence[int] = (),
) -> None:
    """`call` raises a ValueError whose message names one of the arguments or numbers."""
    wanted = " / ".join([*naming, *map(str, numbers)])
    try:
        call()
    except (WrongKind, WrongShape):
        pass  # whatever came back, nothing should have
    except Raised as raised:
        if "ValueError" not in raised.kinds:
            raise
        named = any(_word(name).search(raised.text) for name in naming)
        if named or any(_number(number).search(raised.text) for number in numbers):
            return
        fail(
            student,
            Text(
                f"The ValueError should name what is wrong ({wanted}); "
                f"its message is: {raised.text!r}.",
                f"ValueError의 메시지에 무엇이 잘못인지({wanted}) 있어야 합니다. "
                f"받은 메시지: {raised.text!r}.",
            ),
        )
    fail(
        student,
        Text(
            f"This input is not valid: a ValueError that names {wanted} is expected, "
            "but the call returned.",
            f"잘못된 입력입니다. {wanted}을(를) 알려 주는 ValueError가 필요하지만 "
            "함수가 값을 반환했습니다.",
        ),
        got=student.calls[-1].value if isinstance(student.calls[-1].value, Tensor) else None,
    )


def _agreement(got: Tensor, expected: Tensor, scale: float | None) -> Tensor:
    if not expected.is_floating_point():
        return got == expected
    if scale is None:
        finite = expected[expected.isfinite()]
        scale = float(finite.abs().max()) if finite.numel() else 1.0
    tolerance = TOLERANCE[expected.dtype] * scale
    close = (got - expected).abs() <= tolerance
    return close | (got == expected) | (got.isnan() & expected.isnan())  # inf - inf is NaN


def _word(name: str) -> re.Pattern[str]:
    # ASCII boundaries: a Korean particle may follow the name without a space. A sentence may
    # begin with the name ("Scale must ...") or speak of several ("predictions and targets").
    return re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}s?(?![A-Za-z0-9_])", re.IGNORECASE)


def _number(number: int) -> re.Pattern[str]:
    return re.compile(rf"(?<!\d){number}(?!\d)")


def _shape_text(got: Sequence[int], expected: Sequence[int]) -> Text:
    return Text(
        f"The shape is {tuple(got)}, it should be {tuple(expected)}.",
        f"결과의 shape이 {tuple(got)}입니다. {tuple(expected)}이어야 합니다.",
    )


def _dtype(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
