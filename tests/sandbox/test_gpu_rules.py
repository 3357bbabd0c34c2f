"""What a GPU needs is granted to a worker that is to use one, and to nobody else.

No GPU is needed here: rules are collected instead of enforced. test_gpu_calls.py enforces them.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
import torch
from landlockpy import AccessFS

from autograder.sandbox.grader.launch import INHERITED
from autograder.sandbox.jail import landlock as files
from autograder.sandbox.jail import lock_down as jail
from autograder.sandbox.jail.landlock import Access
from autograder.sandbox.jail.profiles import (
    CUDA,
    GPU_PLACES,
    GPU_WORKER,
    KERNEL,
    THREADS,
    WORKER,
    Profile,
)
from autograder.sandbox.protocol.limits import Limits
from corpus.paths import ROOT

DRIVER_FILES = ("nvidia0", "nvidia12", "nvidiactl", "nvidia-uvm", "nvidia-uvm-tools")
CAPABILITIES = ("nvidia-caps/nvidia-cap3", "nvidia-caps/nvidia-cap21")
PROFILES = (WORKER, GPU_WORKER, KERNEL)


class Opened:
    """Stands where a Landlock ruleset would, and notes what is allowed."""

    abi_version = 7

    def __init__(self, **scoped: object) -> None:
        self.paths: dict[str, object] = {}
        latest.append(self)

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *error: object) -> None: ...

    def allow_path(self, path: object, access: object) -> None:
        self.paths[str(path)] = access

    def restrict(self) -> None: ...


latest: list[Opened] = []


@pytest.fixture
def devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "nvidia-caps").mkdir()
    for name in (*DRIVER_FILES, *CAPABILITIES, "nvidia-modeset", "nvidia-nvswitchctl", "sda"):
        (tmp_path / name).touch()
    for name in ("nvidia-caps/nvidia-cap1", "nvidia-caps/nvidia-cap2"):
        (tmp_path / name).touch()
    monkeypatch.setattr(files, "Ruleset", Opened)
    return tmp_path


def test_device_files_are_opened_only_when_asked_for() -> None:
    opened = {profile: {str(access.path) for access in profile.opened} for profile in PROFILES}
    assert not any("nvidia" in path or path.startswith("/proc") for path in opened[WORKER])
    assert opened[WORKER] < opened[GPU_WORKER]
    assert {"/dev/nvidiactl", "/proc/self/task"} <= opened[GPU_WORKER]


def test_the_drivers_files_are_found_and_no_others(devices: Path) -> None:
    driver = [access for access in GPU_WORKER.opened if "/dev/nvidia" in str(access.path)]
    moved = [Access(str(a.path).replace("/dev", str(devices)), a.rights) for a in driver]
    files.restrict(found for access in moved for found in access.present())
    rights = AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.IOCTL_DEV
    opened = {str(devices / name): rights for name in DRIVER_FILES}
    opened |= {str(devices / name): AccessFS.READ_FILE for name in CAPABILITIES}
    assert latest[-1].paths == opened


def test_no_place_of_a_gpu_worker_is_there_to_be_changed() -> None:
    written = [a.path for a in GPU_WORKER.opened if a.rights & AccessFS.WRITE_FILE]
    proc = [path for path in written if not str(path).startswith("/dev/")]
    assert proc == ["/proc/self/task"]
    assert not any(str(a.path) in ("/proc", "/sys", "/dev") for a in GPU_WORKER.opened)


def test_calls_to_the_driver_are_allowed_only_when_asked_for() -> None:
    assert not {"ioctl", "clone", "mlock", "sched_setaffinity"} & set(WORKER.allowed)
    assert "mlock" in GPU_WORKER.allowed
    narrowed = {"ioctl", "memfd_create", "sched_setaffinity", "socket", "mbind", "io_uring_setup"}
    assert not narrowed & set(GPU_WORKER.allowed)
    assert set(WORKER.allowed) < set(GPU_WORKER.allowed)


@pytest.mark.parametrize("profile", PROFILES, ids=["worker", "GPU worker", "kernel"])
def test_no_profile_connects_starts_programs_or_reaches_others(profile: Profile) -> None:
    refused = {"connect", "execve", "fork", "vfork", "clone", "clone3"}
    refused |= {"ptrace", "kill", "chmod", "chown", "setxattr"}
    assert not refused & set(profile.allowed)


def test_address_space_is_limited_unless_a_gpu_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: dict[int, int] = {}
    monkeypatch.setattr(jail, "_set_limit", lambda kind, soft, hard: limits.update({kind: hard}))
    monkeypatch.setattr(jail, "_prefer_oom_kill", lambda: None)
    jail._limit(WORKER, Limits())
    assert limits[resource.RLIMIT_AS] > 0
    assert limits[resource.RLIMIT_NPROC] == 1
    jail._limit(GPU_WORKER, Limits(gpu_threads=99))
    assert limits[resource.RLIMIT_AS] == resource.RLIM_INFINITY
    assert limits[resource.RLIMIT_NPROC] == 99


def test_a_gpu_worker_may_open_more_files(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: dict[int, int] = {}
    monkeypatch.setattr(jail, "_set_limit", lambda kind, soft, hard: limits.update({kind: hard}))
    monkeypatch.setattr(jail, "_prefer_oom_kill", lambda: None)
    jail._limit(GPU_WORKER, Limits())
    assert limits[resource.RLIMIT_NOFILE] == 256
    jail._limit(WORKER, Limits())
    assert limits[resource.RLIMIT_NOFILE] == 64


def test_folders_of_libraries_are_found_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("driver", "driver/deeper", "empty", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / "driver" / "libcuda.so.1").touch()
    (tmp_path / "link").symlink_to(tmp_path / "driver")
    entries = [tmp_path / name for name in ("driver", "link", "empty", "absent")]
    monkeypatch.setenv("LD_LIBRARY_PATH", ":".join(["", ".", "driver", *map(str, entries)]))
    monkeypatch.chdir(tmp_path)
    assert files.library_paths() == [tmp_path / "driver"]
    monkeypatch.delenv("LD_LIBRARY_PATH")
    assert files.library_paths() == []


def test_a_folder_of_libraries_is_opened_around_this_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "autograder").mkdir()
    (tmp_path / "libcuda.so.1").touch()
    monkeypatch.setattr(files, "PACKAGE", tmp_path / "autograder")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    assert files.library_paths() == [tmp_path / "libcuda.so.1"]


def test_the_order_of_cards_reaches_a_worker() -> None:
    # Without it their numbers in CUDA_VISIBLE_DEVICES may mean others.
    assert {"CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"} <= set(INHERITED)


def documented(heading: str) -> Iterator[tuple[list[str], bool]]:
    """The names in code of each row of a table of docs/gpu.md, and whether they are granted."""
    page = (ROOT / "docs" / "gpu.md").read_text()
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    for row in re.findall(r"^\| (.*) \|$", section, re.MULTILINE)[1:]:
        cells = row.replace("\\|", "or").split(" | ")
        yield re.findall(r"`([^`]+)`", cells[0]), not cells[3].startswith("**no**")


def test_the_document_lists_every_call_that_a_gpu_worker_may_make() -> None:
    rows = list(documented("System calls"))
    calls = [(re.findall(r"^\w+", name), granted) for names, granted in rows for name in names]
    granted = {name for names, yes in calls if yes for name in names if name.islower()}
    refused = {name for names, yes in calls if not yes for name in names}
    added = {name for rule in (*CUDA, *THREADS) for name in rule.calls.split()}
    everything = {name for rule in GPU_WORKER.calls for name in rule.calls.split()}
    assert added <= granted <= everything
    assert not refused & everything


def test_the_document_lists_every_place_that_a_gpu_worker_may_open() -> None:
    page = (ROOT / "docs" / "gpu.md").read_text()
    beginnings = [re.split(r"[*\[]", str(access.path))[0] for access in GPU_PLACES]
    assert [path for path in beginnings if path not in page] == []


def test_the_document_lists_every_limit_that_a_gpu_worker_lacks() -> None:
    page = (ROOT / "docs" / "gpu.md").read_text()
    given = {limit.kind: limit.amount(Limits()) for limit in WORKER.rlimits}
    other = {r.kind for r in GPU_WORKER.rlimits if r.amount(Limits()) != given[r.kind]}
    names = [
        name for name in dir(resource) if name.startswith("RLIMIT_") and name != "RLIMIT_OFILE"
    ]
    assert {name for name in names if f"`{name}`" in page} - {"RLIMIT_MEMLOCK"} == {
        name for name in names if getattr(resource, name) in other
    }


def libraries_looked_for(statement: str) -> str:
    """What the loader says while a process, in which torch is loaded, runs a statement."""
    program = """
        import os, torch
        from autograder.sandbox.worker import zygote
        os.write(2, b"from here on\\n")
    """
    done = subprocess.run(
        [sys.executable, "-c", f"{dedent(program)}{statement}"],
        env=os.environ | {"LD_DEBUG": "libs"},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-1000:]
    _, mark, after = done.stderr.partition("from here on")
    assert mark
    return after


DRIVER = "find library=libcuda.so.1"


def test_the_process_that_workers_come_from_never_asks_about_a_gpu() -> None:
    # A forked child of a process that has asked cannot use one any more. The driver's library is
    # looked for in C++, where no Python name is in the way.
    assert DRIVER not in libraries_looked_for("zygote.warm_up()")


@pytest.mark.skipif(torch.version.cuda is None, reason="this torch asks about no GPU")
def test_a_process_that_asks_about_a_gpu_looks_for_the_driver() -> None:
    assert DRIVER in libraries_looked_for("torch.cuda.is_available()")
