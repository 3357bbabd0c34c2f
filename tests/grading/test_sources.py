"""What decides a grade is in the hash of sources, and what does not decide one is not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from autograder.course.policy import LIBRARIES, Policy, versions
from autograder.grading.sources import PACKAGE, digest_of_sources
from autograder.sandbox.protocol.limits import Limits


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, to be changed."""
    copy = tmp_path / "autograder"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def changed(package: Path, file: str) -> bool:
    """Whether one more line in a file of the copy makes another digest."""
    with (package / file).open("ab") as source:
        source.write(b"\nADDED = 1\n")
    return digest_of_sources("segmentation", package) != digest_of_sources("segmentation")


def test_the_digest_does_not_depend_on_where_the_package_lies(package: Path) -> None:
    assert digest_of_sources("segmentation", package) == digest_of_sources("segmentation")


@pytest.mark.parametrize(
    "file",
    [
        "authoring/expect.py",
        "grading/hypothesis_setup.py",
        "sandbox/worker/executor.py",
        "authoring/follow_through.py",
        "suites/segmentation/iou/test_iou_figures.py",
        "suites/segmentation/__init__.py",
        "suites/segmentation/knowledge.py",
        "course/grade_submission.py",
        "course/run.py",
    ],
)
def test_a_line_that_decides_changes_the_digest(file: str, package: Path) -> None:
    assert changed(package, file)


@pytest.mark.parametrize(
    "file", ["reports/html.py", "cli/course.py", "course/ledger.py", "suites/other/checks.py"]
)
def test_a_line_that_does_not_decide_leaves_the_digest(file: str, package: Path) -> None:
    (package / file).parent.mkdir(exist_ok=True)
    assert not changed(package, file)


def test_a_file_that_is_moved_changes_the_digest(package: Path) -> None:
    (package / "authoring" / "expect.py").rename(package / "authoring" / "expected.py")
    assert digest_of_sources("segmentation", package) != digest_of_sources("segmentation")


def test_ends_of_lines_leave_the_digest(package: Path) -> None:
    file = package / "authoring" / "expect.py"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert digest_of_sources("segmentation", package) == digest_of_sources("segmentation")


@pytest.mark.parametrize("library", LIBRARIES)
def test_another_version_of_a_library_is_another_grader(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = versions(Policy("segmentation", 1))
    other = {library: "0.0.1"}
    monkeypatch.setattr(
        "autograder.course.policy.version", lambda name: other.get(name) or metadata.version(name)
    )
    assert versions(Policy("segmentation", 1)) != ours


def test_other_limits_are_another_grader() -> None:
    tight = Policy("segmentation", 1, Limits(call_seconds=1.0))
    assert versions(tight) != versions(Policy("segmentation", 1))


def test_the_key_is_known_without_any_library_of_the_grader() -> None:
    program = (
        "import sys\n"
        "for name in ('torch', 'numpy', 'hypothesis', 'pytest'): sys.modules[name] = None\n"
        "from autograder.course.policy import Policy, versions\n"
        "versions(Policy('segmentation', 1))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
