"""A student's cells, cut where one question ends and the next begins, and known again."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from autograder.nbgrader.released_text import Released, ReleasedText, grade_id, line_keys


class Road(enum.Enum):
    """How it was found what a piece belongs to."""

    NAME = enum.auto()  # nbgrader's metadata
    ID = enum.auto()
    TEXT = enum.auto()
    PLACE = enum.auto()


@dataclass(frozen=True)
class Piece:
    """A part of a cell, or all of it; `known` is what it belongs to, if that was found.

    `is_own` says whether it holds anything but what was released there.
    """

    cell: int
    text: str
    known: Released | None
    road: Road
    is_own: bool
    is_first: bool = True
    is_merged: bool = False
    has_pictures: bool = False

    @property
    def is_question(self) -> bool:
        return self.known is not None and self.known.is_question

    @property
    def is_locked(self) -> bool:
        return self.known is not None and bool(self.known.cell.metadata.nbgrader.get("locked"))


def take_apart(cells: Sequence[Mapping[str, Any]], released: ReleasedText) -> list[Piece]:
    """The pieces of all cells, in their order."""
    pieces = [piece for number, cell in enumerate(cells) for piece in _cut(number, cell, released)]
    return _by_place(_without_split_text(pieces, released), cells, released)


def _cut(number: int, cell: Mapping[str, Any], released: ReleasedText) -> Iterator[Piece]:
    owner, road = _owner(cell, released)
    parts = list(_parts(cell["source"], owner, released))
    questions = {part.name for part, _ in parts if part is not None and part.is_question}
    for first, (known, text) in enumerate(parts):
        own_cell = known if known is not None else released
        # A picture may be an answer, and what it shows cannot be compared.
        has_pictures = bool(cell.get("attachments"))
        yield Piece(
            number,
            text,
            known,
            road if known is owner else Road.TEXT,
            is_own=has_pictures or not own_cell.covers(text),
            is_first=first == 0,
            is_merged=len(questions) > 1,
            has_pictures=has_pictures,
        )


def _owner(cell: Mapping[str, Any], released: ReleasedText) -> tuple[Released | None, Road]:
    """What a whole cell is, by its metadata, its id, or because nothing was changed in it."""
    name = grade_id(cell)
    if name is not None and name in released.known:
        return released.known[name], Road.NAME
    for found, road in (
        (released.by_id.get(cell.get("id", "")), Road.ID),
        (released.by_key.get(key_of(cell)), Road.TEXT),
    ):
        if found is not None and found.name is not None:
            return found, road
    return None, Road.TEXT


def key_of(cell: Mapping[str, Any]) -> str:
    return "".join(line_keys(cell["source"]))


def _parts(
    source: str, owner: Released | None, released: ReleasedText
) -> Iterator[tuple[Released | None, str]]:
    """The text before the first question's own lines is the owner's, then each has its own."""
    current, lines = owner, list[str]()
    for line in source.splitlines(keepends=True):
        asked = released.asked_by(line) if line.strip() else None
        if asked is not None and asked is not current:
            if "".join(lines).strip():
                yield current, "".join(lines)
            current, lines = asked, []
        lines.append(line)
    yield current, "".join(lines)


def _without_split_text(pieces: Sequence[Piece], released: ReleasedText) -> list[Piece]:
    """The same, with no text of one's own where a cell was only split or merged."""
    mended: list[Piece] = []
    for own_text, group in groupby(pieces, lambda each: each.is_own and not each.has_pictures):
        run = list(group)
        if own_text and released.covers_together(piece.text for piece in run):
            run = [replace(piece, is_own=False) for piece in run]
        mended += run
    return mended


def _by_place(
    pieces: Sequence[Piece], cells: Sequence[Mapping[str, Any]], released: ReleasedText
) -> list[Piece]:
    """The same, with questions that are missing found between their neighbours.

    Only where as many texts of one's own stand there as questions are missing.
    """
    found = {piece.known.name for piece in pieces if piece.known is not None}
    places = [_place(piece, cells[piece.cell], released) for piece in pieces]
    placed = list(pieces)
    missing = [each for each in released.questions if each.name not in found]
    for _, numbered in groupby(enumerate(missing), lambda each: each[1].place - each[0]):
        group = [each for _, each in numbered]
        before = [at for at, place in enumerate(places) if place is not None and
                  place < group[0].place]  # fmt: skip
        after = [at for at, place in enumerate(places) if place is not None and
                 place > group[-1].place]  # fmt: skip
        start, end = max(before, default=-1) + 1, min(after, default=len(pieces))
        gap = [at for at in range(start, end) if places[at] is None and pieces[at].is_own]
        if before and len(gap) == len(group):
            for at, question in zip(gap, group, strict=True):
                placed[at] = replace(pieces[at], known=question, road=Road.PLACE)
    return placed


def _place(piece: Piece, cell: Mapping[str, Any], released: ReleasedText) -> int | None:
    """Where in the released notebook a piece stood; None for one's own."""
    if piece.known is not None:
        return piece.known.place
    for found in (released.by_id.get(cell.get("id", "")), released.by_key.get(key_of(cell))):
        if found is not None:
            return found.place
    return None
