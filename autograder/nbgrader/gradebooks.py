"""Opening a gradebook, from whichever environment this package is run."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def find_alembic() -> None:
    """Let nbgrader find `alembic`, which it starts by its name to look at every gradebook.

    It lies beside this Python, which is on no PATH where an environment is not active.
    """
    beside, path = str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)
    if beside not in path.split(os.pathsep):
        os.environ["PATH"] = f"{beside}{os.pathsep}{path}"
