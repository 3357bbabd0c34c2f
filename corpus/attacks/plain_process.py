"""One run of the plain grader, so confined that no attack of the collection harms this machine.

    unshare --pid --fork ... python -m corpus.attacks.plain_process SUBMISSION TEST AIM

It is the first process of its namespace, so that killing everybody does not reach it. pytest runs
below it under limits and a deadline; what was seen of it is printed as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile

from autograder.sandbox.grader.clock import Clock

SECONDS = 10
WALL_SECONDS = 100
MIB = 1024 * 1024
OUTPUT_CAP = 1 * MIB


def main(submission: str, test: str, aim: str) -> None:
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as output:
        environment = {**os.environ, "HOME": home, "TMPDIR": home, "AIM": aim}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # a second less for each attack
        pytest = subprocess.Popen(
            # -m puts the submission's folder first in the path, where the test finds it.
            [sys.executable, "-m", "pytest", "-q", "--rootdir", submission, test],
            cwd=submission,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=limit,
            # A signal to its process group would reach beyond the namespace, up to this terminal.
            start_new_session=True,
        )
        code = wait(pytest)
        others = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        left_over = [pid for pid in others if pid not in (os.getpid(), pytest.pid)]
        for pid in (*left_over, pytest.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        output.seek(0)
        said = output.read(OUTPUT_CAP).decode(errors="replace")
    print(json.dumps({"code": code, "left_over": len(left_over), "output": said}))


def wait(process: subprocess.Popen[bytes]) -> int | None:
    """Its exit code; None once it had its time, in which waiting for a processor is not counted."""
    clock = Clock(process.pid)
    try:
        while (left := SECONDS - clock.used()) > 0 and clock.elapsed() < WALL_SECONDS:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(left)
        return None
    finally:
        clock.close()


def limit() -> None:
    """As much as the attacks need to succeed, and no more than this machine can spare."""
    for kind, value in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_DATA, 3072 * MIB),
        (resource.RLIMIT_FSIZE, 200 * MIB),
        (resource.RLIMIT_NOFILE, 4096),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


if __name__ == "__main__":
    main(*sys.argv[1:])
