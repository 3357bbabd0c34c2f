"""Fresh environments that see a copy of the source, and our packages."""

from __future__ import annotations

import shutil
import sys
import sysconfig
import venv
from pathlib import Path

from corpus.paths import ROOT


def copy_source(folder: Path) -> None:
    shutil.copytree(
        ROOT / "autograder", folder / "autograder", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)


def environment_with(folder: Path, *sources: Path) -> str:
    """The Python of a new environment that sees these folders, and the packages of ours."""
    venv.create(folder, symlinks=True)
    ours = [path for path in sys.path if Path(path).name == "site-packages"]
    # Python reads no .pth in a folder that a .pth names: an editable install of ours is not seen.
    lines = [*map(str, sources), *ours]
    (packages_of(folder) / "ours.pth").write_text("\n".join(lines) + "\n")
    return str(folder / "bin" / "python")


def packages_of(environment: Path) -> Path:
    base = {"base": str(environment), "platbase": str(environment)}
    return Path(sysconfig.get_path("purelib", "venv", base))
