"""What a course is played with: its organisation, its students, and the jobs of its workflow."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rich.console import Console

from autograder.course.entries import Push
from autograder.course.ledger import Ledger
from corpus.github.act import Grader, git
from corpus.github.fake import APP_ID, FakeGitHub, Json, deliver
from corpus.paths import ROOT

SECRET = "webhook"
AUTHOR = ("-c", "user.name=Student", "-c", "user.email=student@example.com")


@dataclass
class Story:
    """The organisation, the grader's repository, and what was measured."""

    folder: Path
    github: FakeGitHub
    grader: Grader
    programs: Path
    deadline: datetime
    console: Console
    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def says(self, what: str) -> None:
        self.console.rule(what, align="left", style="dim")

    def expects(self, right: bool, what: str) -> None:
        self.console.print(f"{'yes' if right else 'NO':4}{what}", markup=False, highlight=False)
        if not right:
            self.wrong.append(what)

    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "GITHUB_API_URL": self.github.url,
            "GITHUB_TOKEN": "token",
            "AUTOGRADER_APP_ID": str(APP_ID),
            "AUTOGRADER_WEBHOOK_SECRET": SECRET,
            "LEDGER_TOKEN": "token",
            "LEDGER_PAUSE": "0",
        }

    def run(self, *command: str | Path, quiet: bool = False, **variables: str) -> str:
        """A command in the grader's checkout; what it printed. Raises CalledProcessError."""
        done = subprocess.run(
            command,
            cwd=self.grader.checkout,
            env=self.environment() | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode or not quiet:
            self.console.print(done.stdout.rstrip(), markup=False, highlight=False)
        done.check_returncode()
        return done.stdout

    def pushes(self) -> list[Push]:
        path = self.grader.ledger()
        if path is None:
            return []
        with Ledger(path) as ledger:
            return ledger.pushes()

    def check_runs(self) -> list[Json]:
        return [run for runs in self.github.check_runs.values() for run in runs]

    def sweep(self) -> str:
        return self.run("autograder", "github", "sweep", "--dispatch", *self.ledger_options())

    def ledger_options(self) -> list[str | Path]:
        path = self.grader.ledger()
        return [] if path is None else ["--ledger", path]

    def timed(self, part: str, *command: str | Path, **variables: str) -> None:
        began = time.monotonic()
        self.run(*command, quiet=True, **variables)
        self.seconds.setdefault(part, []).append(time.monotonic() - began)


def play_jobs(story: Story, student: str, sha: str) -> None:
    """The steps of grade.yml's three jobs, one by one."""
    place = story.folder / "job"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    submission, result = place / f"{student}-{sha}", place / "result.json"
    fetch = ("autograder", "github", "fetch", student, sha, "--to", submission)
    grade = ("autograder", "grade", submission, "--device", "cpu", "--feedback", "score")
    before = len(next(iter(story.seconds.values()), []))
    story.timed("fetch", *fetch)
    story.timed("grade", *grade, "--json", result)
    publish = story.grader.checkout / ".github" / "scripts" / "publish.sh"
    story.timed("publish", publish, result, STUDENT=student, SHA=sha)
    whole = sum(times[before] for times in story.seconds.values() if len(times) > before)
    story.console.print(f"{student} {sha}: {whole:.1f} s", highlight=False)


def play_dispatches(story: Story, by_act: int = 0) -> list[float]:
    """Grade what was dispatched, the first `by_act` by grade.yml itself; the seconds of those."""
    waiting = [each["client_payload"] for each in story.github.dispatches]
    story.github.dispatches.clear()
    seconds = []
    for number, payload in enumerate(waiting):
        student, sha = payload["student"], payload["sha"]
        if number >= by_act:
            play_jobs(story, student, sha)
            continue
        began = time.monotonic()
        run = story.grader.dispatch(student, sha)
        seconds.append(time.monotonic() - began)
        story.expects(run.succeeded, f"grade.yml, run by act, grades {student}")
        if not run.succeeded:
            story.console.print(run.log, markup=False, highlight=False)
    return seconds


def push(story: Story, number: int, whose: str, files: tuple[str, ...]) -> str:
    """What a student does: clone, copy, commit, push."""
    name = f"segmentation-octo-{number}"
    clone = story.folder / name
    if not clone.exists():
        git("clone", "--quiet", story.github.path(name), clone, cwd=story.folder)
    for file in (path for name in files for path in (ROOT / "examples" / whose).glob(f"{name}.py")):
        shutil.copy2(file, clone)
    git("add", "--all", cwd=clone)
    git(*AUTHOR, "commit", "--quiet", "--message", whose, cwd=clone)
    git("push", "--quiet", "origin", "HEAD:main", cwd=clone)
    return git("rev-parse", "HEAD", cwd=clone).strip()


def press_regrade(story: Story, name: str, sha: str) -> None:
    """The button below a check, by way of the listener; returns when it was dispatched."""
    command = ["autograder", "github", "listen", "--port", "0"]
    journal = ["--journal", str(story.folder / "listener.jsonl")]
    listener = subprocess.Popen(
        [*command, *journal],
        cwd=story.grader.checkout,
        env=story.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert listener.stdout is not None
        found = re.search(r"http://\S+", listener.stdout.readline())
        assert found is not None, "the listener did not start"
        event = story.github.regrade_event(name, sha)
        forged = deliver(found[0], "check_run", event, SECRET, signature="sha256=forged")
        story.expects(forged == 401, f"a webhook with a wrong signature is refused ({forged})")
        taken = deliver(found[0], "check_run", event, SECRET)
        story.expects(taken < 300, f"the button is taken ({taken})")
        patience = time.monotonic() + 60
        while not story.github.dispatches and time.monotonic() < patience:
            time.sleep(0.1)
    finally:
        listener.terminate()
        listener.wait()
