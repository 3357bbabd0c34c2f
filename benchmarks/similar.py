"""What `autograder course similar` finds where nobody copied, and where somebody did.

    python -m benchmarks.similar [--threshold SHARE]

For each file, compares every two of the right variants, which were written independently of one
another; then every variant with a disguised copy of itself: other names, no comments, another
layout, functions in another order. Prints how much they share, and how many pairs of either kind
are on the wrong side of the threshold.
"""

from __future__ import annotations

import argparse
import ast
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from autograder.course.similar import THRESHOLD, given_files, similar
from autograder.reports.side_by_side import percent
from autograder.sandbox.grader.intake import Parcel
from benchmarks.graders import SOLUTIONS, TASKS
from benchmarks.variants import variants

RELEASE = SOLUTIONS.parent.parent / "assignment" / SOLUTIONS.name


@dataclass(frozen=True)
class Written:
    """A submission that lies in no folder."""

    student: str
    files: dict[str, str]

    def take(self) -> Parcel:
        return Parcel({name: text.encode() for name, text in self.files.items()})


def right(task: str) -> list[Written]:
    """The right variants of a file, each with its helpers."""
    others = {f"{other}.py" for other in TASKS if other != task}
    return [
        Written(
            variant.path.stem,
            {name: text for name, text in variant.files().items() if name not in others},
        )
        for variant in variants([task])
    ]


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


def disguised(text: str) -> str:
    """The same program to Python, and another text to the eye."""
    tree = ast.parse(text)
    stored = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    # What is called by name keeps its name.
    stored -= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in stored:
            node.id = f"my_{node.id}"
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            node.body = [part for part in node.body if not _is_documentation(part)] or [ast.Pass()]
    # Only functions move: what stands between them may need its place.
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    others = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
    tree.body = [*others, *reversed(functions)]
    return ast.unparse(tree)


def _is_documentation(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _shares(written: list[Written], task: str) -> list[float]:
    found = similar(written, [task], given_files(RELEASE, [task]), threshold=0.0)
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
