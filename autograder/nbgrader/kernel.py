"""A notebook kernel for students' code: it computes, draws, and reaches nothing.

    python -I -m autograder.nbgrader.kernel CONNECTION_FILE FOLDER SCRATCH

is ipykernel behind the worker's walls (autograder.sandbox), with what a kernel needs beside them:
threads, and Unix sockets that it made itself. It can connect to nothing, start no process, read
only Python and FOLDER, and write only SCRATCH.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ipykernel.kernelapp import IPKernelApp
from IPython.core.profiledir import ProfileDir
from landlockpy import AccessFS

from autograder.sandbox.jail import lock_down as jail
from autograder.sandbox.jail.landlock import READ, WRITE, Access, interpreter_paths
from autograder.sandbox.jail.profiles import KERNEL
from autograder.sandbox.protocol.limits import GIB, MIB, Limits

LIMITS = Limits(memory_bytes=8 * GIB, task_cpu_seconds=1800, file_bytes=64 * MIB)


def main(connection: Path, folder: Path, scratch: Path) -> None:
    # IPython sets modes of files when it makes its profile, which is not allowed later.
    ProfileDir.create_profile_dir_by_name(str(scratch), "default")  # type: ignore[no-untyped-call]
    lock_down(folder, scratch, connection.parent)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    IPKernelApp.launch_instance(["-f", str(connection), "--HistoryManager.enabled=False"])


def lock_down(folder: Path, scratch: Path, sockets: Path) -> None:
    """Give up all but these folders and what a kernel does."""
    places = [Access(path, READ) for path in (*interpreter_paths(), folder)]
    places += [Access(scratch, WRITE), Access(sockets, WRITE | AccessFS.MAKE_SOCK)]
    jail.lock_down(KERNEL, LIMITS, places)


if __name__ == "__main__":
    # Options for ipykernel may follow; it gets those that are above.
    main(*(Path(name).resolve() for name in sys.argv[1:4]))
