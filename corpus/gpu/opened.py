"""Which of the files that a process opens its rules leave closed."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from landlockpy import AccessFS

from autograder.sandbox.jail.landlock import Access

# The calls that open a file; the position of the path among the arguments.
OPENING: Final = {"open": 0, "openat": 1}
AT_FDCWD: Final = 0xFFFFFF9C
SELF: Final = re.compile(r"^/proc/(self|thread-self)(?=/|$)")


@dataclass(frozen=True)
class Opening:
    """A file that is opened, relative to a folder that is open or to `/`."""

    path: str
    flags: int
    folder: int | None = None

    @classmethod
    def of(cls, name: str, arguments: list[int], text: Callable[[int], str]) -> Opening | None:
        """What a call opens; None where its path cannot be read."""
        at = OPENING[name]
        path = text(arguments[at])
        folder = arguments[0] & 0xFFFFFFFF if at else AT_FDCWD
        return (
            cls(path, arguments[at + 1], None if folder == AT_FDCWD else folder) if path else None
        )

    @property
    def rights(self) -> AccessFS:
        """The rights that Landlock asks for, of a file."""
        if self.flags & os.O_PATH:
            return AccessFS(0)
        mode = self.flags & os.O_ACCMODE
        reading = AccessFS(0) if mode == os.O_WRONLY else AccessFS.READ_FILE
        cutting = AccessFS.TRUNCATE if self.flags & os.O_TRUNC else AccessFS(0)
        return cutting | (reading if mode == os.O_RDONLY else reading | AccessFS.WRITE_FILE)


def closed(opening: Opening, opened: Iterable[Access], pid: int) -> str:
    """Why process `pid` cannot open what is there, in words; "" where it can, or nothing is."""
    folder = "/" if opening.folder is None else os.readlink(f"/proc/{pid}/fd/{opening.folder}")
    path = _real(os.path.join(folder, opening.path), pid)
    rights = opening.rights
    if not os.path.lexists(path):
        return ""
    if os.path.isdir(path) and rights:
        rights = AccessFS.READ_DIR
    granted = AccessFS(0)
    for access in opened:
        place = _real(str(access.path), pid)
        if path == place or place == "/" or path.startswith(f"{place}/"):
            granted |= access.rights
    if rights & ~granted == AccessFS(0):
        return ""
    writing = AccessFS.WRITE_FILE | AccessFS.TRUNCATE
    what = "writing" if rights & ~granted & writing else "reading"
    return f"Landlock has no rule for {what} {_named(path, pid)}"


def unopened(opened: Iterable[Access]) -> list[str]:
    """In a locked-down process: the device files that its rules open and the machine does not.

    Their mode may be narrower than the worker's user, or a cgroup may hold devices back.
    """
    found = []
    for access in opened:
        if access.rights & AccessFS.IOCTL_DEV:
            try:
                os.close(os.open(access.path, os.O_RDWR | os.O_CLOEXEC))
            except OSError as error:
                why = errno.errorcode.get(error.errno or 0, str(error))
                found.append(f"{access.path} cannot be opened ({why}: its mode or a device cgroup)")
    return found


def _real(path: str, pid: int) -> str:
    """The path without links, `self` being the process."""
    return str(Path(SELF.sub(f"/proc/{pid}", os.path.normpath(path))).resolve())


def _named(path: str, pid: int) -> str:
    """The path as it is written in a profile: with `self` for the process."""
    return re.sub(rf"^/proc/{pid}(?=/|$)", "/proc/self", path)
