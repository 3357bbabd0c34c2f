"""Running a student's notebook, on request only, in a kernel that can reach nothing."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode, v4
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Integer

from autograder.document.text import Text
from autograder.nbgrader.grading import Grading
from autograder.nbgrader.outputs import harmless_outputs

# Importing Jupyter and torch, on a machine that is busy with a class.
START_SECONDS = 600

DIED = Text(
    "The kernel died in this cell; the cells below were not run.",
    "이 셀에서 커널이 종료되어 아래 셀은 실행하지 않았습니다.",
)


class ExecuteSandboxed(NbGraderPreprocessor):  # type: ignore[misc]
    """Fills in what the cells put out now. No point depends on it."""

    enabled = Bool(False, help="Whether students' notebooks are run.").tag(config=True)
    cell_seconds = Integer(60, help="How long one cell may take.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        grading: Grading = resources["nbgrader"]["grading"]
        cells = [cell for cell in nb.cells if cell.cell_type == "code"]
        for cell in cells:
            cell.outputs, cell.execution_count = [], None
        died_in = run_apart(nb, Path(resources["metadata"]["path"]), self.cell_seconds)
        for cell in cells:
            cell.outputs = harmless_outputs(cell.outputs)
        for cell in cells:
            cell.metadata.pop("execution", None)  # when it began and ended, which changes each time
        if died_in is not None:
            text = f"{DIED.in_(grading.language)}\n"
            output = v4.new_output("stream", name="stderr", text=text)
            died_in.outputs.append(output)
        return nb, resources


def run_apart(notebook: NotebookNode, folder: Path, cell_seconds: int) -> NotebookNode | None:
    """Run every cell beside a copy of the folder's files; the cell that killed the kernel."""
    started: list[NotebookNode] = []

    def on_start(cell: NotebookNode, cell_index: int) -> None:
        if cell.cell_type == "code":
            started.append(cell)

    with tempfile.TemporaryDirectory(prefix="autograder-") as temporary:
        room = Path(temporary)
        copy, scratch, sockets = room / "submission", room / "scratch", room / "sockets"
        shutil.copytree(folder, copy, symlinks=True)
        scratch.mkdir()
        sockets.mkdir()
        manager = _Manager(copy, scratch, sockets)
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=cell_seconds,
            startup_timeout=START_SECONDS,
            interrupt_on_timeout=True,
            allow_errors=True,
            coalesce_streams=True,
            on_cell_start=on_start,
        )
        try:
            client.execute(env=_environment(scratch))
        except DeadKernelError:
            return started[-1]
        return None


class _Manager(AsyncKernelManager):
    """Starts the kernel that is locked down, whatever kernel the notebook names."""

    def __init__(self, folder: Path, scratch: Path, sockets: Path) -> None:
        connection = sockets / "kernel.json"
        super().__init__(
            transport="ipc", ip=str(sockets / "socket"), connection_file=str(connection)
        )
        command = [sys.executable, "-I", "-m", "autograder.nbgrader.kernel"]
        self._kernel_spec = KernelSpec(
            argv=[*command, str(connection), str(folder), str(scratch)],
            language="python",
            display_name="Python, locked down",
        )


def _environment(scratch: Path) -> dict[str, str]:
    """An environment without ours, which may hold a token or a password."""
    places = ("HOME", "TMPDIR", "IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_RUNTIME_DIR")
    settings = {"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}
    return settings | {name: str(scratch) for name in places}
