"""The command line. What is heavy is imported after the sandbox was launched."""

from __future__ import annotations

import enum
import secrets
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from autograder.cli import course, github
from autograder.cli.choices import Feedback, Handout, Lang, Told
from autograder.cli.extras import missing_extra
from autograder.cli.refusal import OPEN, REASON_CAP, REFUSED, refuse
from autograder.sandbox.grader.printable import printable

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Grade a programming assignment with hidden tests that its code can never read.",
)
app.add_typer(course.app, name="course")
app.add_typer(github.app, name="github")


class Device(enum.StrEnum):
    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


def main() -> None:
    """The console script `autograder`."""
    try:
        app()
    except ModuleNotFoundError as error:
        reason = missing_extra(error)
        if reason is None:
            raise
        sys.exit(refuse(reason))


def _refuse(reason: str) -> NoReturn:
    """No grade could be given: one line, exit code 2."""
    raise typer.Exit(refuse(reason))


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
    lang: Annotated[Lang, typer.Option(help="The language of the feedback.")] = Lang.EN,
    assignment: Annotated[str, typer.Option(help="The assignment's name.")] = "segmentation",
    limits: Annotated[
        Path | None,
        typer.Option(help="Other limits than the usual: a TOML file, see docs/sandbox.md."),
    ] = None,
) -> None:
    """Grade one submission.

    Exit code 0 when a grade was given, whatever it is; 1 when it is open, because a check failed by
    itself, or when something that may be work was not read, which a line names; 2 when no grade
    could be given.
    """
    from autograder.course.submissions import Submission, student_at
    from autograder.document.faults import NoAssignment
    from autograder.sandbox.grader.intake import NoSubmission
    from autograder.sandbox.grader.launch import launch

    student = student_at(submission)
    try:
        work = Submission(student, submission, assignment=assignment).look()
    except (NoSubmission, NoAssignment) as error:
        _refuse(str(error))
    if json is not None and not json.absolute().parent.is_dir():
        _refuse(f"--json: there is no folder {json.absolute().parent}")
    linux = sys.platform == "linux"
    if not linux and not unsafe:
        _refuse("there is no sandbox but on Linux; --unsafe runs without, and the result says so")
    launched = launch() if linux else None
    try:
        from autograder.cli.grade import NoGrade, run
        from autograder.cli.limits import BadLimits, read_limits

        decided = run(
            work.parcel,
            student,
            launched,
            assignment_name=assignment,
            task_names=task or [],
            json=json,
            seed=secrets.randbelow(2**31) if seed is None else seed,
            device=device.value,
            require_gpu=require_gpu,
            unsafe=unsafe,
            feedback=feedback.value,
            language=lang.value,
            limits=None if limits is None else read_limits(limits),
        )
    except BadLimits as error:
        _refuse(f"--limits: {error}")
    except NoGrade as error:
        _refuse(str(error))
    finally:
        if launched is not None:
            launched.close()
    if work.told:
        print(f"autograder: {printable(work.told, REASON_CAP)}", file=sys.stderr)
    if not decided or work.to_look_at:
        raise typer.Exit(OPEN)


@app.command()
def doctor(
    device: Annotated[
        Device, typer.Option(help="With cuda, driver, CUDA and a GPU are required too.")
    ] = Device.AUTO,
) -> None:
    """Say what this machine offers, and what is missing with the command that would mend it.

    Exit code 2 when something that grading needs is missing.
    """
    from autograder.cli.doctor import examine, show

    findings = examine(device.value)
    show(findings)
    if any(finding.required and not finding.good for finding in findings):
        raise typer.Exit(REFUSED)


@app.command()
def release(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")] = "segmentation",
    root: Annotated[
        Path, typer.Option(help="The course's folder, with solutions/ and assignment/ in it.")
    ] = Path(),
) -> None:
    """Make the students' files in assignment/, and nbgrader's source/, out of solutions/."""
    from autograder.release import ReleaseError, build_release

    try:
        written = build_release(
            root / "solutions" / assignment,
            root / "assignment" / assignment,
            data=root / "data",
            course=root / "course" / "source" / assignment,
        )
    except ReleaseError as error:
        _refuse(str(error))
    print(f"{len(written)} files in {root / 'assignment' / assignment}")


@app.command()
def report(
    result: Annotated[Path, typer.Argument(help="What `grade --json` wrote.")],
    html: Annotated[Path | None, typer.Option(help="One page for the student.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="A check run's summary.")] = None,
    junit: Annotated[Path | None, typer.Option(help="JUnit XML.")] = None,
    gradescope: Annotated[Path | None, typer.Option(help="Gradescope's results.json.")] = None,
    feedback: Told = Feedback.FULL,
    lang: Annotated[Lang, typer.Option(help="The language of the feedback.")] = Lang.EN,
    handout: Handout = None,
) -> None:
    """Write reports out of a result that was kept."""
    from autograder.cli.report import NoReport, write_reports

    try:
        write_reports(
            result,
            html=html,
            markdown=markdown,
            junit_xml=junit,
            gradescope_json=gradescope,
            language=lang.value,
            feedback=feedback.value,
            handout=handout,
        )
    except NoReport as error:
        _refuse(str(error))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the result that `grade --json` writes."""
    from autograder.document.result import json_schema

    sys.stdout.write(json_schema().decode())


if __name__ == "__main__":
    main()
