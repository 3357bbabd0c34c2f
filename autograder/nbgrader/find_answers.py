"""The answers to the written questions in a notebook that may have been through anything.

A question gets 0 without a person only where all that was handed in holds nothing but what was
released. Otherwise every question waits: an answer may stand in another question's cell, or in
one of the student's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.document.text import Text
from autograder.nbgrader import reasons
from autograder.nbgrader.pieces import Piece, Road, take_apart
from autograder.nbgrader.released_text import Released, ReleasedText, key

BETWEEN = "\n\n---\n\n"
FOUND_BY = {
    Road.ID: reasons.FOUND_BY_ID,
    Road.TEXT: reasons.FOUND_BY_TEXT,
    Road.PLACE: reasons.FOUND_BY_PLACE,
}


@dataclass(frozen=True)
class Placed:
    """The text at one place of the notebook: of a known cell, or of the student's own.

    Its pictures are those of the student's cell of that number, and so are the outputs, if any.
    """

    text: str
    cell: int
    known: Released | None = None
    with_outputs: bool = False


@dataclass(frozen=True)
class FoundAnswers:
    """The cells in their order, and the notes about each question.

    `answered` holds the reasons to look twice at an answer that was found; none for one that stands
    where it should.
    """

    placed: list[Placed]
    answered: dict[str, list[Text]]
    has_own_cells: bool

    @property
    def has_own_text(self) -> bool:
        return self.has_own_cells or bool(self.answered)

    def waiting(
        self, released: ReleasedText, others: Sequence[Text] = ()
    ) -> dict[str, Text | None]:
        """Every question with the reason why it waits; `others` is what was found elsewhere.

        None are waiting where nothing was found anywhere.
        """
        if not self.has_own_text and not others:
            return {}
        blank = [*others]
        if self.has_own_cells:
            blank.append(reasons.OWN_CELLS)
        elif self.answered:
            blank.append(reasons.OTHER_QUESTIONS)
        return {
            name: reasons.joined(self.answered.get(name, blank))
            for each in released.questions
            if (name := each.name) is not None
        }


def find_answers(cells: Sequence[Mapping[str, Any]], released: ReleasedText) -> FoundAnswers:
    """Look for the answer to every question."""
    pieces = take_apart(cells, released)
    of_each = {
        name: [piece for piece in pieces if piece.known is each]
        for name, each in released.known.items()
    }
    answers = {
        each.name: _Answer(each, of_each[each.name])
        for each in released.questions
        if each.name is not None and of_each[each.name]
    }
    hosts = {id(answer.host): answer for answer in answers.values()}
    # Of two copies of a cell that is no question the last one counts, as in nbgrader.
    last = {id(some[-1]) for some in of_each.values() if some and not some[-1].is_question}
    # A copy with pictures stays where it is: only one cell's pictures go with a text.
    shown = {
        id(piece)
        for answer in answers.values()
        for piece in answer.copies
        if piece.is_own and not piece.has_pictures
    }
    placed: list[Placed] = []
    for piece in pieces:
        if id(piece) in hosts:
            text = hosts[id(piece)].text
            placed.append(Placed(text, piece.cell, piece.known, piece.is_first))
        elif id(piece) in last:
            placed.append(Placed(piece.text, piece.cell, piece.known, piece.is_first))
            if piece.is_own and piece.is_locked:  # its own text comes back; this stands below
                placed.append(Placed(piece.text, piece.cell))
        elif id(piece) not in shown:
            placed.append(Placed(piece.text, piece.cell, None, piece.is_first))
    return FoundAnswers(
        placed,
        {name: list(answer.reasons()) for name, answer in answers.items() if answer.own},
        any(piece.is_own and not piece.is_question for piece in pieces),
    )


class _Answer:
    """The answers in all copies of one question."""

    def __init__(self, question: Released, copies: Sequence[Piece]) -> None:
        self._question, self.copies = question, copies
        self.own = list({key(piece.text): piece for piece in copies if piece.is_own}.values())
        self.host = (self.own or copies)[0]

    @property
    def text(self) -> str:
        """The released text where there is no answer, so that nbgrader sees that, too."""
        if not self.own:
            return str(self._question.cell.source)
        return BETWEEN.join(piece.text for piece in self.own)

    def reasons(self) -> Iterator[Text]:
        if self.host.is_merged:
            yield reasons.MERGED
        elif self.host.road in FOUND_BY:
            yield FOUND_BY[self.host.road]
        if len(self.own) > 1:
            yield reasons.DIFFERENT
        elif len(self.copies) > 1:
            yield reasons.COPIED
