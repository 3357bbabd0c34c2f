"""`python -m quality.gpu` against a pretend driver: the rules are tried, and no GPU is claimed.

What it finds depends on this kernel and on the rules, and not on the machine's speed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from landlockpy import AccessFS

from autograder.sandbox.jail.landlock import READ, READ_WRITE, Access
from autograder.sandbox.jail.profiles import GPU_WORKER
from corpus.gpu import under_rules
from corpus.gpu.lines import Decision, Setting
from corpus.gpu.opened import Opening, closed
from corpus.gpu.pretend_driver import DEVICES, lay_out, moved, without
from corpus.gpu.watched import Noted
from corpus.paths import ROOT

# What a start needs of the rules that no other worker has; memfd_create with its flags.
NEEDED = ("ioctl", "clone", "mlock", "eventfd2", "epoll_create1", "sched_get_priority_max")


def script(*options: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "quality.gpu", *options],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "400"} | environment,
        capture_output=True,
        text=True,
    )


def start(**asked: object) -> dict[str, Any]:
    """What was noted of a start of the pretend driver."""
    command = [sys.executable, "-m", "corpus.gpu.start", json.dumps({"pretend": True, **asked})]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    noted: dict[str, Any] = json.loads(done.stdout)
    return noted


def test_the_pretend_driver_starts_under_the_rules(tmp_path: Path) -> None:
    done = script("--pretend", "--only", "start", "--json", tmp_path / "found.json")
    assert done.returncode == 0, done.stdout
    lines = json.loads((tmp_path / "found.json").read_text())["lines"]
    assert {line["state"] for line in lines} == {"held"}


def test_a_call_taken_out_of_the_rules_is_named(tmp_path: Path) -> None:
    options = ("--pretend", "--only", "start", "--json", tmp_path / "found.json")
    done = script(*options, "--without", "eventfd2", "--without", "memfd_create")
    assert done.returncode == 1, done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    assert found["pretended"]
    assert not found["gpu"]
    assert found["machine"]["kernel"] == os.uname().release
    assert found["lines"]
    for line in found["lines"]:
        assert line["state"] == "missed"
        assert "seccomp answered EPERM to eventfd2" in line["figures"]
        assert "seccomp answered EPERM to memfd_create (flags 0x9)" in line["figures"]
        assert line["figures"].endswith(": it starts")
    assert "seccomp answered EPERM to eventfd2" in done.stdout


def test_lines_that_need_a_gpu_are_not_decided_by_a_pretend_driver() -> None:
    trials = ("doctor", "points", "devices", "row", "cost", "killed")
    done = script("--pretend", *(part for name in trials for part in ("--only", name)))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("not decided") == len(trials)
    assert "held" not in done.stdout
    assert "This was no GPU" in done.stdout


def test_without_a_gpu_only_the_doctor_decides_and_the_script_fails() -> None:
    done = script("--only", "doctor", "--only", "points", "--only", "attacks")
    assert done.returncode == 1, done.stderr
    assert done.stdout.count("not decided") == 2
    assert done.stdout.count("missed") == 1
    assert "This was no GPU" not in done.stdout


def test_a_trial_that_cannot_be_made_is_one_line() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root tries as another user")
    done = script("--pretend", "--only", "attacks", PATH="/nonexistent", TMPDIR="/nonexistent")
    assert done.returncode == 1
    assert "missed" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "said"),
    [("--without=memfd", "there is no system call memfd"), ("--only=gpu", "invalid choice")],
)
def test_the_script_says_which_option_is_wrong(option: str, said: str) -> None:
    done = script("--pretend", option)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]


def test_every_call_that_a_start_needs_is_missed_when_it_is_gone() -> None:
    noted = start(without=NEEDED)
    assert noted["failed"].startswith("no start: ")
    assert set(NEEDED) - {call["call"] for call in noted["refused"]} == set()


def test_calls_that_are_made_all_the_same_are_noted_and_the_driver_starts() -> None:
    noted = start(without=[*NEEDED, "memfd_create"], lenient=True, separate=False)
    assert noted["failed"] == ""
    assert {*NEEDED, "memfd_create"} <= {call["call"] for call in noted["refused"]}


def test_a_worker_without_the_gpus_rules_cannot_start_the_driver() -> None:
    noted = start(granted=False)
    for refused in ("open the device files (EACCES)", "reserve a terabyte of addresses (ENOMEM)"):
        assert refused in noted["failed"]
    assert any(closed.endswith("/dev/nvidiactl") for closed in noted["closed"])


def test_device_files_stay_closed_to_a_worker_without_the_gpus_rules(tmp_path: Path) -> None:
    done = script("--pretend", "--only", "closed", "--json", tmp_path / "found.json")
    assert done.returncode == 0, done.stdout
    (line,) = json.loads((tmp_path / "found.json").read_text())["lines"]
    assert line["state"] == "held"
    assert "/dev/nvidia" in line["figures"]


@pytest.mark.parametrize(
    ("noted", "state"),
    [
        (Noted("", [], []), Decision.MISSED),
        (Noted("libcuda.so.1 is not there", [], []), Decision.OPEN),
        (Noted("no such call", [], [], watched=False), Decision.OPEN),
        (Noted("error 304", [], ["no rule for /dev/nvidiactl"]), Decision.HELD),
    ],
)
def test_a_start_that_fails_for_a_reason_of_its_own_decides_nothing(
    noted: Noted, state: Decision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_rules, "_noted", lambda mode, asked, setting: noted)
    assert [line.state for line in under_rules.closed(Setting())] == [state]


@pytest.mark.parametrize(
    ("separate", "said"), [(True, "in namespaces of its own"), (False, "denied here")]
)
@pytest.mark.parametrize("failed", ["", "error 304"])
def test_whether_a_start_had_namespaces_is_told(
    failed: str, separate: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = Noted(failed, [], [], separate=separate)
    monkeypatch.setattr(under_rules, "_noted", lambda mode, asked, setting: noted)
    for line in under_rules.start(Setting()):
        assert said in line.figures


def test_a_watched_process_has_namespaces_only_where_asked_for() -> None:
    assert not start(separate=False)["separate"]


def test_a_device_file_that_the_machine_closes_is_named(tmp_path: Path) -> None:
    for name, mode in (("nvidia0", 0o000), ("nvidiactl", 0o600)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    program = f"""
from dataclasses import replace
from autograder.sandbox.jail import landlock as files
from autograder.sandbox.jail.landlock import READ, Access
from autograder.sandbox.jail.profiles import DRIVER_FILE, WORKER
from corpus.gpu.watched import watch
profile = replace(WORKER, opened=(*WORKER.opened, Access("{tmp_path}/nvidia*", DRIVER_FILE)))
places = [Access(path, READ) for path in files.interpreter_paths()]
for said in ("error 304", ""):
    print(watch(profile, places, lambda: said).closed)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    named = f"['{tmp_path}/nvidia0 cannot be opened (EACCES: its mode or a device cgroup)']"
    assert done.stdout.splitlines() == [named, "[]"], done.stderr


def test_how_a_watched_process_ended_is_told() -> None:
    program = """
import os
from autograder.sandbox.jail import landlock as files
from autograder.sandbox.jail.landlock import READ, Access
from autograder.sandbox.jail.profiles import WORKER
from corpus.gpu.watched import watch
def refuses(): return str(1 / 0)
def dies(): os._exit(3)
def loops():
    while True: pass
places = [Access(path, READ) for path in files.interpreter_paths()]
for job in (str, refuses, dies, loops):
    print(repr(watch(WORKER, places, job, seconds=2.0).failed))
unlocked = watch(WORKER, [Access("/nonexistent", READ)], str)
print(unlocked.watched, unlocked.failed)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    *ended, closed_place = done.stdout.splitlines()
    reasons = ["", "ZeroDivisionError: division by zero", "it died", "not over after 2 s"]
    assert ended == [repr(reason) for reason in reasons], done.stderr
    assert closed_place.startswith("False OSError: no Landlock")


def test_the_pretend_drivers_files_stand_where_the_rules_look(tmp_path: Path) -> None:
    lay_out(tmp_path)
    profile = moved(GPU_WORKER, tmp_path)
    places = {place.path for access in profile.opened for place in access.present()}
    assert {str(tmp_path / "dev" / name) for name in DEVICES} <= set(map(str, places))
    assert str(tmp_path / "proc" / "driver" / "nvidia") in map(str, places)
    assert len(profile.opened) == len(GPU_WORKER.opened)


def test_rules_without_a_call_keep_all_others() -> None:
    fewer = without(GPU_WORKER, frozenset({"ioctl", "mlock"}))
    # ioctl is not allowed as such: a rule says with which requests.
    assert set(GPU_WORKER.allowed) - set(fewer.allowed) == {"mlock"}
    assert any("ioctl" in rule.calls.split() for rule in GPU_WORKER.calls)
    assert not any("ioctl" in rule.calls.split() for rule in fewer.calls)
    assert fewer.opened == GPU_WORKER.opened


def test_a_file_that_no_rule_opens_is_named(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    for name in ("open/inside", "outside"):
        (tmp_path / name).touch()
    rules = [Access(tmp_path / "open", READ)]

    def words(name: str, flags: int = os.O_RDONLY) -> str:
        return closed(Opening(str(tmp_path / name), flags), rules, os.getpid())

    assert words("open/inside") == words("open") == words("absent") == ""
    assert words("outside") == f"Landlock has no rule for reading {tmp_path}/outside"
    assert (
        words("open/inside", os.O_RDWR)
        == f"Landlock has no rule for writing {tmp_path}/open/inside"
    )
    assert words("outside", os.O_PATH) == ""


def test_cutting_a_file_off_is_a_right_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "comm"
    path.touch()
    cut = Opening(str(path), os.O_WRONLY | os.O_TRUNC)
    assert closed(cut, [Access(path, READ_WRITE)], os.getpid())
    assert not closed(cut, [Access(path, READ_WRITE | AccessFS.TRUNCATE)], os.getpid())


def test_a_process_own_files_are_named_as_a_profile_names_them() -> None:
    rules = [Access("/proc/self/task", READ)]
    pid = os.getpid()
    assert not closed(Opening("/proc/self/task", os.O_RDONLY), rules, pid)
    assert closed(Opening("/proc/self/maps", os.O_RDONLY), rules, pid).endswith("/proc/self/maps")


def test_a_path_is_read_relative_to_the_folder_that_is_open(tmp_path: Path) -> None:
    (tmp_path / "inside").touch()
    folder = os.open(tmp_path, os.O_RDONLY)
    opening = Opening.of("openat", [folder, 4096, os.O_RDONLY], lambda address: "inside")
    assert opening is not None
    assert closed(opening, [], os.getpid()).endswith(f"{tmp_path}/inside")
    os.close(folder)
    assert Opening.of("open", [4096, os.O_RDONLY], lambda address: "") is None
    relative = Opening.of("openat", [0xFFFFFF9C, 4096, os.O_RDONLY], lambda address: "etc")
    assert relative == Opening("etc", os.O_RDONLY)
