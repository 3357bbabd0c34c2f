"""A pretend driver: device files, and the calls that a start of CUDA makes, without a GPU.

The files lie in a folder that stands for the root of the machine. The calls are those that
traces of CUDA's start show, by kind. What they return is thrown away: it is tried only whether
the rules let them through.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import select
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from autograder.sandbox.jail import linux
from autograder.sandbox.jail.profiles import Profile

DEVICES: Final = ("nvidiactl", "nvidia0", "nvidia-uvm", "nvidia-uvm-tools")
STATE: Final = ("params", "version")
MOVED: Final = ("/dev/nvidia", "/proc/driver/nvidia")
# A request as the driver's are: read and write, type 0x46, number 0xd2, 0x48 bytes.
REQUEST: Final = 0xC04846D2
# Answers of a file that is no GPU's: the request got there.
ARRIVED: Final = (errno.ENOTTY, errno.EINVAL, errno.ENOSYS)
MFD_NOEXEC_SEAL: Final = 0x8
# CUDA reserves addresses for all memory of machine and card, without touching them.
RESERVED: Final = 1 << 40
MAP_NORESERVE: Final = 0x4000
PROT_NONE: Final = 0


@dataclass(frozen=True)
class Step:
    """Something that a start of CUDA does; what is not `needed` may be refused without harm."""

    what: str
    do: Callable[[Path], object]
    needed: bool = True


def lay_out(root: Path) -> None:
    """Make the driver's files below `root`: device files where this user may, else ordinary ones.

    The device files are others of /dev/null, which knows no request.
    """
    for folder in ("dev/nvidia-caps", "proc/driver/nvidia"):
        (root / folder).mkdir(parents=True)
    for name in (*DEVICES, "nvidia-caps/nvidia-cap1"):
        _device(root / "dev" / name)
    for name in STATE:
        (root / "proc/driver/nvidia" / name).write_text("pretended\n")


def _device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        os.close(os.open(path, os.O_RDWR))  # a file system may be mounted without devices
    except OSError:
        path.unlink(missing_ok=True)
        path.touch()
    path.chmod(0o666)


def moved(profile: Profile, root: Path) -> Profile:
    """The profile with the driver's files below `root`, and everything else where it is."""
    opened = tuple(
        replace(access, path=f"{root}{access.path}")
        if str(access.path).startswith(MOVED)
        else access
        for access in profile.opened
    )
    return replace(profile, opened=opened)


def without(profile: Profile, calls: frozenset[str]) -> Profile:
    """The profile with no rule for these system calls."""
    kept = (
        replace(rule, calls=" ".join(name for name in rule.calls.split() if name not in calls))
        for rule in profile.calls
    )
    return replace(profile, calls=tuple(rule for rule in kept if rule.calls))


def start(root: Path) -> str:
    """Do every step; what kept it from starting, "" where nothing did."""
    failed = []
    for step in STEPS:
        try:
            step.do(root)
        except (OSError, RuntimeError) as error:
            if step.needed:
                number = error.errno if isinstance(error, OSError) else None
                failed.append(f"{step.what} ({errno.errorcode.get(number or 0, error)})")
    return f"no start: {'; '.join(failed)}" if failed else ""


def _open_devices(root: Path) -> None:
    for name in DEVICES:
        with _descriptor(root / "dev" / name, os.O_RDWR):
            pass


def _request(root: Path) -> None:
    for name in DEVICES:
        with _descriptor(root / "dev" / name, os.O_RDWR) as device:
            try:
                fcntl.ioctl(device, REQUEST, bytes(0x48))
            except OSError as error:
                if error.errno not in ARRIVED:
                    raise


def _read_state(root: Path) -> None:
    for name in STATE:
        (root / "proc/driver/nvidia" / name).read_text()


def _read_self(root: Path) -> None:
    for name in ("status", "maps"):
        Path("/proc/self", name).read_text()


def _look_at_the_machine(root: Path) -> None:
    for name in ("/sys/devices/system/node", "/sys/devices/system/cpu", "/sys/bus/pci/devices"):
        if os.path.isdir(name):
            os.listdir(name)


def _read_modules(root: Path) -> None:
    for name in ("/proc/modules", "/proc/devices"):
        if os.path.exists(name):
            Path(name).read_text()


def _link_device(root: Path) -> None:
    os.symlink("../nvidia0", root / "dev" / "195:0")


def _reserve(root: Path) -> None:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE
    mmap.mmap(-1, RESERVED, flags=flags, prot=PROT_NONE).close()


def _share_memory(root: Path) -> None:
    try:
        descriptor = os.memfd_create("pretended", os.MFD_CLOEXEC | MFD_NOEXEC_SEAL)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a kernel before 6.3 knows no such flag
            raise
        descriptor = os.memfd_create("pretended", os.MFD_CLOEXEC)
    try:
        os.ftruncate(descriptor, mmap.PAGESIZE)
        mmap.mmap(descriptor, mmap.PAGESIZE).close()
    finally:
        os.close(descriptor)


def _pin(root: Path) -> None:
    with mmap.mmap(-1, mmap.PAGESIZE) as page:
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        _made("mlock", address, mmap.PAGESIZE)
        _made("munlock", address, mmap.PAGESIZE)


def _ask_for_a_policy(root: Path) -> None:
    _made("get_mempolicy", 0, 0, 0, 0, 0)


def _notify(root: Path) -> None:
    descriptor = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
    os.eventfd_write(descriptor, 1)
    os.close(descriptor)


def _wait_for_several(root: Path) -> None:
    readable, writable = os.pipe2(os.O_CLOEXEC)
    with select.epoll() as several:
        several.register(readable)
        several.poll(0)
    os.close(readable)
    os.close(writable)


def _name_a_thread(root: Path) -> None:
    failed: list[OSError] = []

    def name_itself() -> None:
        try:
            linux.prctl(linux.PR_SET_NAME, ctypes.addressof(ctypes.create_string_buffer(b"event")))
            name = Path(f"/proc/self/task/{threading.get_native_id()}/comm")
            with _descriptor(name, os.O_RDWR) as comm:  # as the C library does
                os.write(comm, b"event")
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=name_itself)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def _ask_for_priorities(root: Path) -> None:
    os.sched_get_priority_max(os.SCHED_RR)
    os.sched_get_priority_min(os.SCHED_RR)
    os.sched_setaffinity(0, os.sched_getaffinity(0))


# A start of CUDA in this order. https://github.com/NVIDIA/cuda-checkpoint/issues/10 holds a whole
# trace of one; memfd_create is from https://github.com/NVIDIA/OpenShell/issues/1696, names of
# threads from https://github.com/NVIDIA/OpenShell/issues/1486.
STEPS: Final = (
    Step("read the driver's state", _read_state),
    Step("read its own state", _read_self),
    Step("look at processors, memory and buses", _look_at_the_machine),
    Step("read the modules and devices of the kernel", _read_modules, needed=False),
    Step("link the device file by its number", _link_device, needed=False),
    Step("open the device files", _open_devices),
    Step("send requests to them", _request),
    Step("reserve a terabyte of addresses", _reserve),
    Step("make memory that can be shared", _share_memory),
    Step("keep memory from being swapped", _pin),
    Step("ask where memory lies", _ask_for_a_policy),
    Step("be told of events", _notify),
    Step("wait for several things at once", _wait_for_several),
    Step("start a thread and name it", _name_a_thread),
    Step("ask for priorities and processors", _ask_for_priorities),
)


@contextmanager
def _descriptor(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


_libc = ctypes.CDLL(None, use_errno=True)
_NUMBERS: Final = {name: linux.system_call(name) for name in ("mlock", "munlock", "get_mempolicy")}


def _made(name: str, *arguments: int) -> None:
    """Make a system call that Python has no name for. Raises OSError."""
    result = _libc.syscall(ctypes.c_long(_NUMBERS[name]), *map(ctypes.c_ulong, arguments))
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
