"""Points for form only where the same function has a right value.

That a result keeps its dtype, its device and its layout, that a gradient arrives, that results
fit each other: a function that returns zeros does all this. So what a check says of form counts
only where the same function passed a check of its values, by itself or by follow-through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from autograder.authoring.marks import Aspect
from autograder.document.result import Check
from autograder.document.text import Text
from autograder.sandbox.protocol.errors import Verdict


def forfeit_form(checks: Sequence[Check], about: Mapping[str, Aspect]) -> list[Check]:
    """The checks, with those of form lost where a function has no right value.

    `about` tells what each check looks at, by its id. A function without a check of values, or
    with one that is undecided, keeps what it has.
    """
    wrong = _without_a_right_value(checks, about)
    return [
        msgspec.structs.replace(
            check,
            earned=0.0,
            verdict=Verdict.FAILED,
            message=_right_value_first(wrong[check.task, check.function]),
        )
        if check.verdict is Verdict.PASSED
        and about[check.id] == "form"
        and (check.task, check.function) in wrong
        else check
        for check in checks
    ]


def _without_a_right_value(
    checks: Sequence[Check], about: Mapping[str, Aspect]
) -> dict[tuple[str, str], Check]:
    """The functions whose checks of values were all lost; with each the first of them."""
    values: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        if about[check.id] == "values":
            values.setdefault((check.task, check.function), []).append(check)
    passing = (Verdict.PASSED, Verdict.UNDECIDED)
    return {
        function: of[0]
        for function, of in values.items()
        if not any(check.verdict in passing for check in of)
    }


def _right_value_first(first: Check) -> Text:
    name = first.function
    return Text(
        f"This counts only beside a right value, and {name} has none yet. "
        f"Start with: {first.title.en}.",
        f"이 점수는 맞는 값이 하나라도 있을 때만 인정됩니다. {name}에는 아직 맞는 값이 없습니다. "
        f"먼저 볼 검사: {first.title.ko}.",
    )
