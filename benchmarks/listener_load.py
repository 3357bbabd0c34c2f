"""The listener under slow connections, beside true deliveries.

    python -m benchmarks.listener_load [--slow N] [--deliveries N] [--seconds N] [--python PYTHON]

Slow connections send a byte a second, half of them within the headers and half within the body of
a request with a forged signature, and come again when they are closed. Meanwhile true deliveries
arrive, signed, ten at once. A table says how soon these were answered, and what memory and how many
threads and descriptors the listener had; exit code 1 where one was not answered with 202 within a
second, or where memory or threads grew. `--python` measures the autograder of another environment.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from corpus.github.fake import FakeGitHub

SECRET = "a secret of the course's"
AT_ONCE = 10
ANSWERED_WITHIN = 1.0
PATIENCE = 10.0
# What an allocator may still take after it was warm, and when it is.
GROWTH_BYTES = 4 * 1024 * 1024
WARM = 1 / 6
HEADERS = b"POST / HTTP/1.1\r\nHost: listener\r\nX-GitHub-Event: push\r\n"
FORGED = b"Content-Length: 5000\r\nX-Hub-Signature-256: sha256=" + b"0" * 64 + b"\r\n\r\n"


@dataclass
class Seen:
    """What happened while the load lasted."""

    answers: list[tuple[str, float]] = field(default_factory=list)
    lives: list[float] = field(default_factory=list)
    ended: int = 0
    refused: int = 0
    samples: list[tuple[int, int, int]] = field(default_factory=list)


async def drip(port: int, start: bytes, seen: Seen) -> None:
    """Send a byte a second for as long as the listener lets it, again and again."""
    while True:
        began = time.monotonic()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(start)
                closed = asyncio.create_task(reader.read())
                while not (await asyncio.wait([closed], timeout=1))[0]:
                    writer.write(b"a")
                seen.ended += 1
                closed.exception()  # a reset is an end like any other
            finally:
                seen.lives.append(time.monotonic() - began)
                closed.cancel()
                writer.close()
        except OSError:
            seen.refused += 1
        await asyncio.sleep(1)


async def deliver(port: int, body: bytes) -> tuple[str, float]:
    """Send a push as GitHub does; the answer's status, and the seconds until it was there."""
    began = time.monotonic()
    mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    about = f"Content-Length: {len(body)}\r\nX-Hub-Signature-256: sha256={mac}\r\n\r\n"
    status = "none"
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HEADERS + about.encode() + body)
            status = (await reader.readline()).decode().split(" ")[1:2][0]
            writer.close()
    return status, time.monotonic() - began


async def load(
    listener: psutil.Process, port: int, bodies: list[bytes], slow: int, seconds: float
) -> Seen:
    """All of it, for so many seconds."""
    seen = Seen()
    starts = (HEADERS + b"X-More: ", HEADERS + FORGED)
    drips = [asyncio.create_task(drip(port, starts[n % 2], seen)) for n in range(slow)]
    sampling = asyncio.create_task(sample(listener, seen))
    bursts = [bodies[start : start + AT_ONCE] for start in range(0, len(bodies), AT_ONCE)]
    for burst in bursts:
        await asyncio.sleep(seconds / (len(bursts) + 1))
        seen.answers += await asyncio.gather(*(deliver(port, body) for body in burst))
    await asyncio.sleep(seconds / (len(bursts) + 1))
    for task in (*drips, sampling):
        task.cancel()
    await asyncio.gather(*drips, sampling, return_exceptions=True)
    return seen


async def sample(listener: psutil.Process, seen: Seen) -> None:
    while True:
        held = (listener.memory_info().rss, listener.num_threads(), listener.num_fds())
        seen.samples.append(held)
        await asyncio.sleep(1)


@contextmanager
def course(students: int) -> Iterator[tuple[Path, FakeGitHub, list[bytes]]]:
    """A folder with a course.toml, its GitHub, and a push of every student as GitHub tells it."""
    with tempfile.TemporaryDirectory() as folder, FakeGitHub() as github:
        room = Path(folder)
        rows = [f"{number},octo-{number}" for number in range(1, students + 1)]
        (room / "roster.csv").write_text("\n".join(["student,login", *rows]))
        (room / "course.toml").write_text(
            'organisation = "example-course"\ngrader = "grader"\ntemplate = "segmentation"\n'
            'roster = "roster.csv"\ndeadline = 2099-01-01T00:00:00Z\n'
        )
        github.add_repository("grader")
        github.add_repository("segmentation", {"iou.py": "raise NotImplementedError\n"})
        bodies = []
        for row in rows:
            name = f"segmentation-{row.partition(',')[2]}"
            github.copy_repository("segmentation", name)
            sha = github.push(name, {"iou.py": f"# {name}\n"})
            bodies.append(json.dumps(github.push_event(name, sha)).encode())
        yield room, github, bodies


@contextmanager
def listening(python: str, room: Path, github: FakeGitHub) -> Iterator[tuple[psutil.Process, int]]:
    """A listener of its own process, and its port."""
    environment = {
        **os.environ,
        "GITHUB_API_URL": github.url,
        "GITHUB_TOKEN": "token",
        "AUTOGRADER_WEBHOOK_SECRET": SECRET,
    }
    with (room / "listener.log").open("w+") as log, subprocess.Popen(
        [python, "-m", "autograder", "github", "listen", "--port", "0"],
        cwd=room, env=environment, stdout=log, stderr=log,
    ) as process:  # fmt: skip
        try:
            patience = time.monotonic() + 60
            while not (found := re.search(r":(\d+)\n", (room / "listener.log").read_text())):
                if process.poll() is not None or time.monotonic() > patience:
                    sys.exit(f"the listener did not start: {(room / 'listener.log').read_text()}")
                time.sleep(0.1)
            yield psutil.Process(process.pid), int(found[1])
        finally:
            process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--slow", type=int, default=500)
    parser.add_argument("--deliveries", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--python", default=sys.executable)
    asked = parser.parse_args()
    with course(asked.deliveries) as (room, github, bodies):
        with listening(asked.python, room, github) as (listener, port):
            before = listener.memory_info().rss, listener.num_threads(), listener.num_fds()
            seen = asyncio.run(load(listener, port, bodies, asked.slow, asked.seconds))
        journal = (room / "listener.jsonl").read_text().count("\n")
        log = (room / "listener.log").stat().st_size
    sys.exit(tell(asked, before, seen, journal, log, len(github.dispatches)))


def tell(
    asked: argparse.Namespace,
    before: tuple[int, int, int],
    seen: Seen,
    journal: int,
    log: int,
    sent: int,
) -> bool:
    """Print what was seen. Whether it is worse than it must be."""
    warm = seen.samples[int(len(seen.samples) * WARM) :]
    slowest = max(seconds for _, seconds in seen.answers)
    right = sum(status == "202" for status, _ in seen.answers)
    median = sorted(seconds for _, seconds in seen.answers)[len(seen.answers) // 2]
    grown = max(memory for memory, _, _ in warm) - warm[0][0]
    threads = {threads for _, threads, _ in warm}
    late = right < asked.deliveries or slowest > ANSWERED_WITHIN
    swollen = grown > GROWTH_BYTES or len(threads) > 1
    table = Table(title=f"{asked.slow} slow connections for {asked.seconds:g} s")
    for column in ("", "figure"):
        table.add_column(column, justify="left" if not column else "right")
    for row in (
        ("true deliveries, ten at once", asked.deliveries),
        ("answered with 202", right),
        ("seconds to the answer, median", f"{median:.3f}"),
        ("seconds to the answer, longest", f"{slowest:.3f}"),
        ("in the journal; sent to be graded", f"{journal}; {sent}"),
        ("bytes in the log", log),
        ("slow connections that were ended", seen.ended),
        ("seconds that a slow one lived, longest", f"{max(seen.lives, default=0):.1f}"),
        ("slow connections that were not let in", seen.refused),
        ("memory before, MB", _mb(before[0])),
        ("memory, first when warm, most, last, MB", _figures([_mb(m) for m, _, _ in warm])),
        ("threads before", before[1]),
        ("threads, first when warm, most, last", _figures([t for _, t, _ in warm])),
        ("descriptors before", before[2]),
        ("descriptors, first when warm, most, last", _figures([f for _, _, f in warm])),
        ("all answered within a second", "no" if late else "yes"),
        ("memory and threads flat", "no" if swollen else "yes"),
    ):
        table.add_row(*map(str, row))
    Console(width=80).print(table)
    return late or swollen


def _mb(size: int) -> float:
    return round(size / 1e6, 1)


def _figures(values: list[float] | list[int]) -> str:
    return f"{values[0]}, {max(values)}, {values[-1]}"


if __name__ == "__main__":
    main()
