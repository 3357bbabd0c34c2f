"""The students' copy is what nbgrader's own command makes of the source we build for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat

from autograder.release import build_release
from corpus.paths import RELEASE, SHARED, SOLUTIONS

NOTEBOOK = "24_Segmentation_practice.ipynb"
POINTS = {"unpooling": 10, "transposed_conv": 25, "fcn8s": 25, "unet": 20, "iou": 20}
WRITTEN = ("written_padding", "written_batch_size", "written_label_map", "written_feature_maps")


def test_generate_assignment_makes_the_very_files_of_our_release(tmp_path: Path) -> None:
    ours = tmp_path / "assignment" / "segmentation"
    course = tmp_path / "course"
    build_release(SOLUTIONS, ours, shared=SHARED, course=course / "source" / "segmentation")
    # nbgrader starts `alembic` by its name, which lies beside our Python.
    command = ["generate_assignment", "segmentation", f"--course-dir={course}"]
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    theirs = course / "release" / "segmentation"
    names = {path.relative_to(ours) for path in ours.rglob("*") if path.is_file()}
    assert {path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file()} == names
    for name in names:
        assert (theirs / name).read_bytes() == (ours / name).read_bytes(), name


def test_the_graded_cells_carry_the_contracts_points() -> None:
    notebook = nbformat.read(RELEASE / NOTEBOOK, nbformat.NO_CONVERT)
    graded = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert {
        name: cell.metadata.nbgrader.points
        for name, cell in graded.items()
        if not cell.metadata.nbgrader.solution
    } == POINTS
    assert all(graded[name].metadata.nbgrader.locked for name in POINTS)
    assert {name for name in graded if name not in POINTS} == set(WRITTEN)
    assert {graded[name].metadata.nbgrader.points for name in WRITTEN} == {2}
    assert all(cell.id == name for name, cell in graded.items())
