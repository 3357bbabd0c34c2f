"""The command line. What is heavy is imported after the sandbox was launched."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from autograder.cli import course, github
from autograder.cli.extras import missing_extra
from autograder.cli.options import Device, Handout, Told, UsageError, check_parent
from autograder.document.text import Language
from autograder.errors import AutograderError, ExitCode
from autograder.reports.feedback import Feedback
from autograder.sandbox.grader.printable import printable

LINE_CAP = 5000  # a path and a sentence about it


class Commands(TyperGroup):
    """All commands: each returns its exit code, or raises an error that has one."""

    def invoke(self, ctx: Any) -> Any:
        try:
            code = super().invoke(ctx)
        except AutograderError as error:
            _tell(str(error))
            code = error.exit_code
        except ModuleNotFoundError as error:
            reason = missing_extra(error)
            if reason is None:
                raise
            _tell(reason)
            code = ExitCode.REFUSED
        raise typer.Exit(code or ExitCode.DONE)


def _tell(line: str) -> None:
    print(f"autograder: {printable(line, LINE_CAP)}", file=sys.stderr)


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Grade a programming assignment with hidden tests that its code can never read.",
)
app.add_typer(course.app, name="course")
app.add_typer(github.app, name="github")


def main() -> None:
    """The console script `autograder`."""
    app()


@app.command()
def grade(
    submission: Annotated[Path, typer.Argument(help="A student's folder, .zip or .tar.gz file.")],
    task: Annotated[
        list[str] | None,
        typer.Option(help="Only this file (without .py); may be given more than once."),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the result here.")] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="The inputs' seed; drawn afresh and recorded by default."),
    ] = None,
    device: Annotated[
        Device, typer.Option(help="Where the submission computes; auto takes a GPU if it can.")
    ] = Device.AUTO,
    require_gpu: Annotated[
        bool, typer.Option("--require-gpu", help="Give no grade at all without a GPU.")
    ] = False,
    unsafe: Annotated[
        bool,
        typer.Option("--unsafe", help="Run without a sandbox; the result says so for ever."),
    ] = False,
    feedback: Annotated[
        Feedback,
        typer.Option(help="How much is printed: all, no inputs and values, or points alone."),
    ] = Feedback.FULL,
    lang: Annotated[Language, typer.Option(help="The language of the feedback.")] = Language.EN,
    assignment: Annotated[str, typer.Option(help="The assignment's name.")] = "segmentation",
    limits: Annotated[
        Path | None,
        typer.Option(help="Other limits than the usual: a TOML file, see docs/sandbox.md."),
    ] = None,
) -> ExitCode:
    """Grade one submission.

    Exit code 0 when a grade was given, whatever it is; 1 when it is open, because a check failed by
    itself, or when something that may be work was not read, which a line names; 2 when no grade
    could be given.
    """
    from autograder.course.submissions import Submission, student_at
    from autograder.grading.grader_pool import GraderPool

    student = student_at(submission)
    work = Submission(student, submission, assignment=assignment).look()
    check_parent("--json", json)
    linux = sys.platform == "linux"
    if not linux and not unsafe:
        line = "there is no sandbox but on Linux; --unsafe runs without, and the result says so"
        raise UsageError(line)
    pool = GraderPool(assignment) if linux else None
    if pool is not None:
        pool.start()  # it imports torch meanwhile
    try:
        from autograder.cli.grade import run
        from autograder.cli.limits import read_limits

        decided = run(
            work.submitted,
            student,
            pool,
            assignment_name=assignment,
            task_names=task or [],
            json=json,
            seed=secrets.randbelow(2**31) if seed is None else seed,
            device=device,
            require_gpu=require_gpu,
            unsafe=unsafe,
            feedback=feedback,
            language=lang,
            limits=None if limits is None else read_limits(limits),
        )
    finally:
        if pool is not None:
            pool.shutdown(wait=False)
    if work.notice:
        _tell(work.notice)
    return ExitCode.DONE if decided and not work.to_look_at else ExitCode.INCOMPLETE


@app.command()
def doctor(
    device: Annotated[
        Device, typer.Option(help="With cuda, driver, CUDA and a GPU are required too.")
    ] = Device.AUTO,
) -> ExitCode:
    """Say what this machine offers, and what is missing with the command that fixes it.

    Exit code 2 when something that grading needs is missing.
    """
    from autograder.cli.doctor import examine, show

    findings = examine(device)
    show(findings)
    lacking = any(finding.required and not finding.ok for finding in findings)
    return ExitCode.REFUSED if lacking else ExitCode.DONE


@app.command()
def release(
    assignment: Annotated[
        str | None, typer.Argument(help="The assignment's name; by default all are released.")
    ] = None,
    root: Annotated[
        Path, typer.Option(help="The course's folder, with solutions/ and assignment/ in it.")
    ] = Path(),
) -> None:
    """Make the students' files in assignment/, and nbgrader's source/, out of solutions/."""
    from autograder.release import release_course

    for folder, files in release_course(root, assignment):
        print(f"{len(files)} files in {folder}")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="What the assignment is called, in lower case.")],
    file: Annotated[
        str | None, typer.Option(help="Its one file, without .py; by default called like it.")
    ] = None,
    function: Annotated[
        str | None, typer.Option(help="Its one function; by default called like the file.")
    ] = None,
) -> None:
    """Begin an assignment in the repository: a solution, its suite, a variant, a notebook.

    They hold a moving mean, are graded and released as they stand, and are yours to change: see
    docs/author.md.
    """
    from autograder.release.new import Names, new_assignment

    file = file or name
    for path in new_assignment(Path(), Names(name, file, function or file)):
        print(path)


@app.command()
def lint(name: Annotated[str, typer.Argument(help="The assignment's name.")]) -> ExitCode:
    """Say what the suite of an assignment lacks, a line each.

    Exit code 1 when it lacks anything. A note says what could not be looked at.
    """
    from autograder.lint import lint_suite

    found = lint_suite(name, Path())
    for line in found.missing:
        print(line)
    for line in found.notes:
        print(f"note: {line}")
    count = len(found.missing)
    print(f"{name}: {f'{count} found' if count else 'nothing is missing'}")
    return ExitCode.INCOMPLETE if count else ExitCode.DONE


@app.command()
def report(
    result: Annotated[Path, typer.Argument(help="What `grade --json` wrote.")],
    html: Annotated[Path | None, typer.Option(help="One page for the student.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="A check run's summary.")] = None,
    junit: Annotated[Path | None, typer.Option(help="JUnit XML.")] = None,
    gradescope: Annotated[Path | None, typer.Option(help="Gradescope's results.json.")] = None,
    feedback: Told = Feedback.FULL,
    lang: Annotated[Language, typer.Option(help="The language of the feedback.")] = Language.EN,
    handout: Handout = None,
) -> None:
    """Write reports out of a result that was kept."""
    from autograder.cli.report import write_reports

    write_reports(
        result,
        html=html,
        markdown=markdown,
        junit_xml=junit,
        gradescope_json=gradescope,
        language=lang,
        feedback=feedback,
        handout=handout,
    )


@app.command()
def schema() -> None:
    """Print the JSON Schema of the result that `grade --json` writes."""
    from autograder.document.result import json_schema

    sys.stdout.write(json_schema().decode())
