"""The page of a student who has no grade: why, and what to do."""

from __future__ import annotations

import re

from autograder.document.text import Language, Text
from autograder.reports import words
from autograder.reports.class_summary import Status
from autograder.reports.rendering import render
from autograder.reports.standing import NOTHING, Standing

HEADINGS = {
    Status.MISSING: Text("Nothing was handed in", "제출물이 없습니다"),
    Status.NO_GRADE: Text("No grade yet", "아직 점수가 없습니다"),
    Status.EXCUSED: Text("Excused", "면제"),
}
HAND_IN = Text(
    "If you did hand something in, show the course's staff what and when. What to hand in: the "
    "files that the handout names, every file that they import, and the notebook, in one folder or "
    "in one zip file of it.",
    "제출했는데도 이 페이지를 본다면 언제 무엇을 제출했는지 담당자에게 알려 주세요. "
    "제출할 것: 안내문에 적힌 파일, 그 파일들이 import하는 모든 파일, 노트북. 한 폴더 또는 "
    "그 폴더의 zip 파일 하나로 제출합니다.",
)
OPEN = Text(
    "This is no fault of yours. The course's staff decide; there is nothing for you to do.",
    "여러분의 잘못이 아닙니다. 담당자가 판단하므로 따로 할 일은 없습니다.",
)


def no_grade_page(
    student: str,
    status: Status,
    language: Language,
    *,
    reason: str = "",
    is_open: bool = False,
    standing: Standing = NOTHING,
) -> str:
    """A whole page that asks for nothing. `reason` is the grader's line, in English.

    `is_open` says that nobody could decide, through no fault of the student's.
    """
    advice = OPEN if is_open else None if status is Status.EXCUSED else HAND_IN
    return render(
        "no_grade.html.j2",
        language,
        student=student,
        heading=HEADINGS[status],
        reason=_without_folders(reason),
        advice=advice,
        standing=standing,
        time=standing.time_line(language, missing=status is Status.MISSING),
        words=words,
    )


def _without_folders(reason: str) -> str:
    """Strip the paths of the course's files from the reason."""
    return re.sub(r"(?:[^\s/]*/)+(?=[^\s/])", "", reason)
