"""A pool of grader processes on this machine, and what they do.

Whoever hands out the work has no need of torch. A grader process launches its zygote before it
imports anything heavy, so that both import torch at the same time.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue

import msgspec

from autograder.course.policy import Policy
from autograder.document.faults import Fault
from autograder.sandbox.grader.intake import Parcel
from autograder.sandbox.grader.launch import Launch, launch
from autograder.sandbox.jail import linux


class Graded(msgspec.Struct, frozen=True):
    """What a grader hands back: the result as JSON, and the checks that failed by themselves."""

    document: bytes
    faults: tuple[Fault, ...] = ()


def local_pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that grade on this machine.

    Each keeps itself and its workers on one processor: they take turns anyway, and two that
    were left to themselves might choose the same.
    """
    context = get_context("spawn")  # a forked process would inherit torch's threads
    processors: SimpleQueue[int | None] = context.SimpleQueue()
    here = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [None]
    for processor in islice(cycle(here), jobs):
        processors.put(processor)
    return ProcessPoolExecutor(jobs, context, _settle, (processors,))


def grade_parcel(student: str, parcel: Parcel, policy: Policy) -> Graded:
    """As `prepared.grade_parcel`, in a grader process; whoever hands this out needs no torch."""
    from autograder.course import prepared

    return prepared.grade_parcel(student, parcel, policy)


def take_launched() -> Launch | None:
    """The zygote that was launched when this process began, for the one who asks first."""
    global _launched
    launched, _launched = _launched, None
    return launched


def _settle(processors: SimpleQueue[int | None]) -> None:
    """How a grader process begins: with a zygote, on one of these processors.

    It ends with the process that asked for it.
    """
    global _launched
    processor = processors.get()
    if processor is not None:
        linux.die_with_parent()
    _launched = launch()  # on any processor: it imports while this process does
    if processor is not None:
        os.sched_setaffinity(0, {processor})


_launched: Launch | None = None
