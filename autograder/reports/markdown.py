"""A result as a check run on GitHub shows it: a summary, and notes on the student's own lines.

What a student's code says stands in code spans and code blocks only, where GitHub makes no
mention, link, picture or reference of it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from autograder.document.result import Check, Result
from autograder.document.text import Language, Text
from autograder.reports import words
from autograder.reports.losses import (
    Loss,
    is_perfect,
    losses,
    points_to_earn,
    share,
    spared,
    told,
)
from autograder.reports.lost_check import example_lines
from autograder.sandbox.grader.printable import printable
from autograder.sandbox.protocol.errors import Frame, Verdict

# GitHub's limits for one request. It speaks of characters; counted are bytes, which are no fewer.
SUMMARY_CAP = 65_535
ANNOTATIONS_CAP = 50
TITLE_CAP = 255
MESSAGE_CAP = 4_000

LINE_WIDTH = 96
# All that a name, a mention, a link or HTML can begin with; a backslash takes its meaning.
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
WORD_JOINER = "\u2060"


@dataclass(frozen=True)
class Annotation:
    """A note on a line, with the names that the checks API gives its fields."""

    path: str
    start_line: int
    end_line: int
    annotation_level: Literal["notice", "warning", "failure"]
    title: str
    message: str


def summary(result: Result, language: Language, cap: int = SUMMARY_CAP) -> str:
    """Markdown of at most `cap` bytes, cut between checks, saying how many were left out."""
    text = _head(result, language)
    tail = _spared(result, language)
    lost = losses(result.checks)
    parts = [_lost(loss, language) for loss in lost]
    if _size(text, *parts, tail) <= cap:
        return "".join((text, *parts, tail))
    # The longest sentence about what is left out is the one that counts all of it.
    room = cap - _size(text, _left_out(lost, language))
    taken = 0
    for part in parts:
        room -= _size(part)
        if room < 0:
            break
        text += part
        taken += 1
    return text + _left_out(lost[taken:], language)


def annotate(result: Result, language: Language, folder: str = "") -> tuple[Annotation, ...]:
    """Notes on the lines where the student's own code failed, at most 50, the dearest first.

    `folder` is where the files lie in the student's repository. The API shows these texts as they
    stand, without Markdown.
    """
    dearest = sorted(losses(result.checks), key=lambda loss: loss.earned - loss.points)
    placed = [(loss, loss.first.traceback[-1]) for loss in dearest if loss.first.traceback]
    notes = [
        _annotation(loss, frame, language, folder)
        for loss, frame in placed
        if frame.file in result.files and frame.line >= 1
    ]
    return tuple(dict.fromkeys(notes))[:ANNOTATIONS_CAP]


def _annotation(loss: Loss, frame: Frame, language: Language, folder: str) -> Annotation:
    check = loss.first
    texts = [check.message or check.title, check.diagnosis, check.hint]
    functions, verdict = ", ".join(loss.functions), words.VERDICTS[check.verdict].in_(language)
    return Annotation(
        path=f"{folder.strip('/')}/{frame.file}".lstrip("/"),
        start_line=frame.line,
        end_line=frame.line,
        annotation_level="failure" if check.verdict is not Verdict.NOT_IMPLEMENTED else "notice",
        title=f"{functions}: {verdict} ({loss.share})"[:TITLE_CAP],
        message="\n".join(
            printable(text.in_(language), MESSAGE_CAP) for text in texts if text is not None
        ),
    )


def _head(result: Result, language: Language) -> str:
    so_far = f" {words.SO_FAR.in_(language)}" if result.undecided else ""
    lines = [f"## {share(result.earned, result.points)}{so_far}", ""]
    if result.undecided:
        lines += [f"**{_escaped(words.OPEN.in_(language))}**", ""]
    if result.sandbox.level == "none":
        lines += [f"**{_escaped(words.UNSAFE.in_(language))}**", ""]
    if is_perfect(result):
        lines += [_escaped(words.PERFECT.in_(language)), ""]
    columns = [word.in_(language) for word in (words.TASK, words.POINTS, words.LOST)]
    lines += [f"| {' | '.join(columns)} |", "|---|--:|---|"]
    for task in result.tasks:
        lost = points_to_earn(result.checks, task.name)
        functions = ", ".join(f"{_code(one.function)} {one.minus}" for one in lost)
        lines.append(
            f"| {_code(f'{task.name}.py')} | {share(task.earned, task.points)} | {functions} |"
        )
    return "\n".join(lines) + "\n"


def _lost(loss: Loss, language: Language) -> str:
    check = loss.first
    verdict = words.VERDICTS[check.verdict].in_(language)
    functions = ", ".join(map(_code, loss.functions))
    lines = ["", f"### {functions} · {verdict} · {loss.share}", ""]
    if len(loss.checks) > 1:
        lines.append(words.CHECKS.in_(language).format(count=len(loss.checks)))
    else:
        lines.append(f"**{_escaped(check.title.in_(language))}**")
    if check.message:
        lines += ["", _block(textwrap.wrap(check.message.in_(language), LINE_WIDTH))]
    if check.diagnosis:
        lines += ["", _labelled(words.DIAGNOSIS, check.diagnosis, language)]
    if check.counterexample or check.traceback:
        lines += ["", _block(example_lines(told(loss, language), language, LINE_WIDTH))]
    if check.hint:
        lines += ["", _labelled(words.HINT, check.hint, language)]
    return "\n".join(lines) + "\n"


def _spared(result: Result, language: Language) -> str:
    groups = spared(result.checks)
    if not groups:
        return ""
    lines = ["", f"### {_escaped(words.KEPT.in_(language))}"]
    for group in groups:
        lines += ["", _block(textwrap.wrap(group.message.in_(language), LINE_WIDTH)), ""]
        lines += [_titled(check, language) for check in group.checks]
    return "\n".join(lines) + "\n"


def _titled(check: Check, language: Language) -> str:
    points = share(check.earned, check.points)
    return f"- {_code(check.function)} {_escaped(check.title.in_(language))} ({points})"


def _labelled(label: Text, text: Text, language: Language) -> str:
    return f"**{label.in_(language)}:** {_escaped(text.in_(language))}"


def _left_out(lost: list[Loss], language: Language) -> str:
    count = sum(len(loss.checks) for loss in lost)
    return f"\n{words.LEFT_OUT.in_(language).format(count=count)}\n"


def _escaped(text: str) -> str:
    """Words that mean nothing to Markdown; the joiner keeps @ and # from becoming references."""
    plain = _PUNCTUATION.sub(r"\\\1", printable(text, len(text)).strip())
    return re.sub(r"([@#])", rf"\1{WORD_JOINER}", plain)


def _code(text: str) -> str:
    """A code span; a pipe would end a table's cell even there."""
    text = printable(text, len(text)).replace("|", "¦") or " "
    ticks = _longer_than_any("`", text, 1)
    return f"{ticks} {text} {ticks}" if "`" in text else f"{ticks}{text}{ticks}"


def _block(lines: Iterable[str]) -> str:
    """A code block; no line in it can end it."""
    inside = [printable(line, len(line)) for line in lines]
    fence = _longer_than_any("`", "\n".join(inside), 3)
    return "\n".join((f"{fence}text", *inside, fence))


def _longer_than_any(mark: str, text: str, least: int) -> str:
    runs = [len(run) for run in re.findall(f"{re.escape(mark)}+", text)]
    return mark * max(least, max(runs, default=0) + 1)


def _size(*texts: str) -> int:
    return sum(len(text.encode()) for text in texts)
