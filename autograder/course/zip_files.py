"""Taking a submission out of a zip file, of which nothing is believed and nothing is unpacked."""

from __future__ import annotations

import bz2
import copy
import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.sandbox.intake import (
    FILE_CAP,
    NoSubmission,
    Parcel,
    can_be_imported,
    open_regular,
)
from autograder.sandbox.near_misses import looks_like_python
from autograder.sandbox.printable import printable

# A hundred thousand members, which is what a forgotten virtual environment has.
DIRECTORY_CAP = 8 * 1024 * 1024
# What cannot be packed becomes a little longer.
PACKED_CAP = 2 * FILE_CAP
# A read decompresses all of what it read: 4 KiB hold up to 30 MiB (LZMA), no matter how much was
# asked for.
STEP = 4096


def take_from_zip(path: Path) -> Parcel:
    """The Python files of the topmost folder in a zip file that has any.

    Raises NoSubmission, saying why there are none.
    """
    file = open_regular(path)
    if isinstance(file, str):
        raise NoSubmission(f"{path} is {file}")
    parcel = Parcel()
    try:
        with _Reader(io.FileIO(file)) as reader, zipfile.ZipFile(reader) as archive:
            for name, read in _topmost(archive):
                if can_be_imported(name):
                    parcel.add(name, read)
                else:
                    parcel.pass_over(name)
    except Exception as error:  # out of a damaged file anything may come
        raise NoSubmission(f"{path} is not a zip file that can be read ({_told(error)})") from None
    if not parcel.files and not parcel.problems and not parcel.passed_over:
        raise NoSubmission(f"{path} holds no Python file")
    return parcel


class _Reader(io.BufferedReader):
    """A file of which zipfile gets no more at once than a directory of members may have."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY_CAP:
            raise zipfile.BadZipFile(f"a directory of {size} bytes")
        return super().read(size)


def _topmost(archive: zipfile.ZipFile) -> Iterator[tuple[str, Callable[[], bytes | str]]]:
    by_folder: dict[tuple[str, ...], dict[str, zipfile.ZipInfo]] = {}
    for member in archive.infolist():
        *folders, name = PurePosixPath(member.filename).parts or ("",)
        hidden = any(part.startswith((".", "__MACOSX")) for part in (*folders, name))
        if not hidden and not member.is_dir() and looks_like_python(name):
            by_folder.setdefault(tuple(folders), {})[name] = member
    if by_folder:
        # A folder without a module is one whose files all got another name.
        top = min(by_folder, key=lambda f: (not any(map(can_be_imported, by_folder[f])), len(f), f))
        for name, member in sorted(by_folder[top].items()):
            yield name, partial(_read, archive, member)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | str:
    """The content of a file, or why it is not taken."""
    if stat.S_ISLNK(member.external_attr >> 16):
        return "a link"
    if member.compress_size > PACKED_CAP:
        return f"larger than {FILE_CAP // 1024} KiB"
    try:
        content = (_from_bzip2 if member.compress_type == zipfile.ZIP_BZIP2 else _unpacked)(
            archive, member
        )
    except Exception as error:  # damaged, encrypted, or packed in a way of its own
        return f"not readable ({_told(error)})"
    return content if len(content) <= FILE_CAP else f"larger than {FILE_CAP // 1024} KiB"


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The content, or the beginning of it if that is more than a file may have."""
    content = bytearray()
    with archive.open(member) as file:
        while len(content) <= FILE_CAP and (chunk := file.read(STEP)):
            content += chunk
    return bytes(content)


def _from_bzip2(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The same of a member of which 4 KiB may hold 4 GiB, so that zipfile must not unpack it."""
    packed = copy.copy(member)
    packed.compress_type, packed.file_size = zipfile.ZIP_STORED, member.compress_size
    del packed.CRC  # which is that of the content
    content = bz2.BZ2Decompressor().decompress(_unpacked(archive, packed), FILE_CAP + 1)
    if len(content) <= FILE_CAP and zlib.crc32(content) != member.CRC:
        raise zipfile.BadZipFile("Bad CRC-32")
    return content


def _told(error: Exception) -> str:
    return printable(str(error)) or type(error).__name__
