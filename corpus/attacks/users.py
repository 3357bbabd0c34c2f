"""The users that attacks and trials run as: root, and an ordinary one.

An ordinary user needs a Python that everybody can read. Where this one lies in a closed folder, a
second one of the same version is looked for on the system, and lent this one's packages.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.sandbox.jail import landlock as files
from corpus.paths import ROOT

ORDINARY_USER = 65533


@contextmanager
def python_of(mode: str) -> Iterator[list[str]]:
    """The command of a Python that runs as the user of `mode`."""
    if not mode.startswith("user"):
        yield [sys.executable]
        return
    user = ["setpriv", f"--reuid={ORDINARY_USER}", f"--regid={ORDINARY_USER}", "--clear-groups"]
    if files.unreadable_for_others([Path(sys.executable).resolve()]) is None:
        yield [*user, sys.executable]
        return
    version = "python{}.{}".format(*sys.version_info)
    other = next(
        (p for p in (f"/usr/bin/{version}", f"/usr/local/bin/{version}") if os.path.exists(p)), None
    )
    if other is None:
        raise SystemExit(
            f"an ordinary user cannot read {os.path.realpath(sys.executable)}, and there is no "
            f"other {version}: apt-get install {version} {version}-venv"
        )
    with tempfile.TemporaryDirectory(prefix="lent-") as name:
        Path(name).chmod(0o755)
        subprocess.run([other, "-m", "venv", "--without-pip", f"{name}/venv"], check=True)
        site = next(Path(name).glob("venv/lib/python*/site-packages"))
        packages = [entry for entry in sys.path if entry.endswith("site-packages")]
        (site / "lent.pth").write_text("\n".join((*packages, f"{ROOT}\n")))
        yield [*user, f"{name}/venv/bin/python"]
