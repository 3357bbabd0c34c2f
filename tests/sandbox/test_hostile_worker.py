"""Whatever a worker answers, the grader's side has an ending for it, and takes no harm.

`python -m quality.fuzz_wire` tries many more.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.hostile_worker import (
    KINDS,
    Tally,
    a_room,
    answers,
    ask,
    damaged,
    lives_on,
    printed_texts,
)


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    with a_room() as room:
        yield room


@pytest.mark.parametrize("question", KINDS)
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_answer_is_understood_or_refused(
    question: str, room: Path, data: st.DataObject
) -> None:
    tally = Tally()
    answer, printed = data.draw(answers(KINDS[question])), data.draw(printed_texts)
    ask(question, answer, tally, room, printed=printed, stays=data.draw(lives_on))
    source = Random(data.draw(st.integers(0, 2**32)))
    for _ in range(9):
        ask(question, damaged(answer, source), tally, room, printed=b"", stays=False)
    assert tally.understood + tally.refused == 10


def test_half_an_answer_is_waited_for_until_the_limit_and_no_longer(room: Path) -> None:
    tally = Tally()
    ask("call", b"\0\0\0\x09\0\0", tally, room, printed=b"", stays=True)
    assert tally.endings == {"TimedOut": 1}
