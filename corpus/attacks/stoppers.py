"""Entries of a class's folder that want to end the run of everybody, or to cost it dear.

Each is laid out beside honest submissions. It succeeds where somebody else has no grade for it, or
its owner neither a grade nor a reason. Nothing but the standard library is imported here, so that
the same entries can be tried on any grader.
"""

from __future__ import annotations

import base64
import os
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

HONEST = "y" * 40
"""A comment of an honest file, which is damaged where it lies in a zip file unpacked."""


@dataclass(frozen=True)
class Stopper:
    """`write` lays an entry out for a student of this name, which may get another ending.

    `taken`: what was handed in is honest, and its owner must lose nothing.
    """

    name: str
    tries: str
    write: Callable[[Path, Mapping[str, str]], None]
    taken: bool = False


def _folder(place: Path, files: Mapping[str, str]) -> None:
    place.mkdir()
    for name, text in files.items():
        (place / name).write_text(text, encoding="utf-8")


def _zip(place: Path, files: Mapping[str, str], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = place.with_name(f"{place.name}.zip")
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def _damaged(method: int, at: int, place: Path, files: Mapping[str, str]) -> None:
    """The first member's data overwritten, `at` so many bytes from where it begins."""
    path = _zip(place, files, method)
    with path.open("r+b") as file:
        file.seek(30 + len(next(iter(files))) + at)
        file.write(b"\xff\x00" * 8)


def _header(offset: int, bits: bytes, place: Path, files: Mapping[str, str]) -> None:
    """Two bytes of the first member's headers changed, in its own and in the directory's."""
    path = _zip(place, files)
    content = bytearray(path.read_bytes())
    for start in (0, content.index(b"PK\1\2") + 2):
        content[start + offset : start + offset + 2] = bits
    path.write_bytes(content)


# A member of 1 GiB of zeros, of 785 bytes when it is packed by bzip2.
_GIBIBYTE = zlib.decompress(
    base64.b85decode(
        "c-nJ{%CIzaj8qGb<l}sFpE17Af#CoH1BU{GL4&WG(*o6%Tn*Dl<wxa*zPv|G{7Htcpc5c@7O;vlteVRvDmf>*b"
        "n=TAxmpBF_}1}+2>|5%?Ck"
    )
)
_CHECKSUM = 0x5B64C2B0


def _bomb(place: Path, files: Mapping[str, str]) -> None:
    """zipfile unpacks it at once, however little it is asked for."""
    path = _zip(place, {**files, "iou.py": "x" * len(_GIBIBYTE)}, zipfile.ZIP_STORED)
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("iou.py")
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\1\2", member.header_offset)
    for start in (member.header_offset + 8, directory + 10):
        struct.pack_into("<H", content, start, zipfile.ZIP_BZIP2)
        struct.pack_into("<I", content, start + 6, _CHECKSUM)
        struct.pack_into("<I", content, start + 14, 2**30)
    data = member.header_offset + 30 + len("iou.py")
    content[data : data + len(_GIBIBYTE)] = _GIBIBYTE
    path.write_bytes(content)


def _name_of_member(name: bytes, place: Path, files: Mapping[str, str]) -> None:
    stand_in = "가" * (len(name) // 3)
    path = _zip(place, {f"{stand_in}.py": "", **files})
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), name))


def _long_name(place: Path, files: Mapping[str, str]) -> None:
    _zip(place, {f"{'n' * 300}.py": "x = 1\n", **files})


def _instead(make: Callable[[Path], object], place: Path, files: Mapping[str, str]) -> None:
    make(place.with_name(f"{place.name}.zip"))


def _socket(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"/proc/self/fd/{folder}/{path.name}")  # a short way to it
    finally:
        os.close(folder)


def _linked_folder(place: Path, files: Mapping[str, str]) -> None:
    """A link to a folder whose only folder holds somebody else's work."""
    elsewhere = place.parent.parent / f"elsewhere-{place.name}"
    elsewhere.mkdir()
    _folder(elsewhere / "work", files)
    place.symlink_to(elsewhere)


def _called(name: bytes, place: Path, files: Mapping[str, str]) -> None:
    _folder(place.with_name(place.name + os.fsdecode(name)), files)


def _twice(place: Path, files: Mapping[str, str]) -> None:
    _folder(place, files)
    _zip(place, files)


def _backed_up(place: Path, files: Mapping[str, str]) -> None:
    """As `cp -al` leaves it: every file has a second name in a backup."""
    _folder(place, files)
    backup = place.parent.parent / f"backup-{place.name}"
    backup.mkdir()
    for path in place.iterdir():
        (backup / path.name).hardlink_to(path)


def _dear_notebook(place: Path, files: Mapping[str, str]) -> None:
    """2 MB that take whoever validates them minutes and gigabytes."""
    outputs = ",".join(['{"output_type": "x"}'] * 100_000)
    cell = '{"cell_type": "code", "metadata": {}, "source": "", "outputs": [' + outputs + "]}"
    text = f'{{"nbformat": 4, "nbformat_minor": 5, "metadata": {{}}, "cells": [{cell}]}}'
    _folder(place, {"24_Segmentation_practice.ipynb": text, **files})


TERABYTES = """
from types import SimpleNamespace
import torch
from torch import nn

class Huge(nn.Conv2d):
    asked = True
    def parameters(self, recurse=True):
        for p in super().parameters():
            huge = recurse and not self.asked
            shape = (2**20, 2**20) if huge else p.shape
            yield SimpleNamespace(shape=shape, dtype=p.dtype, device=p.device) if huge else p
        self.asked = self.asked or recurse

def convolutionalize(linear, channels, kernel_size):
    bias = linear.bias is not None
    conv = Huge(channels, linear.out_features, kernel_size, bias=bias).to(linear.weight)
    with torch.no_grad():
        conv.weight.copy_(linear.weight.view_as(conv.weight))
        if bias:
            conv.bias.copy_(linear.bias)
    conv.asked = False
    return conv
"""


def _terabytes(place: Path, files: Mapping[str, str]) -> None:
    _folder(place, {**files, "fcn8s.py": TERABYTES})


STOPPERS = (
    Stopper(
        "damaged deflate data",
        "hands in a zip file with damaged deflate data",
        partial(_damaged, zipfile.ZIP_DEFLATED, 0),
    ),
    Stopper(
        "damaged LZMA data",
        "hands in a zip file with damaged LZMA data",
        partial(_damaged, zipfile.ZIP_LZMA, 9),
    ),
    Stopper(
        "damaged bzip2 data",
        "hands in a zip file with damaged bzip2 data",
        partial(_damaged, zipfile.ZIP_BZIP2, 4),
    ),
    Stopper(
        "a wrong checksum",
        "hands in a zip file whose content is not that of its checksum",
        partial(_damaged, zipfile.ZIP_STORED, 2),
    ),
    Stopper(
        "an encrypted member",
        "hands in a zip file with an encrypted member",
        partial(_header, 6, b"\1\0"),
    ),
    Stopper(
        "an unknown method",
        "hands in a zip file packed by a method that nobody knows",
        partial(_header, 8, b"\x63\0"),
    ),
    Stopper("a bomb", "hands in 785 bytes of bzip2 that hold a gibibyte", _bomb, taken=True),
    Stopper(
        "a member's name that is no UTF-8",
        "hands in a zip file with a name in it that is marked as UTF-8 and is none",
        partial(_name_of_member, b"\xff\xfe\xfd"),
    ),
    Stopper(
        "a member's name of 300 letters",
        "hands in a zip file with a module whose name no file can have",
        _long_name,
        taken=True,
    ),
    Stopper("a pipe", "is a pipe called x.zip", partial(_instead, os.mkfifo)),
    Stopper("a socket", "is a socket called x.zip", partial(_instead, _socket)),
    Stopper(
        "a link to a device",
        "is a link called x.zip to a file without end",
        partial(_instead, lambda path: path.symlink_to("/dev/zero")),
    ),
    Stopper(
        "a link to a folder",
        "is a link to a folder whose only folder holds another student's work",
        _linked_folder,
    ),
    Stopper(
        "a folder's name that is no UTF-8",
        "has a name that no ledger and no document can hold",
        partial(_called, b"\xff\xfe"),
        taken=True,
    ),
    Stopper(
        "a folder's name that acts",
        "has a name that clears the screen, begins lines and gives a workflow commands",
        partial(_called, b"\x1b[2J\n::error::hello\r##[error]"),
        taken=True,
    ),
    Stopper(
        "a folder's name that turns round",
        "has a name that shows what follows from right to left",
        partial(_called, "\u202e001 erocs".encode()),
        taken=True,
    ),
    Stopper("one student twice", "is there as a folder and as a zip file", _twice),
    Stopper(
        "a backup beside it",
        "has a second name for every file, as `cp -al` leaves it",
        _backed_up,
        taken=True,
    ),
    Stopper(
        "a dear notebook",
        "hands in a small notebook that is dear to validate",
        _dear_notebook,
        taken=True,
    ),
    Stopper(
        "parameters of terabytes",
        "says that its layer has parameters of 4 TiB",
        _terabytes,
        taken=True,
    ),
)
