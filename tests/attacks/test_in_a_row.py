"""A few submissions in a row. `python -m quality.in_a_row` grades two hundred."""

from __future__ import annotations

from corpus.attacks.arena import Arena
from corpus.attacks.collection import ATTACKS
from corpus.attacks.in_a_row import in_a_row, traces
from corpus.attacks.isolated import Watched

NAMES = (
    "a message in the process's past",
    "os._exit(0) at import",
    "the numbers to come",
    "answers in advance",
    "a daemon",
    "compiled files beside the source",
    "POSIX shared memory",
    "a patched torch",
)


def test_nothing_is_left_behind_and_every_honest_file_has_its_points(
    arena: Arena, sandbox: Watched
) -> None:
    attacks = [attack for name in NAMES for attack in ATTACKS if attack.name == name]
    before = traces(arena, sandbox)
    wrong = [(name, faults) for name, faults in in_a_row(8, attacks, arena, sandbox) if faults]
    assert not wrong
    assert not before.missing_in(traces(arena, sandbox))
