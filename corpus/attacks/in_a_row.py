"""Submissions graded one after the other by one grader, every second one hostile."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from unittest import mock

from autograder.grading import suite_run
from autograder.grading.assignments import SUITES
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.suites.segmentation import ASSIGNMENT
from corpus.attacks import isolated
from corpus.attacks.arena import Arena
from corpus.attacks.attack import Attack
from corpus.attacks.isolated import Watched
from corpus.paths import EXAMPLES


@dataclass(frozen=True)
class Honest:
    """A file of an example, and the points it deserves whoever was graded before it."""

    example: str
    task: str
    points: float


HONEST = (
    Honest("complete", "iou", 20),
    Honest("half_done", "iou", 17),
    Honest("complete", "unpooling", 10),
    Honest("half_done", "unpooling", 6.5),
)


@dataclass(frozen=True)
class Traces:
    """Everything that a grading could leave behind on this machine."""

    processes: frozenset[int]
    files: frozenset[str]
    mounts: frozenset[str]
    shared_memory: frozenset[str]
    descriptors: int

    def missing_in(self, later: Traces) -> list[str]:
        """What is there later and was not there before."""
        found = [
            f"{kind}: {', '.join(map(str, sorted(new)))}"
            for kind, new in (
                ("processes", later.processes - self.processes),
                ("files", later.files - self.files),
                ("mounts", later.mounts - self.mounts),
                ("shared memory", later.shared_memory - self.shared_memory),
            )
            if new
        ]
        if later.descriptors > self.descriptors:
            found.append(f"descriptors: {later.descriptors} instead of {self.descriptors}")
        return found


def traces(arena: Arena, sandbox: Watched) -> Traces:
    """As it is now, in the grader, in the process that workers come from, and on the machine."""
    shared = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    pids = ("self", str(sandbox.zygote))
    return Traces(
        processes=isolated.descendants(),
        files=frozenset(str(path) for path in arena.root.rglob("*")),
        mounts=frozenset(Path("/proc/self/mountinfo").read_text().splitlines()),
        # Semaphores of other programs' multiprocessing come and go; a worker has no second process.
        shared_memory=frozenset(
            [*shared, *(name for name in os.listdir("/dev/shm") if not name.startswith("sem.mp-"))]
        ),
        descriptors=sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids),
    )


def in_a_row(
    count: int, attacks: Sequence[Attack], arena: Arena, sandbox: Watched
) -> Iterator[tuple[str, list[str]]]:
    """Grade `count` submissions; of each its name and what is wrong with how it went."""
    honest = cycle(HONEST)
    for number, attack in enumerate(islice(cycle(attacks), count)):
        if number % 2:
            outcome = isolated.let_loose(attack, arena, sandbox)
            yield attack.name, sorted(outcome.evidence)
            continue
        one = next(honest)
        earned = _points(one, sandbox, seed=number)
        said = [] if earned == one.points else [f"{earned:g} points instead of {one.points:g}"]
        yield f"{one.example}/{one.task}.py", said


def _points(honest: Honest, sandbox: Watched, seed: int) -> float:
    tasks = [task for task in ASSIGNMENT.tasks if task.name == honest.task]
    run = GradingRun.of(ASSIGNMENT, seed=seed, tasks=tasks)
    with mock.patch.object(suite_run, "SUITES", SUITES):
        return grade(EXAMPLES / honest.example, run, sandbox).earned
