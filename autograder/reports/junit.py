"""A result as JUnit XML, which every CI system draws."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from autograder.document.result import Check, Result, TaskResult
from autograder.document.text import Language
from autograder.reports import words
from autograder.reports.losses import Loss
from autograder.reports.plain import check_lines
from autograder.reports.standing import NOTHING, Standing
from autograder.sandbox.protocol.errors import Verdict

# XML 1.0 has no way to write the others, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(result: Result, language: Language, standing: Standing = NOTHING) -> str:
    """A suite a task and a case a check; what did not pass is a failure, or an error.

    What could not be decided is skipped: JUnit has no other word for a test without an outcome.

    A suite bears the student's name too: whoever merges the files of a class keeps the suites and
    drops what stands around them.
    """
    root = ET.Element("testsuites", _counts(result.submission, result.checks))
    root.set("time", f"{result.seconds:.3f}")
    for task in result.tasks:
        root.append(_suite(task, result, language, standing))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def _suite(task: TaskResult, result: Result, language: Language, standing: Standing) -> ET.Element:
    checks = tuple(check for check in result.checks if check.task == task.name)
    suite = ET.Element("testsuite", _counts(f"{result.submission}: {task.name}", checks))
    suite.set("time", f"{sum(check.seconds for check in checks):.3f}")
    if result.started:
        suite.set("timestamp", _xml(result.started))
    properties = ET.SubElement(suite, "properties")
    for name, value in {
        "points": f"{task.points:g}",
        "earned": f"{task.earned:g}",
        "seed": str(result.seed),
        "device": result.device,
        "sandbox": result.sandbox.level,
        "received": standing.received,
        "deadline": standing.deadline,
    }.items():
        if not value:
            continue
        ET.SubElement(properties, "property", name=name, value=_xml(value))
    for check in checks:
        suite.append(_case(check, language))
    return suite


def _case(check: Check, language: Language) -> ET.Element:
    case = ET.Element(
        "testcase",
        classname=_xml(f"{check.task}.{check.function}"),
        name=_xml(check.title.in_(language)),
        time=f"{check.seconds:.3f}",
    )
    message = check.message.in_(language) if check.message else ""
    if check.verdict is Verdict.PASSED:
        if message:
            ET.SubElement(case, "system-out").text = _xml(message)
        return case
    points = Loss((check,)).share
    ending = ET.SubElement(
        case,
        _ENDINGS.get(check.verdict, "error"),
        type=check.verdict.value,
        message=_xml(message or words.VERDICTS[check.verdict].in_(language)),
    )
    ending.text = _xml("\n".join((f"{check.id}  {points}", *check_lines(check, language))))
    return case


_ENDINGS = {Verdict.FAILED: "failure", Verdict.UNDECIDED: "skipped"}


def _counts(name: str, checks: tuple[Check, ...]) -> dict[str, str]:
    failed = sum(check.verdict is Verdict.FAILED for check in checks)
    passed = sum(check.verdict is Verdict.PASSED for check in checks)
    undecided = sum(check.verdict is Verdict.UNDECIDED for check in checks)
    return {
        "name": _xml(name),
        "tests": str(len(checks)),
        "failures": str(failed),
        "errors": str(len(checks) - failed - passed - undecided),
        "skipped": str(undecided),
    }


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
