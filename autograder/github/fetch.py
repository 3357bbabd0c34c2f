"""Reading a student's commit: a few regular files of one folder, and when it was received.

Nothing of the student's is run or checked out here. What is taken is decided by the tree that
GitHub shows, with the limits that every submission has (autograder/sandbox/grader/intake.py).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from autograder.course.moments import show
from autograder.document.text import Text
from autograder.github import repositories
from autograder.github.client import Client
from autograder.github.configuration import Course
from autograder.github.errors import BadTarget, NoPush, RequestRefused
from autograder.github.grading_target import GradingTarget
from autograder.github.repositories import TreeEntry
from autograder.sandbox.grader.intake import FILE_CAP, FILES_CAP, can_be_imported

NEEDS = {"contents": "read", "metadata": "read"}

NOTEBOOK = re.compile(r"\w[\w.-]{0,99}\.ipynb")
Reason = Literal["link", "submodule", "folder", "large", "many"]
REASONS: dict[Reason, Text] = {
    "link": Text("a link", "링크"),
    "submodule": Text("a submodule", "서브모듈"),
    "folder": Text("a folder", "폴더"),
    "large": Text(f"larger than {FILE_CAP // 1024} KiB", f"{FILE_CAP // 1024} KiB보다 큼"),
    "many": Text(f"one of more than {FILES_CAP} files", f"파일이 {FILES_CAP}개를 넘음"),
}
NOT_REGULAR: dict[str, Reason] = {"120000": "link", "160000": "submodule", "040000": "folder"}


class Received(msgspec.Struct, frozen=True):
    """Metadata of a push; written beside the folder that holds its files.

    `at` is when GitHub received it, or, where GitHub knows of no such push (`known` is false),
    when it was asked. `files` are the SHA-256 of what was taken. `empty` says that there is
    nothing to grade.
    """

    student: str
    commit: str
    at: datetime
    known: bool
    files: dict[str, str] = {}
    left_out: dict[str, Reason] = {}
    empty: bool = False


def received(client: Client, target: GradingTarget, now: datetime) -> Received:
    """When the push was received, asked of GitHub."""
    repository = repositories.repository(client, target.repository)
    at = repositories.received(client, repository, target.commit)
    return Received(target.student.id, target.commit, at or now, at is not None)


def fetch(
    client: Client, course: Course, target: GradingTarget, now: datetime
) -> tuple[Received, dict[str, bytes]]:
    """Read the push's metadata and files. Raises BadTarget, RequestRefused."""
    about = received(client, target, now)
    files: dict[str, bytes] = {}
    left_out: dict[str, Reason] = {}
    # Modules come first: notebooks are not graded.
    entries = sorted(_entries(client, course, target), key=lambda e: e.path.endswith(".ipynb"))
    for entry in entries:
        if not _is_wanted(entry.path):
            continue
        reason = _reason(entry, len(files))
        if reason is None:
            content = repositories.blob(client, target.repository, entry.sha)
            if len(content) <= FILE_CAP:
                files[entry.path] = content
                continue
            reason = "large"
        left_out[entry.path] = reason
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    empty = not any(name.endswith(".py") for name in files)
    return (
        msgspec.structs.replace(about, files=hashes, left_out=left_out, empty=empty),
        files,
    )


def beside(folder: Path) -> Path:
    """Path of the push's metadata, beside the folder of the student's files."""
    return folder.with_name(f"{folder.name}.push.json")


def check_folder(folder: Path) -> None:
    """Raises BadTarget unless `folder` can be made."""
    if folder.exists() or folder.is_symlink():
        raise BadTarget(f"--to: {folder} is there already")
    if not folder.absolute().parent.is_dir():
        raise BadTarget(f"--to: there is no folder {folder.absolute().parent}")


def write(about: Received, files: dict[str, bytes], folder: Path) -> None:
    """Write the files into the new folder, all or none, and the metadata beside it.

    Raises NoPush, once that was written, when there is nothing to grade.
    """
    beside(folder).write_bytes(msgspec.json.format(msgspec.json.encode(about), indent=2) + b"\n")
    if about.empty:
        raise NoPush(f"there is no Python file in the assignment's folder of {about.commit}")
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.absolute().parent))
    try:
        for name, content in files.items():
            (staging / name).write_bytes(content)
        staging.chmod(0o755)
        os.rename(staging, folder)
    except BaseException:
        shutil.rmtree(staging)
        raise


def lines(about: Received, zone: ZoneInfo) -> Iterator[str]:
    """Lines about the files that were taken and those that were not."""
    yield f"{about.commit}: received {show(about.at, zone)}" + (
        "" if about.known else " at the latest"
    )
    yield f"taken: {', '.join(about.files) or 'nothing'}"
    for name, reason in about.left_out.items():
        yield f"left out: {name!r}, {REASONS[reason].en}"


def _entries(client: Client, course: Course, target: GradingTarget) -> tuple[TreeEntry, ...]:
    """The entries of the assignment's folder in that commit."""
    try:
        sha = repositories.tree_of(client, target.repository, target.commit)
    except RequestRefused as error:
        if error.status in (404, 409, 422):
            raise BadTarget(f"{target.repository} has no commit {target.commit}") from None
        raise
    return repositories.folder(client, target.repository, sha, course.folder)


def _is_wanted(name: str) -> bool:
    """A module, or a notebook with a name that is harmless wherever it is read."""
    return can_be_imported(name) or NOTEBOOK.fullmatch(name) is not None


def _reason(entry: TreeEntry, taken: int) -> Reason | None:
    """Why an entry is not taken, as far as its tree tells."""
    if entry.mode in NOT_REGULAR:
        return NOT_REGULAR[entry.mode]
    if entry.type != "blob" or not entry.mode.startswith("100"):
        return "link"
    if taken >= FILES_CAP:
        return "many"
    return "large" if (entry.size or 0) > FILE_CAP else None
