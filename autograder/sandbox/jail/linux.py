"""The few kernel calls that Python has no name for, by libc's wrappers.

System call numbers are never written here: libseccomp knows them for every architecture.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x8, 0x4000, 0x40000

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NAME = 15
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522

# PyDLL keeps the interpreter lock during the call: a clone must not come back into a child
# whose lock nobody holds.
_locked = ctypes.PyDLL(None, use_errno=True)
_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def system_call(name: str) -> int:
    """The number of a system call here; negative where there is none of that name."""
    import pyseccomp  # needs libseccomp, which an unconfined worker does without

    return int(pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name))


def prctl(option: int, value: int = 0) -> None:
    _check(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl {option}")


@contextmanager
def own_files_writable() -> Iterator[None]:
    """Let the process write its files in /proc/self, which are root's while it is undumpable."""
    prctl(PR_SET_DUMPABLE, 1)
    try:
        yield
    finally:
        prctl(PR_SET_DUMPABLE, 0)


def die_with_parent() -> None:
    """SIGKILL when the parent ends. A change of credentials undoes it: call this after."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def fork_into(namespaces: int) -> int:
    """`os.fork` whose child starts in new namespaces (CLONE_NEW… flags).

    Plain fork cannot do this, and `unshare` would need a second fork for the namespace of
    process ids. Only for a process with a single thread.
    """
    ctypes.pythonapi.PyOS_BeforeFork()
    result = _locked.syscall(
        ctypes.c_long(system_call("clone")),
        ctypes.c_ulong(namespaces | signal.SIGCHLD),
        *[ctypes.c_ulong(0)] * 4,
    )
    number = ctypes.get_errno()
    if result == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if result == -1:
        raise OSError(number, os.strerror(number))
    return int(result)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    result = _libc.mount(
        source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()
    )
    _check(result, f"mount {kind or 'flags'} on {target}")


def drop_bounding_capabilities() -> None:
    """Empty the bounding set: not even a privileged file can give a capability back."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno == errno.EINVAL:  # beyond the last one this kernel knows
                return
            raise


def drop_capabilities() -> None:
    """Effective, permitted and inheritable capabilities, all of them."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    number = ctypes.c_long(system_call("capset"))
    _check(_libc.syscall(number, ctypes.byref(header), ctypes.byref(nothing)), "capset")


def current_processor() -> int:
    """The processor this thread runs on."""
    return int(_libc.sched_getcpu())
