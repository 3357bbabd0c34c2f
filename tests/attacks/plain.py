"""The grader that the attacks are proved on: pytest imports the submission, as many do.

    python -m tests.attacks.plain SUBMISSION TEST AIM

Passing is exit code 0, which is what hosted classrooms go by. It protects its tests from
nothing; what it runs under protects this machine from it: namespaces of its own, limits, a
deadline. It is the first process there, so that killing everybody does not reach it, and it says
as JSON what it saw.
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
from pathlib import Path

from tests.attacks.arena import Arena
from tests.attacks.attack import Attack, Evidence
from tests.attacks.isolated import Outcome, obeyed

ROOT = Path(__file__).parents[2]
SECONDS = 20
NAMESPACES = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--uts", "--ipc")
MIB = 1024 * 1024
OUTPUT_CAP = 1 * MIB


def let_loose(attack: Attack, arena: Arena) -> Outcome:
    """Grade an attack this way. Only for root, who may have namespaces."""
    submission = arena.set_up(attack)
    test = arena.hidden / "plain" / "test_student.py"
    command = [sys.executable, "-m", "tests.attacks.plain", str(submission), str(test), attack.aim]
    done = subprocess.run(
        [*NAMESPACES, *command], cwd=ROOT, capture_output=True, timeout=3 * SECONDS, check=False
    )
    seen = json.loads(done.stdout)
    shown = arena.evidence()
    if seen["code"] == 0:
        shown.add(Evidence.POINT)
    # 1 is pytest's word for tests that failed: the one ending, besides 0, that is a grade.
    if seen["code"] not in (0, 1):
        shown.add(Evidence.NO_GRADE)
    if seen["left_over"]:
        shown.add(Evidence.LEFT_OVER)
    if obeyed(seen["output"]):
        shown.add(Evidence.OUTPUT)
    arena.clear()
    return Outcome(str(seen["code"]), frozenset(shown), seen["output"][-300:])


def main(submission: str, test: str, aim: str) -> None:
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as output:
        environment = {**os.environ, "HOME": home, "TMPDIR": home, "AIM": aim}
        pytest = subprocess.Popen(
            # -m puts the submission's folder first in the path, where the test finds it.
            [sys.executable, "-m", "pytest", "-q", "--rootdir", submission, test],
            cwd=submission,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=limit,
        )
        try:
            code: int | None = pytest.wait(SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        others = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        left_over = [pid for pid in others if pid not in (os.getpid(), pytest.pid)]
        for pid in (*left_over, pytest.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        output.seek(0)
        said = output.read(OUTPUT_CAP).decode(errors="replace")
    print(json.dumps({"code": code, "left_over": len(left_over), "output": said}))


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
