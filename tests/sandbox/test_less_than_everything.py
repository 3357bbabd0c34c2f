"""On a machine that lacks a layer: refused where it is required, said where it is not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.jail import landlock as files
from autograder.sandbox.protocol.layers import details
from corpus.paths import ROOT


def autograder_without(missing: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.support.lesser_kernel", missing, "-m", "autograder"]
    return subprocess.run(
        [*command, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=300
    )


@pytest.mark.parametrize(("missing", "said"), [("landlock", "Landlock"), ("seccomp", "seccomp")])
def test_no_grade_is_given_without_a_required_layer(missing: str, said: str) -> None:
    done = autograder_without(missing, "grade", "examples/complete", "--task", "iou")
    assert done.returncode == 2
    assert not done.stdout
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1
    assert said in lines[0]


@pytest.mark.parametrize(("missing", "said"), [("landlock", "Landlock"), ("seccomp", "seccomp")])
def test_the_doctor_names_the_required_layer_that_is_missing(missing: str, said: str) -> None:
    done = autograder_without(missing, "doctor")
    assert done.returncode == 2
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("missing"))
    assert said in line


def test_without_namespaces_a_grade_is_given_and_the_doctor_says_so(tmp_path: Path) -> None:
    done = autograder_without("namespaces", "doctor")
    assert done.returncode == 0
    told = {line.split()[1]: line for line in done.stdout.splitlines() if len(line.split()) > 1}
    assert "denied here" in told["namespaces"]
    assert told["namespaces"].startswith("without")
    done = autograder_without("namespaces", "grade", "examples/complete", "--task", "iou")
    assert done.returncode == 0
    assert "20 / 20" in done.stdout


def test_a_folder_that_other_users_cannot_enter_is_found(tmp_path: Path) -> None:
    (tmp_path / "open" / "inside").mkdir(parents=True)
    temporary = Path(tempfile.gettempdir())
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to(temporary) and folder != temporary:
            folder.chmod(0o755)
    assert files.unreadable_for_others([tmp_path / "open" / "inside"]) is None
    (tmp_path / "open").chmod(0o700)
    assert files.unreadable_for_others([tmp_path / "open" / "inside"]) == tmp_path / "open"
    assert files.unreadable_for_others([tmp_path / "gone"]) == tmp_path / "gone"


def test_the_reason_why_a_worker_has_no_user_of_its_own_is_said(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "submission"
    folder.mkdir()
    tmp_path.chmod(0o700)
    worker = sandbox.spawn(folder)
    worker.close()
    # As root: Python lies in a closed folder, or else the submission does. Others have no choice.
    said = details(worker.layers)["user"]
    assert ("other users cannot" if os.geteuid() == 0 else "only root can choose") in said
