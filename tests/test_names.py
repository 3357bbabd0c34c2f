"""What a test is called, as a report lists it."""

from __future__ import annotations

import re

from corpus.paths import ROOT


def test_a_tests_name_has_at_most_70_characters() -> None:
    files = (ROOT / "tests").rglob("test_*.py")
    names = [name for file in files for name in re.findall(r"def (test_\w+)", file.read_text())]
    assert [name for name in names if len(name) > 70] == []
