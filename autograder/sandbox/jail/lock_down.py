"""Locking a worker down: namespaces, limits, Landlock, user, capabilities, seccomp.

The order matters: each step needs rights that a later one gives up, and seccomp is last.
Required are no_new_privs, Landlock and seccomp. Namespaces and a user of its own are taken
where the machine grants them, and what it denied is said in the layers.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.sandbox.jail import landlock as files
from autograder.sandbox.jail import linux, seccomp
from autograder.sandbox.jail.namespaces import Fork
from autograder.sandbox.protocol.limits import Limits

# Far above the users of any system, one for each zygote (process ids stay below 2**22).
UID_BASE = 0x6000_0000


def lock_down(
    folder: Path,
    scratch: Path,
    limits: Limits,
    *,
    forked: Fork,
    gpu: bool,
    interpreter: list[Path],
    uid: int | None,
    user: str,
) -> dict[str, str]:
    """Give up everything but computing; what is in force is returned, layer by layer.

    Raises OSError when a required layer cannot be had.
    """
    layers = {"namespaces": forked.namespaces}
    if forked.owner is not None:
        _map_user(*forked.owner)
    layers["scratch"] = _mount_scratch(scratch, limits, uid) if forked.separate else "none"
    _limit(limits, gpu=gpu)
    readable = [*interpreter, folder]
    mounted = layers["scratch"].startswith("tmpfs")
    with _required("Landlock"):
        abi = files.restrict(readable, scratch if mounted else None, gpu=gpu)
    if abi < files.REQUIRED_ABI:
        raise OSError(f"Landlock ABI {abi}, but {files.REQUIRED_ABI} is needed")
    layers["landlock"] = f"ABI {abi}"
    if forked.owner is None and os.geteuid() == 0:
        linux.drop_bounding_capabilities()
        if uid is not None:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
    layers["user"] = user
    linux.drop_capabilities()
    layers["capabilities"] = "none"
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    linux.die_with_parent()
    os.chdir(scratch if mounted else "/")
    with _required("seccomp"):
        seccomp.restrict(gpu=gpu)
    layers["seccomp"] = f"{len(seccomp.ALLOWED)} calls allowed"
    return layers


def rehearse(*, gpu: bool) -> None:
    """Do once, before the fork, what is the same for every worker. Restricts nothing."""
    with _required("Landlock"):
        files.rehearse()
    with _required("seccomp"):
        seccomp.common_rules(gpu)


@contextmanager
def _required(layer: str) -> Iterator[None]:
    """What goes wrong inside is put down to this layer."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise OSError(f"no {layer} ({error})") from error


def _map_user(uid: int, gid: int) -> None:
    """Be the same user inside; without a map there is no user at all."""
    with linux.own_files_writable():
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def _mount_scratch(scratch: Path, limits: Limits, uid: int | None) -> str:
    """A small file system in memory that is gone with the worker."""
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    options = f"size={limits.scratch_bytes},nr_inodes={limits.scratch_files},mode=0700"
    if uid is not None:
        options += f",uid={uid},gid={uid}"
    try:
        linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)
        linux.mount("tmpfs", str(scratch), "tmpfs", flags, options)
    except OSError as error:
        return f"none ({error.strerror})"
    return f"tmpfs of {limits.scratch_bytes} bytes"


def _limit(limits: Limits, *, gpu: bool) -> None:
    _go_first()
    pages = Path("/proc/self/statm").read_text().split()
    mapped, data = (int(pages[column]) * resource.getpagesize() for column in (0, 5))
    data += limits.memory_bytes
    mapped += limits.memory_bytes + limits.mapped_bytes
    seconds = limits.task_cpu_seconds
    # Killed only later: the kernel goes by ticks here and by the clock where it says what was used.
    _set_limit(resource.RLIMIT_CPU, seconds, seconds + 1 + seconds // 10)
    for kind, value in (
        # CUDA reserves far more than it touches, and starts threads, which count as processes.
        (resource.RLIMIT_DATA, resource.RLIM_INFINITY if gpu else data),
        (resource.RLIMIT_AS, resource.RLIM_INFINITY if gpu else mapped),
        (resource.RLIMIT_NPROC, limits.gpu_threads if gpu else 1),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        _set_limit(kind, value, value)


def _go_first() -> None:
    """Where the machine runs out of memory, the kernel shall take this, and not the grader."""
    with linux.own_files_writable():
        Path("/proc/self/oom_score_adj").write_text("1000")


def _set_limit(kind: int, soft: int, hard: int) -> None:
    """Never more than this process was granted."""
    _, granted = resource.getrlimit(kind)
    if granted != resource.RLIM_INFINITY:
        soft, hard = (
            granted if wanted == resource.RLIM_INFINITY else min(wanted, granted)
            for wanted in (soft, hard)
        )
    resource.setrlimit(kind, (soft, hard))
