"""Read the files of a zip file without trusting or unpacking it."""

from __future__ import annotations

import bz2
import copy
import io
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO, cast

from autograder.course.members import Gathering, larger_than
from autograder.sandbox.grader.intake import FILE_CAP
from autograder.sandbox.grader.printable import printable

# A hundred thousand members, which is what a forgotten virtual environment has.
DIRECTORY_CAP = 8 * 1024 * 1024
# A read decompresses all of what it read: 4 KiB hold up to 30 MiB (LZMA), no matter how much was
# asked for.
STEP = 4096
# Where bzip2 is asked for so many bytes, it gives no more.
BZIP2_STEP = 64 * 1024

_UTF8 = 0x800
_TIMES = 0x5455


class Bounded(io.BufferedReader):
    """A file that refuses to read more at once than a zip's directory may have."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY_CAP:
            raise ValueError(f"a directory of {size} bytes")
        return super().read(size)


def gather_zip(file: BinaryIO, gathering: Gathering) -> None:
    """Add the members, which can be opened as long as `file` is open. Raises anything at all."""
    archive = zipfile.ZipFile(Bounded(cast(io.RawIOBase, file)))
    for member in archive.infolist():
        path = _path(member)
        if path.endswith(("/", "\\")):
            continue
        if stat.S_ISLNK(member.external_attr >> 16):
            gathering.add(path, "a link")
        else:
            gathering.add(path, partial(_open, archive, member), _modified(member))


def readable(name: bytes) -> str:
    """A file's name that does not say how it is written: by UTF-8, or by Windows in Korean."""
    for encoding in ("utf-8", "cp949"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("cp437")


def reader_message(error: Exception) -> str:
    """The message of an archive reader's error, in a line."""
    return printable(str(error)) or type(error).__name__


def _path(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & _UTF8:
        return member.filename
    return readable(member.filename.encode("cp437"))


def _modified(member: zipfile.ZipInfo) -> datetime | None:
    """The member's time: UTC where it is stored, else the local time of the packing machine."""
    rest = member.extra
    while len(rest) >= 4:
        kind, size = struct.unpack("<HH", rest[:4])
        if kind == _TIMES and size >= 5 and rest[4] & 1 and len(rest) >= 9:
            return datetime.fromtimestamp(struct.unpack("<i", rest[5:9])[0], UTC)
        rest = rest[4 + size :]
    try:
        return datetime(*member.date_time)
    except ValueError:
        return None


def _open(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> BinaryIO | str:
    """The content as a file of its own, or why it is not taken."""
    # What cannot be packed becomes a little longer.
    if member.compress_size > 2 * limit:
        return larger_than(limit)
    unpack = _from_bzip2 if member.compress_type == zipfile.ZIP_BZIP2 else _unpacked
    file = tempfile.SpooledTemporaryFile(FILE_CAP)  # noqa: SIM115 - whoever asked closes it
    length = 0
    try:
        for chunk in unpack(archive, member):
            length += len(chunk)
            if length > limit:
                file.close()
                return larger_than(limit)
            file.write(chunk)
    except Exception as error:  # damaged, encrypted, or packed in a way of its own
        file.close()
        return f"not readable ({reader_message(error)})"
    file.seek(0)
    return cast(BinaryIO, file)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as file:
        while chunk := file.read(STEP):
            yield chunk


def _from_bzip2(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Decompress a member piece by piece: 4 KiB may hold 4 GiB, so zipfile must not do it."""
    packed = copy.copy(member)
    packed.compress_type, packed.file_size = zipfile.ZIP_STORED, member.compress_size
    del packed.CRC  # which is that of the content
    unpacker, checksum = bz2.BZ2Decompressor(), 0
    for chunk in _unpacked(archive, packed):
        data = chunk
        while not unpacker.eof:
            content = unpacker.decompress(data, BZIP2_STEP)
            checksum, data = zlib.crc32(content, checksum), b""
            yield content
            if unpacker.needs_input:
                break
    if not unpacker.eof:
        raise zipfile.BadZipFile("its data end too early")
    if checksum != member.CRC:
        raise zipfile.BadZipFile("Bad CRC-32")
