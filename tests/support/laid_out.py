"""Folders and archives as students and their systems make them, with invented content."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

TASKS = ("unpooling", "transposed_conv", "fcn8s", "unet", "iou")
FIVE = tuple(f"{task}.py" for task in TASKS)

Files = Mapping[str, str | bytes]


def code(*names: str, folder: str = "") -> dict[str, str | bytes]:
    """Files of a line each, by their paths."""
    return {f"{folder}{name}": f"# {name}\n" for name in names}


def five(folder: str = "") -> dict[str, str | bytes]:
    """All five files that are asked for."""
    return code(*FIVE, folder=folder)


def written(folder: Path, files: Files) -> Path:
    """A folder with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes(content))
    return folder


def zipped(files: Files) -> bytes:
    """A zip file with these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(files: Files, mode: str = "w:gz") -> bytes:
    """A tar file with these members, packed unless `mode` says otherwise."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(_bytes(content))
            archive.addfile(about, io.BytesIO(_bytes(content)))
    return data.getvalue()


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
