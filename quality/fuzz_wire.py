"""Frames from a hostile worker, thought of by Hypothesis, thrown at the grader's side.

    python -m quality.fuzz_wire [--inputs 100000] [--seed N]

Each input lies in a pipe as a worker's answer to one question of a test. It must be understood or
end as one of the sandbox's own endings (sandbox/protocol/errors.py), within seconds, and without
more memory than arrives: the kernel grants this process a fixed room beyond what it has, while
frames promise up to 2**64 bytes. The exit code is 1 when an input does anything else, and
Hypothesis prints the smallest such input.
"""

from __future__ import annotations

import argparse
import secrets
import time
from collections import Counter
from random import Random

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from corpus.hostile_worker import (
    KINDS,
    ROOM,
    SECONDS,
    Tally,
    a_room,
    answers,
    ask,
    damaged,
    lives_on,
    printed_texts,
)

MIB = 1024 * 1024
# Of every frame that Hypothesis thinks of, so many variants are tried: it is slow to think.
DAMAGED = 49
# Hypothesis keeps what it tried: in batches, it forgets.
BATCH = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=100_000, help="how many to try")
    parser.add_argument("--seed", type=int, help="of an earlier run")
    options = parser.parse_args()
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    started, total, left, endings = time.perf_counter(), Tally(), options.inputs, Counter[str]()
    while left > 0:
        tally = fuzz(min(left, BATCH), seed + left)
        tried = tally.understood + tally.refused
        left -= tried
        total.understood += tally.understood
        total.refused += tally.refused
        total.slowest = max(total.slowest, tally.slowest)
        endings.update(tally.endings)
    table = Table(title=f"answers of a hostile worker, seed {seed}", show_header=False)
    table.add_row("inputs tried", f"{total.understood + total.refused:,}")
    table.add_row("understood", f"{total.understood:,}")
    for name, count in endings.most_common():
        table.add_row(f"ended as {name}", f"{count:,}")
    table.add_row("other exceptions", "0")
    table.add_row("hung (longer than " + f"{SECONDS:g} s)", "0")
    table.add_row("slowest", f"{total.slowest * 1000:.1f} ms")
    table.add_row(f"wanted more than {ROOM // MIB} MiB", "0")
    table.add_row("time", f"{time.perf_counter() - started:.1f} s")
    Console().print(table)


def fuzz(inputs: int, seed: int) -> Tally:
    """Try about so many. Whatever goes wrong is raised, with the smallest input that shows it."""
    tally = Tally()

    @hypothesis.seed(seed)
    @settings(
        max_examples=-(-inputs // (1 + DAMAGED)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        asked=st.sampled_from(sorted(KINDS)).flatmap(
            lambda question: st.tuples(st.just(question), answers(KINDS[question]))
        ),
        printed=printed_texts,
        stays=lives_on,
        number=st.integers(0, 2**32),
    )
    def try_one(asked: tuple[str, bytes], printed: bytes, stays: bool, number: int) -> None:
        question, answer = asked
        ask(question, answer, tally, room, printed=printed, stays=stays)
        source = Random(number)
        for _ in range(DAMAGED):
            frame = damaged(answer, source)
            ask(question, frame, tally, room, printed=b"", stays=False)

    with a_room() as room:
        try_one()
    return tally


if __name__ == "__main__":
    main()
