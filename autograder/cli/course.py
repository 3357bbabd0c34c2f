"""`autograder course`: a whole class at once. What is heavy is imported when a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Grade a whole class, and keep the grades.")

Folder = Annotated[
    Path, typer.Argument(help="A folder with a folder or a zip file for each student.")
]
Kept = Annotated[
    Path | None,
    typer.Option("--ledger", help="Where grades are kept; by default FOLDER.ledger, beside it."),
]
Jobs = Annotated[int, typer.Option(min=0, help="Graders on this machine; 0: one a processor.")]
Scheduler = Annotated[
    str | None, typer.Option(help="Address of a Dask scheduler, whose workers grade instead.")
]
Name = Annotated[str, typer.Option(help="The assignment's name.")]


@app.command()
def grade(
    folder: Folder,
    ledger: Kept = None,
    jobs: Jobs = 0,
    scheduler: Scheduler = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="The inputs' seed for the class; drawn and kept by default."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Grade even what the ledger has already.")
    ] = False,
    assignment: Name = "segmentation",
) -> None:
    """Grade every submission in FOLDER that the ledger does not have yet.

    A run that was stopped goes on where it stopped. Exit code 0 when every submission has a
    grade, 1 when some could not be graded, 2 when the run could not go on.
    """
    from autograder.cli.class_run import grade_class

    raise typer.Exit(
        grade_class(
            folder,
            ledger,
            jobs=jobs,
            scheduler=scheduler,
            seed=seed,
            again=again,
            assignment=assignment,
        )
    )


@app.command()
def regrade(
    folder: Folder,
    ledger: Kept = None,
    jobs: Jobs = 0,
    scheduler: Scheduler = None,
    write: Annotated[
        bool, typer.Option("--write", help="Also append the new grades to the ledger.")
    ] = False,
    assignment: Name = "segmentation",
) -> None:
    """Grade again after a suite was corrected, and show whose grade would change.

    Nothing is written without --write. Exit codes as those of `grade`.
    """
    from autograder.cli.class_run import regrade_class

    raise typer.Exit(
        regrade_class(
            folder, ledger, jobs=jobs, scheduler=scheduler, write=write, assignment=assignment
        )
    )
