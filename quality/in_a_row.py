"""Submissions graded in a row, every second one hostile: what is left behind, who is disturbed.

    python -m quality.in_a_row [--count 200] [--namespaces auto|none]

Honest files of the examples alternate with attacks of `corpus/attacks/collection`, all graded by
one process. Afterwards there must be no process, file, mount, shared memory or descriptor more
than before, and every honest file must have its points. The exit code is 1 otherwise.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from corpus.attacks import isolated
from corpus.attacks.arena import open_arena
from corpus.attacks.collection import ATTACKS
from corpus.attacks.in_a_row import HONEST, in_a_row, traces

# Attacks on limits want them low, and an honest file wants more than one second in all.
LIMITS = msgspec.structs.replace(
    isolated.LIMITS, call_seconds=2.0, task_seconds=60.0, task_cpu_seconds=30
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="how many submissions in all")
    parser.add_argument("--namespaces", choices=("auto", "none"), default="auto")
    options = parser.parse_args()
    # Spread over the collection, so that every family takes part.
    attacks = [ATTACKS[n * len(ATTACKS) // options.count] for n in range(options.count)]
    started, wrong = time.monotonic(), []
    with (
        tempfile.TemporaryDirectory(prefix="arena-") as name,
        open_arena(Path(name)) as arena,
        isolated.attacked(arena, LIMITS, namespaces=options.namespaces) as sandbox,
    ):
        # torch makes a folder for itself the first time that it is needed.
        list(in_a_row(2 * len(HONEST), attacks, arena, sandbox))
        before = traces(arena, sandbox)
        for submission, faults in in_a_row(options.count, attacks, arena, sandbox):
            wrong += [f"{submission}: {fault}" for fault in faults]
        left = before.missing_in(traces(arena, sandbox))
    honest = (options.count + 1) // 2
    disturbed = sum("points instead of" in fault for fault in wrong)
    table = Table(title="submissions in a row, every second one hostile", show_header=False)
    table.add_row("honest, with their points", f"{honest - disturbed} of {honest}")
    hostile = options.count - honest
    table.add_row(
        "hostile, with nothing gained", f"{hostile - len(wrong) + disturbed} of {hostile}"
    )
    for kind in ("processes", "files", "mounts", "shared memory", "descriptors"):
        table.add_row(f"{kind} left behind", str(sum(line.startswith(kind) for line in left)))
    table.add_row("time", f"{time.monotonic() - started:.0f} s")
    console = Console()
    console.print(table)
    for line in (*wrong, *left):
        console.print(line, markup=False)
    if wrong or left:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
