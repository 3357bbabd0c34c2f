"""Choices and options that several commands offer."""

from __future__ import annotations

import enum
from typing import Annotated

import typer


class Feedback(enum.StrEnum):
    FULL = "full"
    HINT = "hint"
    SCORE = "score"


class Lang(enum.StrEnum):
    EN = "en"
    KO = "ko"


Told = Annotated[
    Feedback, typer.Option(help="What students are told: all, no inputs and values, or points.")
]
Handout = Annotated[
    str | None,
    typer.Option(help="Web address of the folder with the handout, which pages then link."),
]
