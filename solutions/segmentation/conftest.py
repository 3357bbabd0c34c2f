"""Lets the tests import the files beside this one, and says plainly what is not written yet.

테스트가 옆의 파일을 import할 수 있게 하고, 아직 작성하지 않은 함수를 알려 줍니다.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A stub gets one line in place of a traceback; torch's own errors of this kind keep theirs."""
    report = yield
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, NotImplementedError) and re.fullmatch(r"[\w.]+", str(error)):
        report.longrepr = f"{error} is not written yet. · 아직 작성하지 않았습니다."
    return report
