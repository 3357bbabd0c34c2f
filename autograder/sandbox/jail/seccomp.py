"""The system calls a worker may make: those that computing on tensors needs.

Everything else answers EPERM, so that a library which probes for a feature goes on without
it. Names are resolved by libseccomp for the architecture at hand, names it does not have
are left out, and calls of another architecture (or of x32) kill the process.
"""

from __future__ import annotations

import errno
import fcntl
import functools
import os
from typing import Final

import pyseccomp

from autograder.sandbox.jail.linux import PR_SET_NAME, system_call

MEMORY: Final = "mmap munmap mprotect mremap madvise brk mincore membarrier get_mempolicy"
FILES: Final = (
    "read readv pread64 write writev pwrite64 close lseek open openat access faccessat faccessat2 "
    "stat lstat fstat newfstatat statx statfs fstatfs readlink readlinkat getdents getdents64 "
    "getcwd chdir dup dup2 dup3 fadvise64 poll ppoll select pselect6 pipe pipe2 umask"
)
# Only scratch can be written, Landlock sees to that. It does not see chmod, chown, utime and
# setxattr, by which a worker with its grader's user id would reach whatever that user owns.
SCRATCH: Final = (
    "mkdir mkdirat unlink unlinkat rmdir rename renameat renameat2 truncate ftruncate fallocate "
    "fsync fdatasync"
)
# Copying descriptors and their flags. Not F_SETOWN, which has the kernel send signals to other
# processes; no locks and leases, on which others would wait.
FCNTL: Final = (
    fcntl.F_DUPFD,
    fcntl.F_DUPFD_CLOEXEC,
    fcntl.F_GETFD,
    fcntl.F_SETFD,
    fcntl.F_GETFL,
    fcntl.F_SETFL,
)
CLOCKS: Final = "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times"
PROCESS: Final = (
    "exit exit_group getpid gettid getppid getuid geteuid getgid getegid getgroups getpgrp getsid "
    "getrlimit getrusage sched_yield sched_getaffinity sched_getparam sched_getscheduler "
    "futex set_robust_list set_tid_address rseq arch_prctl getcpu sysinfo uname getrandom capget "
    "rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack rt_sigpending restart_syscall alarm"
)
ALLOWED: Final = " ".join((MEMORY, FILES, SCRATCH, CLOCKS, PROCESS)).split()

GPU: Final = (
    "ioctl eventfd eventfd2 epoll_create1 epoll_ctl epoll_wait epoll_pwait mlock munlock mbind "
    "set_mempolicy sched_setaffinity sched_get_priority_max sched_get_priority_min"
)
CLONE_THREAD: Final = 0x00010000

# isatty and the size of a terminal, which Python asks of every stream.
TERMINAL_QUERIES: Final = (0x5401, 0x5413)
PR_SET_VMA: Final = 0x53564D41


def restrict(*, gpu: bool = False) -> None:
    """Install the filter for this process, for ever. Sets no_new_privs.

    With `gpu`: requests to the driver, and the threads that it starts.
    """
    rules = common_rules(gpu)
    for name in ("kill", "tgkill"):
        _allow(rules, name, pyseccomp.Arg(0, pyseccomp.EQ, os.getpid()))
    rules.load()


@functools.cache
def common_rules(gpu: bool) -> pyseccomp.SyscallFilter:
    """All rules but those that name a process: made once, for every worker that is forked later."""
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    for name in ALLOWED:
        _allow(rules, name)
    for request in TERMINAL_QUERIES:
        _allow(rules, "ioctl", pyseccomp.Arg(1, pyseccomp.EQ, request))
    for command in FCNTL:
        _allow(rules, "fcntl", pyseccomp.Arg(1, pyseccomp.EQ, command))
    for option in (PR_SET_NAME, PR_SET_VMA):
        _allow(rules, "prctl", pyseccomp.Arg(0, pyseccomp.EQ, option))
    # Reading limits, of this process and of no other.
    _allow(rules, "prlimit64", pyseccomp.Arg(0, pyseccomp.EQ, 0), pyseccomp.Arg(2, pyseccomp.EQ, 0))
    if gpu:
        for name in GPU.split():
            _allow(rules, name)
        _allow(rules, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, CLONE_THREAD))
    else:
        # What threading reports as "can't start new thread".
        _refuse(rules, "clone", errno.EAGAIN)
    # Its flags cannot be seen by a filter; the C library falls back to clone.
    _refuse(rules, "clone3", errno.ENOSYS)
    return rules


def _allow(rules: pyseccomp.SyscallFilter, name: str, *arguments: pyseccomp.Arg) -> None:
    if system_call(name) >= 0:
        rules.add_rule(pyseccomp.ALLOW, name, *arguments)


def _refuse(rules: pyseccomp.SyscallFilter, name: str, error: int) -> None:
    if system_call(name) >= 0:
        rules.add_rule(pyseccomp.ERRNO(error), name)
