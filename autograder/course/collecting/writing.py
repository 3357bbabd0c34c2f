"""Write the collected work: a folder a student, and no file of others overwritten."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from autograder.course.collecting.choosing import FILE_LIMIT
from autograder.course.collecting.handed_in import CannotCollect, Note
from autograder.course.collecting.record import Record, hash_at, read_record
from autograder.course.members import is_litter

_STEP = 1024 * 1024
# Hidden, as the record: neither is a submission.
_BESIDE = ".collecting"
Parts = tuple[str, ...]
Content = Callable[[], BinaryIO | str]


@dataclass(frozen=True)
class Item:
    """A file to write: where below the student's folder, and where in the download it lies."""

    path: Parts
    place: str
    content: Content


@dataclass(frozen=True)
class _Copy:
    """A file beside, the hash of its content, and where in the download it lies."""

    path: Path
    content: str
    place: str


@dataclass
class FolderChanges:
    """Changes in a student's folder, by paths; `there` counts the files in it now."""

    there: int = 0
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class ClassFolder:
    """The folder of a class, in which files of others stay as they are."""

    def __init__(self, root: Path, below: str | None = None) -> None:
        """`below` is an assignment's name in nbgrader's layout, STUDENT/ASSIGNMENT/.

        Raises CannotCollect where something lies there that this command did not write.
        """
        self.root = root
        self._below: Parts = (below,) if below else ()
        self.notes: list[Note] = []
        name = ".collected.json" if below is None else f".collected-{below}.json"
        try:
            if root.is_symlink() or (root.exists() and not root.is_dir()):
                raise CannotCollect(f"{root} is not a folder")
            record = read_record(root / name)
            if record is None and (foreign := self._foreign()):
                raise CannotCollect(
                    f"{root} holds {foreign}, which this command did not write; "
                    "collect into a new folder"
                )
            root.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(root / _BESIDE, ignore_errors=True)
        except OSError as error:
            raise CannotCollect(f"{root} cannot be written: {error.strerror}") from None
        self._record = record or Record(root / name)

    def _foreign(self) -> str | None:
        """Anything in the folder; in nbgrader's layout, a folder of the assignment."""
        if not self.root.exists():
            return None
        for entry in sorted(self.root.iterdir()):
            if is_litter((entry.name,)):
                continue
            if not self._below or entry.joinpath(*self._below).exists():
                return "/".join((entry.name, *self._below))
        return None

    def write(self, student: str, owner: str, items: Iterable[Item]) -> FolderChanges:
        """Put a student's files there, and take away what was put there before. Raises OSError."""
        written = FolderChanges()
        staged = self._stage(student, items)
        folders = self._record.owners.setdefault(owner, [])
        if student not in folders:
            folders.append(student)
        # First, so that a run that is stopped knows its own files.
        self._record.save()
        for path, copy in staged.items():
            try:
                if refused := self._settle(path, copy, written):
                    self._tell(f"not collected: {copy.place}: {refused}")
            except OSError as error:
                why = f"{path} cannot be written ({error.strerror})"
                self._tell(f"not collected: {copy.place}: {why}")
        for path in self._record.below("/".join((student, *self._below))):
            if path not in staged:
                self._remove(path, written)
        return written

    def move_away(self, owner: str, students: Iterable[str]) -> list[str]:
        """Take an owner's work out of folders that it is not put into now. Returns their names."""
        wanted = set(students)
        folders = self._record.owners.get(owner, [])
        gone = [name for name in folders if name not in wanted]
        for name in gone:
            folders.remove(name)
            if not any(name in others for others in self._record.owners.values()):
                for path in self._record.below(name):
                    self._remove(path, FolderChanges())
        return gone

    def folders_of(self, owner: str) -> list[str]:
        """Where an owner's work was put before."""
        return list(self._record.owners.get(owner, ()))

    def students(self) -> set[str]:
        """The folders that hold anybody's work, of this download or an earlier one."""
        return {name for names in self._record.owners.values() for name in names}

    def write_alone(self, name: str, write: Callable[[Path], None]) -> bool:
        """Write a file at the top unless others changed it: `write` gets a folder for it."""
        there = hash_at(self.root / name)
        if (self.root / name).exists() and not self._record.is_ours(name, there):
            return False
        beside = self.root / _BESIDE
        beside.mkdir(exist_ok=True)
        write(beside)
        content = hash_at(beside / name)
        assert content is not None  # it was just written
        self._record.add(name, content)
        self._record.save()
        os.replace(beside / name, self.root / name)
        return True

    def close(self) -> None:
        """Raises OSError."""
        self._record.save()
        shutil.rmtree(self.root / _BESIDE, ignore_errors=True)

    def _stage(self, student: str, items: Iterable[Item]) -> dict[str, _Copy]:
        """Copies beside, by the paths where they are to lie."""
        beside = self.root / _BESIDE
        beside.mkdir(exist_ok=True)
        staged: dict[str, _Copy] = {}
        for number, item in enumerate(items):
            path = "/".join((student, *self._below, *item.path))
            copy = beside / str(number)
            content = _copy(item.content, copy)
            if isinstance(content, str):
                self._tell(f"not collected: {item.place}: {content}")
                continue
            staged[path] = _Copy(copy, content.hex(), item.place)
            self._record.add(path, content.hex())
        return staged

    def _settle(self, path: str, copy: _Copy, written: FolderChanges) -> str | None:
        """Put a copy where it is to lie, or say why it is not. Raises OSError."""
        target = self.root / path
        for folder in target.relative_to(self.root).parents:
            there = self.root / folder
            if there.is_symlink() or (there.exists() and not there.is_dir()):
                return f"{folder} is no folder"
        now = hash_at(target)
        if now != copy.content:
            if not os.path.lexists(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                written.new.append(path)
            elif self._record.is_ours(path, now):
                written.changed.append(path)
            else:
                return f"{path} was written by somebody else, and stays"
            os.replace(copy.path, target)
        written.there += 1
        return None

    def _remove(self, path: str, written: FolderChanges) -> None:
        target = self.root / path
        if os.path.lexists(target):
            if not self._record.is_ours(path, hash_at(target)):
                self._tell(f"{path} is in this download no more, but was changed, and stays")
                return
            target.unlink()
            written.removed.append(path)
        del self._record.files[path]
        for folder in target.parents:
            if folder == self.root:
                break
            with suppress(OSError):
                folder.rmdir()

    def _tell(self, text: str) -> None:
        self.notes.append(Note(text, look=True))


def _copy(content: Content, to: Path) -> bytes | str:
    """The hash of what was copied, or why nothing was."""
    source = content()
    if isinstance(source, str):
        return source
    digest = sha256()
    with source, to.open("wb") as file:
        while chunk := source.read(_STEP):
            digest.update(chunk)
            file.write(chunk)
    return digest.digest()


def opened(member_open: Callable[[int], BinaryIO | str]) -> Content:
    """A member's content within the limit for one file."""
    return lambda: member_open(FILE_LIMIT)
