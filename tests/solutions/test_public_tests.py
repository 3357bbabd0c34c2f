"""The public tests, run on the solution and on the stubs as students run them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from autograder.authoring.manifest import Assignment
from corpus.paths import RELEASE, ROOT, SOLUTIONS, release_of
from corpus.solved import lay_out


def run_public_tests(arguments: list[str], cwd: Path, report: Path) -> list[ElementTree.Element]:
    """Run the public tests in a process of their own; every test case of the report."""
    options = ["-p", "no:cacheprovider", f"--junitxml={report}"]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, *arguments],
        cwd=cwd,
        capture_output=True,
        check=False,
    )
    return list(ElementTree.parse(report).iter("testcase"))


def test_the_solution_passes_the_public_tests_run_in_its_folder(
    any_assignment: Assignment, tmp_path: Path
) -> None:
    folder = lay_out(tmp_path / "solved", any_assignment.name)
    cases = run_public_tests([], folder, tmp_path / "report.xml")
    assert len(cases) >= sum(len(task.functions) for task in any_assignment.tasks)
    assert [case.get("name") for case in cases if len(case)] == []


def test_from_the_root_every_public_test_names_the_stub_not_written_yet(
    any_assignment: Assignment, tmp_path: Path
) -> None:
    release = release_of(any_assignment.name).relative_to(ROOT)
    cases = run_public_tests([str(release)], ROOT, tmp_path / "report.xml")
    assert len(cases) >= sum(len(task.functions) for task in any_assignment.tasks)
    for case in cases:
        failure = case.find("failure")
        assert failure is not None, case.get("name")
        assert "is not written yet" in (failure.get("message") or ""), case.get("name")


def test_the_slides_number_is_answered_with_the_erratum(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    for name in ("assignment.py", "conftest.py", "expectations.py", "standing.py"):
        shutil.copy(RELEASE / name, tmp_path)
    shutil.copy(SOLUTIONS / "tests" / "test_transposed_conv.py", tmp_path / "tests")
    (tmp_path / "transposed_conv.py").write_text(
        "import torch\n"
        "def bilinear_kernel(channels, kernel_size): ...\n"
        "def transposed_conv2d(x, weight, *others, **more):\n"
        "    y = torch.nn.functional.conv_transpose2d(x, weight)\n"
        "    y[0, 0, 2, 2] -= 1\n"
        "    return y\n",
        encoding="utf-8",
    )
    cases = run_public_tests([], tmp_path, tmp_path / "report.xml")
    worked = next(case for case in cases if "worked_example" in (case.get("name") or ""))
    failure = worked.find("failure")
    assert failure is not None
    message = failure.get("message") or ""
    assert "the slide is wrong" in message
    assert "170" in message
