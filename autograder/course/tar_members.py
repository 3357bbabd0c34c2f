"""Read the files of a tar file, compressed or not, without trusting or unpacking it."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO, cast

from autograder.course.members import MEMBERS_CAP, Gathering, larger_than
from autograder.course.zip_members import readable

STEP = 64 * 1024
HEADER_CAP = 256 * 1024

# tarfile looks for a number before a word at each of its digits, so that a million of them take
# hours (CVE-2024-6232). No header holds a number of so many.
_DIGITS = re.compile(rb"\d{64}")


def gunzipped(file: BinaryIO, limit: int) -> BinaryIO:
    """Decompress a file into a temporary one. Raises anything at all."""
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as source:
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
    headers = _Headers(cast(io.RawIOBase, file))
    archive = tarfile.open(fileobj=headers, mode="r:")  # noqa: SIM115 - `file` is closed elsewhere
    # A negative size leads back to what was read before (CVE-2025-8194).
    for _ in range(MEMBERS_CAP + 1):
        member = archive.next()
        if member is None:
            break
        if not member.isdir():
            path = readable(member.name.encode(errors="surrogateescape"))
            gathering.add(path, _content(headers, member), _modified(member))
        # Each would keep all that was said of any before it.
        archive.members.clear()  # type: ignore[attr-defined]
    else:
        raise ValueError(f"more than {MEMBERS_CAP} members")
    # tarfile takes a damaged header for the end.
    headers.seek(archive.offset)
    if any(headers.read(tarfile.BLOCKSIZE)):
        raise ValueError("damaged before its end")


class _Headers(io.BufferedReader):
    """A file that tarfile reads headers from, and nothing that is as large as no header is."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= HEADER_CAP:
            raise ValueError(f"a header of {size} bytes")
        content = super().read(size)
        if _DIGITS.search(content):
            raise ValueError("a header with a number that is none")
        return content


def _content(
    file: io.BufferedReader, member: tarfile.TarInfo
) -> Callable[[int], BinaryIO | str] | str:
    if member.issym():
        return "a link"
    if member.islnk():
        return "a hard link"
    if member.issparse() or not member.isfile() or member.size < 0:
        return "not a regular file"
    return partial(_open, file, member.offset_data, member.size)


def _open(file: io.BufferedReader, start: int, size: int, limit: int) -> BinaryIO | str:
    """The content, which lies in the archive as it is, or why it is not taken."""
    if size > limit:
        return larger_than(limit)
    content = tempfile.TemporaryFile() if size > STEP else io.BytesIO()  # noqa: SIM115 - as above
    try:
        file.seek(start)
        while size > 0 and (chunk := io.BufferedReader.read(file, min(size, STEP))):
            content.write(chunk)
            size -= len(chunk)
        content.seek(0)
    except OSError as error:
        content.close()
        return f"not readable ({error.strerror})"
    return cast(BinaryIO, content)


def _modified(member: tarfile.TarInfo) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(member.mtime), UTC)
    except (ValueError, OverflowError, OSError):
        return None
