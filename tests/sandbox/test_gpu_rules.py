"""What a GPU needs is granted to a worker that is to use one, and to nobody else.

No GPU is needed here: rules are collected instead of enforced.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.sandbox.jail import landlock as files
from autograder.sandbox.jail import lock_down as jail
from autograder.sandbox.jail import seccomp
from autograder.sandbox.protocol.limits import Limits


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
    for name in ("nvidia0", "nvidiactl", "nvidia-uvm", "sda"):
        (tmp_path / name).touch()
    monkeypatch.setattr(files, "DEVICE_FOLDER", tmp_path)
    monkeypatch.setattr(files, "Ruleset", Opened)
    return tmp_path


def test_device_files_are_opened_only_when_asked_for(devices: Path) -> None:
    files.restrict([], None, gpu=False)
    assert not any("nvidia" in path or path.startswith("/proc") for path in latest[-1].paths)
    files.restrict([], None, gpu=True)
    opened = latest[-1].paths
    for name in ("nvidia0", "nvidiactl", "nvidia-uvm"):
        assert opened[str(devices / name)] == files.GPU_DEVICE
    assert str(devices / "sda") not in opened
    assert "/proc/self/task" in opened


class Filter:
    """Stands where a filter of system calls would."""

    def __init__(self, default: object) -> None:
        self.rules: list[tuple[str, bool]] = []
        collected.append(self)

    def add_rule(self, action: object, name: str, *arguments: object) -> None:
        self.rules.append((name, not arguments))

    def load(self) -> None: ...


collected: list[Filter] = []


def test_calls_to_the_driver_are_allowed_only_when_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seccomp.pyseccomp, "SyscallFilter", Filter)
    monkeypatch.setattr(seccomp, "common_rules", seccomp.common_rules.__wrapped__)
    rules = {}
    for gpu in (False, True):
        seccomp.restrict(gpu=gpu)
        rules[gpu] = {name for name, unconditional in collected[-1].rules if unconditional}
    assert not rules[False] & (set(seccomp.GPU.split()) - {"clone"})
    assert "ioctl" in rules[True]
    assert rules[False] < rules[True] | {"clone"}


def test_address_space_is_limited_unless_a_gpu_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits: dict[int, int] = {}
    monkeypatch.setattr(jail, "_set_limit", lambda kind, soft, hard: limits.update({kind: hard}))
    monkeypatch.setattr(jail, "_go_first", lambda: None)
    jail._limit(Limits(), gpu=False)
    assert limits[resource.RLIMIT_AS] > 0
    assert limits[resource.RLIMIT_NPROC] == 1
    jail._limit(Limits(gpu_threads=99), gpu=True)
    assert limits[resource.RLIMIT_AS] == resource.RLIM_INFINITY
    assert limits[resource.RLIMIT_NPROC] == 99


def test_the_process_that_workers_come_from_never_asks_about_a_gpu() -> None:
    # A forked child of a process that has asked cannot use one any more.
    program = """
        import torch
        from autograder.sandbox.worker import zygote
        def asked(*arguments): raise SystemExit("it asked about a GPU")
        for name in ("_cuda_getDeviceCount", "_cuda_init", "_cuda_isInBadFork"):
            if hasattr(torch._C, name): setattr(torch._C, name, asked)
        torch.cuda.is_available = torch.cuda.device_count = torch.cuda._lazy_init = asked
        zygote._warm_up()
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(program)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
