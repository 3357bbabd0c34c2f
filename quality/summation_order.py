"""How near the order of additions comes to a check's tolerance: what a GPU may do between runs.

    python -m quality.summation_order [--assignment NAME] [--task NAME] [--runs N] [--seed N]

A GPU adds by `atomicAdd`, in an order that nobody sets. Here, on the CPU, the solution is graded
with floating sums taken apart into random parts, added in random order: convolutions and their
gradients, matrix products (with a start, too), `sum`, `nansum`, `mean`, and what accumulates by an
index. Other floating reductions (`LEFT` in corpus/random_order.py: pooling by averages, softmax,
norms, variances, running sums, ...) are left as they are, and counted. Prints for each check the
largest distance from what is expected, as a share of the tolerance, in the usual order and in the
worst of the random ones. The exit code is 1 where one of them lost a check.

Orders are sampled, not bounded: a GPU may take a worse one. Neither other precision is shown
(TF32 is off in workers) nor kernels of another algorithm, as cuDNN's by Winograd or FFT.
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table

from corpus.paths import ASSIGNMENT
from corpus.random_order import SMALL, measure


def main() -> int:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assignment", default=ASSIGNMENT)
    parser.add_argument("--task", action="append")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = measure(options.assignment, options.task, options.runs, options.seed)
    title = f"{options.assignment}: largest distance, as a share of the tolerance"
    table = Table("check", title=title)
    for column in ("usual order", f"worst of {options.runs} random orders"):
        table.add_column(column, justify="right")
    for name, worst in sorted(found.worst.items(), key=lambda each: -each[1]):
        if worst >= SMALL:
            table.add_row(name, f"{found.usual[name]:.1%}", f"{worst:.1%}")
    console = Console(width=100)
    console.print(table)
    others = sum(worst < SMALL for worst in found.worst.values())
    console.print(f"{others} others stay below {SMALL:.1%}.")
    anyway = sorted(found.lost_anyway) or "none"
    console.print(f"Lost in this process in the usual order, too: {anyway}")
    lost = sorted(found.lost) or "none"
    console.print(f"{found.checks} checks, {found.sums} sums taken apart; lost: {lost}")
    left = ", ".join(f"{name} {count}" for name, count in sorted(found.left.items())) or "none"
    console.print(f"Floating reductions left in their usual order: {left}")
    return 1 if found.lost else 0


if __name__ == "__main__":
    sys.exit(main())
