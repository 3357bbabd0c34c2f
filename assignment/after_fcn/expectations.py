"""What the public tests are written with: `about`, `expect`, `expect_that` and `refused`.

공개 테스트가 쓰는 도구입니다. 무엇을 확인하는지, 무엇을 얻었고 무엇을 기대했는지 말해 줍니다.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch


class CheckLost(AssertionError):
    """What differs, in English and Korean; `got` and `expected` where tensors were compared."""

    def __init__(
        self,
        en: str,
        ko: str,
        got: torch.Tensor | None = None,
        expected: torch.Tensor | None = None,
        labels: bool = False,
    ) -> None:
        lines = [en, ko]
        if got is not None and expected is not None:
            lines += [f"got\n{got}", f"expected\n{expected}"]
        super().__init__("\n".join(line for line in lines if line))
        self.en, self.ko = en, ko
        self.got, self.expected, self.labels = got, expected, labels


def about(
    function: str, en: str, ko: str, *, hint: tuple[str, str] = ("", "")
) -> pytest.MarkDecorator:
    """Say which function a test is about, what it asks, and what to think of when it is lost.

    `{unpool}` in `function` is the parameter of that name of a parametrized test.
    """
    return pytest.mark.about(function, en, ko, hint)


def expect(
    got: object, expected: torch.Tensor, en: str = "", ko: str = "", *, labels: bool = False
) -> None:
    """Compare shape, dtype and values; NaN equals NaN.

    Values may differ by 1e-5 (float64: 1e-9) of the largest expected magnitude, as when graded;
    `labels` are classes.
    """
    if not isinstance(got, torch.Tensor):
        kind = type(got).__name__
        raise CheckLost(
            f"A tensor is asked for, not {kind}.", f"{kind}이(가) 아니라 텐서가 필요합니다."
        )
    if got.layout != torch.strided or got.is_meta:
        kind = "meta" if got.is_meta else str(got.layout).removeprefix("torch.")
        raise CheckLost(
            f"A dense tensor that holds its values is asked for; this one is {kind}.",
            f"값이 모두 들어 있는 보통 텐서가 필요하지만 {kind} 텐서입니다.",
        )
    wrong: list[tuple[str, str]] = []
    if got.shape != expected.shape:
        had, asked = tuple(got.shape), tuple(expected.shape)
        wrong = [(f"The shape is {had}, not {asked}.", f"shape이 {asked}가 아니라 {had}입니다.")]
    elif not _agree(got, expected):
        wrong = [("", "")]
    if got.dtype != expected.dtype:
        wrong += [
            (
                f"The dtype is {_short(got)}, not {_short(expected)}.",
                f"dtype이 {_short(expected)}이(가) 아니라 {_short(got)}입니다.",
            )
        ]
    if wrong:
        wrong += [(en, ko)]
        said = [" ".join(filter(None, texts)) for texts in zip(*wrong, strict=True)]
        raise CheckLost(*said, got, expected, labels)


def expect_that(holds: bool, en: str, ko: str) -> None:
    """Lose the check, with these words, where something does not hold."""
    if not holds:
        raise CheckLost(en, ko)


@contextmanager
def refused(*names: str) -> Iterator[None]:
    """Expect a ValueError whose message has one of these names, or numbers, in it."""
    wanted = " / ".join(names)
    try:
        yield
    except ValueError as error:
        if not any(_is_named(name, str(error)) for name in names):
            raise CheckLost(
                f"The ValueError should name what is wrong ({wanted}); its message is: {error}",
                f"ValueError의 메시지에 무엇이 잘못인지({wanted}) 있어야 합니다. "
                f"받은 메시지: {error}",
            ) from error
    except NotImplementedError:
        raise
    except Exception as error:
        kind = type(error).__name__
        raise CheckLost(
            f"A ValueError that names {wanted} is asked for; this is {kind}: {error}",
            f"{wanted}을(를) 알려 주는 ValueError가 필요하지만 {kind}입니다: {error}",
        ) from error
    else:
        raise CheckLost(
            f"This input is not valid: a ValueError that names {wanted} is asked for, but the "
            "call returned.",
            f"잘못된 입력입니다. {wanted}을(를) 알려 주는 ValueError가 필요하지만 함수가 값을 "
            "반환했습니다.",
        )


def _agree(got: torch.Tensor, expected: torch.Tensor) -> bool:
    got, expected = got.detach().cpu(), expected.detach()
    if not expected.is_floating_point():
        return torch.equal(got, expected.to(got.dtype))
    finite = expected[expected.isfinite()]
    largest = float(finite.abs().max()) if finite.numel() else 1.0
    tolerance = (1e-9 if expected.dtype == torch.float64 else 1e-5) * largest
    return torch.allclose(got.to(expected.dtype), expected, rtol=0, atol=tolerance, equal_nan=True)


def _short(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _is_named(name: str, message: str) -> bool:
    # A Korean particle may follow without a space; "Scales must ..." names scale.
    pattern = rf"(?<![A-Za-z0-9_]){re.escape(name)}s?(?![A-Za-z0-9_])"
    return re.search(pattern, message, re.IGNORECASE) is not None
