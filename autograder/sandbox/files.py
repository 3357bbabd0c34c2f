"""Which files a worker may touch, enforced by Landlock."""

from __future__ import annotations

import os
import site
import stat
import sys
import sysconfig
from pathlib import Path

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
PACKAGE = Path(__file__).resolve().parents[1]


def interpreter_paths() -> list[Path]:
    """What Python and the packages beside this one need to be read.

    Site folders are opened entry by entry, without this package: installed or not, its
    hidden tests stay out of reach.
    """
    stdlib = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]
    libraries = [Path(sys.base_prefix) / "lib"]
    sites = [Path(name) for name in (*site.getsitepackages(), sysconfig.get_path("purelib"))]
    found: dict[Path, None] = {}
    for folder in filter(Path.is_dir, sites):
        for entry in folder.iterdir():
            if not entry.name.startswith(("autograder", "__editable__")):
                found[entry.resolve()] = None
    for folder in stdlib:
        for entry in folder.iterdir():
            if entry.name != "site-packages":
                found[entry.resolve()] = None
    for folder in libraries:
        for entry in folder.glob("lib*.so*"):
            found[entry.resolve()] = None
    for name in SYSTEM:
        found[Path(name).resolve()] = None
    return [path for path in found if path.exists() and not _holds_package(path)]


def _holds_package(path: Path) -> bool:
    return path == PACKAGE or path in PACKAGE.parents or PACKAGE in path.parents


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


def restrict(readable: list[Path], scratch: Path | None) -> int:
    """Confine this process for ever; the Landlock ABI in force is returned."""
    with Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET) as rules:
        for path in readable:
            rules.allow_path(path, READ if path.is_dir() else AccessFS.READ_FILE)
        for device in DEVICES:
            if os.path.exists(device):
                rules.allow_path(device, AccessFS.READ_FILE | AccessFS.WRITE_FILE)
        if scratch is not None:
            rules.allow_path(scratch, WRITE)
        rules.restrict()
        return rules.abi_version
