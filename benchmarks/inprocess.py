"""The hidden suites with the student's modules imported into pytest's own process.

    python -m benchmarks.inprocess SUBMISSION [--assignment NAME] [--task NAME] [--seed N]
                                            [--verbose] [--json FILE]

This is what isolation is measured against (`benchmarks/grade_one.py`, `benchmarks/peers.py`); it
protects nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from autograder.document.result import Check
from autograder.grading.assignments import assignments
from corpus.in_process import grade_in_process
from corpus.paths import ASSIGNMENT


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("submission", type=Path)
    parser.add_argument("--assignment", choices=assignments(), default=ASSIGNMENT)
    parser.add_argument("--task", action="append")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true", help="print every check")
    parser.add_argument("--json", type=Path, help="where to write the points and the time")
    options = parser.parse_args()

    start, cpu = time.perf_counter(), time.process_time()
    checks = grade_in_process(options.submission, options.task, options.seed, options.assignment)
    for check in checks:
        if options.verbose or check.earned < check.points:
            _print(check)
    earned, points = sum(c.earned for c in checks), sum(c.points for c in checks)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(f"{earned:g} of {points:g} points, {wall:.2f} s, {cpu:.2f} s CPU in the checks")
    if options.json:
        options.json.write_text(json.dumps({"earned": earned, "cpu_seconds": cpu}))


def _print(check: Check) -> None:
    print(f"{check.earned:g}/{check.points:g} {check.id}: {check.verdict} ({check.seconds:.2f} s)")
    if check.message:
        print(f"    {check.message.en}")
    if check.counterexample:
        print(f"    {check.counterexample}")
    for frame in check.traceback:
        print(f"    {frame.file}:{frame.line} {frame.source}", file=sys.stderr)


if __name__ == "__main__":
    main()
