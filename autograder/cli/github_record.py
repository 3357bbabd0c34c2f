"""Show the record of a course: `autograder github status`, `grades` and `gradebook`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from autograder.cli.github_run import existing, sign_in, standings
from autograder.cli.github_status import print_status
from autograder.cli.options import UsageError, check_parent
from autograder.errors import ExitCode
from autograder.github import grades
from autograder.github import sweep as sweeping
from autograder.github.configuration import read_course
from autograder.github.errors import CourseError, NoLogin
from autograder.github.grading_target import for_each
from autograder.reports import spreadsheet
from autograder.sandbox.grader.printable import printable


def run_status(config: Path, ledger: Path) -> ExitCode:
    course, roster = read_course(config)
    with existing(ledger) as opened:
        pushes = opened.pushes()
    with sign_in(course, sweeping.NEEDS) as client:
        outcomes = list(for_each(roster, standings(client, course)))
    print_status(course, outcomes, pushes)
    failed = (
        isinstance(each, CourseError) and not isinstance(each, NoLogin) for _, each in outcomes
    )
    return ExitCode.INCOMPLETE if any(failed) else ExitCode.DONE


def run_grades(config: Path, ledger: Path, csv: Path) -> ExitCode:
    course, roster = read_course(config)
    check_parent("--csv", csv)
    with existing(ledger) as opened:
        rows = list(grades.table(course, roster, opened))
    try:
        spreadsheet.write(csv, rows)
    except OSError as error:
        raise UsageError(f"--csv: {csv}: {error.strerror}") from None
    print(f"{len(rows) - 1} students written to {csv}")
    return ExitCode.DONE


def run_gradebook(config: Path, ledger: Path, to: Path) -> ExitCode:
    # Brings nbgrader along, which no other command here needs.
    from autograder.nbgrader.record import GradeOfRecord, NoGradebook, write_grades

    course, roster = read_course(config)
    found = []
    with existing(ledger) as opened:
        pushes = opened.pushes()
        for student, grade in sorted(grades.of_record(course, roster, pushes).items()):
            result = opened.result(grade.push.number)
            assert result is not None, "what could not be graded does not count"
            others = {push.received for push in pushes if push.student == student}
            late = grade.lateness.off
            found.append(GradeOfRecord(student, grade.push.received, result, late, others))
    for excused in (student for student in roster if student.excused):
        print(printable(f"{excused.id}: {grades.EXCUSED}, nothing is written"))
    outcomes: Counter[str] = Counter()
    try:
        for written, outcome in write_grades(to, course.assignment, found):
            outcomes[outcome] += 1
            print(printable(f"{written.student}: {outcome}"))
    except NoGradebook as error:
        raise UsageError(f"--to: {error}") from None
    counts = ", ".join(f"{count} {outcome.split(':')[0]}" for outcome, count in outcomes.items())
    print(f"{len(found)} with a grade: {counts}" if counts else "nobody has a grade yet")
    return ExitCode.DONE
