"""A course on GitHub, played on this machine from an empty organisation to the grades.

    python -m quality.github_story [--students N] [--keep FOLDER]

Students' repositories are provisioned, pushed to, swept, graded and published; then everything is
done again, and must change nothing; then come pushes after the deadline, one of them by a student
with a deadline of their own, and a press of the regrade button. Exit code 1 when anything ends
otherwise than it should, 2 when it cannot begin: it needs what `make check` installs.

What is real: git and every push, the commands `autograder github ...`, the grading, the scripts of
the workflows, the ledger on its branch; for the first student grade.yml itself, run by act. For the
others the steps of its three jobs are run one by one, so that their seconds can be told apart. What
is not: GitHub (corpus/github/fake.py), its runners, the installation of packages.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.course.moments import show
from corpus.github.act import Grader, prepare_environment
from corpus.github.fake import FakeGitHub
from corpus.github.fake_settings import set_up
from corpus.paths import RELEASE
from quality.github_stage import Story, play_dispatches, press_regrade, push

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
EXTENDED, LATE = 3, 2  # who has a deadline of their own, and who has not
SETUPTOOLS = (77,)  # reads the licence in pyproject.toml


def show_ledger(story: Story) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("", "student", "commit", "received", "points", "check run"):
        table.add_column(column)
    for each in story.pushes():
        received = show(each.received.replace(second=0), story.grader.course.zone_info)
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
    story.run("autograder", "github", "check")

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
    document, last = story.folder / "job" / "result.json", kept[-1]
    story.run(publish, document, STUDENT=last.student, SHA=last.commit)
    story.expects(story.pushes() == kept, "publishing the last result again adds no row")
    story.expects(len(story.check_runs()) == students, "and no check")

    story.says("Pushes come a day and a half after the deadline")
    story.github.clock = lambda: story.deadline + timedelta(hours=36)
    who = [number for number in (LATE, EXTENDED) if number <= students]
    late = [push(story, number, "complete", ALL) for number in who]
    story.sweep()
    play_dispatches(story)
    story.expects([each.commit for each in story.pushes()[-len(late) :]] == late, "they are graded")
    for number in who:
        summary = story.github.check_runs[names[number - 1]][-1]["output"]["summary"]
        story.console.print(summary.partition("\n\n")[0], markup=False, highlight=False)
        costs = "points are taken off" in summary
        story.expects(costs == (number == LATE), f"{number} loses {'' if costs else 'no '}points")

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
    files = (path for path in sorted(RELEASE.rglob("*")) if path.is_file())
    made = {str(path.relative_to(RELEASE)): path.read_bytes() for path in files}
    return {name: content for name, content in made.items() if "__pycache__" not in name}


def lacking() -> list[str]:
    """What the story needs and is not there."""
    there = {
        "git": shutil.which("git") is not None,
        "act": Path(sys.executable).with_name("act").is_file(),
        "PyYAML": find_spec("yaml") is not None,
        f"setuptools {SETUPTOOLS[0]}": _setuptools() >= SETUPTOOLS,
    }
    return [name for name, found in there.items() if not found]


def _setuptools() -> tuple[int, ...]:
    try:
        return (int(version("setuptools").partition(".")[0]),)
    except PackageNotFoundError:
        return (0,)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=len(PUSHED))
    parser.add_argument("--keep", type=Path, help="a new folder for all that is made")
    options = parser.parse_args()
    if options.students < 2:
        parser.error("--students: it takes two")
    needed = lacking()
    if needed:
        told = f"run `make check` once first; it needs {', '.join(needed)}"
        print(f"github_story: {told}", file=sys.stderr)
        sys.exit(2)
    console = Console(width=None if sys.stdout.isatty() else 140)
    folder = options.keep or Path(tempfile.mkdtemp(prefix="github-story-"))
    folder.mkdir(exist_ok=True)
    deadline = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    course = (
        'organisation = "example-course"\ngrader = "segmentation-grader"\n'
        'template = "segmentation"\nroster = "roster.csv"\n'
        f'zone = "Asia/Seoul"\ndeadline = {deadline.isoformat()}\n'
        "[late]\ndays = 3\npoints_a_day = 10\n"
    )
    own = {EXTENDED: (deadline + timedelta(days=7)).isoformat()}
    roster = "student,login,deadline\n" + "".join(
        f"{2027000 + number},octo-{number},{own.get(number, '')}\n"
        for number in range(1, options.students + 1)
    )
    try:
        with FakeGitHub(folder=folder / "github") as github:
            github.add_repository("segmentation", release(), template=True)
            github.add_repository("segmentation-grader")
            set_up(github, "segmentation-grader")
            programs = prepare_environment(folder)
            grader = Grader(folder, github, programs, course, roster)
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
