"""The check between building and releasing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.nbgrader.leaks import LeakCheck
from autograder.release.errors import ReleaseError
from corpus.paths import RELEASE, SOLUTIONS


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "segmentation"
    shutil.copytree(
        RELEASE, folder, ignore=shutil.ignore_patterns("__pycache__", ".*cache", "data")
    )
    return folder


def check(release: Path, solutions: Path = SOLUTIONS.parent) -> None:
    LeakCheck(solutions=str(solutions)).check(release, "segmentation")


def test_the_release_as_it_is_passes(release: Path) -> None:
    check(release)
    assert (release / "iou.py").is_file()


def test_a_solved_module_is_named(release: Path) -> None:
    shutil.copyfile(SOLUTIONS / "iou.py", release / "iou.py")
    with pytest.raises(ReleaseError, match=r"^iou\.py:\d+: .*a line of a solution in iou\.py"):
        check(release)


def test_a_marking_guide_in_the_notebook_is_named(release: Path) -> None:
    (path,) = release.glob("*.ipynb")
    text = path.read_text(encoding="utf-8")
    leak = (
        "- 1 point: softmax keeps the order of the K scores at a pixel (exp is increasing, the "
        "divisor is the same for all K), so the largest stays the largest."
    )
    path.write_text(text.replace("**Question 1 (2 points).**", leak), encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"24_Segmentation_practice\.ipynb:\d+: "):
        check(release)


def test_a_kind_of_file_that_cannot_be_looked_at_is_refused(release: Path) -> None:
    (release / "solutions.zip").write_bytes(b"PK")
    with pytest.raises(ReleaseError, match=r"^solutions\.zip: is of a kind"):
        check(release)


def test_a_text_that_no_release_has_there_is_refused(release: Path) -> None:
    shutil.copyfile(release / "pyproject.toml", release / "tests" / "pyproject.toml")
    with pytest.raises(ReleaseError, match=r"^tests/pyproject\.toml: is of a kind"):
        check(release)


def test_a_solution_line_in_the_containers_description_is_named(release: Path) -> None:
    line = "return scores.argmax(dim=1)  # of several highest values it gives the first"
    (release / ".devcontainer" / "devcontainer.json").write_text(line, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"^\.devcontainer/devcontainer\.json:1: "):
        check(release)


def test_a_link_is_refused(release: Path) -> None:
    (release / "more.py").symlink_to(SOLUTIONS / "iou.py")
    with pytest.raises(ReleaseError, match=r"^more\.py: is a link"):
        check(release)


def test_without_solutions_to_hold_it_to_nothing_is_released(release: Path, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="holds no solution"):
        check(release, tmp_path / "nowhere")
