"""Save the text of a file that is no JSON, or no notebook at all.

Only `read_cells.py` loads this, by its path, in its process with limits: nothing but the standard
library is imported. What is saved is shown to a person, who decides; so rather too much is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

RAW_CAP = 100_000
# Of a file that is not text at all nothing is shown: a picture, an archive.
GARBLED = 0.05

_KEYS = "attachments|cell_type|execution_count|id|input|metadata|outputs|source"
_CELL = re.compile(rf'\{{\s*"(?:{_KEYS}|collapsed|language)"\s*:')
_CELLS = re.compile(r'"cells"\s*:\s*\[')
_END = re.compile(r'\s*\]\s*(?:,\s*"(?:metadata|nbformat)|\})')
_SOURCE = re.compile(r'"(?:source|input)"\s*:')
_NEXT_KEY = re.compile(rf'"(?:{_KEYS})"\s*:')
# A string, or what is left of one that was cut off.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
_PUNCTUATION = " \t\r\n,[]{}"
_HTML = re.compile(r"<!doctype html|<html", re.IGNORECASE)
# What a page would not show, or show in another place than it stands.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def salvaged(text: str) -> tuple[list[dict[str, Any]], str]:
    """Cells that were found in the text, and what it is: `broken`, or a `text`, or `binary`."""
    cells = list(_cells(text))
    if any("source" in cell or "input" in cell for cell in cells if not cell.get("raw")):
        return cells, "broken"
    if len(_CONTROLS.findall(text)) + text.count("\ufffd") > GARBLED * len(text):
        return [], "binary"
    return [raw(_html_text(text) if _HTML.search(text[:1000]) else text)], "text"


def raw(text: str) -> dict[str, Any]:
    """A cell that shows a text as it is."""
    text = _CONTROLS.sub("\ufffd", text.strip())
    cut = text if len(text) <= RAW_CAP else f"{text[:RAW_CAP]}\n…"
    return {"cell_type": "code", "source": cut, "raw": True}


def _cells(text: str) -> Iterator[dict[str, Any]]:
    """Every cell that is whole, and what stands between them."""
    decoder = json.JSONDecoder(strict=False)
    head = _CELLS.search(text)
    end = head.end() if head else 0
    for found in _CELL.finditer(text, end):
        if found.start() < end:
            continue  # within the cell before
        try:
            cell, after = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            continue
        if "cell_type" in cell:
            yield from _fragments(text[end : found.start()])
            yield cell
            end = after
    if not _END.match(text, end):
        yield from _fragments(text[end:])


def _fragments(text: str) -> Iterator[dict[str, Any]]:
    """Read the remains of broken cells."""
    if not any(map(str.isalnum, text)):
        return
    starts = [found.end() for found in _SOURCE.finditer(text)]
    if not starts:
        yield raw(text)
        return
    before = 0
    for start in starts:
        following = _NEXT_KEY.search(text, start)
        end = following.start() if following else len(text)
        about = text[before:start]
        yield {
            "cell_type": _value("cell_type", about),
            "id": _value("id", about),
            "metadata": {"nbgrader": {"grade_id": _value("grade_id", about)}},
            "source": _strings(text[start:end]),
        }
        before = end


def _value(key: str, text: str) -> str | None:
    found = re.findall(rf'"{key}"\s*:\s*"([^"\\]*)"', text)
    return found[-1] if found else None


def _strings(text: str) -> str:
    """The strings of a list that may be broken anywhere, and what stands between them."""
    parts, at = [], 0
    while (found := _STRING.search(text, at)) is not None:
        parts += [text[at : found.start()].strip(_PUNCTUATION), _unquoted(found[0])]
        at = found.end()
    parts.append(text[at:].strip(_PUNCTUATION))
    return _CONTROLS.sub("\ufffd", "".join(parts))


def _unquoted(literal: str) -> str:
    for closed in (literal, f'{literal}"', f'{literal[:-1]}"'):
        try:
            return str(json.loads(closed, strict=False))
        except ValueError:
            continue
    return literal


def _html_text(text: str) -> str:
    page = _Page()
    page.feed(text)
    page.close()
    return re.sub(r"\s*\n\s*", "\n", "".join(page.parts))


class _Page(HTMLParser):
    """The text of a page, without its styles and scripts."""

    LINES = frozenset(("p", "div", "li", "br", "pre", "h1", "h2", "h3", "h4", "tr", "td"))
    UNSEEN = frozenset(("style", "script"))

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen = tag in self.UNSEEN
        if tag in self.LINES:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.UNSEEN:
            self._unseen = False
        if tag in self.LINES:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)
