"""The process that all others are forked from: torch imported once, on one thread.

A command starts it (`launch.py`, `__main__.py`) by exec with a clean environment. It forks zygotes,
from which workers come, and templates, from which graders come. It never loads a suite itself and
holds no secret, so a zygote has nothing to find; a template loads the suites after its fork.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import socket
import sys
import tempfile
from collections.abc import Callable

from autograder.sandbox.jail import linux
from autograder.sandbox.protocol import control
from autograder.sandbox.protocol.control import ForkTemplate, ForkZygote
from autograder.sandbox.worker import zygote


def main(descriptor: int) -> None:
    """Fork whatever is asked for over the socket, until it is closed."""
    channel = socket.socket(fileno=descriptor)
    if sys.platform == "linux":
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
    zygote.warm_up()
    gc.collect()
    gc.freeze()  # what is here now is never garbage, and its pages stay shared
    serve(channel, {ForkZygote: _zygote, ForkTemplate: _template})


Child = Callable[[control.Message, list[int]], None]


def serve(channel: socket.socket, children: dict[type[control.Message], Child]) -> None:
    """Fork a child for each message, as its type says; it ends with this process."""
    while True:
        try:
            message, descriptors = control.receive(channel)
        except EOFError:
            return
        _wait_for_the_ended()
        if os.fork() == 0:
            code = 1
            try:
                if sys.platform == "linux":
                    linux.die_with_parent()
                channel.close()
                children[type(message)](message, descriptors)
                code = 0
            finally:
                os._exit(code)  # never back into this loop, whatever happened
        for each in descriptors:
            os.close(each)


def _wait_for_the_ended() -> None:
    """Take children that have ended off the list of processes, and their time on our account."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _zygote(message: control.Message, descriptors: list[int]) -> None:
    (descriptor,) = descriptors
    zygote.main(descriptor)


def _template(message: control.Message, descriptors: list[int]) -> None:
    """Run the function that the message names: this side of the boundary knows no grader."""
    assert isinstance(message, ForkTemplate)
    descriptor, errors = descriptors
    os.dup2(errors, sys.stderr.fileno())
    os.close(errors)
    tempfile.tempdir = message.temporary
    sys.path.extend(entry for entry in message.path if entry not in sys.path)
    module, _, function = message.entry.partition(":")
    getattr(importlib.import_module(module), function)(descriptor, message.argument)
