"""Run `autograder github grade`: a push from GitHub to its check, in one process."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from autograder.cli import github_run
from autograder.cli.github_run import publish_result, read_assignment, sign_in
from autograder.cli.options import UsageError
from autograder.course.ledger import Ledger
from autograder.course.submissions import Submission
from autograder.document import result as results
from autograder.errors import ExitCode
from autograder.github import fetch, publish
from autograder.github.configuration import read_course
from autograder.github.errors import NoPush
from autograder.github.grading_target import grading_target
from autograder.grading.assignments import load_assignment
from autograder.grading.grader_pool import GraderPool
from autograder.grading.spread import Request, grade_spread
from autograder.sandbox.grader.printable import printable


def run_grade(config: Path, student: str, sha: str, *, ledger: Path) -> ExitCode:
    course, roster = read_course(config)
    target = grading_target(course, roster, student, sha)
    if course.gpu:
        raise UsageError("course.toml says gpu: its machine has no key; use fetch and publish")
    assignment = read_assignment(config, course)
    name = target.submission
    with GraderPool(course.assignment) as pool, tempfile.TemporaryDirectory() as temporary:
        pool.start()  # it imports torch meanwhile
        folder, result = Path(temporary, name), Path(temporary, "result.json")
        with sign_in(course, publish.NEEDS) as client, Ledger(ledger) as opened:
            about, files = fetch.fetch(client, course, target, github_run.utc_now())
            for line in fetch.lines(about, course.zone_info):
                print(printable(line))
            try:
                fetch.write(about, files, folder)
            except NoPush:
                pass  # published as a push of which nothing can be graded
            else:
                work = Submission(name, folder, assignment=course.assignment).look()
                tasks = [task.name for task in load_assignment(course.assignment).tasks]
                request = Request(course.assignment, name, secrets.randbelow(2**31))
                graded = grade_spread(pool, work.submitted, request, tasks)
                results.write(graded, result)
            return publish_result(client, opened, course, assignment, target, about, result)
