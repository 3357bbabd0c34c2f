"""A course on GitHub, played on this machine from an empty organisation to the grades.

    python -m benchmarks.github_story [--students N] [--keep FOLDER]

Students' repositories are provisioned, pushed to, swept, graded and published; then everything is
done again, and must change nothing; then come a push after the deadline and a press of the regrade
button. Exit code 1 when anything ends otherwise than it should.

What is real: git and every push, the commands `autograder github ...`, the grading, the scripts of
the workflows, the ledger on its branch; for the first student grade.yml itself, run by act. For the
others the steps of its three jobs are run one by one, so that their seconds can be told apart. What
is not: GitHub (tests/github/fake.py), its runners, the installation of packages.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.course.ledger import Ledger, Push
from tests.conftest import ASSIGNMENT, ROOT
from tests.github.act import Grader, git, prepare_environment
from tests.github.fake import FakeGitHub, Json, deliver

ALL = ("*",)
# Whose files a student pushes, of examples/, and which of them. The last one forgets layers.py,
# which unet.py imports.
PUSHED = (
    ("complete", ALL),
    ("half_done", ALL),
    ("broken", ALL),
    ("complete", ("unpooling", "iou")),
    ("half_done", ("transposed_conv",)),
    ("complete", ("unet", "iou")),
)
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


def show_ledger(story: Story) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("", "student", "commit", "received", "points", "check run"):
        table.add_column(column)
    for each in story.pushes():
        received = each.received.strftime("%Y-%m-%d %H:%M")
        points = f"{each.earned:g} / {each.points:g}" if each.reason is None else each.reason
        table.add_row(
            str(each.number), each.student, each.commit[:7], received, points, str(each.check_run)
        )
    story.console.print(table)


def show_seconds(story: Story, by_act: list[float]) -> None:
    parts = story.seconds
    whole = [sum(each) for each in zip(*parts.values(), strict=True)]
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    table = Table(title=f"seconds from the dispatch to the check, {len(whole)} gradings on the CPU")
    for column in ("part", "median", "shortest", "longest"):
        table.add_column(column, justify="left" if column == "part" else "right")
    for part, times in {**parts, "all three": whole, "grade.yml by act": by_act}.items():
        figures = (statistics.median(times), min(times), max(times))
        table.add_row(part, *(f"{figure:.1f}" for figure in figures))
    story.console.print(table)
    story.console.print(
        f"Without a runner's start and the installation of packages. {load:.1f} processes wanted "
        "each processor in the last minute.",
        highlight=False,
    )


def tell(story: Story, students: int) -> None:
    names = [f"segmentation-octo-{number}" for number in range(1, students + 1)]

    story.says(f"{students} students are provisioned")
    story.run("autograder", "github", "provision")
    story.expects(set(names) <= story.github.repositories.keys(), "each has a repository")

    story.says("They push, and a sweep sends what was pushed")
    commits = [
        push(story, number, *PUSHED[(number - 1) % len(PUSHED)])
        for number in range(1, students + 1)
    ]
    story.sweep()
    story.expects(len(story.github.dispatches) == students, "each was dispatched once")

    story.says("Each is fetched, graded and published")
    by_act = play_dispatches(story, by_act=1)
    kept = story.pushes()
    story.expects([each.commit for each in kept] == commits, "the ledger has each commit once")
    story.expects(len(story.check_runs()) == students, "each commit has one check")
    show_ledger(story)

    story.says("All of it again: nothing changes")
    written = len(story.github.writes())
    story.run("autograder", "github", "provision")
    story.sweep()
    story.expects(len(story.github.writes()) == written, "GitHub was asked to change nothing")
    publish = story.grader.checkout / ".github" / "scripts" / "publish.sh"
    last = {"STUDENT": kept[-1].student, "SHA": kept[-1].commit}
    story.run(publish, story.folder / "job" / "result.json", **last)
    story.expects(story.pushes() == kept, "publishing the last result again adds no row")
    story.expects(len(story.check_runs()) == students, "and no check")

    story.says("A push comes a day and a half after the deadline")
    story.github.clock = lambda: story.deadline + timedelta(hours=36)
    late = push(story, 2, "complete", ALL)
    story.sweep()
    play_dispatches(story)
    story.expects(story.pushes()[-1].commit == late, "it was graded")
    summary = story.github.check_runs[names[1]][-1]["output"]["summary"]
    story.console.print(summary.partition("\n\n")[0], markup=False, highlight=False)

    story.says("A student presses the regrade button")
    press_regrade(story, names[0], commits[0])
    play_dispatches(story)
    again = [each for each in story.pushes() if each.commit == commits[0]]
    story.expects(len(again) == 2, "the commit was graded twice, with other inputs")
    story.expects(len({each.earned for each in again}) == 1, "and has the same points")

    story.says("What the course has")
    show_ledger(story)
    story.run("autograder", "github", "status", *story.ledger_options())
    grades = story.folder / "grades.csv"
    story.run("autograder", "github", "grades", "--csv", grades, *story.ledger_options())
    story.console.print(grades.read_text(encoding="utf-8-sig").rstrip(), markup=False)
    show_seconds(story, by_act)


def release() -> dict[str, bytes]:
    files = (path for path in sorted(ASSIGNMENT.rglob("*")) if path.is_file())
    made = {str(path.relative_to(ASSIGNMENT)): path.read_bytes() for path in files}
    return {name: content for name, content in made.items() if "__pycache__" not in name}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=len(PUSHED))
    parser.add_argument("--keep", type=Path, help="a new folder for all that is made")
    options = parser.parse_args()
    if options.students < 2:
        parser.error("--students: it takes two")
    console = Console(width=None if sys.stdout.isatty() else 120)
    folder = options.keep or Path(tempfile.mkdtemp(prefix="github-story-"))
    folder.mkdir(exist_ok=True)
    deadline = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    course = (
        'organisation = "example-course"\ngrader = "segmentation-grader"\n'
        'template = "segmentation"\nroster = "roster.csv"\n'
        f"deadline = {deadline.isoformat()}\n[late]\ndays = 3\npoints_a_day = 10\n"
    )
    logins = (f"{2027000 + number},octo-{number}\n" for number in range(1, options.students + 1))
    try:
        with FakeGitHub(folder=folder / "github") as github:
            github.add_repository("segmentation", release(), template=True)
            github.add_repository("segmentation-grader", {"README.md": "the hidden tests"})
            programs = prepare_environment(folder)
            grader = Grader(folder, github, programs, course, f"student,login\n{''.join(logins)}")
            story = Story(folder, github, grader, programs, deadline, console)
            tell(story, options.students)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    if story.wrong:
        console.print(f"{len(story.wrong)} things were not as they should be", style="red")
        sys.exit(1)


if __name__ == "__main__":
    main()
