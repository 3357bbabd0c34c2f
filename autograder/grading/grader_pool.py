"""A pool of graders on this machine, forked from one process that imported torch once.

The command that hands out work imports neither torch nor a suite.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, TypeVar

from autograder.errors import AutograderError
from autograder.grading.jobs import Done, Event, Job
from autograder.sandbox.grader.launch import EXIT_SECONDS, Origin
from autograder.sandbox.protocol.errors import SandboxUnavailable

ENTRY = "autograder.grading.grader_process:template"

T = TypeVar("T")


class GraderDied(AutograderError, BrokenExecutor):
    """The grader ended while it did this job; the next job has a new one."""


@dataclass(frozen=True)
class _Work:
    future: Future[Any]
    job: Job
    listen: Callable[[Any], None]


class GraderPool(Executor):
    """So many graders, each kept with its workers on one processor: they take turns anyway.

    A grader that dies costs the one job that it did, whose future raises GraderDied.
    """

    def __init__(self, assignment: str, graders: int = 0) -> None:
        """So many graders, by default one for each processor we may use."""
        here = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [None]
        self._processors = list(islice(cycle(here), graders or len(here)))
        self._assignment = assignment
        self._work: SimpleQueue[_Work | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = self._worked = False
        self._threads: list[threading.Thread] = []
        self._origin: Origin | None = None

    def start(self) -> None:
        """Begin to import what is heavy, before the first job is there."""
        if self._origin is None:
            self._origin = Origin()
            self._template = self._origin.template(ENTRY, self._assignment)

    def submit(self, function: Callable[..., T], /, *arguments: Any, **named: Any) -> Future[T]:
        """Have a function of some module called in a grader."""
        return self._put(Job(partial(function, **named), arguments, tells=False))

    def follow(
        self, listen: Callable[[Any], None], function: Callable[..., T], /, *arguments: Any
    ) -> Future[T]:
        """Have `function(tell, *arguments)` called in a grader.

        `listen` is called with whatever it tells, in a thread of the pool.
        """
        return self._put(Job(function, arguments, tells=True), listen)

    def _put(self, job: Job, listen: Callable[[Any], None] = lambda event: None) -> Future[Any]:
        if self._closed:
            raise RuntimeError("this pool was shut down")
        self.start()
        if not self._threads:
            for processor in self._processors:
                thread = threading.Thread(target=self._serve, args=(processor,), daemon=True)
                self._threads.append(thread)
                thread.start()
        future: Future[Any] = Future()
        self._work.put(_Work(future, job, listen))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the graders: with `wait` after their jobs, else at once. May be called again."""
        self._closed = True
        if cancel_futures or not wait:
            while not self._work.empty():
                if (work := self._work.get()) is not None:
                    work.future.cancel()
        for _ in self._threads:
            self._work.put(None)
        if wait:
            for thread in self._threads:
                thread.join()
        if self._origin is not None:
            self._origin.close()

    def _serve(self, processor: int | None) -> None:
        """Hand jobs to one grader, and to the next one where it died."""
        connection: Connection | None = None
        while (work := self._work.get()) is not None:
            if not work.future.set_running_or_notify_cancel():
                continue
            try:
                connection = connection or self._fork(processor)
                self._do(work, connection)
                continue
            except (EOFError, OSError):
                error: Exception = self._death()
            except Exception as raised:  # it could not be sent, or nobody could listen
                error = raised
            if connection is not None:
                connection.close()
                connection = None
            work.future.set_exception(error)
        if connection is not None:
            connection.close()

    def _do(self, work: _Work, connection: Connection) -> None:
        connection.send(work.job)
        while isinstance(answer := connection.recv(), Event):
            work.listen(answer.what)
        self._worked = True
        if isinstance(answer, Done):
            work.future.set_result(answer.value)
        else:
            answer.error.add_note(answer.traceback)
            work.future.set_exception(answer.error)

    def _fork(self, processor: int | None) -> Connection:
        """A new grader; where nothing is left to fork it from, from a new template or origin."""
        with self._lock:
            try:
                return self._template.grader(processor)
            except OSError:
                if self._closed or not self._worked:
                    raise
            if self._origin is None or self._origin.ended():
                if self._origin is not None:
                    self._origin.close()
                self._origin = Origin()
            self._template = self._origin.template(ENTRY, self._assignment)
            return self._template.grader(processor)

    def _death(self) -> Exception:
        with self._lock:
            origin, failed = self._origin, not self._worked and not self._closed
            if failed and origin is not None and origin.ended(EXIT_SECONDS):
                return SandboxUnavailable(f"the sandbox did not start: {origin.failure()}")
        return GraderDied("the grader ended while it did this job")
