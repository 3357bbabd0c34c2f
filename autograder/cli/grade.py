"""What `autograder grade` does once its sandbox is starting."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from autograder.authoring.manifest import Assignment, Task
from autograder.cli.options import Device, UsageError
from autograder.document import result as results
from autograder.document.faults import Fault
from autograder.document.result import Check, Result
from autograder.document.text import Language
from autograder.grading.assignments import load_assignment
from autograder.grading.grader_pool import GraderPool
from autograder.grading.grading_run import GradingRun, Progress
from autograder.grading.spread import Request, gpu_available, grade_spread
from autograder.reports.feedback import Feedback, withhold
from autograder.reports.terminal import print_result
from autograder.sandbox.grader.intake import SubmissionFiles
from autograder.sandbox.grader.printable import printable
from autograder.sandbox.protocol.limits import Limits
from autograder.sandbox.protocol.messages import Device as Place


def run(
    submitted: SubmissionFiles,
    name: str,
    pool: GraderPool | None,
    *,
    assignment_name: str,
    task_names: list[str],
    json: Path | None,
    seed: int,
    device: Device,
    require_gpu: bool,
    unsafe: bool,
    feedback: Feedback,
    language: Language,
    limits: Limits | None,
) -> bool:
    """Grade what was taken, print, write; without a pool of graders, in this process.

    Returns whether every check could be decided. Raises AutograderError.
    """
    faults: list[Fault] = []
    if pool is None:
        _check_options_here(device, require_gpu=require_gpu, limits=limits)
    assignment = load_assignment(assignment_name)
    tasks = [task.name for task in choose_tasks(assignment, task_names)]
    with _progress_bar(faults) as progress:
        if pool is None:
            result = grade_here(submitted, name, assignment_name, tasks, seed, progress)
        else:
            request = Request(
                assignment_name,
                name,
                seed,
                choose_device(pool, device, require_gpu=require_gpu),
                confined=not unsafe,
                limits=limits or Limits(),
            )
            result = grade_spread(pool, submitted, request, tasks, progress)
    console = Console(width=None if sys.stdout.isatty() else 100)
    told = withhold(result, feedback)
    print_result(told, console, language)
    if json is not None:
        try:
            results.write(result, json)
        except OSError as error:
            raise UsageError(f"--json: {error.strerror}: {json}") from error
    _tell(result, faults)
    return not result.undecided


def _tell(result: Result, faults: Sequence[Fault]) -> None:
    """For the authors of the suite: where the first one failed, and a line for each."""
    faults = [fault for fault in faults if fault.check in result.undecided]
    for line in faults[0].traceback.splitlines() if faults else ():
        indent = line[: len(line) - len(line.lstrip())]
        print(f"{indent}{printable(line.strip())}", file=sys.stderr)
    for fault in faults:
        print(
            f"autograder: {fault.check} could not be decided: {fault.error} (a fault of the suite)",
            file=sys.stderr,
        )


def choose_tasks(assignment: Assignment, names: list[str]) -> list[Task]:
    """The tasks of those names, all without names. Raises UsageError for a name that is none."""
    known = {task.name: task for task in assignment.tasks}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no task {name} (there are: {', '.join(known)})")
    return [task for task in assignment.tasks if not names or task.name in names]


def choose_device(pool: GraderPool, device: Device, *, require_gpu: bool) -> Place:
    """`auto` is the GPU if there is one. Raises UsageError when one is demanded in vain."""
    if device == Device.CPU and not require_gpu:
        return "cpu"
    available = pool.submit(gpu_available).result()
    if not available and (require_gpu or device == Device.CUDA):
        raise UsageError("this machine has no GPU that torch can use, and one was required")
    return "cuda" if available and device != Device.CPU else "cpu"


def _check_options_here(device: Device, *, require_gpu: bool, limits: Limits | None) -> None:
    """Raises UsageError for what only workers heed: without any, it would be passed over."""
    heeded_by_workers = {
        "--device cuda": device == Device.CUDA,
        "--require-gpu": require_gpu,
        "--limits": limits is not None,
    }
    for option, given in heeded_by_workers.items():
        if given:
            raise UsageError(f"{option} needs Linux: elsewhere nothing is limited, on the CPU")


def grade_here(
    submitted: SubmissionFiles,
    name: str,
    assignment: str,
    tasks: Sequence[str],
    seed: int,
    progress: Progress,
) -> Result:
    """Grade without a sandbox, where nothing can be forked: torch comes into this process."""

    from autograder.grading.grade import grade
    from autograder.sandbox.grader.inprocess import NoSandbox

    loaded = load_assignment(assignment)
    chosen = [task for task in loaded.tasks if task.name in tasks]
    run = GradingRun.of(loaded, seed=seed, tasks=chosen, progress=progress)
    return grade(submitted, run, NoSandbox(), name=name)


@contextmanager
def _progress_bar(faults: list[Fault]) -> Iterator[Progress]:
    """Shows how many checks have ended, and keeps the faults of the suite."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Bar(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        shown = bar.add_task("import", total=None)

        def on_plan(checks: int) -> None:
            bar.update(shown, total=checks)

        def on_check(check: Check) -> None:
            bar.update(shown, advance=1, description=check.task)

        yield Progress(on_plan=on_plan, on_check=on_check, on_fault=faults.append)
