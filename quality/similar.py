"""What `autograder course similar` finds where nobody copied, and where somebody did.

    python -m quality.similar [--threshold SHARE]

For each file, compares every two of the right variants, which were written independently of one
another; then every variant with a disguised copy of itself: other names, no comments, another
layout, functions in another order. Prints how much they share, and how many pairs of either kind
are on the wrong side of the threshold.
"""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from autograder.course.similarity import THRESHOLD, find_similarity, given_files
from autograder.reports.similarity_page import percent
from corpus.copies import Written, disguised, right
from corpus.paths import RELEASE
from corpus.solution import TASKS


def independent(task: str) -> list[float]:
    """What every two of the right variants of a file share, the most first."""
    return _shares(right(task), task)


def copied(task: str) -> list[float]:
    """What each right variant of a file shares with a disguised copy of itself, the most first."""
    shares = []
    for one in right(task):
        copy = Written("copy", {name: disguised(text) for name, text in one.files.items()})
        shares += _shares([one, copy], task)
    return sorted(shares, reverse=True)


def _shares(written: list[Written], task: str) -> list[float]:
    found = find_similarity(written, [task], given_files(RELEASE, [task]), threshold=0.0)
    assert not found.too_little
    return [pair.share for pair in found.pairs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    threshold = parser.parse_args().threshold
    table = Table(
        "file", "independent", "most shared", f"{percent(threshold)} or more",
        "copies", "least shared", "not found",
    )  # fmt: skip
    for task in TASKS:
        apart, alike = independent(task), copied(task)
        table.add_row(
            f"{task}.py",
            str(len(apart)), percent(apart[0]), str(sum(share >= threshold for share in apart)),
            str(len(alike)), percent(alike[-1]), str(sum(share < threshold for share in alike)),
        )  # fmt: skip
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
