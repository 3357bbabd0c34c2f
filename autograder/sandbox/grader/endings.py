"""Words for how a worker ended, on the grader's side.

Nothing is guessed: a limit is blamed only where it is known to have been reached, and a process
that was killed by who knows whom was killed.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from autograder.sandbox.grader.printable import printable
from autograder.sandbox.protocol.control import Ended
from autograder.sandbox.protocol.errors import Cause, Crashed, Flooded, TimedOut
from autograder.sandbox.protocol.limits import MIB, Limits

if TYPE_CHECKING:
    from autograder.sandbox.grader.pipes import DeadlineExceeded


def died(ended: Ended, *, cpu_seconds: float, limits: Limits) -> Crashed | TimedOut:
    """A process that closed its pipes. `cpu_seconds` is what the kernel allowed this one."""
    if ended.killed:  # it was still there, and had to be ended
        return Crashed("it closed its connection", cause=Cause.DISCONNECTED)
    # SIGKILL is the kernel's last word on processor time, and the first that the first process of
    # a namespace hears; but others kill, too.
    used_up = ended.cpu_seconds >= cpu_seconds
    if ended.signal == signal.SIGXCPU or (ended.signal == signal.SIGKILL and used_up):
        return too_much_cpu(limits)
    if ended.signal:
        name = signal.Signals(ended.signal).name
        cause = Cause.KILLED if ended.signal == signal.SIGKILL else Cause.DIED
        return Crashed(f"{name} ({signal.strsignal(ended.signal)})", cause=cause, amount=name)
    code = str(ended.status)
    return Crashed(f"it left with exit code {code}", cause=Cause.EXITED, amount=code)


def not_understood(what: str) -> Crashed:
    """The process answered what a worker never would: the student's code has been at it."""
    what = printable(what, 300)  # part of it may be the student's
    message = f"its answer was not understood ({what})"
    return Crashed(message, cause=Cause.NOT_UNDERSTOOD, amount=what)


def too_late(late: DeadlineExceeded) -> TimedOut:
    """One call that took too long."""
    seconds = f"{late.seconds:g}"
    return TimedOut(f"longer than {seconds} seconds", cause=late.cause, amount=seconds)


def too_long_in_all(limits: Limits) -> TimedOut:
    """All calls of a task together."""
    seconds = f"{limits.task_seconds:g}"
    message = f"more than {seconds} seconds for all calls together"
    return TimedOut(message, cause=Cause.TASK_SECONDS, amount=seconds)


def too_long_for_a_submission(limits: Limits) -> TimedOut:
    """All calls of all tasks together."""
    seconds = f"{limits.submission_seconds:g}"
    message = f"more than {seconds} seconds for all files together"
    return TimedOut(message, cause=Cause.SUBMISSION_SECONDS, amount=seconds)


def too_much_cpu(limits: Limits) -> TimedOut:
    """All processes of a task together."""
    seconds = str(limits.task_cpu_seconds)
    message = f"more than {seconds} seconds of processor time in all"
    return TimedOut(message, cause=Cause.TASK_CPU_SECONDS, amount=seconds)


def printed_too_much(limits: Limits) -> Flooded:
    """All processes of a task together."""
    size = f"{limits.printed_bytes / MIB:g} MiB"
    return Flooded(f"it printed more than {size}", cause=Cause.PRINTED, amount=size)
