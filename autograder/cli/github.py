"""`autograder github`: pushes to students' repositories, graded in the course's own.

What is heavy is imported when a command runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.errors import ExitCode

app = typer.Typer(
    no_args_is_help=True,
    help="Grade what students push to GitHub. Signs in as the GitHub App AUTOGRADER_APP_ID with "
    "the key AUTOGRADER_APP_KEY (PEM), or with GITHUB_TOKEN.",
)

Config = Annotated[Path, typer.Option(help="The course's configuration.")]
LedgerFile = Annotated[Path, typer.Option("--ledger", help="Where gradings are kept.")]
StudentId = Annotated[str, typer.Argument(help="The student's id on the roster.")]
Commit = Annotated[str, typer.Argument(metavar="SHA", help="The whole commit id, 40 digits.")]
COURSE, LEDGER = Path("course.toml"), Path("course.ledger")


@app.command()
def check(config: Config = COURSE) -> ExitCode:
    """Look whether GitHub is set up as docs/github.md asks; change nothing.

    A line for each setting: ok, missing, or cannot be seen with this token, with the page where it
    is set. Looked at are the organisation, the App's installation and permissions, the grader's
    repository, the template, the roster's logins, the students' repositories and, with `gpu` in
    the configuration, the runner group.

    The App sees what it has permissions for, a part of this. An owner's token sees all: the scopes
    repo and admin:org in GITHUB_TOKEN, without AUTOGRADER_APP_KEY. AUTOGRADER_APP_ID then says
    which App is the course's.

    Exit code 0 when everything is ok, 1 when something is missing or cannot be seen, 2 when
    nothing could be looked at.
    """
    from autograder.cli.github_check import run_check

    return run_check(config)


@app.command()
def provision(config: Config = COURSE) -> ExitCode:
    """Create the private repository of each student on the roster, from the template.

    The student gets write access; wiki, issues, projects, forking and most kinds of merging are
    turned off, and actions are limited to GitHub's own with a token that can only read. What is
    right already is left alone: run it again after a failure, when the roster has grown, or when a
    student got a later deadline after `close`. A student without a login is named and passed over.

    The App needs: administration (write), contents (write), workflows (write) and metadata (read)
    on all repositories; the template must be marked as a template.

    Exit code 0 when every repository is right, 1 when some are not, 2 when nothing could be done.
    """
    from autograder.cli.github_run import run_provision

    return run_provision(config)


@app.command()
def sweep(
    config: Config = COURSE,
    ledger: LedgerFile = LEDGER,
    dispatch: Annotated[
        bool, typer.Option("--dispatch", help="Also have each of them graded.")
    ] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="Also commits that could not be graded.")
    ] = False,
    json: Annotated[Path | None, typer.Option(help="Also write what was found here.")] = None,
) -> ExitCode:
    """Find the head commits of default branches that the ledger does not have.

    --dispatch sends each to the grader's repository (repository_dispatch of type `grade` with
    client_payload {student, sha}) and shows a queued check run on the commit. What was sent within
    the last hour is not sent again.

    The App needs: contents (read) and checks (write) on students' repositories, contents (write)
    on the grader's, metadata (read).

    Exit code 0 when every repository was looked at, 1 when some could not be, 2 when none could.
    """
    from autograder.cli.github_run import run_sweep

    return run_sweep(config, ledger, send=dispatch, failed=failed, json=json)


@app.command()
def listen(
    config: Config = COURSE,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8080,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    journal: Annotated[
        Path, typer.Option(help="Where received pushes and regrades are written, a line each.")
    ] = Path("listener.jsonl"),
) -> ExitCode:
    """Answer webhooks until stopped: pushes to default branches, and the regrade button.

    The webhook's secret is AUTOGRADER_WEBHOOK_SECRET. It has no TLS: put it behind a proxy that
    has. Of many pushes the newest is graded, at most one a minute and student.

    The App needs what `sweep` needs, and the events push and check run.
    """
    from autograder.cli.github_run import run_listen

    return run_listen(config, host=host, port=port, journal=journal)


@app.command()
def fetch(
    student: StudentId,
    sha: Commit,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The new folder to write. [default: STUDENT-SHA]"),
    ] = None,
    config: Config = COURSE,
) -> ExitCode:
    """Read a student's commit into a new folder, ready for `autograder grade FOLDER`.

    `publish` takes the result of a folder named STUDENT-SHA.

    Taken are regular .py files and the notebook of the assignment's folder, with the limits of
    every submission. FOLDER.push.json, beside it, says when GitHub received the push, what was
    taken (SHA-256) and what was left out.

    The App needs: contents (read) on students' repositories.

    Exit code 0 when files were written, 2 when not.
    """
    from autograder.cli.github_run import run_fetch

    return run_fetch(config, student, sha, to)


@app.command()
def grade(
    student: StudentId,
    sha: Commit,
    config: Config = COURSE,
    ledger: LedgerFile = LEDGER,
) -> ExitCode:
    """Fetch a student's commit, grade it here on the CPU, and publish the result.

    What `fetch`, `autograder grade` and `publish` do, in one process: for a machine of the course's
    own that may hold the key. What runs the submission has neither key nor token, but it runs on
    that machine; a workflow keeps the two apart instead.

    The App needs: checks (write) and contents (read) on students' repositories.

    Exit codes as those of `publish`.
    """
    from autograder.cli.github_grade import run_grade

    return run_grade(config, student, sha, ledger=ledger)


@app.command()
def publish(
    student: StudentId,
    sha: Commit,
    result: Annotated[Path, typer.Option(help="What `autograder grade --json` wrote.")],
    config: Config = COURSE,
    ledger: LedgerFile = LEDGER,
) -> ExitCode:
    """Keep a result in the ledger, then show it as a check run on the student's commit.

    The result must be this assignment's, check by check with its points, each all or nothing, out
    of an isolated sandbox with every layer named, about the submission STUDENT-SHA, and about the
    files that the commit itself holds. Of one that is missing or wrong nothing is published but
    "could not be graded", one with a check that could not be decided is shown as open, and the
    student keeps the former grade. Publishing twice makes one row and one check run.

    The App needs: checks (write) and contents (read) on students' repositories.

    Exit code 0 when a grade was published, 1 when it was published that there is none or the check
    run could not be written, 2 when nothing was kept.
    """
    from autograder.cli.github_run import run_publish

    return run_publish(config, student, sha, result=result, ledger=ledger)


@app.command()
def status(config: Config = COURSE, ledger: LedgerFile = LEDGER) -> ExitCode:
    """Show who pushed, what was graded, when, and for how many points.

    The App needs: contents (read) on students' repositories, metadata (read).

    Exit codes as those of `sweep`.
    """
    from autograder.cli.github_record import run_status

    return run_status(config, ledger)


@app.command()
def grades(
    csv: Annotated[Path, typer.Option(help="The file to write.")],
    config: Config = COURSE,
    ledger: LedgerFile = LEDGER,
) -> ExitCode:
    """Write each student's grade of record: best or last before the deadline, less what is late.

    A student's own deadline on the roster takes the place of the course's; for one who is excused
    no grade counts. Needs no access to GitHub.
    """
    from autograder.cli.github_record import run_grades

    return run_grades(config, ledger, csv)


@app.command()
def gradebook(
    to: Annotated[Path, typer.Option(help="nbgrader's gradebook.")] = Path("gradebook.db"),
    config: Config = COURSE,
    ledger: LedgerFile = LEDGER,
) -> ExitCode:
    """Write each student's grade of record into nbgrader's gradebook.

    The points of each file, when the work was received, and the points off for being late. Scores
    given by hand and comments stay; who handed in later through nbgrader keeps that grade. For an
    excused student nothing is written. Needs no access to GitHub.

    Exit code 0 when every grade is there, 2 when the gradebook cannot take them.
    """
    from autograder.cli.github_record import run_gradebook

    return run_gradebook(config, ledger, to)


@app.command()
def close(
    config: Config = COURSE,
    now: Annotated[
        bool, typer.Option("--now", help="Although the deadline has not passed.")
    ] = False,
) -> ExitCode:
    """After the deadline, and the days that work may be late, let students only read.

    A student whose own deadline has not passed keeps write access. Open invitations count.

    The App needs: administration (write), metadata (read).

    Exit codes as those of `provision`.
    """
    from autograder.cli.github_run import run_close

    return run_close(config, now=now)
