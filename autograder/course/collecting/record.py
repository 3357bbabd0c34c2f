"""The record of files written into a class's folder, so that no other is overwritten."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from autograder.course.collecting.handed_in import CannotCollect

_STEP = 1024 * 1024


@dataclass
class Record:
    """Hashes of the contents written to each path below the class's folder.

    `owners` says by a system's own name in which folders that owner's work was put.
    """

    file: Path
    files: dict[str, list[str]] = field(default_factory=dict)
    owners: dict[str, list[str]] = field(default_factory=dict)

    def add(self, path: str, content: str) -> None:
        written = self.files.setdefault(path, [])
        if content not in written:
            written.append(content)

    def is_ours(self, path: str, content: str | None) -> bool:
        return content is not None and content in self.files.get(path, ())

    def below(self, folder: str) -> list[str]:
        """The paths in a folder."""
        return [path for path in self.files if path.startswith(f"{folder}/")]

    def save(self) -> None:
        """Raises OSError."""
        beside = self.file.with_name(f"{self.file.name}.new")
        text = json.dumps({"files": self.files, "owners": self.owners}, indent=1)
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, self.file)


def read_record(path: Path) -> Record | None:
    """Read the record; None where there is none. Raises CannotCollect."""
    if not path.exists():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Record(
            path,
            {str(name): list(map(str, hashes)) for name, hashes in document["files"].items()},
            {str(name): list(map(str, folders)) for name, folders in document["owners"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CannotCollect(f"{path} cannot be read; collect into a new folder") from None


def hash_at(path: Path) -> str | None:
    """The hash of a regular file's content; None for a link, a folder, or nothing."""
    if path.is_symlink() or not path.is_file():
        return None
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_STEP):
            digest.update(chunk)
    return digest.hexdigest()
