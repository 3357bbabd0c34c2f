"""Every request of `autograder github`, held against GitHub's own description of its interface.

    python -m quality.github_schema [--in FOLDER]

A small course is played on the fake of the tests, from its first repository to its end, with a
proxy (Prism) between: it holds each request against the OpenAPI description that GitHub publishes
(@octokit/openapi), its path, its query, and its body. Answers are the fake's, which knows only the
fields that are read here, so they are not held against anything. Needs Node.js with npm, which
installs both into FOLDER (by default for this run only).

Prints how often each operation was asked for. Exit code 1 where a request is not as described, or
where the proxy lets a wrong one through; 2 where it cannot begin.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import msgspec
from rich.console import Console
from rich.table import Table

from autograder.document import result as results
from autograder.document.result import Result, TaskResult
from autograder.grading.outline import read_outline
from corpus.github.came_back import SANDBOX
from corpus.github.fake import APP_ID, FakeGitHub, deliver
from corpus.github.fake_settings import set_up
from corpus.results import lost, result

PACKAGES = ("@octokit/openapi", "@stoplight/prism-cli")
DESCRIPTION = "node_modules/@octokit/openapi/generated/api.github.com.json"
START_SECONDS = 180
SECRET = "webhook"
STUDENTS = {"kim": "octo-kim", "lee": "octo-lee"}
COURSE = """\
organisation = "example-course"
grader = "grader"
template = "segmentation"
roster = "roster.csv"
deadline = {deadline}
"""
# The ids in a path that say which thing is meant, not what is asked.
THING = re.compile(r"/(?:[0-9a-f]{40}|\d+|grader|segmentation(?:-[\w-]+)?|example-course|octo-\w+)")
# What Prism says, of one request after the other, which is the order they are sent in.
RECEIVED = re.compile(r"\[HTTP SERVER\] (?P<method>\w+) (?P<path>\S+)")
VIOLATION = re.compile(r"Violation: (?P<violation>request.*)")
# The description marks the last part of this path as one that may hold slashes
# (x-multi-segment), which Prism does not know.
SLASHES = ("GET /repos/…/…/git/ref/heads/main", "request Selected route not found")


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--in", dest="folder", type=Path, help="where Prism is kept")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 100)
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        packages = (options.folder or room / "packages").absolute()
        install(packages)
        with (
            FakeGitHub(folder=room / "github") as github,
            proxy(packages, github.url, room / "prism.log") as (url, log),
        ):
            if not catches(url, log):
                sys.exit("Prism lets a wrong request through")
            before = log.read_text()
            github.requests.clear()
            play(github, url, room)
            said = log.read_text().removeprefix(before)
            asked = Counter(operation_of(each.method, each.path) for each in github.requests)
    table = Table(title="requests to GitHub", box=None, header_style="dim")
    table.add_column("asked for")
    table.add_column("times", justify="right")
    for operation, times in sorted(asked.items(), key=lambda each: each[0].split()[::-1]):
        table.add_row(operation, str(times))
    console.print(table)
    violations = complaints(said)
    if violations.pop(SLASHES, 0):
        console.print(f"Prism cannot hold against anything: {SLASHES[0]}", highlight=False)
    for (operation, violation), times in violations.items():
        console.print(f"{operation}: {violation} ({times})", markup=False, highlight=False)
    console.print(
        f"{asked.total()} requests, {len(asked)} operations, {len(violations)} not as described",
        highlight=False,
    )
    sys.exit(1 if violations else 0)


def install(packages: Path) -> None:
    if (packages / DESCRIPTION).is_file():
        return
    packages.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(packages), *PACKAGES]
    try:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    except FileNotFoundError:
        cannot_begin("it needs npm, which comes with Node.js")
    except subprocess.CalledProcessError:
        cannot_begin(f"npm could not install {' and '.join(PACKAGES)}; what it says stands above")


def cannot_begin(reason: str) -> NoReturn:
    print(f"github_schema: {reason}", file=sys.stderr)
    sys.exit(2)


@contextmanager
def proxy(packages: Path, upstream: str, log: Path) -> Iterator[tuple[str, Path]]:
    """Prism in front of `upstream`: its address, and the file with what it says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program, description = packages / "node_modules/.bin/prism", packages / DESCRIPTION
    with (
        log.open("w") as output,
        subprocess.Popen(
            [program, "proxy", description, upstream, "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as prism,
    ):
        try:
            patience = time.monotonic() + START_SECONDS
            while "is listening on" not in log.read_text():
                if prism.poll() is not None or time.monotonic() > patience:
                    cannot_begin(f"Prism did not start:\n{log.read_text()[-2000:]}")
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}", log
        finally:
            prism.kill()


def catches(url: str, log: Path) -> bool:
    """Whether a check run without a name and with a number for its commit is complained about."""
    wrong = urllib.request.Request(
        f"{url}/repos/example-course/segmentation/check-runs",
        data=b'{"head_sha": 5}',
        headers={"Content-Type": "application/json", "Authorization": "Bearer token"},
        method="POST",
    )
    with contextlib.suppress(urllib.error.HTTPError):  # the fake refuses it, too
        urllib.request.urlopen(wrong, timeout=60).close()
    said = " ".join(violation for _, violation in complaints(log.read_text()))
    return "name" in said and "head_sha" in said


def complaints(log: str) -> Counter[tuple[str, str]]:
    """How often Prism said what of which operation."""
    found: Counter[tuple[str, str]] = Counter()
    operation = ""
    for line in log.splitlines():
        if received := RECEIVED.search(line):
            operation = operation_of(received["method"].upper(), received["path"])
        elif violation := VIOLATION.search(line):
            found[operation, violation["violation"]] += 1
    return found


def operation_of(method: str, path: str) -> str:
    """The request without the names of things."""
    return f"{method} {THING.sub('/…', path)}"


def play(github: FakeGitHub, url: str, room: Path) -> None:
    """A course of two, from its first repository until nobody may push any more."""
    tasks = read_outline("segmentation").tasks
    stubs = {f"{task.name}.py": "stub\n" for task in tasks}
    github.add_repository("segmentation", stubs, template=True)
    github.add_repository("grader")
    set_up(github)
    deadline = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    course = COURSE.format(deadline=deadline.isoformat())
    (room / "course.toml").write_text(course)
    (room / "gpu.toml").write_text(f"{course}gpu = true\n")
    rows = (f"{student},{login}\n" for student, login in STUDENTS.items())
    (room / "roster.csv").write_text(f"student,login\n{''.join(rows)}")
    environment = os.environ | {
        "GITHUB_API_URL": url,
        "GITHUB_TOKEN": "token",
        "AUTOGRADER_APP_ID": str(APP_ID),
        "AUTOGRADER_WEBHOOK_SECRET": SECRET,
    }
    environment.pop("AUTOGRADER_APP_KEY", None)
    command = [sys.executable, "-m", "autograder", "github"]

    def run(*arguments: str, ends: int = 0) -> None:
        done = subprocess.run(
            [*command, *arguments], cwd=room, env=environment, capture_output=True, text=True
        )
        if done.returncode != ends:
            sys.exit(f"{' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")

    run("provision")
    run("provision")
    run("check", "--config", "gpu.toml")
    commits = {
        student: github.push(f"segmentation-{login}", {"iou.py": f"# {student}\n" * 20})
        for student, login in STUDENTS.items()
    }
    run("sweep", "--dispatch")
    for student, commit in commits.items():
        run("fetch", student, commit, "--to", student)
        about = msgspec.json.decode((room / f"{student}.push.json").read_bytes())
        document = room / f"{student}.json"
        document.write_bytes(results.encode(_graded(f"{student}-{commit}", about["files"])))
        run("publish", student, commit, "--result", document.name)
    broken = github.push("segmentation-octo-lee", {"iou.py": "# again\n"})
    run("publish", "lee", broken, "--result", "absent.json", ends=1)
    with _listener(command, room, environment) as address:
        event = github.regrade_event("segmentation-octo-kim", commits["kim"])
        before = len(github.dispatches)
        deliver(address, "check_run", event, SECRET)
        patience = time.monotonic() + 60
        while len(github.dispatches) == before and time.monotonic() < patience:
            time.sleep(0.1)
        if len(github.dispatches) == before:
            sys.exit("the regrade button was not answered")
    run("status")
    run("close", "--now")


@contextmanager
def _listener(command: list[str], room: Path, environment: dict[str, str]) -> Iterator[str]:
    with subprocess.Popen(
        [*command, "listen", "--port", "0"],
        cwd=room,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as listener:
        try:
            assert listener.stdout is not None
            found = re.search(r"http://\S+", listener.stdout.readline())
            if found is None:
                sys.exit("the listener did not start")
            yield found[0]
        finally:
            listener.terminate()


def _graded(submission: str, files: dict[str, str]) -> Result:
    """A result in which every check of the suites is lost, so that there are annotations."""
    outline = read_outline("segmentation")
    checks = [
        lost(id=check.id, task=task.name, function=check.function, points=check.points)
        for task in outline.tasks
        for check in task.checks
    ]
    tasks = tuple(TaskResult(task.name, task.points, 0.0) for task in outline.tasks)
    made = msgspec.structs.replace(result(*checks), submission=submission, tasks=tasks)
    versions = msgspec.structs.replace(made.versions, suites=outline.version)
    return msgspec.structs.replace(made, files=files, versions=versions, sandbox=SANDBOX)


if __name__ == "__main__":
    main()
