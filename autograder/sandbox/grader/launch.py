"""Starting a zygote, before anything heavy is imported on this side.

The zygote spends its first seconds importing torch; a grader that launches it first imports
its own torch meanwhile.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

# Where libraries and GPUs are found; everything else in the environment stays outside.
INHERITED: Final = ("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "OPENBLAS_CORETYPE")
THREADS: Final = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True)
class Launch:
    """A zygote that is starting, and the grader's end of the socket to it."""

    channel: socket.socket
    process: subprocess.Popen[bytes]

    def close(self) -> None:
        """End the zygote, and with it every worker. May be called again."""
        self.channel.close()
        self.process.kill()
        self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()


def launch() -> Launch:
    """Start `python -I -m autograder.sandbox.worker` with a clean environment in `/`."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    environment |= dict.fromkeys(THREADS, "1")
    environment |= {name: os.environ[name] for name in INHERITED if name in os.environ}
    with theirs:
        process = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-m",
                "autograder.sandbox.worker",
                str(theirs.fileno()),
                str(os.getpid()),
            ],
            pass_fds=[theirs.fileno()],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    return Launch(ours, process)
