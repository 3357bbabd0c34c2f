"""What a download is described by, and how it is made out of that."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

ROSTER = """\
student,name,email,login,lms_id,section,group,excused
kim,Kim Minsu,minsu@uni.example,minsu,98770,A반,Group 1,
lee,이지우,jiwoo@uni.example,jiwoo,98771,A반,Group 1,
park,Jun Park,jun@uni.example,junpark,98772,B반,Group 2,
choi_2,최유나,yuna@uni.example,yuna,98773,B반,Group 2,
han,Han Ji-min,jimin@uni.example,jimin,98774,B반,Group 2,yes
"""
EVERYBODY = ("kim", "lee", "park", "choi_2", "han")


@dataclass(frozen=True)
class Packed:
    """An archive by what it holds; without UTF-8, names are as Windows in Korean writes them."""

    holds: Mapping[str, Content]
    form: Literal["zip", "tar.gz"] = "zip"
    windows: bool = False


Content = str | Packed
# In place of a content: a link that leads there, which a folder may have.
LINK = "-> "


@dataclass(frozen=True)
class Gives:
    """One student's line: by path in the folder, where in the download that very file lies."""

    files: Mapping[str, str]
    received: str = ""
    late: bool = False


@dataclass(frozen=True)
class Download:
    """A download by what it holds, where its layout is known from, and what it must give.

    A path without a content holds its own name. `told` are words that must stand in one line, by
    what in the download they are about. `form` is that of the download itself.
    """

    name: str
    system: str
    source: str
    holds: Mapping[str, Content] | tuple[str, ...]
    gives: Mapping[str, Gives]
    told: tuple[tuple[str, ...], ...] = ()
    code: int = 0
    form: Literal["folder", "zip", "tar.gz"] = "zip"
    windows: bool = False
    called: str = "CS101-Segmentation-4711"
    roster: str | None = ROSTER
    times: str | None = None
    zone: str = "Asia/Seoul"
    layout: Literal["folder", "nbgrader"] = "folder"
    litter: tuple[str, ...] = field(default=())

    @property
    def contents(self) -> dict[str, Content]:
        if isinstance(self.holds, tuple):
            return {path: f"# {path}\n" for path in self.holds}
        return dict(self.holds)

    def make(self, folder: Path) -> Path:
        """Write it into a folder. Returns where it lies."""
        if self.form == "folder":
            there = folder / self.called
            for path, content in self.contents.items():
                _write(there / path, content)
            return there
        there = folder / f"{self.called}.{self.form}"
        there.write_bytes(bytes_of(Packed(self.contents, self.form, self.windows)))
        return there

    def bytes_by_place(self) -> Iterator[tuple[str, bytes]]:
        """Each file as it was handed in, links left out; those of archives that hold a download."""
        for path, content in self.contents.items():
            if isinstance(content, str) and content.startswith(LINK):
                continue
            if isinstance(content, Packed) and path in self.opened:
                for inner, inside in content.holds.items():
                    yield f"{path}/{inner}", bytes_of(inside)
            else:
                yield path, bytes_of(content)

    @property
    def opened(self) -> set[str]:
        """The archives in it of which single files are to be collected."""
        places = [place for gives in self.gives.values() for place in gives.files.values()]
        return {path for path in self.contents if any(p.startswith(f"{path}/") for p in places)}


def bytes_of(content: Content) -> bytes:
    if isinstance(content, str):
        return content.encode()
    data = io.BytesIO()
    if content.form == "tar.gz":
        # The same bytes whenever it is packed: gzip writes the time into its head.
        with (
            gzip.GzipFile(fileobj=data, mode="wb", mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w") as archive,
        ):
            for path, inner in content.holds.items():
                about = tarfile.TarInfo(path)
                about.size = len(bytes_of(inner))
                archive.addfile(about, io.BytesIO(bytes_of(inner)))
    else:
        with zipfile.ZipFile(data, "w") as archive:
            for path, inner in content.holds.items():
                archive.writestr(_info(path, windows=content.windows), bytes_of(inner))
    return data.getvalue()


class _Windows(zipfile.ZipInfo):
    """A member whose name is written as Windows in Korean does, and says nothing of it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode("cp949"), self.flag_bits & ~0x800


def _info(path: str, *, windows: bool) -> zipfile.ZipInfo:
    """A fixed time, so that the same download has the same bytes."""
    return (_Windows if windows else zipfile.ZipInfo)(path, (2026, 11, 27, 20, 0, 0))


def _write(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str) and content.startswith(LINK):
        path.symlink_to(content.removeprefix(LINK))
    else:
        path.write_bytes(bytes_of(content))


def own(*paths: str) -> dict[str, Content]:
    """Files that hold their own names."""
    return {path: f"# {path}\n" for path in paths}


def below(folder: str, *names: str) -> Gives:
    """A student's files, under the names that they have in a folder of the download."""
    return Gives({name: f"{folder}/{name}" for name in names})


def as_is(*places: str) -> Gives:
    """A student's files, each under the last part of its path."""
    return Gives({PurePosixPath(place).name: place for place in places})


WORK = Packed(own("iou.py", "unet.py", "24_Segmentation_practice.ipynb"))
