"""How many attacks of the collection succeed, on plain pytest and on this sandbox.

    python -m quality.attacks [--only MODE] [--attack NAME] [--details] [--document PAGE]

Lets every attack of `corpus/attacks/collection` loose on a grader that imports the submission, as
most do, and on this project's, with and without namespaces, as root and as an ordinary user, and
prints how many left evidence of success. Run it as root: root can be both.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.sandbox.grader.client import Namespaces
from corpus.attacks import isolated, plain
from corpus.attacks.arena import open_arena
from corpus.attacks.attack import Attack
from corpus.attacks.collection import ATTACKS
from corpus.attacks.page import MODES, document
from corpus.attacks.users import python_of
from corpus.paths import ROOT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=MODES, action="append", help="this mode only")
    parser.add_argument("--attack", action="append", help="this attack only, by its name")
    parser.add_argument("--details", action="store_true", help="one line for each attack")
    parser.add_argument("--document", type=Path, metavar="PAGE", help="write all as a page")
    parser.add_argument("--report", choices=MODES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    attacks = [a for a in ATTACKS if not options.attack or a.name in options.attack]
    if not attacks:
        parser.error(f"there is no attack called {', '.join(options.attack)}")
    if options.report:
        report(options.report, attacks)
        return
    if options.document and (options.only or options.attack):
        parser.error("--document is for all attacks in all modes")
    if os.geteuid() != 0:
        parser.error("this command must be run as root, to try both root and an ordinary user")
    found = {mode: in_mode(mode, options.attack) for mode in options.only or MODES}
    console = Console()
    if options.details:
        console.print(_details(found))
    console.print(_summary(attacks, found))
    if options.document:
        options.document.write_text(document(attacks, MODES, found))
    unforeseen = [
        f"{MODES[mode]}: {name} ended as {outcome['verdict']} ({outcome['said']})"
        for mode, outcomes in found.items()
        for name, outcome in outcomes.items()
        if outcome["unforeseen"]
    ]
    for line in unforeseen:
        console.print(line, markup=False)
    succeeded = any(o["evidence"] for m, os_ in found.items() if m != "plain" for o in os_.values())
    if unforeseen or succeeded:
        raise SystemExit(1)


def report(mode: str, attacks: list[Attack]) -> None:
    """Run one mode in this process; a line of JSON for each attack."""
    with tempfile.TemporaryDirectory(prefix="arena-") as name, open_arena(Path(name)) as arena:
        if mode == "plain":
            for attack in attacks:
                _print(attack, plain.let_loose(attack, arena), foreseen=True)
            return
        namespaces: Namespaces = "none" if mode.endswith("none") else "auto"
        with isolated.attacked(arena, namespaces=namespaces) as sandbox:
            for attack in attacks:
                outcome = isolated.let_loose(attack, arena, sandbox)
                _print(attack, outcome, foreseen=outcome.verdict in attack.verdicts)


def _print(attack: Attack, outcome: isolated.Outcome, *, foreseen: bool) -> None:
    line = {
        "name": attack.name,
        "verdict": outcome.verdict,
        "evidence": sorted(outcome.evidence),
        "said": outcome.said,
        "unforeseen": not foreseen,
    }
    print(json.dumps(line), flush=True)


def in_mode(mode: str, names: list[str] | None) -> dict[str, dict[str, object]]:
    """What `report` says when it is run as that mode's user."""
    more = [part for name in names or () for part in ("--attack", name)]
    with python_of(mode) as python:
        done = subprocess.run(
            [*python, "-m", "quality.attacks", "--report", mode, *more],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent"},
        )
    if done.returncode:
        raise SystemExit(f"{MODES[mode]} could not be tried (exit code {done.returncode})")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line.pop("name"): line for line in lines}


def _summary(attacks: list[Attack], found: dict[str, dict[str, dict[str, object]]]) -> Table:
    table = Table(title="attacks that succeed", show_footer=True)
    families = list(dict.fromkeys(attack.family for attack in attacks))
    table.add_column("family", footer="all")
    table.add_column("attacks", footer=str(len(attacks)), justify="right")
    for mode, outcomes in found.items():
        total = sum(bool(outcome["evidence"]) for outcome in outcomes.values())
        table.add_column(MODES[mode], footer=str(total), justify="right")
    for family in families:
        names = [attack.name for attack in attacks if attack.family == family]
        counts = [
            str(sum(bool(outcomes[name]["evidence"]) for name in names))
            for outcomes in found.values()
        ]
        table.add_row(family, str(len(names)), *counts)
    return table


def _details(found: dict[str, dict[str, dict[str, object]]]) -> Table:
    table = Table(title="each attack: how it ended, and evidence of success")
    table.add_column("attack")
    for mode in found:
        table.add_column(MODES[mode])
    for name in next(iter(found.values())):
        cells = []
        for outcomes in found.values():
            evidence = outcomes[name]["evidence"]
            assert isinstance(evidence, list)
            cells.append("; ".join([str(outcomes[name]["verdict"]), *evidence]))
        table.add_row(name, *cells)
    return table


if __name__ == "__main__":
    main()
