"""Which files a worker may touch, enforced by Landlock."""

from __future__ import annotations

import os
import site
import stat
import sys
import sysconfig
from pathlib import Path

import numpy
import torch
from landlockpy import AccessFS, Ruleset, Scope

REQUIRED_ABI = 3
READ = AccessFS.READ_FILE | AccessFS.READ_DIR
WRITE = (
    READ
    | AccessFS.WRITE_FILE
    | AccessFS.TRUNCATE
    | AccessFS.MAKE_REG
    | AccessFS.MAKE_DIR
    | AccessFS.REMOVE_FILE
    | AccessFS.REMOVE_DIR
)
# Shared libraries that are loaded on first use, time zones, and no configuration.
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
DEVICE_FOLDER = Path("/dev")
GPU_DEVICE = AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.IOCTL_DEV
GPU_READS = ("/proc/driver/nvidia", "/proc/self", "/sys/bus/pci", "/sys/devices", "/sys/class")
PACKAGE = Path(__file__).resolve().parents[2]


def interpreter_paths() -> list[Path]:
    """What Python and its packages need to be read, without this package.

    A folder that holds this package, installed or not, is opened entry by entry around it,
    so that the hidden tests stay out of reach.
    """
    sites = (*site.getsitepackages(), sysconfig.get_path("purelib"))
    stdlib = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))
    base = (str(Path(sys.base_prefix) / "lib"),)
    # A .pth file may have brought these from a folder that is none of the above.
    brought = (str(Path(module.__path__[0]).parent) for module in (torch, numpy))
    found: dict[Path, None] = {}
    for name in (*SYSTEM, *base, *stdlib, *sites, *brought):
        found.update(dict.fromkeys(_around_package(Path(name).resolve())))
    return [path for path in found if not any(parent in found for parent in path.parents)]


def _around_package(folder: Path) -> list[Path]:
    if folder == PACKAGE or not folder.exists():
        return []
    if folder not in PACKAGE.parents:
        return [folder]
    return [path for entry in folder.iterdir() for path in _around_package(entry.resolve())]


def unreadable_for_others(paths: list[Path]) -> Path | None:
    """The first folder that a user without special rights cannot enter, if any."""
    for path in paths:
        for folder in (path, *path.parents):
            try:
                mode = folder.stat().st_mode
            except OSError:
                return folder
            needed = stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
            if not mode & needed:
                return folder
    return None


def rehearse() -> None:
    """Work out once what every worker's ruleset is made of; sets of flags cost milliseconds."""
    with _ruleset():
        pass


def _ruleset() -> Ruleset:
    return Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET)


def restrict(readable: list[Path], scratch: Path | None, *, gpu: bool = False) -> int:
    """Confine this process for ever; the Landlock ABI in force is returned.

    With `gpu` the driver's device files are opened, and what CUDA reads of the system.
    """
    with _ruleset() as rules:
        for path in readable:
            rules.allow_path(path, READ if path.is_dir() else AccessFS.READ_FILE)
        for device in DEVICES:
            if os.path.exists(device):
                rules.allow_path(device, AccessFS.READ_FILE | AccessFS.WRITE_FILE)
        if scratch is not None:
            rules.allow_path(scratch, WRITE)
        if gpu:
            for path in sorted(DEVICE_FOLDER.glob("nvidia*")):
                rules.allow_path(path, GPU_DEVICE | (READ if path.is_dir() else AccessFS.NONE))
            for name in GPU_READS:
                if os.path.exists(name):
                    rules.allow_path(name, READ)
            # CUDA names its threads.
            rules.allow_path("/proc/self/task", READ | AccessFS.WRITE_FILE)
        rules.restrict()
        return rules.abi_version
