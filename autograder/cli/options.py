"""Options that several commands offer, and the error for wrong ones."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from autograder.errors import AutograderError
from autograder.reports.feedback import Feedback


class Device(enum.StrEnum):
    """The device that a submission computes on."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


Told = Annotated[
    Feedback, typer.Option(help="What students are told: all, no inputs and values, or points.")
]
Handout = Annotated[
    str | None,
    typer.Option(help="Web address of the folder with the handout, which pages then link."),
]


class UsageError(AutograderError):
    """Options, paths and this machine do not allow what was asked for."""


def check_parent(option: str, path: Path | None) -> None:
    if path is not None and not path.absolute().parent.is_dir():
        raise UsageError(f"{option}: there is no folder {path.absolute().parent}")


def check_handout(folder: str | None) -> None:
    from autograder.reports.handout import check_folder

    try:
        if folder is not None:
            check_folder(folder)
    except ValueError as error:
        raise UsageError(f"--handout: {error}") from None


def cannot_write(option: str, path: str | Path | None, error: OSError) -> UsageError:
    return UsageError(f"{option}: {path} cannot be written: {error.strerror}")
