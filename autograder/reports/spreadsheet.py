"""Tables for a spreadsheet, with cells that students have a say in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

# A spreadsheet takes a cell that begins so for a formula, and a student may choose such a name.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain(text: str | None) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text and text.startswith(FORMULA) else text or ""


def number(value: float) -> str:
    """A number as short as it can be written; never a negative zero."""
    return f"{value + 0.0:.10g}"


def write(path: str | Path, rows: Iterable[Sequence[object]], *, marked: bool = True) -> Path:
    """Write CSV, `marked` with the byte order mark without which Excel garbles Korean names."""
    path = Path(path)
    encoding = "utf-8-sig" if marked else "utf-8"
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        csv.writer(file).writerows(rows)
    return path
