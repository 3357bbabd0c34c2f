"""What the rules refuse to a process, call by call.

The process is locked down by its profile as a worker is. Only its filter is another one: where
the profile's answers EPERM, it asks this process (SECCOMP_RET_USER_NOTIF), which notes the call
and its arguments and has the kernel answer EPERM. Files that are opened are noted likewise, and
then opened or refused by Landlock. This needs no privilege: the process shares its table of
descriptors with this one (CLONE_FILES), and with it what the kernel hands to the maker of a filter.

SECCOMP_RET_LOG would write to the kernel's log, which root alone reads. SECCOMP_RET_TRAP sends a
signal, and kills threads that have it blocked, as a driver's have.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from ctypes import POINTER, byref, c_int
from typing import Any, Final
from unittest import mock

import msgspec
import pyseccomp

from autograder.sandbox.jail import linux, seccomp
from autograder.sandbox.jail.landlock import Access
from autograder.sandbox.jail.lock_down import SAME_USER, User, lock_down
from autograder.sandbox.jail.namespaces import NAMESPACES, NOT_SEPARATE, Fork
from autograder.sandbox.jail.profiles import Profile
from autograder.sandbox.jail.seccomp import Rule
from autograder.sandbox.protocol.limits import Limits
from corpus.gpu.opened import OPENING, Opening, closed, unopened

CLONE_FILES: Final = 0x400
SECONDS: Final = 120.0
CONTINUE: Final = 1  # SECCOMP_USER_NOTIF_FLAG_CONTINUE
PAGE: Final = 4096
# The argument of a call that its rules look at.
TOLD: Final = {
    "memfd_create": ("flags", 1),
    "ioctl": ("request", 1),
    "fcntl": ("command", 1),
    "clone": ("flags", 0),
    "prctl": ("option", 0),
    "socket": ("domain", 0),
    "mmap": ("protection", 2),
}


class RefusedCall(msgspec.Struct, frozen=True, order=True):
    """A system call that no rule allows, with the argument that tells it from others."""

    call: str
    told: str = ""

    @property
    def words(self) -> str:
        return f"seccomp answered EPERM to {self.call}" + (f" ({self.told})" if self.told else "")


class Noted(msgspec.Struct, frozen=True):
    """What was seen of a process: why it failed ("" where it did not), and what was refused.

    Not `watched` is one that could not be locked down, or whose calls cannot be asked for here.
    `separate` is one in namespaces of its own.
    """

    failed: str
    refused: list[RefusedCall]
    closed: list[str]
    watched: bool = True
    separate: bool = False

    @property
    def words(self) -> list[str]:
        return [*(each.words for each in self.refused), *self.closed]


def watch(
    profile: Profile,
    places: Iterable[Access],
    job: Callable[[], str],
    *,
    lenient: bool = False,
    separate: bool = False,
    user: User = SAME_USER,
    seconds: float = SECONDS,
) -> Noted:
    """Run `job` in a locked-down process; it returns why it failed, "" where it did not.

    With `lenient` the calls that no rule allows are made all the same, so that one run shows all
    of them: only for a job that is trusted. With `separate` it gets a worker's namespaces, where
    they can be had. Files that Landlock refuses are told to root always,
    and to an ordinary user then alone. Call this before the first thread is there.
    """
    told, tell = os.pipe()
    forked = _fork(separate=separate)
    if (pid := forked.pid) == 0:
        with mock.patch.object(seccomp, "restrict", lambda rules: _ask(rules, tell, lenient)):
            _confined(profile, list(places), job, forked, user, tell)
    opened = [*places, *(there for place in profile.opened for there in place.present())]
    watcher = _Watcher(pid, told, opened, lenient=lenient)
    try:
        return msgspec.structs.replace(watcher.until_it_ends(seconds), separate=forked.separate)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        for descriptor in (told, tell, *watcher.descriptors):
            os.close(descriptor)


def _fork(*, separate: bool) -> Fork:
    """Fork with one table of descriptors, if `separate` into a worker's namespaces if it can."""
    root = os.geteuid() == 0
    flags = NAMESPACES if root else NAMESPACES | linux.CLONE_NEWUSER
    owner = None if root else (os.getuid(), os.getgid())
    if separate:
        with contextlib.suppress(OSError):
            pid = linux.fork_into(CLONE_FILES | flags)
            return Fork(pid, NOT_SEPARATE, separate=True, owner=owner)
    return Fork(linux.fork_into(CLONE_FILES), NOT_SEPARATE)


def _confined(
    profile: Profile,
    places: list[Access],
    job: Callable[[], str],
    forked: Fork,
    user: User,
    tell: int,
) -> None:
    """In the process: lock down, say which descriptor asks, do the job, say how it went."""
    said, closed_devices = "", list[str]()
    devices = [there for place in profile.opened for there in place.present()]
    try:
        lock_down(profile, Limits(), places, forked=forked, user=user)
        said = job()
        closed_devices = unopened(devices) if said else []
    except BaseException as error:
        said = f"{type(error).__name__}: {error}"
    finally:
        last = Last(" ".join(said.split())[:PAGE], closed_devices)
        os.write(tell, msgspec.json.encode(last) + b"\n")
        os._exit(0)


def _ask(rules: tuple[Rule, ...], tell: int, lenient: bool) -> None:
    """The profile's filter, which asks instead of refusing, and asks about files, too."""
    calls = pyseccomp.SyscallFilter(pyseccomp.NOTIFY)
    itself = pyseccomp.Arg(0, pyseccomp.EQ, os.getpid())
    for rule in (*rules, Rule("kill tgkill", (itself,))):
        for name in rule.calls.split():
            if name not in OPENING and linux.system_call(name) >= 0:
                calls.add_rule(rule.action, name, *rule.when)
    if lenient:  # or only root could read paths from its memory
        linux.prctl(linux.PR_SET_DUMPABLE, 1)
    calls.load()
    os.write(tell, f"{pyseccomp._libseccomp.seccomp_notify_fd(calls._filter)}\n".encode())


class Last(msgspec.Struct, frozen=True):
    """The last line of a process: why it failed, and the device files that it cannot open."""

    failed: str
    closed: list[str]


class _Watcher:
    """Answers what the process's filter asks, and notes it."""

    def __init__(self, pid: int, told: int, opened: list[Access], *, lenient: bool) -> None:
        self._pid, self._told, self._opened, self._lenient = pid, told, opened, lenient
        self._ended = os.pidfd_open(pid)
        self.descriptors = [self._ended]
        self._refused: dict[RefusedCall, None] = {}
        self._closed: dict[str, None] = {}

    def until_it_ends(self, seconds: float) -> Noted:
        late = time.monotonic() + seconds
        first = self._line(late)
        if not first.isdigit():
            failed = msgspec.json.decode(first, type=Last).failed if first else ""
            return Noted(failed or "it ended before it was locked down", [], [], watched=False)
        self.descriptors.append(listener := int(first))
        poll = select.poll()
        for descriptor in (listener, self._ended, self._told):
            poll.register(descriptor, select.POLLIN)
        while (left := late - time.monotonic()) > 0:
            ready = dict(poll.poll(left * 1000))
            if ready.get(listener, 0) & select.POLLIN:
                self._answer(listener)
            elif ready:
                line = self._line(late)
                last = msgspec.json.decode(line, type=Last) if line else Last("it died", [])
                return self._noted(last)
        return self._noted(Last(f"not over after {seconds:g} s", []))

    def _noted(self, last: Last) -> Noted:
        return Noted(last.failed, list(self._refused), [*self._closed, *last.closed])

    def _line(self, late: float) -> str:
        """A line of the process, "" where it ended without one."""
        left = max(0.0, late - time.monotonic())
        ready, _, _ = select.select([self._told, self._ended], [], [], left)
        if self._told not in ready:
            return ""
        line = b""
        while not line.endswith(b"\n"):  # one byte each: the next line stays for later
            line += os.read(self._told, 1)
        return line.decode(errors="replace").strip()

    def _answer(self, listener: int) -> None:
        with _asked(listener) as (asked, answer):
            if asked is None:
                return
            name = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, asked.data.nr).decode()
            allowed = name in OPENING
            if allowed:
                self._note_opening(name, asked.pid, list(asked.data.args))
            else:
                self._refused[_refused(name, list(asked.data.args))] = None
            answer.id = asked.id
            if allowed or self._lenient:
                answer.flags = CONTINUE
            else:
                answer.error = -errno.EPERM
            pyseccomp._libseccomp.seccomp_notify_respond(listener, byref(answer))

    def _note_opening(self, name: str, thread: int, arguments: list[int]) -> None:
        opening = Opening.of(name, arguments, lambda address: _text(thread, address))
        if opening is not None and (words := closed(opening, self._opened, self._pid)):
            self._closed[words] = None


@contextlib.contextmanager
def _asked(listener: int) -> Iterator[tuple[Any, Any]]:
    """A question and room for its answer; None where whoever asked is gone."""
    library = pyseccomp._libseccomp
    asked, answer = POINTER(pyseccomp._Notif)(), POINTER(pyseccomp._NotifResp)()
    library.seccomp_notify_alloc(byref(asked), byref(answer))
    try:
        failed: c_int = library.seccomp_notify_receive(listener, asked)
        yield (None if failed else asked.contents), answer.contents
    finally:
        library.seccomp_notify_free(asked, answer)


def _refused(name: str, arguments: list[int]) -> RefusedCall:
    if name not in TOLD:
        return RefusedCall(name)
    what, index = TOLD[name]
    return RefusedCall(name, f"{what} {arguments[index] & 0xFFFFFFFF:#x}")


def _text(thread: int, address: int) -> str:
    """The text at an address of the process, up to its zero byte; "" where it cannot be read."""
    text = b""
    try:
        with open(f"/proc/{thread}/mem", "rb", buffering=0) as memory:
            while b"\0" not in text:
                memory.seek(address + len(text))
                text += memory.read(PAGE - (address + len(text)) % PAGE) or b"\0"
    except OSError:
        return ""
    return os.fsdecode(text.partition(b"\0")[0])
