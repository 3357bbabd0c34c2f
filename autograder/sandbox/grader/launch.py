"""Starting the origin by exec, and asking it for zygotes and templates.

It spends its first seconds importing torch. A command that launches it first does meanwhile what
is its own.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from multiprocessing.connection import Connection
from typing import Final, Protocol

from autograder.sandbox.protocol import control
from autograder.sandbox.protocol.control import ForkGrader, ForkTemplate, ForkZygote

# Where libraries and GPUs are found; everything else in the environment stays outside.
INHERITED: Final = (
    "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
    "CUDA_DEVICE_ORDER",  # without it the numbers of the line above may be other cards
    "OPENBLAS_CORETYPE",
)
THREADS: Final = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
EXIT_SECONDS: Final = 2.0


class Launch(Protocol):
    """The way to a zygote."""

    @property
    def channel(self) -> socket.socket: ...

    def failure(self) -> str:
        """Why it cannot be reached."""

    def close(self) -> None:
        """End the zygote, and with it every worker. May be called again."""


class Origin:
    """The process that all others are forked from. Use as a context manager."""

    def __init__(self) -> None:
        """Start `python -I -m autograder.sandbox.worker` with a clean environment in `/`."""
        self._said: str | None = None
        self._control, theirs = _pair()
        environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
        environment |= dict.fromkeys(THREADS, "1")
        environment |= {name: os.environ[name] for name in INHERITED if name in os.environ}
        module = ("-I", "-m", "autograder.sandbox.worker")
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, *module, str(theirs.fileno()), str(os.getpid())],
                pass_fds=[theirs.fileno()],
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )

    def zygote(self) -> socket.socket:
        """The grader's end of the socket to a new zygote."""
        ours, theirs = _pair()
        with theirs, contextlib.suppress(OSError):  # a dead one shows at the other end
            control.send(self._control, ForkZygote(), [theirs.fileno()])
        return ours

    def template(self, entry: str, argument: str) -> Template:
        """A new template, which runs `entry` ("module:function")."""
        ours, theirs = _pair()
        message = ForkTemplate(entry, argument, tuple(sys.path), tempfile.gettempdir())
        with theirs, contextlib.suppress(OSError):
            control.send(self._control, message, [theirs.fileno(), 2])
        return Template(self, ours)

    def ended(self, seconds: float = 0.0) -> bool:
        """Whether it ended, or does within so many seconds."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def failure(self) -> str:
        """Why it cannot be reached: the last line that it said. It is ended."""
        # The socket closes a moment before the process ends.
        code = self._process.returncode if self.ended(EXIT_SECONDS) else None
        if self._said is None:
            self._process.kill()
            assert self._process.stderr is not None
            self._said = self._process.stderr.read().decode(errors="replace").strip()
        late = "it said nothing in time" if code is None else f"it ended with code {code}"
        return self._said.splitlines()[-1] if self._said else late

    def close(self) -> None:
        """End it, and with it whatever was forked from it. May be called again."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def __enter__(self) -> Origin:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class Template:
    """The process that graders are forked from, with the suites loaded."""

    def __init__(self, origin: Origin, channel: socket.socket) -> None:
        self._origin = origin
        self._control = channel

    def grader(self, processor: int | None = None) -> Connection:
        """The command's end of the stream of jobs to a new grader with a zygote of its own.

        Raises OSError: this template has ended.
        """
        ours, theirs = socket.socketpair()
        with ours, theirs, self._origin.zygote() as zygote:
            descriptors = [theirs.fileno(), zygote.fileno()]
            control.send(self._control, ForkGrader(processor), descriptors)
            return Connection(ours.detach())


class OwnZygote:
    """An origin with a single zygote, for a process that grades by itself."""

    def __init__(self) -> None:
        self._origin = Origin()
        self.channel = self._origin.zygote()

    def failure(self) -> str:
        return self._origin.failure()

    def close(self) -> None:
        self.channel.close()
        self._origin.close()


class InheritedZygote:
    """The zygote that a grader was given when it was forked."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel

    def failure(self) -> str:
        return "the process that workers are forked from died"

    def close(self) -> None:
        self.channel.close()


def launch() -> Launch:
    """An origin and a zygote that are starting."""
    return OwnZygote()


def _pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
