"""`autograder course`: a whole class at once. What is heavy is imported when a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.options import Handout, Told
from autograder.course.collecting.systems import Laid, System
from autograder.document.text import Language
from autograder.errors import ExitCode
from autograder.reports.feedback import Feedback

app = typer.Typer(no_args_is_help=True, help="Grade a whole class, and keep the grades.")

Folder = Annotated[
    Path, typer.Argument(help="A folder with a folder or an archive for each student.")
]
LedgerFile = Annotated[
    Path | None,
    typer.Option("--ledger", help="Where grades are kept; by default FOLDER.ledger, beside it."),
]
Jobs = Annotated[int, typer.Option(min=0, help="Graders on this machine; 0: one a processor.")]
Scheduler = Annotated[
    str | None, typer.Option(help="Address of a Dask scheduler, whose workers grade instead.")
]
Name = Annotated[str, typer.Option(help="The assignment's name.")]


@app.command()
def collect(
    download: Annotated[
        Path, typer.Argument(help="What a learning system gave: one archive, or a folder.")
    ],
    system: Annotated[System, typer.Option("--from", help="Where it comes from.")],
    to: Annotated[Path, typer.Option(help="The class's folder; made if need be.")],
    roster: Annotated[
        Path | None,
        typer.Option(help="Who takes the course: a CSV file with the column student."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="course.toml: the zone and the roster.")
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(help="The zone of times without one, such as Asia/Seoul; by default UTC."),
    ] = None,
    times: Annotated[
        Path | None,
        typer.Option(help="When work came in: Moodle's grading worksheet, or a CSV file like it."),
    ] = None,
    layout: Annotated[
        Laid, typer.Option(help="A folder a student, or as nbgrader's submitted/ has it.")
    ] = Laid.FOLDER,
    assignment: Name = "segmentation",
) -> ExitCode:
    """Sort a download into a folder a student, and say whose is whose and what is left.

    Nothing is overwritten that another wrote; a newer download changes what is new in it. Exit
    code 0 when nothing was lost or unclear, 1 when something needs a look, 2 when it could not
    begin.
    """
    from autograder.cli.collect import collect_class

    return collect_class(
        download,
        to,
        system=system,
        roster=roster,
        config=config,
        zone=zone,
        times=times,
        nbgrader=layout is Laid.NBGRADER,
        assignment=assignment,
    )


@app.command()
def grade(
    folder: Folder,
    ledger: LedgerFile = None,
    jobs: Jobs = 0,
    scheduler: Scheduler = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="The inputs' seed for the class; drawn and kept by default."),
    ] = None,
    seed_per_student: Annotated[
        bool,
        typer.Option(
            "--seed-per-student",
            help="Draw other inputs for each student, from the class's seed and the name.",
        ),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Grade even what the ledger has already.")
    ] = False,
    assignment: Name = "segmentation",
) -> ExitCode:
    """Grade every submission in FOLDER that the ledger does not have yet.

    A run that was stopped goes on where it stopped. Exit code 0 when every submission that this
    run took up has a grade, 1 when some could not be graded, a grade is open, or something that
    may be work was not read, 2 when the run could not go on.
    """
    from autograder.cli.class_run import grade_class

    return grade_class(
        folder,
        ledger,
        jobs=jobs,
        scheduler=scheduler,
        seed=seed,
        seed_per_student=seed_per_student,
        again=again,
        assignment=assignment,
    )


@app.command()
def regrade(
    folder: Folder,
    ledger: LedgerFile = None,
    jobs: Jobs = 0,
    scheduler: Scheduler = None,
    write: Annotated[
        bool, typer.Option("--write", help="Also append the new grades to the ledger.")
    ] = False,
    assignment: Name = "segmentation",
) -> ExitCode:
    """Grade again after a suite was corrected, and show whose grade would change.

    Nothing is written without --write. Who cannot be decided keeps the grade of the same files.
    Exit codes as those of `grade`.
    """
    from autograder.cli.class_run import regrade_class

    return regrade_class(
        folder, ledger, jobs=jobs, scheduler=scheduler, write=write, assignment=assignment
    )


@app.command()
def report(
    source: Annotated[
        Path, typer.Argument(help="A ledger, or the folder of submissions that it lies beside.")
    ],
    to: Annotated[Path, typer.Option(help="The folder to write into; made if need be.")],
    config: Annotated[
        Path | None,
        typer.Option(help="course.toml: the zone, the deadline, what lateness costs, the roster."),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(help="Who takes the course: a CSV file with the column student."),
    ] = None,
    gradebook: Annotated[
        Path | None,
        typer.Option(
            help="nbgrader's gradebook.db: times, marks and comments are taken from there."
        ),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Also grades.csv, for a spreadsheet.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Also results.jsonl: a whole result a line.")
    ] = False,
    junit: Annotated[bool, typer.Option("--junit", help="Also JUnit XML, in junit/.")] = False,
    gradescope: Annotated[
        bool, typer.Option("--gradescope", help="Also a results.json a student, in gradescope/.")
    ] = False,
    feedback: Told = Feedback.FULL,
    lang: Annotated[Language, typer.Option(help="The language of all pages.")] = Language.EN,
    handout: Handout = None,
    assignment: Name = "segmentation",
) -> None:
    """Write a page for each student and one for the class, out of what was graded.

    Exit code 0, or 2 when they could not be written.
    """
    from autograder.cli.class_report import Sources, report_class
    from autograder.course.class_reports import ReportOptions

    wanted = ReportOptions(lang, feedback, handout, csv, jsonl, junit, gradescope)
    sources = Sources(config, roster, gradebook)
    report_class(source, to, sources=sources, assignment=assignment, wanted=wanted)


@app.command()
def similar(
    folder: Folder,
    to: Annotated[
        Path | None, typer.Option(help="Also a page here, with both texts side by side.")
    ] = None,
    threshold: Annotated[
        float,
        typer.Option(min=0.01, max=1.0, help="The share of either text from which on to tell."),
    ] = 0.7,
    release: Annotated[
        Path | None,
        typer.Option(help="What students were given, by default assignment/NAME."),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            help="A CSV file with the columns student and group; pairs of a group are left out."
        ),
    ] = None,
    lang: Annotated[Language, typer.Option(help="The language of the page.")] = Language.EN,
    assignment: Name = "segmentation",
) -> None:
    """List files of two students that share much: places to look at, not verdicts.

    Exit code 0 whatever is found, 2 when nothing could be compared.
    """
    from autograder.cli.similar import show_similar

    show_similar(
        folder,
        to,
        threshold=threshold,
        release=release,
        roster=roster,
        assignment=assignment,
        language=lang,
    )
