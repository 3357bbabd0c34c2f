"""What the handout tells students to type takes along what is graded, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from corpus.github.act import commit, git
from corpus.paths import RELEASE

HAND_IN = re.compile(r"^## Hand in.*?^## ", re.MULTILINE | re.DOTALL)
WRITTEN = {
    "unet.py": "from layers import block\n",
    "layers.py": "def block(): ...\n",
    "24_Segmentation_practice.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4}\n',
}
LEFT_BEHIND = (
    "__pycache__/unet.cpython-311.pyc",
    ".ipynb_checkpoints/layers-checkpoint.py",
    ".ipynb_checkpoints/24_Segmentation_practice-checkpoint.ipynb",
    ".pytest_cache/v/cache/lastfailed",
    ".venv/lib/python3.11/site-packages/torch/__init__.py",
    "checkpoints/epoch-1.bin",
    "unet.pt",
    "best.pth",
)


def commands() -> list[list[str]]:
    """The commands for GitHub in the handout, in each language."""
    section = HAND_IN.search((RELEASE / "README.md").read_text(encoding="utf-8"))
    assert section is not None
    lines = [line for line in section[0].splitlines() if line.startswith("- **GitHub**")]
    return [
        [found for found in re.findall(r"`(git [^`]+)`", line) if found != "git status"]
        for line in lines
    ]


@pytest.fixture
def student(tmp_path: Path) -> Path:
    """A student's clone of a repository that holds the release, with work in it."""
    release, origin, clone = tmp_path / "release", tmp_path / "origin.git", tmp_path / "clone"
    caches = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    shutil.copytree(RELEASE, release, ignore=caches)
    git("init", "--quiet", "--initial-branch=main", release, cwd=tmp_path)
    commit(release, "The release")
    git("clone", "--quiet", "--bare", release, origin, cwd=tmp_path)
    git("clone", "--quiet", origin, clone, cwd=tmp_path)
    for name, value in (("user.name", "Student"), ("user.email", "student@example.com")):
        git("config", name, value, cwd=clone)
    for name, text in {**WRITTEN, **dict.fromkeys(LEFT_BEHIND, "left behind")}.items():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text(text)
    return clone


def pushed(clone: Path) -> set[str]:
    """The files that the push changed, as the repository has them."""
    origin = clone.parent / "origin.git"
    return set(git("diff", "--name-only", "main~1", "main", cwd=origin).splitlines())


def test_the_handout_says_the_same_in_both_languages() -> None:
    english, korean = commands()
    assert english == korean
    assert [command.split()[1] for command in english] == ["add", "commit", "push"]


def test_a_new_helper_goes_along_and_no_cache_does(student: Path) -> None:
    for command in commands()[0]:
        subprocess.run(["sh", "-c", command], cwd=student, check=True, capture_output=True)
    assert pushed(student) == set(WRITTEN)


def test_a_shell_that_leaves_the_stars_to_git_pushes_the_same(student: Path) -> None:
    """As on Windows, where git looks into every folder."""
    for command in commands()[0]:
        quoted = re.sub(r"(\*\.\w+)", r"'\1'", command)
        subprocess.run(["sh", "-c", quoted], cwd=student, check=True, capture_output=True)
    assert pushed(student) == set(WRITTEN)


def test_adding_everything_adds_no_cache_either(student: Path) -> None:
    git("add", ".", cwd=student)
    assert set(git("diff", "--cached", "--name-only", cwd=student).splitlines()) == set(WRITTEN)
