"""What `check` remembers, what it says of stubs, and how plain pytest says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.practice.test_check import folder, python, ran, rewrite, stub

__all__ = ["folder"]  # the fixture


def test_the_first_run_is_a_summary(folder: Path) -> None:
    stub(folder / "iou.py", "predict_labels", "confusion_matrix", "iou_per_class", "mean_iou")
    done = python(folder, "-m", "check", "iou")
    assert done.returncode == 1
    assert done.stdout == "iou.py: 0 of 4 functions written; next: predict_labels\n"


def test_the_status_needs_no_torch_and_remembers_the_last_check(folder: Path) -> None:
    stub(folder / "unpooling.py", "max_unpool2d")
    python(folder, "-m", "check", "iou")
    said = ran(
        folder,
        """
        status()
        assert "torch" not in sys.modules
        with open("iou.py", "a") as file:
            file.write("# changed")
        status(lang="ko")
        """,
    ).splitlines()
    assert said[4] == "✓ iou.py              4 of 4 functions written; 7 of 7 public checks hold"
    assert said[5] == "16 of 17 functions written; next: max_unpool2d in unpooling.py"
    assert said[10].endswith("함수 4개 중 4개 작성, 고친 뒤 검사하지 않음")


def test_a_change_of_what_a_file_imports_is_a_change_of_it(folder: Path) -> None:
    assert python(folder, "-m", "check", "fcn8s").returncode == 0
    said = python(folder, "-m", "check", "--status").stdout
    assert "14 of 14 public checks hold" in said
    rewrite(folder / "transposed_conv.py", lambda text: text + "\n")
    assert "14 of 14" not in python(folder, "-m", "check", "--status").stdout


@pytest.mark.parametrize("text", ["", "[]", '{"iou": 3, "language": []}', '{"iou": {"held": "x"}}'])
def test_a_broken_memory_is_no_memory(folder: Path, text: str) -> None:
    (folder / ".checked.json").write_text(text)
    done = python(folder, "-m", "check", "--status")
    assert done.returncode == 0, done.stderr
    assert "not checked since it was changed" in done.stdout


def test_where_nothing_can_be_written_nothing_is_remembered(folder: Path) -> None:
    (folder / ".checked.json").mkdir()
    assert python(folder, "-m", "check", "iou").returncode == 0
    (folder / ".checked.json").rmdir()


def test_the_memory_stays_out_of_git(folder: Path) -> None:
    python(folder, "-m", "check", "iou")
    assert json.loads((folder / ".checked.json").read_text())["iou"]["held"] == 7
    assert ".checked.json" in (folder / ".gitignore").read_text().splitlines()


# By plain pytest


def test_plain_pytest_begins_with_step_1_and_counts_stubs(folder: Path) -> None:
    stub(folder / "unpooling.py", "nearest_unpool2d")
    done = python(folder, "-m", "pytest", "-p", "no:cacheprovider", "-v", "--color=no")
    assert done.returncode == 1
    first = next(line for line in done.stdout.splitlines() if "::" in line)
    assert first.startswith("tests/test_unpooling.py::")
    assert "3 not written yet" in done.stdout.splitlines()[-1]
    assert "16 of 17 functions written; next: nearest_unpool2d in unpooling.py" in done.stdout
    assert "Traceback" not in done.stdout
