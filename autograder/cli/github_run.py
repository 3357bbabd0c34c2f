"""What the commands of `autograder github` do: read the course, sign in, print, exit code."""

from __future__ import annotations

from pathlib import Path


def run_provision(config: Path) -> int:
    raise NotImplementedError


def run_sweep(
    config: Path, ledger: Path, *, dispatch: bool, failed: bool, json: Path | None
) -> int:
    raise NotImplementedError


def run_listen(config: Path, *, host: str, port: int, journal: Path) -> int:
    raise NotImplementedError


def run_fetch(config: Path, student: str, sha: str, to: Path) -> int:
    raise NotImplementedError


def run_publish(
    config: Path, student: str, sha: str, *, result: Path, push: Path | None, ledger: Path
) -> int:
    raise NotImplementedError


def run_status(config: Path, ledger: Path) -> int:
    raise NotImplementedError


def run_grades(config: Path, ledger: Path, csv: Path) -> int:
    raise NotImplementedError


def run_close(config: Path, *, now: bool) -> int:
    raise NotImplementedError
