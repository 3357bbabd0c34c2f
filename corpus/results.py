"""Results made by hand, for tests of reports."""

from __future__ import annotations

from typing import Final

import msgspec

from autograder.document.result import (
    Check,
    Counterexample,
    Grid,
    Result,
    Sandbox,
    Section,
    TaskResult,
    Versions,
    undecided,
)
from autograder.document.text import Text
from autograder.sandbox.protocol.errors import Frame, Verdict
from autograder.suites.segmentation.handout import ERRATUM, TRANSPOSED

GOT = Grid("got", (1, 1, 2, 2), "float32", (1, 2, 3, 15))
EXPECTED = Grid("expected", (1, 1, 2, 2), "float32", (1, 2, 3, 16))


def lost(verdict: Verdict = Verdict.FAILED, **fields: object) -> Check:
    base = {
        "id": "iou.a",
        "task": "iou",
        "function": "mean_iou",
        "title": Text("The mean is a mean", "평균은 평균이다"),
        "points": 2.0,
        "earned": 0.0,
        "verdict": verdict,
        "message": Text("1 of 4 values differs.", "값 하나가 다릅니다."),
        "counterexample": Counterexample(
            "mean_iou(confusion)", (Grid("confusion", (2,), "int64", (7, 8)),), GOT, EXPECTED
        ),
        "traceback": (Frame("iou.py", 12, "mean_iou", "return x[0]"),),
        "hint": Text("Count them.", "세어 보십시오."),
        "diagnosis": Text("You divided twice.", "두 번 나누었습니다."),
    }
    return Check(**{**base, **fields})  # type: ignore[arg-type]


def result(*checks: Check, level: str = "isolated") -> Result:
    earned = sum(check.earned for check in checks)
    points = sum(check.points for check in checks)
    return Result(
        submission="kim",
        files={},
        seed=3,
        versions=Versions("0", "1", "2", "3"),
        device="cpu",
        sandbox=Sandbox(level, {}),  # type: ignore[arg-type]
        started="",
        seconds=1.0,
        points=points,
        earned=earned,
        tasks=(TaskResult("iou", points, earned),),
        checks=checks,
        undecided=undecided(checks),
    )


X = Grid("x", (1, 1, 2, 2), "float32", (1, 2, 3, 4))
KERNEL = Grid("weight", (1, 1, 3, 3), "float32", (1, 2, 3, 2, 2, 1, 3, 2, 1))
SUM = (1, 4, 7, 6, 5, 16, 22, 14, 9, 22, 16, 6, 9, 18, 11, 4)


def stamped(got: tuple[float, ...] = (*SUM[:10], 15, *SUM[11:])) -> Check:
    """The lecture's worked example, lost with the slide's misprint."""
    return lost(
        id="transposed_conv.worked",
        function="transposed_conv2d",
        read_again=(ERRATUM, TRANSPOSED),
        counterexample=Counterexample(
            "transposed_conv2d(x, weight)",
            (X, KERNEL),
            Grid("got", (1, 1, 4, 4), "float32", got),
            Grid("expected", (1, 1, 4, 4), "float32", SUM),
            drawing="stamps",
        ),
    )


# All that a terminal, a page, Markdown, XML, a template or a workflow could obey.
HOSTILE: Final = (
    "</style></pre><script>alert(1)</script><img src=//e.example onerror=x> \"' "
    "[l](https://e.example) ![i](https://e.example/i.png) https://e.example www.e.example "
    "@teacher #1 octo/repo#2 a@e.example <https://e.example> &amp; &lt; "
    "{{ 7*7 }} {% raw %} {0} {count} \\ ` `` ``` ~~~ | **b** _i_ ]]> <![CDATA[ <!-- "
    "::error::x ::set-output name=a::b ##[error]x"
)
MULTILINE: Final = f"{HOSTILE}\n```\n# heading\n::error::x\n\n<b>\n"


def filled_with(text: str) -> Result:
    """A result in which every place that a student's words can reach holds the same."""
    both = Text(text, text)
    grid = Grid(text, (1, 2), text, (1, 2), both)
    wrong = lost(
        message=both,
        title=both,
        hint=both,
        diagnosis=both,
        function=text,
        id=text,
        counterexample=Counterexample(text, (grid,), grid, Grid(text, (1, 2), text, (1, 3))),
        traceback=(Frame(text, 3, text, text), Frame("iou.py", 4, text, text)),
        read_again=(Section(text, text, both), Section(f"{text}.ipynb", text, both)),
    )
    spared = lost(Verdict.PASSED, earned=2.0, message=both, title=both, function=text)
    document = result(wrong, spared)
    return msgspec.structs.replace(
        document,
        submission=text,
        files={text: text, "iou.py": text},
        started=text,
        device=text,
        versions=Versions(text, text, text, text),
    )
