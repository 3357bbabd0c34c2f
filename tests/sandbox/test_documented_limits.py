"""docs/sandbox.md has every limit with the number that holds."""

from __future__ import annotations

import re

import msgspec
import pytest

from autograder.sandbox.protocol.limits import GIB, MIB, Limits
from corpus.paths import ROOT

UNITS = {"": 1, "KiB": 1024, "MiB": MIB, "GiB": GIB}
PAGE = (ROOT / "docs" / "sandbox.md").read_text()
ROWS = re.findall(r"^\| `(\w+)` \| ([0-9]+) ?(\w*) \| ", PAGE, re.MULTILINE)


def test_every_limit_is_documented_and_no_other() -> None:
    assert [name for name, _, _ in ROWS] == [field.name for field in msgspec.structs.fields(Limits)]


@pytest.mark.parametrize(("name", "number", "unit"), ROWS)
def test_a_documented_limit_is_the_one_that_holds(name: str, number: str, unit: str) -> None:
    assert getattr(Limits(), name) == int(number) * UNITS[unit]
