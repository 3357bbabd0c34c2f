"""A class of submissions that differ, made out of right variants and known mistakes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from corpus.mistakes import Mistake, mistakes
from corpus.solution import TASKS
from corpus.variants import Variant, variants

MISTAKEN = 0.5  # the share of submissions with one known mistake in one file


@cache
def _right_ways(task: str) -> tuple[Variant, ...]:
    return tuple(variants([task]))


@cache
def _mistakes(task: str) -> tuple[Mistake, ...]:
    return tuple(mistakes([task]))


def submission(number: int, tasks: Sequence[str] = TASKS) -> dict[str, str]:
    """The files of submission `number`, by name: the same number, the same submission.

    Each of `tasks` is written in one of the right ways, chosen by `number`; in half of the
    submissions one of them has a known mistake.
    """
    chance = random.Random(number)
    files: dict[str, str] = {}
    for task in tasks:
        files |= _own_files(chance.choice(_right_ways(task)))
    if chance.random() < MISTAKEN:
        mistake = chance.choice(_mistakes(chance.choice(tasks)))
        for name in ("mistaken.py", f"{mistake.task}.py"):
            files[name] = mistake.files()[name]
    return files


def _own_files(variant: Variant) -> dict[str, str]:
    """The variant's file and its helpers, without the files beside it."""
    others = {f"{task}.py" for task in TASKS if task != variant.task}
    return {name: text for name, text in variant.files().items() if name not in others}


def write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
