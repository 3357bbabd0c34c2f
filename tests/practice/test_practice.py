"""The public tests run in the notebook's process, on the files as they are saved."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from corpus.paths import SOLUTIONS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A student's folder with a space and Korean in its name."""
    there = tmp_path / "내 과제 1"
    there.mkdir()
    for name in ("practice.py", "conftest.py", "iou.py"):
        shutil.copy(SOLUTIONS / name, there)
    shutil.copytree(SOLUTIONS / "tests", there / "tests")
    return there


def ran(folder: Path, program: str) -> str:
    """What a notebook's process prints, which runs these lines."""
    head = "import sys\nsys.path.insert(0, '.')\nfrom practice import public_tests\n"
    done = subprocess.run(
        [sys.executable, "-c", head + dedent(program)],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_file_is_tested_as_it_is_saved_and_as_it_is_saved_again(folder: Path) -> None:
    said = ran(
        folder,
        """
        from pathlib import Path
        file = Path("iou.py")
        right = file.read_text(encoding="utf-8")
        public_tests("iou")
        file.write_text(right.replace("def mean_iou", "def mean_iov"), encoding="utf-8")
        public_tests("iou")
        file.write_text(right, encoding="utf-8")
        public_tests("iou")
        """,
    )
    first, second, third = re.findall(r"^.* in [0-9.]+s$", said, re.MULTILINE)
    assert "7 passed" in first
    assert "passed" not in second
    assert "7 passed" in third


def test_the_notebook_keeps_the_module_that_it_imported(folder: Path) -> None:
    said = ran(
        folder,
        """
        import os
        import iou, torch
        torch.manual_seed(3)
        name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
        before = iou, list(sys.path), torch.get_rng_state(), name in os.environ
        public_tests("iou")
        import iou as after
        assert after is before[0]
        assert sys.path == before[1]
        assert torch.equal(torch.get_rng_state(), before[2])
        assert (name in os.environ) == before[3]
        print("kept")
        """,
    )
    assert said.endswith("kept\n")


def test_a_test_that_is_interrupted_leaves_the_notebook_as_it_was(folder: Path) -> None:
    (folder / "iou.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    said = ran(
        folder,
        """
        try:
            public_tests("iou")
        except KeyboardInterrupt:
            pass
        assert "iou" not in sys.modules
        print("goes on")
        """,
    )
    assert said.endswith("goes on\n")
