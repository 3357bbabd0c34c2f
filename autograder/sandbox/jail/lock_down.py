"""Locking a process down: namespaces, limits, Landlock, user, capabilities, seccomp.

The order matters: each step needs rights that a later one gives up, and seccomp is last.
Required are no_new_privs, Landlock and seccomp. Namespaces and a user of its own are taken
where the machine grants them, and what it denied is said in the layers.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.sandbox.jail import landlock as files
from autograder.sandbox.jail import linux, seccomp
from autograder.sandbox.jail.landlock import Access
from autograder.sandbox.jail.namespaces import NOT_SEPARATE, Fork
from autograder.sandbox.jail.profiles import Profile
from autograder.sandbox.protocol.layers import Layer, State
from autograder.sandbox.protocol.limits import Limits

# Far above the users of any system, one for each zygote (process ids stay below 2**22).
UID_BASE = 0x6000_0000
# The columns of /proc/self/statm that say what a limit counts.
STATM = {resource.RLIMIT_AS: 0, resource.RLIMIT_DATA: 5}


@dataclass(frozen=True)
class User:
    """The user that the process becomes; without `uid` it stays who it is."""

    uid: int | None
    layer: Layer

    @classmethod
    def unchanged(cls, reason: str) -> User:
        """The same as outside, for the reason told."""
        return cls(None, Layer("user", State.DENIED, reason))


NOT_FORKED = Fork(0, NOT_SEPARATE)
SAME_USER = User.unchanged("the same as outside")


def lock_down(
    profile: Profile,
    limits: Limits,
    places: Iterable[Access],
    *,
    scratch: Path | None = None,
    forked: Fork = NOT_FORKED,
    user: User = SAME_USER,
) -> tuple[Layer, ...]:
    """Give up everything but the profile and these places; return the layers in force.

    On `scratch` a small file system in memory is mounted, where the fork allows it. Call this
    before the first thread is there: Landlock holds only later ones. Raises OSError when a
    required layer cannot be had.
    """
    if forked.owner is not None:
        _map_user(*forked.owner)
    namespaces = forked.namespaces
    if profile.names_threads and forked.separate:
        namespaces = _mount_proc(namespaces)
    opened = [*places, *(there for place in profile.opened for there in place.present())]
    home, mounted = Path("/"), Layer("scratch", State.ABSENT, "none")
    if scratch is not None and forked.separate:
        mounted = _mount_scratch(scratch, limits, user.uid)
        if mounted.state is State.IN_FORCE:
            home = scratch
            opened.append(Access(scratch, files.WRITE))
    _limit(profile, limits)
    with _required("Landlock"):
        abi = files.restrict(opened)
    if abi < files.REQUIRED_ABI:
        raise OSError(f"Landlock ABI {abi}, but {files.REQUIRED_ABI} is needed")
    if forked.owner is None and os.geteuid() == 0:
        linux.drop_bounding_capabilities()
        if user.uid is not None:
            os.setgroups([])
            os.setresgid(user.uid, user.uid, user.uid)
            os.setresuid(user.uid, user.uid, user.uid)
    linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    linux.die_with_parent()
    os.chdir(home)
    with _required("seccomp"):
        seccomp.restrict(profile.calls)
    return (
        namespaces,
        mounted,
        Layer("landlock", State.IN_FORCE, f"ABI {abi}"),
        user.layer,
        Layer("capabilities", State.IN_FORCE, "none"),
        Layer("seccomp", State.IN_FORCE, f"{len(profile.allowed)} calls allowed"),
    )


def precompute(profile: Profile) -> None:
    """Prepare, before the fork, the parts common to every process. Restricts nothing."""
    with _required("Landlock"):
        files.precompute()
    with _required("seccomp"):
        seccomp.compiled(profile.calls)


@contextmanager
def _required(layer: str) -> Iterator[None]:
    """Attribute errors raised inside to this layer."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise OSError(f"no {layer} ({error})") from error


def _map_user(uid: int, gid: int) -> None:
    """Map the user to itself inside the namespace; without a map there is no user at all."""
    with linux.own_files_writable():
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def _mount_proc(namespaces: Layer) -> Layer:
    """A /proc in which processes and threads have the numbers that they know themselves by.

    The one from outside has others, so that no thread finds its own folder in it.
    """
    try:
        linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)
        linux.mount("proc", "/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    except OSError as error:
        detail = f"{namespaces.detail}; no /proc of its own ({error.strerror})"
        return replace(namespaces, detail=detail)
    return namespaces


def _mount_scratch(scratch: Path, limits: Limits, uid: int | None) -> Layer:
    """A small file system in memory that is gone with the worker."""
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    options = f"size={limits.scratch_bytes},nr_inodes={limits.scratch_files},mode=0700"
    if uid is not None:
        options += f",uid={uid},gid={uid}"
    try:
        linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)
        linux.mount("tmpfs", str(scratch), "tmpfs", flags, options)
    except OSError as error:
        return Layer("scratch", State.DENIED, f"none ({error.strerror})")
    return Layer("scratch", State.IN_FORCE, f"tmpfs of {limits.scratch_bytes} bytes")


def _limit(profile: Profile, limits: Limits) -> None:
    _prefer_oom_kill()
    pages = [int(column) for column in Path("/proc/self/statm").read_text().split()]
    for rlimit in profile.rlimits:
        soft = rlimit.amount(limits)
        if rlimit.beyond:
            soft += pages[STATM[rlimit.kind]] * resource.getpagesize()
        _set_limit(rlimit.kind, soft, rlimit.hard(limits) if rlimit.hard else soft)


def _prefer_oom_kill() -> None:
    """Make the kernel kill this process, and not the grader, when memory runs out."""
    with linux.own_files_writable():
        Path("/proc/self/oom_score_adj").write_text("1000")


def _set_limit(kind: int, soft: int, hard: int) -> None:
    """Set a limit, never above the one that this process was granted."""
    _, granted = resource.getrlimit(kind)
    if granted != resource.RLIM_INFINITY:
        soft, hard = (
            granted if wanted == resource.RLIM_INFINITY else min(wanted, granted)
            for wanted in (soft, hard)
        )
    resource.setrlimit(kind, (soft, hard))
