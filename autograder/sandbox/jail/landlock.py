"""The files a process may touch, enforced by Landlock."""

from __future__ import annotations

import glob
import os
import site
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
READ_WRITE = AccessFS.READ_FILE | AccessFS.WRITE_FILE
# The rights that a file can have which is no folder.
ON_FILES = READ_WRITE | AccessFS.TRUNCATE | AccessFS.EXECUTE | AccessFS.IOCTL_DEV
# Shared libraries that are loaded on first use, time zones, and no configuration.
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo")
PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Access:
    """Rights to a file, or to a folder with all that is in it.

    In a profile `path` is a pattern, as of a shell.
    """

    path: str | Path
    rights: AccessFS

    def present(self) -> Iterator[Access]:
        """The files and folders of the pattern that are there."""
        return (Access(path, self.rights) for path in sorted(glob.glob(str(self.path))))


def interpreter_paths() -> list[Path]:
    """The folders that Python and its packages are read from, without this package.

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


def library_paths() -> list[Path]:
    """The folders of LD_LIBRARY_PATH that hold libraries: a driver's may lie nowhere else.

    A folder with no library of its own is none: what is below it would be opened as well.
    """
    named = (Path(entry) for entry in os.environ.get("LD_LIBRARY_PATH", "").split(":"))
    folders = [path.resolve() for path in named if path.is_absolute() and any(path.glob("*.so*"))]
    return [path for folder in dict.fromkeys(folders) for path in _around_package(folder)]


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


def precompute() -> None:
    """Work out the flags of every ruleset once; they cost milliseconds."""
    with _ruleset():
        pass


def _ruleset() -> Ruleset:
    return Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET)


def restrict(opened: Iterable[Access]) -> int:
    """Confine this process to these places for ever; return the Landlock ABI in force."""
    with _ruleset() as rules:
        for access in opened:
            is_folder = Path(access.path).is_dir()
            rules.allow_path(access.path, access.rights if is_folder else access.rights & ON_FILES)
        rules.restrict()
        return rules.abi_version
