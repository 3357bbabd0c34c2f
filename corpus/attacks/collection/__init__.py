"""Every attack, a module for each family."""

from __future__ import annotations

from corpus.attacks.attack import Attack
from corpus.attacks.collection import (
    escaping,
    exhausting,
    forging,
    interfering,
    lying,
    odd,
    reaching,
    reading,
    rerouting,
    tampering,
)

ATTACKS: tuple[Attack, ...] = (
    *reading.ATTACKS,
    *forging.ATTACKS,
    *lying.ATTACKS,
    *tampering.ATTACKS,
    *reaching.ATTACKS,
    *rerouting.ATTACKS,
    *exhausting.ATTACKS,
    *escaping.ATTACKS,
    *odd.ATTACKS,
    *interfering.ATTACKS,
)
