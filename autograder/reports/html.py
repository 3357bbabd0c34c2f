"""Render a result as one HTML page, or as a part of another page.

Nothing is fetched and nothing runs. What differs is marked by a frame and by words, never by
colour alone, so that it reads the same in print, in the dark and aloud.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from autograder.document.result import Check, Result
from autograder.document.text import Language
from autograder.reports import words
from autograder.reports.differences import CELL, cell_map, difference_map, values_in_a_cell
from autograder.reports.handout import check_folder, links
from autograder.reports.losses import (
    Loss,
    is_perfect,
    losses,
    passed,
    points_to_earn,
    share,
    spared,
    told,
)
from autograder.reports.lost_check import STYLE, html
from autograder.reports.rendering import render
from autograder.reports.stamps import stamps
from autograder.reports.standing import NOTHING, Standing
from autograder.sandbox.protocol.errors import Verdict

# Functions named at the top of the page.
WAITING_CAP = 3


def page(
    result: Result,
    language: Language,
    handout: str | None = None,
    standing: Standing = NOTHING,
) -> str:
    """A whole page that asks for nothing: no script, no network.

    `handout` is the web address of the folder that holds the handout and the notebook; without
    it their sections are named, but not linked. `standing` is what decides the grade beside the
    result.
    """
    return _render(
        "page.html.j2",
        result,
        language,
        handout,
        level=2,
        standing=standing,
        time=standing.time_line(language),
    )


def fragment(result: Result, task_name: str, language: Language, handout: str | None = None) -> str:
    """One task as an element to put into any page; it brings its own style.

    A task that the result does not hold raises KeyError.
    """
    tasks = {task.name: task for task in result.tasks}
    return _render("fragment.html.j2", result, language, handout, level=3, task=tasks[task_name])


def _render(
    template: str, result: Result, language: Language, handout: str | None, **more: Any
) -> str:
    if handout is not None:
        check_folder(handout)

    def draw(loss: Loss, level: int, **slots: Markup) -> Markup:
        return Markup(html(told(loss, language), language, level=level, **slots))

    return render(
        template,
        language,
        result=result,
        handout=handout,
        words=words,
        losses=losses,
        spared=spared,
        passed=passed,
        points_to_earn=points_to_earn(result.checks),
        anchors=_anchors(result.checks),
        waiting_cap=WAITING_CAP,
        is_perfect=is_perfect(result),
        share=share,
        links=links,
        draw=draw,
        lost_style=Markup(STYLE),
        stamps=stamps,
        difference_map=difference_map,
        cell_map=cell_map,
        values_in_a_cell=values_in_a_cell,
        cell=CELL,
        passing=Verdict.PASSED,
        undecided=Verdict.UNDECIDED,
        **more,
    )


def _anchors(checks: tuple[Check, ...]) -> dict[tuple[str, str], str]:
    """Where a page tells of each function's first loss, and of each loss by its first check."""
    found: dict[tuple[str, str], str] = {}
    for number, loss in enumerate(losses(checks), 1):
        check = loss.first
        for key in ((check.task, check.id), *((check.task, name) for name in loss.functions)):
            found.setdefault(key, f"lost-{number}")
    return found
