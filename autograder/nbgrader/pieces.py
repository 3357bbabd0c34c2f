"""A student's cells, cut where one question ends and the next begins, and known again."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from autograder.nbgrader.read_cells import CELLS_CAP
from autograder.nbgrader.released_text import Released, ReleasedText, grade_id, key


class Road(enum.Enum):
    """The evidence by which a piece was assigned."""

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
    keys = [key(cell["source"]) for cell in cells]
    whole = [_Whole(*each) for each in zip(cells, keys, range(len(cells)), strict=True)]
    pieces = [piece for each in whole for piece in each.cut(released)]
    if len(pieces) > CELLS_CAP:  # nobody merges that many
        pieces = [piece for each in whole for piece in each.cut(released, apart=False)]
    places = [whole[piece.cell].place(released) for piece in pieces]
    return _by_place(_without_split_text(pieces, released), places, released)


class _Whole:
    """A cell as it was handed in."""

    def __init__(self, cell: Mapping[str, Any], key: str, number: int) -> None:
        self._cell, self._key, self._number = cell, key, number

    def cut(self, released: ReleasedText, *, apart: bool = True) -> Iterator[Piece]:
        """The pieces of the cell: one a question, and the text before them."""
        owner, road = self._owner(released)
        source: str = self._cell["source"]
        parts = _parts(source, owner, released) if apart else [(owner, source)]
        questions = {part.name for part, _ in parts if part is not None and part.is_question}
        # A picture may be an answer, and what it shows cannot be compared.
        has_pictures = bool(self._cell.get("attachments"))
        for first, (known, text) in enumerate(parts):
            ours = known if known is not None else released
            yield Piece(
                self._number,
                text,
                known,
                road if known is owner else Road.TEXT,
                is_own=has_pictures or not ours.covers(text),
                is_first=first == 0,
                is_merged=len(questions) > 1,
                has_pictures=has_pictures,
            )

    def place(self, released: ReleasedText) -> int | None:
        """The position in the released notebook; None for the student's own piece."""
        return next((found.place for found, _ in self._unchanged(released)), None)

    def _owner(self, released: ReleasedText) -> tuple[Released | None, Road]:
        """Identify the cell by its metadata, its id, or because nothing was changed in it."""
        name = grade_id(self._cell)
        if name is not None and name in released.known:
            return released.known[name], Road.NAME
        for found, road in self._unchanged(released):
            if found.name is not None:
                return found, road
        return None, Road.TEXT

    def _unchanged(self, released: ReleasedText) -> Iterator[tuple[Released, Road]]:
        for found, road in (
            (released.by_id.get(self._cell.get("id", "")), Road.ID),
            (released.by_key.get(self._key), Road.TEXT),
        ):
            if found is not None:
                yield found, road


def _parts(
    source: str, owner: Released | None, released: ReleasedText
) -> list[tuple[Released | None, str]]:
    """The text before the first question's own lines is the owner's, then each has its own."""
    parts, current, lines = list[tuple[Released | None, str]](), owner, list[str]()
    for line in source.splitlines(keepends=True):
        asked = released.asked_by(line)
        if asked is not None and asked is not current:
            if "".join(lines).strip():
                parts.append((current, "".join(lines)))
            current, lines = asked, []
        lines.append(line)
    parts.append((current, "".join(lines)))
    return parts


def _without_split_text(pieces: Sequence[Piece], released: ReleasedText) -> list[Piece]:
    """The pieces; where a cell was only split or merged, none is the student's own."""
    marked: list[Piece] = []
    for own_text, group in groupby(pieces, lambda each: each.is_own and not each.has_pictures):
        run = list(group)
        if own_text and released.covers_together(piece.text for piece in run):
            run = [replace(piece, is_own=False) for piece in run]
        marked += run
    return marked


def _by_place(
    pieces: Sequence[Piece], places: Sequence[int | None], released: ReleasedText
) -> list[Piece]:
    """The same, with questions that are missing found between their neighbours.

    Only where as many texts of one's own stand there as questions are missing.
    """
    found = {piece.known.name for piece in pieces if piece.known is not None}
    placed = list(pieces)
    at_places = [
        (at, piece.known.place if piece.known is not None else place)
        for at, (piece, place) in enumerate(zip(pieces, places, strict=True))
    ]
    missing = [each for each in released.questions if each.name not in found]
    for _, numbered in groupby(enumerate(missing), lambda each: each[1].place - each[0]):
        group = [each for _, each in numbered]
        first, last = group[0].place, group[-1].place
        before = [at for at, place in at_places if place is not None and place < first]
        after = [at for at, place in at_places if place is not None and place > last]
        start, end = max(before, default=-1) + 1, min(after, default=len(pieces))
        gap = [at for at, place in at_places[start:end] if place is None and pieces[at].is_own]
        if before and len(gap) == len(group):
            for at, question in zip(gap, group, strict=True):
                placed[at] = replace(pieces[at], known=question, road=Road.PLACE)
    return placed
