"""The rights of each kind of process, as data: WORKER, GPU_WORKER and KERNEL.

`lock_down.py` puts a profile in force. What a profile does not name is refused.
"""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from landlockpy import AccessFS
from pyseccomp import EQ, MASKED_EQ, NE, Arg

from autograder.sandbox.jail.landlock import READ, READ_WRITE, Access
from autograder.sandbox.jail.linux import PR_SET_NAME
from autograder.sandbox.jail.seccomp import Rule
from autograder.sandbox.protocol.limits import Limits


@dataclass(frozen=True)
class Rlimit:
    """A resource limit of setrlimit, as a number of a process's Limits.

    `hard`, where it differs, is where the kernel kills instead of warning. `beyond` what the
    process has mapped when it is locked down.
    """

    kind: int
    amount: Callable[[Limits], int]
    hard: Callable[[Limits], int] | None = None
    beyond: bool = False


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The files, calls and amounts that one kind of process may use, beside its own places.

    With `names_threads` it finds its own threads in /proc, whatever namespace it is in.
    """

    opened: tuple[Access, ...]
    calls: tuple[Rule, ...]
    rlimits: tuple[Rlimit, ...]
    names_threads: bool = False

    @property
    def allowed(self) -> list[str]:
        """The system calls that may be made with any arguments."""
        return [
            name
            for rule in self.calls
            if rule.answer is None and not rule.when
            for name in rule.calls.split()
        ]


DEVICES: Final = tuple(
    Access(f"/dev/{name}", READ_WRITE) for name in ("null", "zero", "urandom", "random")
)
DRIVER_FILE: Final = READ_WRITE | AccessFS.IOCTL_DEV
# What CUDA opens, each with its source in docs/gpu.md. Not nvidia-modeset, which is for screens,
# nor the capabilities 1 and 2, by which a GPU is partitioned and watched. It names its threads.
GPU_PLACES: Final = (
    Access("/dev/nvidiactl", DRIVER_FILE),
    Access("/dev/nvidia[0-9]*", DRIVER_FILE),
    Access("/dev/nvidia-uvm", DRIVER_FILE),
    Access("/dev/nvidia-uvm-tools", DRIVER_FILE),
    Access("/dev/nvidia-caps/nvidia-cap[3-9]", READ),
    Access("/dev/nvidia-caps/nvidia-cap[1-9][0-9]*", READ),
    Access("/proc/driver/nvidia", READ),
    Access("/proc/driver/nvidia-uvm", READ),
    Access("/proc/driver/nvidia-caps", READ),
    Access("/proc/devices", READ),
    Access("/proc/modules", READ),
    Access("/proc/sys/vm/mmap_min_addr", READ),
    Access("/proc/self", READ),
    Access("/proc/self/task", READ | AccessFS.WRITE_FILE | AccessFS.TRUNCATE),
    Access("/sys/bus/pci", READ),
    Access("/sys/devices/system", READ),
    Access("/sys/devices/pci*", READ),
    Access("/sys/module/nvidia*", READ),
    # Where the libraries of the system lie: libcuda may be in a folder that only this names.
    Access("/etc/ld.so.cache", READ),
)

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
CLOCKS: Final = "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times"
PROCESS: Final = (
    "exit exit_group getpid gettid getppid getuid geteuid getgid getegid getgroups getpgrp getsid "
    "getrlimit getrusage sched_yield sched_getaffinity sched_getparam sched_getscheduler "
    "futex set_robust_list set_tid_address rseq arch_prctl getcpu sysinfo uname getrandom capget "
    "rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack rt_sigpending restart_syscall alarm"
)
# isatty and the size of a terminal, which Python asks of every stream.
TERMINAL_QUERIES: Final = (0x5401, 0x5413)
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
PR_SET_VMA: Final = 0x53564D41
CLONE_THREAD: Final = 0x00010000

COMPUTING: Final = (
    Rule(" ".join((MEMORY, FILES, SCRATCH, CLOCKS, PROCESS))),
    *(Rule("ioctl", (Arg(1, EQ, request),)) for request in TERMINAL_QUERIES),
    *(Rule("fcntl", (Arg(1, EQ, command),)) for command in FCNTL),
    *(Rule("prctl", (Arg(0, EQ, option),)) for option in (PR_SET_NAME, PR_SET_VMA)),
    # Reading limits, of this process and of no other.
    Rule("prlimit64", (Arg(0, EQ, 0), Arg(2, EQ, 0))),
    # Its flags cannot be seen by a filter; the C library falls back to clone.
    Rule("clone3", answer=errno.ENOSYS),
)
# What threading reports as "can't start new thread".
NO_THREADS: Final = (Rule("clone", answer=errno.EAGAIN),)
THREADS: Final = (Rule("clone", (Arg(0, MASKED_EQ, CLONE_THREAD, CLONE_THREAD),)),)
# What waits for several things at once, and memory that stays where it is.
WAITING: Final = Rule(
    "eventfd eventfd2 epoll_create1 epoll_ctl epoll_wait epoll_pwait mlock munlock "
    "sched_get_priority_max sched_get_priority_min"
)
# A request's type is its second byte: the driver's is "F". Those for unified memory are plain
# numbers, but for two, which begin and end it.
DRIVER_TYPE: Final = ord("F") << 8
UVM_BEGIN_AND_END: Final = (0x30000001, 0x30000002)
# Neither MFD_EXEC nor huge pages. The driver's own flags are not known; a file without
# MFD_NOEXEC_SEAL is as little to be executed, because nothing is.
MFD_NOEXEC_SEAL: Final = 0x8
MEMFD_FLAGS: Final = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL
# Its sources are in docs/gpu.md. CUDA does not start where it cannot bind and listen to a socket
# of its own; with accept and connect refused it hears nobody.
CUDA: Final = (
    WAITING,
    Rule("ioctl", (Arg(1, MASKED_EQ, 0xFF00, DRIVER_TYPE),)),
    Rule("ioctl", (Arg(1, MASKED_EQ, 0xFFFFFF00, 0),)),
    *(Rule("ioctl", (Arg(1, EQ, request),)) for request in UVM_BEGIN_AND_END),
    Rule("memfd_create", (Arg(1, MASKED_EQ, 0xFFFFFFFF ^ MEMFD_FLAGS, 0),)),
    # Only a memfd has seals, and only its maker has one here.
    *(Rule("fcntl", (Arg(1, EQ, command),)) for command in (fcntl.F_ADD_SEALS, fcntl.F_GET_SEALS)),
    # Of this thread only: not of the grader's processes.
    Rule("sched_setaffinity", (Arg(0, EQ, 0),)),
    Rule(
        "socket",
        (
            Arg(0, EQ, socket.AF_UNIX),
            Arg(1, EQ, socket.SOCK_SEQPACKET | socket.SOCK_CLOEXEC),
            Arg(2, EQ, 0),
        ),
    ),
    Rule("bind listen"),
)
# A notebook's process has no graded result, and whatever its libraries ask of drivers.
NOTEBOOK: Final = (WAITING, Rule("ioctl mbind set_mempolicy sched_setaffinity"))
# What ZeroMQ asks of sockets that somebody else connects to. There is no "connect" among it.
SERVING: Final = (
    Rule(
        "bind listen accept accept4 getsockname getpeername getsockopt setsockopt shutdown "
        "sendto recvfrom sendmsg recvmsg socketpair"
    ),
    Rule("socket", (Arg(0, EQ, socket.AF_UNIX),)),
    # Of all refusals this is the one that ZeroMQ survives, which looks for network cards.
    Rule("socket", (Arg(0, NE, socket.AF_UNIX),), answer=errno.EOPNOTSUPP),
    # ZeroMQ ends the process where its threads cannot be given the priority that they have.
    Rule("sched_setscheduler", answer=0),
)


def _unlimited(limits: Limits) -> int:
    return resource.RLIM_INFINITY


FILE_SIZE: Final = Rlimit(resource.RLIMIT_FSIZE, lambda limits: limits.file_bytes)
NO_CORE: Final = Rlimit(resource.RLIMIT_CORE, lambda limits: 0)
# Of workers, with and without a GPU.
WORKER_RLIMITS: Final = (
    Rlimit(
        resource.RLIMIT_CPU,
        lambda limits: limits.task_cpu_seconds,
        # Killed only later: the kernel goes by ticks here and by the clock where it says what
        # was used.
        hard=lambda limits: limits.task_cpu_seconds + 1 + limits.task_cpu_seconds // 10,
    ),
    FILE_SIZE,
    NO_CORE,
)

WORKER: Final = Profile(
    opened=DEVICES,
    calls=(*COMPUTING, *NO_THREADS),
    rlimits=(
        *WORKER_RLIMITS,
        Rlimit(resource.RLIMIT_NOFILE, lambda limits: limits.open_files),
        Rlimit(resource.RLIMIT_DATA, lambda limits: limits.memory_bytes, beyond=True),
        Rlimit(
            resource.RLIMIT_AS,
            lambda limits: limits.memory_bytes + limits.mapped_bytes,
            beyond=True,
        ),
        Rlimit(resource.RLIMIT_NPROC, lambda limits: 1),
    ),
)
# Not tried on real hardware: docs/gpu.md.
GPU_WORKER: Final = Profile(
    opened=(*DEVICES, *GPU_PLACES),
    calls=(*COMPUTING, *CUDA, *THREADS),
    rlimits=(
        *WORKER_RLIMITS,
        Rlimit(resource.RLIMIT_NOFILE, lambda limits: limits.gpu_open_files),
        # CUDA reserves far more than it touches, and starts threads, which count as processes.
        # So nothing bounds the memory of such a worker, nor the card's: docs/gpu.md.
        Rlimit(resource.RLIMIT_DATA, _unlimited),
        Rlimit(resource.RLIMIT_AS, _unlimited),
        Rlimit(resource.RLIMIT_NPROC, lambda limits: limits.gpu_threads),
    ),
    names_threads=True,
)
# A notebook's: threads, and Unix sockets that it made itself.
KERNEL: Final = Profile(
    opened=(*DEVICES, Access("/proc/cpuinfo", READ), Access("/proc/meminfo", READ)),
    calls=(*COMPUTING, *NOTEBOOK, *THREADS, *SERVING),
    rlimits=(
        Rlimit(resource.RLIMIT_CPU, lambda limits: limits.task_cpu_seconds),
        Rlimit(resource.RLIMIT_AS, lambda limits: limits.memory_bytes),
        FILE_SIZE,
        NO_CORE,
    ),
)
