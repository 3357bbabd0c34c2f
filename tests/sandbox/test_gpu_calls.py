"""What CUDA asks of the kernel is answered to a locked-down GPU worker, and to no other.

No GPU is needed: a request that passes the filter is answered by /dev/null or by Landlock, not
by EPERM. docs/gpu.md has the sources of each.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import ctypes, errno, fcntl, json, os, socket, sys, threading
from pathlib import Path
from autograder.sandbox.jail import namespaces, profiles
from autograder.sandbox.jail.landlock import READ, Access, interpreter_paths
from autograder.sandbox.jail.lock_down import lock_down
from autograder.sandbox.protocol.limits import Limits

libc = ctypes.CDLL(None, use_errno=True)
places = [Access(path, READ) for path in interpreter_paths()]
null = os.open("/dev/null", os.O_RDWR)

def requested(number):
    if libc.ioctl(null, ctypes.c_ulong(number), None) < 0:
        raise OSError(ctypes.get_errno(), "ioctl")

def executed(flags):
    descriptor = os.memfd_create("program", flags)
    os.write(descriptor, b"#!/bin/sh")
    os.execve(descriptor, ["program"], {})

def named(name):
    done = threading.Event()
    thread = threading.Thread(target=done.wait, daemon=True)
    thread.start()
    number = libc.pthread_setname_np(ctypes.c_ulong(thread.ident), name)
    done.set()
    if number:
        raise OSError(number, "name")

def listening(address):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as found:
        found.bind(address)
        found.listen()

def accepted(address):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as found:
        found.bind(address)
        found.listen()
        found.accept()

def connected(address):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as found:
        found.connect(address)

ASKED = {
    "memfd": lambda *flags: [os.memfd_create("x", each) for each in flags],
    "memfd of kind": lambda flags: os.memfd_create("x", flags),
    "execute memfd": executed,
    "request": requested,
    "name a thread": named,
    "listen": listening, "accept": accepted, "connect": connected,
    "socket": lambda *kind: socket.socket(*kind),
    "seals of": lambda command: fcntl.fcntl(null, command),
    "seal": lambda flags: fcntl.fcntl(os.memfd_create("x", flags), fcntl.F_ADD_SEALS, 2),
    "pin": lambda who: os.sched_setaffinity(who, {0}),
    "read": lambda path: os.read(os.open(path, os.O_RDONLY), 1),
}

profile, separate, scratch, asked = json.load(sys.stdin)
forked = namespaces.fork(separate=separate)
if forked.pid:
    os.waitpid(forked.pid, 0)
    os._exit(0)
lock_down(getattr(profiles, profile), Limits(), places, scratch=Path(scratch), forked=forked)
answers = []
for name, *arguments in asked:
    arguments = [a.encode() if name == "name a thread" else a for a in arguments]
    try:
        ASKED[name](*arguments)
        answers.append("done")
    except OSError as error:
        answers.append(errno.errorcode[error.errno])
    except RuntimeError as error:
        answers.append(str(error))
os.write(1, json.dumps(answers).encode())
os._exit(0)
"""

CLOEXEC, ALLOW_SEALING, HUGETLB, NOEXEC_SEAL, EXEC = 1, 2, 4, 8, 16
F_GET_SEALS, F_SETLEASE = 1034, 1024
UNIX, INET, STREAM, DGRAM, SEQPACKET = 1, 2, 1, 2, 5
IN_ABSTRACT = "\0cuda-uvmfd-1-2"
# Each with what a GPU worker is answered; a worker without a GPU is refused all of them.
GRANTED = [
    (("memfd", 0, CLOEXEC, ALLOW_SEALING, CLOEXEC | ALLOW_SEALING), "done"),
    (("memfd", NOEXEC_SEAL, CLOEXEC | NOEXEC_SEAL), "done"),
    (("seal", ALLOW_SEALING), "done"),
    (("name a thread", "cuda00001400006"), "done"),
    (("listen", IN_ABSTRACT), "done"),
    (("pin", 0), "done"),
    (("read", "/proc/self/maps"), "done"),
    (("read", "/proc/self/status"), "done"),
    (("read", "/proc/devices"), "done"),
    (("read", "/proc/sys/vm/mmap_min_addr"), "done"),
    (("read", "/sys/devices/system/cpu/online"), "done"),
    (("seals of", F_GET_SEALS), "EINVAL"),
    # Past the filter; /dev/null is no device of the driver.
    (("request", 0xC04846D2), "EACCES or ENOTTY"),
    (("request", 0x4B), "EACCES or ENOTTY"),
    (("request", 0x30000001), "EACCES or ENOTTY"),
]
REFUSED = [
    *[("memfd of kind", flags) for flags in (EXEC, EXEC | CLOEXEC, HUGETLB, HUGETLB | 21 << 26)],
    ("memfd of kind", 1 << 5),
    ("execute memfd", 0),
    ("execute memfd", NOEXEC_SEAL),
    ("accept", IN_ABSTRACT),
    ("connect", IN_ABSTRACT),
    *[("socket", UNIX, kind) for kind in (STREAM, DGRAM)],
    *[("socket", INET, kind) for kind in (STREAM, DGRAM)],
    ("pin", 1),
    ("seals of", F_SETLEASE),
    *[("request", number) for number in (0x5412, 0x5452, 0x30000003, 0xC0406D00)],
]
NOT_FOUND = [("read", "/etc/passwd"), ("read", "/sys/kernel/mm/ksm/run")]


def answers(
    profile: str, scratch: Path, asked: list[tuple[object, ...]], *, separate: bool
) -> list[str]:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([profile, separate, str(scratch), asked]),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.stdout, said.stderr
    found: list[str] = json.loads(said.stdout)
    return found


@pytest.mark.parametrize("separate", [True, False], ids=["namespaces", "no namespaces"])
def test_a_gpu_worker_may_make_the_calls_of_cuda(tmp_path: Path, separate: bool) -> None:
    asked: list[tuple[object, ...]] = [call for call, _ in GRANTED]
    said = answers("GPU_WORKER", tmp_path, asked, separate=separate)
    right = [got in wanted.split(" or ") for (_, wanted), got in zip(GRANTED, said, strict=True)]
    assert all(right), list(zip(asked, said, strict=True))


def test_a_gpu_worker_may_make_no_others(tmp_path: Path) -> None:
    asked: list[tuple[object, ...]] = [*REFUSED, ("listen", str(tmp_path / "socket")), *NOT_FOUND]
    said = answers("GPU_WORKER", tmp_path, asked, separate=True)
    expected = ["EPERM"] * len(REFUSED) + ["EACCES"] * (1 + len(NOT_FOUND))
    assert list(zip(asked, said, strict=True)) == list(zip(asked, expected, strict=True))


def test_a_worker_without_a_gpu_may_make_none_of_them(tmp_path: Path) -> None:
    asked: list[tuple[object, ...]] = [*(call for call, _ in GRANTED), *REFUSED]
    said = answers("WORKER", tmp_path, asked, separate=True)
    granted = [
        (call, got)
        for call, got in zip(asked, said, strict=True)
        if got not in ("EPERM", "EACCES", "can't start new thread")
    ]
    assert not granted
    # By the filter, and not by the device that was asked.
    assert {got for call, got in zip(asked, said, strict=True) if call[0] == "request"} == {"EPERM"}
