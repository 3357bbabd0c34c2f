"""Walk the settings for `autograder github check`, and print a line each."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from autograder.cli.github_run import read_assignment, sign_in
from autograder.course.roster import Roster
from autograder.errors import ExitCode
from autograder.github.client import Client
from autograder.github.configuration import Course, read_course
from autograder.github.inspect_grader import WORKFLOW, GraderSettings
from autograder.github.inspect_organisation import APP_ID, OrganisationSettings, organisation
from autograder.github.inspect_students import StudentSettings
from autograder.github.inspection import NEEDS, SettingState, find
from autograder.grading.outline import Outline
from autograder.sandbox.grader.printable import printable

LINE_CAP = 1000


def run_check(config: Path) -> ExitCode:
    course, roster = read_course(config)
    assignment = read_assignment(config, course)
    states: Counter[str] = Counter()
    with sign_in(course, NEEDS, only_granted=True) as client:
        for finding in _findings(client, course, roster, assignment):
            states[finding.state] += 1
            line = f"{finding.state:14}  {finding.name}: {finding.detail}"
            print(printable(line, LINE_CAP), flush=True)
    counts = (f"{states[state]} {state}" for state in ("ok", "missing", "cannot be seen"))
    print(f"{', '.join(counts)} with this token")
    return ExitCode.DONE if states["ok"] == states.total() else ExitCode.INCOMPLETE


def _findings(
    client: Client, course: Course, roster: Roster, assignment: Outline
) -> Iterator[SettingState]:
    whole = OrganisationSettings(client, course, organisation(client), os.environ.get(APP_ID))
    needed = (WORKFLOW, "course.toml", *([course.roster] if course.roster else []))
    grader = GraderSettings(client, course, lambda: whole.installation, needed)
    within = f"{course.folder}/" if course.folder else ""
    released = tuple(f"{within}{task.name}.py" for task in assignment.tasks)
    students = StudentSettings(client, course, roster, released)
    for part in (whole, grader, students):
        yield from find(part.settings())
