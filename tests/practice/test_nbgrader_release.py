"""The students' copy is what nbgrader's own command makes of the source we build for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat

from autograder.authoring.manifest import Assignment
from autograder.release import build_release
from corpus.paths import SHARED, release_of, solutions_of

WRITTEN = {
    "segmentation": {
        *("written_padding", "written_batch_size", "written_label_map", "written_feature_maps"),
    }
}


def test_generate_assignment_makes_the_very_files_of_our_release(
    any_assignment: Assignment, tmp_path: Path
) -> None:
    name = any_assignment.name
    ours, course = tmp_path / "assignment" / name, tmp_path / "course"
    build_release(solutions_of(name), ours, shared=SHARED, course=course / "source" / name)
    # nbgrader starts `alembic` by its name, which lies beside our Python.
    command = ["generate_assignment", name, f"--course-dir={course}"]
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    theirs = course / "release" / name
    files = {path.relative_to(ours) for path in ours.rglob("*") if path.is_file()}
    assert {path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file()} == files
    for file in files:
        assert (theirs / file).read_bytes() == (ours / file).read_bytes(), file


def test_the_graded_cells_carry_the_contracts_points(any_assignment: Assignment) -> None:
    path = release_of(any_assignment.name) / any_assignment.given.notebook
    notebook = nbformat.read(path, nbformat.NO_CONVERT)
    points = {task.name: task.points for task in any_assignment.tasks}
    graded = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert {
        name: cell.metadata.nbgrader.points
        for name, cell in graded.items()
        if not cell.metadata.nbgrader.solution
    } == points
    assert all(graded[name].metadata.nbgrader.locked for name in points)
    written = graded.keys() - points.keys()
    assert written == WRITTEN.get(any_assignment.name, written)
    assert {graded[name].metadata.nbgrader.points for name in written} <= {2}
    assert all(cell.id == name for name, cell in graded.items())
