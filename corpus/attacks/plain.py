"""The grader that the attacks are proved on: pytest imports the submission, as many do.

Passing is exit code 0, which is what hosted classrooms go by. It protects its tests from
nothing; what it runs under (`plain_process.py`) protects this machine from it.
"""

from __future__ import annotations

import json
import subprocess
import sys

from corpus.attacks.arena import Arena
from corpus.attacks.attack import Attack, Evidence
from corpus.attacks.isolated import Outcome, obeyed
from corpus.attacks.plain_process import WALL_SECONDS
from corpus.paths import ROOT

NAMESPACES = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--uts", "--ipc")


def let_loose(attack: Attack, arena: Arena) -> Outcome:
    """Grade an attack this way. Only for root, who may have namespaces."""
    submission = arena.set_up(attack)
    test = arena.hidden / "plain" / "test_student.py"
    command = [
        sys.executable,
        "-m",
        "corpus.attacks.plain_process",
        str(submission),
        str(test),
        attack.aim,
    ]
    done = subprocess.run(
        [*NAMESPACES, *command],
        cwd=ROOT,
        capture_output=True,
        timeout=2 * WALL_SECONDS,
        check=False,
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
