"""The attacks that read, reach and escape, with the GPU open to the worker.

    python -m quality.gpu_attacks

Lets them loose as the user that runs it; a line of JSON for each attack. `python -m quality.gpu`
does so as root and as an ordinary user.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from corpus.attacks import isolated
from corpus.attacks.arena import open_arena
from corpus.attacks.collection import ATTACKS
from corpus.gpu.lines import Setting, Tried
from corpus.gpu.under_rules import USERS, command_as, users

FAMILIES = ("reading", "forbidden operations", "escaping")


class Attacked(msgspec.Struct, frozen=True):
    """How one attack ended, and the evidence of success that it left."""

    name: str
    verdict: str
    evidence: list[str]


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="arena-") as name,
        open_arena(Path(name)) as arena,
        isolated.attacked(arena, namespaces="auto") as sandbox,
    ):
        sandbox.gpu = True
        for attack in ATTACKS:
            if attack.family in FAMILIES:
                outcome = isolated.let_loose(attack, arena, sandbox)
                found = Attacked(attack.name, str(outcome.verdict), sorted(outcome.evidence))
                print(msgspec.json.encode(found).decode(), flush=True)


def attacks(setting: Setting) -> Iterator[Tried]:
    """How many attacks succeed, as each user."""
    opened = "the GPU's rules, no card" if setting.pretend else "the GPU open"
    for mode in users():
        said = command_as(mode, "quality.gpu_attacks", seconds=setting.left())
        ended = [msgspec.json.decode(line, type=Attacked) for line in said.splitlines()]
        won = [f"{each.name}: {', '.join(each.evidence)}" for each in ended if each.evidence]
        figures = "; ".join([f"{len(won)} of {len(ended)} succeed", *won])
        yield Tried.of(f"attacks with {opened}, {USERS[mode]}", bool(ended) and not won, figures)


if __name__ == "__main__":
    main()
