"""Putting a finished release where the old one was, all at once or not at all.

A release knows itself by its manifest, the hidden file `.release` that lists what it holds. A
folder without one, or with files that no release made, may be somebody's work and is refused.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath

from autograder.release.errors import ReleaseError

MANIFEST = ".release"
_HEADER = "# Made by autograder.release from the solutions. Edit those, then build again."

# What tools leave behind where they ran; it goes with the old release.
_CACHES = frozenset(
    {
        "__pycache__",
        ".pytest_cache",
        ".ruff_cache",
        ".mypy_cache",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".DS_Store",
    }
)


def replace_release(destination: Path, files: Mapping[PurePath, bytes]) -> None:
    """Make the destination hold exactly these files."""
    _check_it_may_go(destination)
    destination.parent.mkdir(parents=True, exist_ok=True)
    # Beside the destination, so that a rename is enough. The new folder is made inside, with the
    # mode that any new folder has: the temporary one is closed to everybody else.
    with tempfile.TemporaryDirectory(prefix=".release-", dir=destination.parent) as workshop:
        new, old = Path(workshop, "new"), Path(workshop, "old")
        new.mkdir()
        for file, content in files.items():
            path = new / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (new / MANIFEST).write_text(_manifest(files), encoding="utf-8", newline="\n")
        if destination.exists():
            destination.rename(old)
        try:
            new.rename(destination)
        except BaseException:
            if old.exists():
                old.rename(destination)
            raise


def _manifest(files: Iterable[PurePath]) -> str:
    return "\n".join([_HEADER, *sorted(file.as_posix() for file in files)]) + "\n"


def _check_it_may_go(destination: Path) -> None:
    """An error if something stands there that is no release, or more than a release."""
    if not destination.exists():
        return
    if not destination.is_dir():
        raise ReleaseError(destination, None, "is a file, not the folder of a release")
    found: list[PurePath] = sorted(
        path.relative_to(destination)
        for path in destination.rglob("*")
        if not path.is_dir() or path.is_symlink()
    )
    found = [file for file in found if not _CACHES.intersection(file.parts)]
    if not found:
        return
    manifest = destination / MANIFEST
    if not manifest.is_file():
        reason = f"holds files but no {MANIFEST}: it does not look like a release, so it stays"
        raise ReleaseError(destination, None, reason)
    made = {PurePath(MANIFEST), *map(PurePath, manifest.read_text(encoding="utf-8").splitlines())}
    strange = [file for file in found if file not in made]
    if strange:
        reason = "no release made this file; move it away, then build again"
        raise ReleaseError(destination / strange[0], None, reason)
