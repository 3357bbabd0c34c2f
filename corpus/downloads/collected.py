"""A download collected by the command, and compared with how it must be."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.cli.collect import collect_class
from autograder.course.collecting.systems import System
from autograder.errors import AutograderError
from corpus.downloads.making import Download
from corpus.paths import ASSIGNMENT

# What the command writes of its own.
OWN = frozenset({"collected.csv", ".collected.json", f".collected-{ASSIGNMENT}.json"})


@dataclass(frozen=True)
class Collected:
    """What came of a download: the class's files, what is said of each student, and the lines."""

    files: dict[str, bytes]
    table: dict[str, tuple[str, bool]]
    lines: list[str]
    code: int


def run(download: Download, folder: Path) -> Collected:
    """Make the download and collect it, as the command does."""
    made = download.make(folder)
    roster = times = None
    if download.roster is not None:
        roster = folder / "roster.csv"
        roster.write_text(download.roster, encoding="utf-8")
    if download.times is not None:
        times = folder / "times.csv"
        times.write_text(download.times, encoding="utf-8")
    to = folder / "CLASS"
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            code = collect_class(
                made,
                to,
                system=System(download.system),
                roster=roster,
                config=None,
                zone=download.zone,
                times=times,
                nbgrader=download.layout == "nbgrader",
                assignment=ASSIGNMENT,
            )
        except AutograderError as error:
            print(error, file=sys.stderr)
            code = error.exit_code
    files = {
        str(path.relative_to(to)): path.read_bytes() for path in to.rglob("*") if path.is_file()
    }
    return Collected(files, dict(_table(download, files)), said.getvalue().splitlines(), code)


def faults_of(download: Download, collected: Collected) -> Iterator[str]:
    """Whatever is not as it must be."""
    text = "\n".join(collected.lines)
    if collected.code != download.code:
        yield f"exit code {collected.code}, not {download.code}: {text}"
    there = dict(download.bytes_by_place())
    expected = dict(_expected(download, there))
    files = {path: data for path, data in collected.files.items() if path not in OWN}
    for path in expected.keys() - files.keys():
        yield f"lost: {path}"
    for path in files.keys() - expected.keys():
        yield f"invented: {path}"
    for path in expected.keys() & files.keys():
        if expected[path] != files[path]:
            yield f"another content: {path}"
    for student, gives in download.gives.items():
        if collected.table.get(student) != (gives.received, gives.late):
            yield f"{student}: {collected.table.get(student)}, not {gives.received!r}, {gives.late}"
    for words in download.told:
        if not any(all(word in line for word in words) for line in collected.lines):
            yield f"no line says {words} in {text}"
    taken = {place for gives in download.gives.values() for place in gives.files.values()}
    stamps = {place for place in there if place.endswith("/timestamp.txt")}
    if download.system != "nbgrader" or download.layout != "nbgrader":
        stamps.clear()  # else they are written anew, and compared in the table
    for place in there.keys() - taken - stamps - set(download.litter):
        if not any(_names(line, place) for line in collected.lines):
            yield f"neither in the class nor in a line: {place}"


def _expected(download: Download, there: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    below = f"{ASSIGNMENT}/" if download.layout == "nbgrader" else ""
    for student, gives in download.gives.items():
        for path, place in gives.files.items():
            yield f"{student}/{below}{path}", there[place]
        if below and gives.received:
            stamp = f"{gives.received}.000000 UTC"
            yield f"{student}/{below}timestamp.txt", stamp.encode()


def _table(download: Download, files: dict[str, bytes]) -> Iterator[tuple[str, tuple[str, bool]]]:
    """When each student's work came in, in UTC, and whether the system calls it late."""
    if download.layout == "nbgrader":
        for student, gives in download.gives.items():
            stamp = files.get(f"{student}/{ASSIGNMENT}/timestamp.txt", b"").decode()
            yield student, (stamp.removesuffix(".000000 UTC"), gives.late)
        return
    rows = csv.DictReader(io.StringIO(files.get("collected.csv", b"").decode()))
    for row in rows:
        moment = datetime.fromisoformat(row["received"]) if row["received"] else None
        received = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0) if moment else ""
        yield row["student"], (str(received), row["late"] == "late")


def _names(line: str, place: str) -> bool:
    """Whether a line says that path, or a folder or a beginning that it lies in."""
    place = place.replace("\\", "/")
    folders = place.split("/")
    above = ("/".join(folders[:end]) for end in range(1, len(folders) + 1))
    if any(f"{folder}/ (" in line or place in line for folder in above):
        return True
    parts = {part for folder in folders for part in (folder, *folder.split("+"))}
    parts |= {"/".join(folders[:2])}
    return any(f"{part}: not handed in for {ASSIGNMENT}" in line for part in parts)
