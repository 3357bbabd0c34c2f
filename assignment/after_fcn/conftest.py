"""Lets the tests import the files beside this one, and says plainly what is not written yet.

테스트가 옆의 파일을 import할 수 있게 하고, 아직 작성하지 않은 함수를 알려 줍니다.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from standing import FILES, describe  # noqa: E402

NOT_WRITTEN = "not written yet"


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known that says which function a test is about; print in UTF-8."""
    config.addinivalue_line("markers", "about(function, en, ko, hint): what a public test asks")
    if hasattr(sys.stdout, "reconfigure"):  # the code pages of Windows lack Korean
        sys.stdout.reconfigure(encoding="utf-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with step 1: the files in the order of the handout."""
    order = {f"test_{name}.py": place for place, name in enumerate(FILES)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A stub gets one line in place of a traceback; torch's own errors of this kind keep theirs."""
    report = yield
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, NotImplementedError) and re.fullmatch(r"[\w.]+", str(error)):
        report.longrepr = f"{error} is {NOT_WRITTEN}. · 아직 작성하지 않았습니다."
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Count the checks of stubs as such: they still fail, without a line each."""
    if report.failed and isinstance(report.longrepr, str) and NOT_WRITTEN in report.longrepr:
        return NOT_WRITTEN, ".", NOT_WRITTEN.upper()
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what is written and what comes next."""
    terminalreporter.ensure_newline()
    for language in ("en", "ko"):
        terminalreporter.line(describe(language))
