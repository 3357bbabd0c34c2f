"""The files of an earlier assignment, beside which a notebook is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.release.execute import execute_notebook

NOTEBOOK = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %%
import iou
"""


def test_a_file_of_the_assignments_own_is_not_replaced_by_an_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, shared, earlier = tmp_path / "own", tmp_path / "shared", tmp_path / "earlier"
    for folder in (source, shared, earlier):
        folder.mkdir()
    (source / "own_practice.py").write_text(NOTEBOOK)
    (source / "iou.py").write_text("OWN = True\n")
    (shared / "check.py").write_text("")
    for name in ("iou.py", "unet.py"):
        (earlier / name).write_text("OWN = False\n")
    found: dict[str, str] = {}

    class Client:
        """A kernel that looks into the folder that it would run in."""

        def __init__(self, notebook: object, *, resources: Any, **_: object) -> None:
            self.folder = Path(resources["metadata"]["path"])

        def execute(self) -> None:
            found.update((path.name, path.read_text()) for path in self.folder.glob("*.py"))

    monkeypatch.setattr("autograder.release.execute.NotebookClient", Client)
    execute_notebook(source, shared=shared, data=shared, beside=sorted(earlier.iterdir()))
    assert found["iou.py"] == "OWN = True\n"
    assert found["unet.py"] == "OWN = False\n"
