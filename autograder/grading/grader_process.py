"""A template, which loads the suites once, and the graders forked from it, which do jobs.

Both are forks of the origin: torch is there already. A job is a function with its arguments; the
command that sends it and the grader trust each other, so they speak pickle.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import socket
import traceback
from multiprocessing.connection import Connection

import torch

from autograder.grading import prepared
from autograder.grading.assignments import load_assignment
from autograder.grading.jobs import Done, Event, Job, Raised
from autograder.grading.suite_run import planned_checks
from autograder.sandbox.grader.launch import InheritedZygote
from autograder.sandbox.protocol import control
from autograder.sandbox.protocol.control import ForkGrader
from autograder.sandbox.worker import origin


def template(descriptor: int, assignment: str) -> None:
    """Load the suites of an assignment, then fork a grader whenever one is asked for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command ends all when it is interrupted
    with contextlib.suppress(Exception):  # a suite that is broken is said by the grader it breaks
        loaded = load_assignment(assignment)
        loaded.knowledge()
        for task in loaded.tasks:
            planned_checks(loaded, task)
    gc.collect()
    gc.freeze()
    origin.serve(socket.socket(fileno=descriptor), {ForkGrader: grader})


def grader(message: control.Message, descriptors: list[int]) -> None:
    """Do jobs, one at a time, until nobody sends any."""
    assert isinstance(message, ForkGrader)
    jobs, zygote = descriptors
    if message.processor is not None:
        os.sched_setaffinity(0, {message.processor})
    torch.set_num_threads(1)
    launched = InheritedZygote(socket.socket(fileno=zygote))
    prepared.use(launched, share_processor=message.processor is not None)
    with Connection(jobs) as connection:
        while True:
            try:
                job = connection.recv()
            except EOFError:
                return
            connection.send(_do(job, connection))


def _do(job: Job, connection: Connection) -> Done | Raised:
    arguments = job.arguments
    if job.tells:
        arguments = (lambda event: connection.send(Event(event)), *arguments)
    try:
        done = Done(job.function(*arguments))
        pickle.dumps(done)
    except BaseException as error:
        lines = "".join(traceback.format_exception(error))
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:  # it cannot be sent as it is
            error = RuntimeError(f"{type(error).__name__}: {error}")
        return Raised(error, lines)
    return done
