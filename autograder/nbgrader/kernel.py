"""A notebook kernel for students' code: it computes, draws, and reaches nothing.

    python -I -m autograder.nbgrader.kernel CONNECTION_FILE FOLDER SCRATCH

is ipykernel behind the worker's walls (autograder.sandbox), with what a kernel needs beside them:
threads, and Unix sockets that it made itself. It can connect to nothing, start no process, read
only Python and FOLDER, and write only SCRATCH.
"""

from __future__ import annotations

import errno
import os
import resource
import socket
import sys
from pathlib import Path

import pyseccomp
from ipykernel.kernelapp import IPKernelApp
from IPython.core.profiledir import ProfileDir
from landlockpy import AccessFS, Ruleset, Scope

from autograder.sandbox.jail import landlock as files
from autograder.sandbox.jail import linux, seccomp

MEMORY_BYTES = 8 << 30
CPU_SECONDS = 1800
FILE_BYTES = 64 << 20
READ_BY_TORCH = ("/proc/cpuinfo", "/proc/meminfo")
# What ZeroMQ asks of sockets that somebody else connects to. There is no "connect" among it.
SERVING = (
    "bind listen accept accept4 getsockname getpeername getsockopt setsockopt shutdown "
    "sendto recvfrom sendmsg recvmsg socketpair"
)


def main(connection: Path, folder: Path, scratch: Path) -> None:
    os.chdir(folder)
    # IPython sets modes of files when it makes its profile, which is not allowed later.
    ProfileDir.create_profile_dir_by_name(str(scratch), "default")  # type: ignore[no-untyped-call]
    lock_down(folder, scratch, sockets=connection.parent)
    sys.path.insert(0, str(folder))
    IPKernelApp.launch_instance(["-f", str(connection), "--HistoryManager.enabled=False"])


def lock_down(folder: Path, scratch: Path, *, sockets: Path) -> None:
    """Give up all else, before the first thread is there: Landlock holds only later ones."""
    for kind, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    linux.die_with_parent()
    _restrict_files([*files.interpreter_paths(), folder], scratch, sockets)
    _restrict_calls()


def _restrict_files(readable: list[Path], scratch: Path, sockets: Path) -> None:
    with Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET) as rules:
        for path in readable:
            rules.allow_path(path, files.READ if path.is_dir() else AccessFS.READ_FILE)
        for name in READ_BY_TORCH:
            rules.allow_path(name, AccessFS.READ_FILE)
        for device in files.DEVICES:
            rules.allow_path(device, AccessFS.READ_FILE | AccessFS.WRITE_FILE)
        rules.allow_path(scratch, files.WRITE)
        rules.allow_path(sockets, files.WRITE | AccessFS.MAKE_SOCK)
        rules.restrict()


def _restrict_calls() -> None:
    rules = seccomp.common_rules(True)  # with threads and what waits for several things at once
    for name in SERVING.split():
        rules.add_rule(pyseccomp.ALLOW, name)
    rules.add_rule(pyseccomp.ALLOW, "socket", pyseccomp.Arg(0, pyseccomp.EQ, socket.AF_UNIX))
    # Of all refusals this is the one that ZeroMQ survives, which looks for network cards.
    others = pyseccomp.Arg(0, pyseccomp.NE, socket.AF_UNIX)
    rules.add_rule(pyseccomp.ERRNO(errno.EOPNOTSUPP), "socket", others)
    # ZeroMQ ends the process where its threads cannot be given the priority that they have.
    rules.add_rule(pyseccomp.ERRNO(0), "sched_setscheduler")
    for name in ("kill", "tgkill"):
        rules.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(0, pyseccomp.EQ, os.getpid()))
    rules.load()


if __name__ == "__main__":
    # Options for ipykernel may follow; it gets those that are above.
    main(*(Path(name).resolve() for name in sys.argv[1:4]))
