"""The files of a tar file, packed or not, of which nothing is believed and nothing is unpacked."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO, cast

from autograder.course.members import Gathering, larger_than
from autograder.course.zip_members import Bounded, readable, told
from autograder.sandbox.intake import FILE_CAP

STEP = 64 * 1024


def gunzipped(file: BinaryIO, limit: int) -> BinaryIO:
    """What is packed in a file, as a file of its own. Raises anything at all."""
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    try:
        with gzip.GzipFile(fileobj=file) as source:
            while chunk := source.read(STEP):
                if unpacked.tell() + len(chunk) > limit:
                    raise ValueError(f"unpacked it is {larger_than(limit)}")
                unpacked.write(chunk)
    except BaseException:
        unpacked.close()
        raise
    unpacked.seek(0)
    return cast(BinaryIO, unpacked)


def gather_tar(file: BinaryIO, gathering: Gathering) -> None:
    """Add the members, which can be opened as long as `file` is open. Raises anything at all."""
    bounded = Bounded(cast(io.RawIOBase, file))
    archive = tarfile.open(fileobj=bounded, mode="r:")  # noqa: SIM115 - members are read later
    for member in archive:
        if member.isdir():
            continue
        path = readable(member.name.encode(errors="surrogateescape"))
        gathering.add(path, _content(archive, member), _modified(member))
    # tarfile takes a damaged header for the end.
    bounded.seek(archive.offset)
    if any(bounded.read(tarfile.BLOCKSIZE)):
        raise tarfile.ReadError(f"damaged after {len(archive.getmembers())} files")


def _content(
    archive: tarfile.TarFile, member: tarfile.TarInfo
) -> Callable[[int], BinaryIO | str] | str:
    if member.issym():
        return "a link"
    if member.islnk():
        return "a hard link"
    if member.issparse() or not member.isfile():
        return "not a regular file"
    return partial(_open, archive, member)


def _open(archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> BinaryIO | str:
    """The content as a file of its own, or why it is not taken."""
    if member.size > limit:
        return larger_than(limit)
    file = tempfile.SpooledTemporaryFile(FILE_CAP)  # noqa: SIM115 - whoever asked closes it
    try:
        source = archive.extractfile(member)
        assert source is not None  # of a regular file there is something to read
        while chunk := source.read(STEP):
            file.write(chunk)
    except Exception as error:
        file.close()
        return f"not readable ({told(error)})"
    file.seek(0)
    return cast(BinaryIO, file)


def _modified(member: tarfile.TarInfo) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(member.mtime), UTC)
    except (ValueError, OverflowError, OSError):
        return None
