"""Where graders run: processes of this machine, or the workers of a Dask cluster.

Nothing here schedules work. Both are executors in the sense of `concurrent.futures`, and a
cluster under Slurm or Kubernetes is a Dask scheduler's business.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from autograder.course.grade_submission import Graded, grade_alone, grade_in_pool, grade_submission
from autograder.course.policy import Policy
from autograder.errors import AutograderError
from autograder.grading.grader_pool import GraderPool
from autograder.sandbox.grader.intake import SubmissionFiles

CONNECT_SECONDS = 10.0


class NoScheduler(AutograderError):
    """The cluster cannot be reached; the message says why."""


@dataclass(frozen=True)
class Graders:
    """An executor, how many submissions it takes at once, and how a grader's death looks.

    `job` is what it is to call for each; `alone`, where there is one, grades a submission that
    has all graders for itself.
    """

    executor: Executor
    max_in_flight: int
    job: Callable[[str, SubmissionFiles, Policy], Graded] = grade_submission
    fatal_errors: tuple[type[Exception], ...] = (BrokenExecutor,)
    alone: Callable[[str, SubmissionFiles, Policy], Graded] | None = None


@contextmanager
def on_this_machine(jobs: int, assignment: str) -> Iterator[Graders]:
    """As many graders as asked for; 0 is one for each processor we may use."""
    jobs = jobs or len(os.sched_getaffinity(0))
    pool = GraderPool(assignment, jobs)
    try:
        yield Graders(pool, max_in_flight=jobs, alone=partial(grade_alone, pool))
    finally:
        pool.shutdown(wait=False)


@contextmanager
def on_dask(address: str) -> Iterator[Graders]:
    """The workers of the scheduler at `address`, which should have one thread each.

    A task is rescheduled by Dask when its worker dies. Raises NoScheduler.
    """
    from distributed import Client, KilledWorker

    try:
        client: Any = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise NoScheduler(f"no Dask scheduler answers at {address} ({error})") from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise NoScheduler(f"the Dask scheduler at {address} has no workers")
        yield Graders(
            client.get_executor(pure=False),
            # A second one for each worker, which is there when the first one is done.
            max_in_flight=2 * threads,
            job=grade_in_pool,
            fatal_errors=(BrokenExecutor, KilledWorker),
        )
