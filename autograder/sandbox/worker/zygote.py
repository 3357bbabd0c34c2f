"""The process that a grader's workers are forked from, with no secret in it.

It is a fork of the origin (`origin.py`) for one grader, which talks to it over a socket. It never
sees a test, an expected value or a score, so a fork of it has nothing to find.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from autograder.sandbox.jail import namespaces as forking
from autograder.sandbox.protocol import control
from autograder.sandbox.protocol.control import (
    End,
    Ended,
    Message,
    Prepared,
    Refused,
    Spawn,
    Started,
)
from autograder.sandbox.worker import loop as worker
from autograder.sandbox.worker.fake_gpu import FakeGpu

if TYPE_CHECKING:
    from autograder.sandbox.jail.lock_down import User


def main(descriptor: int) -> None:
    """Fork workers for the grader at the other end of the socket, until it is closed."""
    channel = socket.socket(fileno=descriptor)
    _forget_package()
    control.send(channel, Prepared(str(torch.__version__)))
    Zygote(channel).serve()


class Zygote:
    """Forks workers, ends them, and says how they ended."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._workers: set[int] = set()
        self._interpreter: list[Path] = []
        self._closed: Path | None = None

    def serve(self) -> None:
        while True:
            try:
                message, descriptors = control.receive(self._channel)
            except EOFError:
                break
            if isinstance(message, Spawn):
                control.send(self._channel, self._spawn(message, descriptors))
            elif isinstance(message, End):
                control.send(self._channel, self._end(message.pid, message.grace))
        for pid in list(self._workers):
            self._end(pid)

    def _prepare(self, *, gpu: bool) -> None:
        """Load and make what confines workers, once; an unconfined one does without."""
        from autograder.sandbox.jail import landlock as files
        from autograder.sandbox.jail import lock_down as jail
        from autograder.sandbox.jail.profiles import GPU_WORKER, WORKER

        if not self._interpreter:
            self._interpreter = files.interpreter_paths()
            python = [Path(sys.executable).resolve(), *self._interpreter]
            self._closed = files.unreadable_for_others(python)
            jail.precompute(GPU_WORKER if gpu else WORKER)

    def _spawn(self, spawn: Spawn, descriptors: list[int]) -> Message:
        user = None
        try:
            if spawn.confined:
                self._prepare(gpu=spawn.gpu)
                user = self._own_user(Path(spawn.folder))
            forked = forking.fork(separate=spawn.confined and spawn.namespaces)
        except (ImportError, OSError, RuntimeError) as error:
            for descriptor in descriptors:
                os.close(descriptor)
            return Refused(f"{type(error).__name__}: {error}")
        if forked.pid == 0:
            code = 1
            try:
                worker.run(
                    spawn,
                    descriptors,
                    forked=forked,
                    interpreter=self._interpreter,
                    user=user,
                )
                code = 0
            finally:
                os._exit(code)  # never back into the zygote's loop, whatever happened
        for descriptor in descriptors:
            os.close(descriptor)
        self._workers.add(forked.pid)
        return Started(forked.pid)

    def _own_user(self, submission: Path) -> User:
        """A user id that nobody else has, if this process may choose and all can be read by it."""
        from autograder.sandbox.jail import landlock as files
        from autograder.sandbox.jail.lock_down import UID_BASE, User
        from autograder.sandbox.protocol.layers import Layer, State

        if os.geteuid() != 0:
            return User.unchanged("the grader's own (only root can choose another)")
        root = "root without rights (other users cannot"
        if self._closed is not None:
            return User.unchanged(f"{root} read Python: {self._closed})")
        closed = files.unreadable_for_others([submission])
        if closed is not None:
            return User.unchanged(f"{root} enter {closed})")
        uid = UID_BASE + os.getpid()
        return User(uid, Layer("user", State.IN_FORCE, f"{uid}, used by nobody else"))

    def _end(self, pid: int, grace: float = 0.0) -> Ended:
        if pid not in self._workers:
            return Ended(0, 0, killed=False, cpu_seconds=0.0)
        self._workers.discard(pid)
        if grace:
            self._wait(pid, grace)
        done, status, usage = os.wait4(pid, os.WNOHANG)
        killed = not done
        if killed:
            os.kill(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        seconds = usage.ru_utime + usage.ru_stime
        return Ended(-code if code < 0 else 0, max(code, 0), killed, seconds)

    def _wait(self, pid: int, seconds: float) -> None:
        """Until the process has ended, at most so long."""
        watched = os.pidfd_open(pid)
        try:
            select.select([watched], [], [], seconds)
        finally:
            os.close(watched)


def warm_up() -> None:
    """Pay once what every worker would pay on its first call.

    Nothing here may ask about CUDA or run backward (which does): a forked child of a process
    that has asked cannot use the GPU any more.
    """
    torch.set_num_threads(1)  # a parallel region before a fork leaves the child hanging
    x, weight = torch.ones(1, 2, 4, 4), torch.ones(3, 2, 3, 3)
    torch.nn.functional.conv2d(x, weight).relu().sum().item()
    torch.nn.functional.conv_transpose2d(x, torch.ones(2, 3, 2, 2))
    torch.library.Library("aten", "IMPL")._destroy()
    gpu = FakeGpu()
    with gpu.around():
        gpu.copy(x).relu()


def _forget_package() -> None:
    """Workers cannot import more of this package than is loaded."""
    package = Path(__file__).resolve().parents[2]
    sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != package.parent]
    # The finder of an editable installation knows the way, too.
    sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in getattr(f, "__module__", "")]
