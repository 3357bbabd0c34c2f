"""Grading on the GPU: the same points as on the CPU, and nothing left on the card."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

import msgspec

from autograder.document.faults import Fault
from autograder.grading.assignments import assignments
from autograder.grading.grade import grade
from autograder.grading.grader_pool import GraderPool
from autograder.grading.grading_run import GradingRun, Progress
from autograder.grading.prepared import prepared
from autograder.sandbox.grader.intake import SubmissionFiles
from autograder.sandbox.protocol.messages import Device
from corpus.attacks.in_a_row import HONEST
from corpus.gpu import machine as gpu_machine
from corpus.gpu.lines import Setting, Tried
from corpus.mistakes import mistakes
from corpus.paths import ASSIGNMENT, EXAMPLES, release_of, solutions_of
from corpus.solution import tasks_of

SEED = 4711
IN_A_ROW = 20
ABOUT_DEVICES = re.compile(r"GPU|CPU|device")
JOBS = min(6, os.cpu_count() or 1)


class Earned(msgspec.Struct, frozen=True):
    """The points of each check of one file; `faults` are the suite's own."""

    checks: dict[str, float]
    points: float
    faults: list[str]

    @property
    def all(self) -> float:
        return sum(self.checks.values())

    def lost(self, other: Earned) -> list[str]:
        """The checks that have other points in `other`."""
        return sorted(
            f"{name} {points:g} and {other.checks.get(name, 0):g}"
            for name, points in self.checks.items()
            if other.checks.get(name) != points
        )


def earned(assignment: str, files: Mapping[str, str], task: str, device: Device) -> Earned:
    """In a grader: the points of one file of a submission, on this device."""
    suites, sandbox = prepared(assignment, gpu=device == "cuda")
    faults: list[Fault] = []
    run = GradingRun.of(
        suites,
        seed=SEED,
        device=device,
        tasks=[each for each in suites.tasks if each.name == task],
        progress=Progress(on_fault=faults.append),
    )
    submitted = SubmissionFiles({name: text.encode() for name, text in files.items()})
    result = grade(submitted, run, sandbox)
    checks = {check.id: check.earned for check in result.checks}
    return Earned(checks, result.points, [each.check for each in faults])


@contextmanager
def _graders(jobs: int) -> Iterator[GraderPool]:
    """So many graders, which end at once with the block: time may be up."""
    pool = GraderPool(ASSIGNMENT, jobs)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def submissions() -> Iterator[tuple[str, str, dict[str, str]]]:
    """The assignment, the words and the files of what is graded on both devices."""
    for assignment in assignments():
        yield assignment, "solution", _files(solutions_of(assignment), assignment)
        if release_of(assignment).is_dir():
            yield assignment, "stubs", _files(release_of(assignment), assignment)
        if assignment == ASSIGNMENT:
            yield assignment, "half-done example", _files(EXAMPLES / "half_done", assignment)


def _files(folder: Path, assignment: str) -> dict[str, str]:
    """The files of a submission, and a student's helpers beside them."""
    names = [f"{task}.py" for task in tasks_of(assignment)]
    if folder.parent == EXAMPLES:
        names = [path.name for path in sorted(folder.glob("*.py"))]
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def points(setting: Setting) -> Iterator[Tried]:
    """Solution, stubs and half-done example have the same points on both devices."""
    with _graders(JOBS) as pool:
        asked = [
            (assignment, what, [_both(pool, assignment, files, t) for t in tasks_of(assignment)])
            for assignment, what, files in submissions()
        ]
        for assignment, what, tasks in asked:
            cpu = [one.result(setting.left()) for one, _ in tasks]
            gpu = [two.result(setting.left()) for _, two in tasks]
            other = [each for c, g in zip(cpu, gpu, strict=True) for each in c.lost(g)]
            other += [f"{name} undecided" for each in (*cpu, *gpu) for name in each.faults]
            figures = (
                f"{sum(e.all for e in gpu):g} on the GPU, {sum(e.all for e in cpu):g} on the CPU"
            )
            yield Tried.of(f"{assignment}: {what}", not other, "; ".join([figures, *other]))


def _both(
    pool: GraderPool, assignment: str, files: dict[str, str], task: str
) -> tuple[Future[Earned], Future[Earned]]:
    return (
        pool.submit(earned, assignment, files, task, "cpu"),
        pool.submit(earned, assignment, files, task, "cuda"),
    )


def devices(setting: Setting) -> Iterator[Tried]:
    """Every misconception of devices loses the checks that it names on the GPU, too."""
    known = [
        mistake
        for assignment in assignments()
        for mistake in mistakes(None, assignment)
        if ABOUT_DEVICES.search(mistake.wrong.explanation.en)
    ]
    wrong = []
    with _graders(JOBS) as pool:
        futures = [
            pool.submit(earned, each.assignment, each.files(), each.task, "cuda") for each in known
        ]
        for mistake, future in zip(known, futures, strict=True):
            checks = future.result(setting.left()).checks
            kept = [name for name in mistake.wrong.loses if checks.get(name, 0.0) > 0]
            if kept:
                wrong.append(f"{mistake.wrong.name} keeps {', '.join(kept)}")
    right = len(known) - len(wrong)
    figures = f"{right} of {len(known)} lose what they should"
    yield Tried.of("misconceptions of devices", not wrong, "; ".join([figures, *wrong]))


def in_a_row(setting: Setting) -> Iterator[Tried]:
    """One submission after the other, and the card's memory afterwards."""
    wrong = []
    with _graders(1) as pool:
        before = gpu_machine.memory()
        for number, honest in enumerate(islice(cycle(HONEST), IN_A_ROW + 1)):
            if number == 1:  # the first has the driver make what it keeps
                before = gpu_machine.memory()
            files = _files(EXAMPLES / honest.example, ASSIGNMENT)
            got = pool.submit(earned, ASSIGNMENT, files, honest.task, "cuda").result(setting.left())
            if got.all != honest.points or got.faults:
                wrong.append(f"{honest.example}/{honest.task}.py {got.all:g}")
        memory = f"{IN_A_ROW} submissions in a row: memory of the card"
        given_back = gpu_machine.given_back(memory, before)
    yield Tried.of(f"{IN_A_ROW} submissions in a row: points", not wrong, "; ".join(wrong) or "all")
    yield given_back
