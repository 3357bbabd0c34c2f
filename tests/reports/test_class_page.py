"""The page of a class: what there is to say of it, and nothing that a student's name can do."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import get_args

import msgspec
import pytest

from autograder.authoring.manifest import Task
from autograder.document.result import Result, TaskResult
from autograder.document.text import Language, Text
from autograder.grading.explain import message
from autograder.reports.class_page import class_page
from autograder.reports.class_summary import ClassSummary, Status
from autograder.sandbox.protocol.errors import Cause, MissingFile, Verdict
from corpus.results import HOSTILE, filled_with, lost, result
from tests.reports.test_html import Structure

TWICE = Text("You divided twice.", "두 번 나누었습니다.")


def graded(points: float, *checks: object, seconds: float = 10.0, **fields: object) -> Result:
    """A result with these points out of 100, whatever the checks say."""
    return msgspec.structs.replace(
        result(*checks),  # type: ignore[arg-type]
        points=100.0,
        earned=points,
        tasks=(TaskResult("iou", 100.0, points),),
        seconds=seconds,
        **fields,
    )


def passed(**fields: object) -> object:
    return lost(Verdict.PASSED, earned=2.0, diagnosis=None, **fields)


def summary() -> ClassSummary:
    """Four who were graded, one who could not be, one who is missing."""
    found = ClassSummary()
    found.add("ahn", graded(100, passed(), passed(id="iou.b")))
    found.add("baek", graded(55, lost(), passed(id="iou.b")))
    found.add("cho", graded(40, lost(), lost(id="iou.b", diagnosis=None)))
    found.add("dahl", graded(0, lost(Verdict.CRASH), lost(Verdict.CRASH, id="iou.b")))
    found.add("eom", None, reason="eom holds no Python file")
    found.add_missing("gil")
    return found


def shown(found: ClassSummary, language: Language = Language.EN, **reports: str) -> Structure:
    return Structure(class_page(found, "spring", language, reports))


def test_figures_are_those_of_whoever_was_graded() -> None:
    found = summary()
    assert (found.mean, found.median, found.points) == (48.75, 47.5, 100)
    (task,) = found.tasks
    assert (task.name, task.mean, task.full, task.zero) == ("iou", 48.75, 1, 1)
    assert [row.student for row in found.with_status(Status.NO_GRADE)] == ["eom"]
    assert [row.student for row in found.with_status(Status.MISSING)] == ["gil"]


def test_full_points_are_in_the_last_bin_and_a_bound_is_in_the_upper_one() -> None:
    found = ClassSummary()
    for points in (0, 9.5, 10, 99.5, 100):
        found.add(str(points), graded(points))
    assert [one.count for one in found.bins] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (found.bins[9].low, found.bins[9].high) == (90, 100)


def test_the_hardest_check_comes_first_and_one_that_all_passed_is_left_out() -> None:
    found = summary()
    found.add("im", graded(50, lost(), passed(id="iou.b"), passed(id="iou.easy")))
    hardest, other = found.hardest
    assert (hardest.passed, hardest.count, hardest.mean_missed) == (1, 5, 1.6)
    assert (other.passed, other.count) == (3, 5)
    assert [check.count for check in found.checks] == [5, 5, 1]


def test_a_misconception_counts_students_and_not_checks() -> None:
    found = ClassSummary()
    found.add("ahn", graded(0, lost(), lost(id="iou.b")))
    found.add("baek", graded(0, lost()))
    found.add("cho", graded(0, lost(diagnosis=Text("Another.", "다른 것."))))
    assert [one.students for one in found.misconceptions] == [["ahn", "baek"], ["cho"]]
    assert found.misconceptions[0].explanation == TWICE


@pytest.mark.parametrize(
    ("check", "is_told"),
    [
        *((lost(verdict), True) for verdict in (
            Verdict.FORBIDDEN, Verdict.CRASH, Verdict.MEMORY, Verdict.TIMEOUT,
            Verdict.BAD_SUBMISSION,
        )),
        (lost(Verdict.ERROR, cause=Cause.PROCESSES), True),
        (lost(Verdict.ERROR, cause=Cause.REFUSED), True),
        (lost(Verdict.ERROR), False),
        (lost(Verdict.ERROR, message=Text("It raised PermissionError: no", "…")), False),
        (lost(Verdict.NOT_IMPLEMENTED), False),
    ],
)  # fmt: skip
def test_what_the_sandbox_stopped_or_refused_is_told(check: object, is_told: bool) -> None:
    found = ClassSummary()
    found.add("ahn", graded(0, check, check))
    assert [(one.student, one.checks) for one in found.incidents] == [("ahn", 2)] * is_told


def test_each_file_with_another_name_is_told() -> None:
    found = ClassSummary()
    names = ("iou-1.py", "IOU.py")
    checks = [
        lost(
            Verdict.MISSING,
            task=task,
            message=message(MissingFile(f"{task}.py", there), "f", Task(task, 1, ())),
        )
        for task, there in (("iou", names), ("iou", names), ("unet", ("unet.py.txt",)))
    ]
    found.add("kim", result(*checks))
    alone = message(MissingFile("a.py"), "f", Task("a", 1, ()))
    found.add("lee", result(lost(Verdict.MISSING, message=alone)))
    assert [(one.student, one.checks) for one in found.incidents] == [("kim", 2), ("kim", 1)]
    first, second = (one.message.en for one in found.incidents if one.message)
    assert first.startswith("iou.py was not found, but iou-1.py, IOU.py.")
    assert second.startswith("unet.py was not found, but unet.py.txt.")


def test_who_took_several_times_as_long_as_the_others_is_slow() -> None:
    found = ClassSummary()
    for student, seconds in {"ahn": 10.0, "baek": 12.0, "cho": 29.0, "dahl": 100.0}.items():
        found.add(student, graded(0, seconds=seconds))
    assert [row.student for row in found.slow] == ["dahl"]


def test_the_page_tells_it_all() -> None:
    text = shown(summary()).text
    for part in (
        "4 graded, 1 without a grade, 1 missing",
        "48.8 of 100 points on average; median 47.5, lowest 0, highest 100",
        "You divided twice.",
        "1 / 4",
        "mean_iou (2 checks): 1 of 4 values differs.",
        "eom holds no Python file",
        "gil missing nothing was graded",
    ):
        assert part in text, part
    page = class_page(summary(), "spring", Language.EN, {})
    assert "Students by points. 0 to 10 points: 1; 10 to 20 points: 0;" in " ".join(page.split())


def test_korean_is_korean_throughout() -> None:
    text = shown(summary(), Language.KO).text
    assert "채점됨 4명, 점수 없음 1명, 제출 없음 1명" in text
    assert "두 번 나누었습니다." in text
    names = r"eom holds no Python file|spring|mean_iou|iou|ahn|baek|cho|dahl|eom|gil"
    assert re.findall(r"[A-Za-z]{3,}", re.sub(names, "", text)) == []


def test_a_student_is_linked_to_the_students_own_page() -> None:
    structure = shown(summary(), ahn="students/ahn.html")
    assert structure.addresses.count("students/ahn.html") == 1
    for address in structure.addresses:
        assert address == "students/ahn.html" or address.startswith("#")


def test_every_section_that_is_named_at_the_top_is_there() -> None:
    for found in (summary(), ClassSummary()):
        page = class_page(found, "spring", Language.EN, {})
        for address in Structure(page).addresses:
            assert f'id="{address[1:]}"' in page


@pytest.mark.parametrize("language", get_args(Language))
def test_a_class_of_which_nobody_was_graded_has_a_page(language: Language) -> None:
    found = ClassSummary()
    found.add_missing("gil")
    assert "gil" in shown(found, language).text


def test_students_text_adds_no_element_and_no_attribute() -> None:
    def structure(text: str) -> Structure:
        found = ClassSummary()
        found.add(text, filled_with(text))
        found.add(f"{text}2", graded(0, lost(Verdict.CRASH, message=Text(text, text))))
        found.add(f"{text}3", None, reason=text)
        found.add_missing(f"{text}4")
        return Structure(class_page(found, text, Language.EN, {text: "students/a.html"}))

    hostile = structure(HOSTILE)
    assert hostile.elements == structure("plain").elements
    assert " ".join(HOSTILE.split()) in hostile.text


def test_only_the_pages_own_script_may_run_and_nothing_is_fetched() -> None:
    page = class_page(summary(), "spring", Language.EN, {})
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="(.*?)"', page)
    policy = policy.replace("&#39;", "'")
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    assert "url(" not in page
    assert "@import" not in page


def test_a_class_that_was_not_graded_alike_says_so() -> None:
    found = summary()
    assert "Not all were graded alike" not in shown(found).text
    found.add("im", graded(0, seed=4))
    assert "(suites 1, seed 3: 4; suites 1, seed 4: 1)" in shown(found).text


def test_who_ran_without_a_sandbox_is_named() -> None:
    found = ClassSummary()
    found.add("ahn", result(lost(), level="none"))
    assert "NOT ISOLATED: ahn." in shown(found).text
