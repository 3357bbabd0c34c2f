"""Machine code in a file that has excluded operations, and what it must not break."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from rich.console import Console

from autograder.authoring.manifest import Assignment
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.reports.terminal import print_result
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Raised
from autograder.sandbox.protocol.messages import TRANSPOSED_CONVOLUTION
from corpus.paths import SOLUTIONS

Load = Callable[..., Student]
X = torch.arange(6.0)
FORBIDDEN = (TRANSPOSED_CONVOLUTION, "upsample_*[0-9]d")
REFUSED = {
    "a library": "import ctypes; ctypes.CDLL(None)",
    "Python's own functions": "import ctypes; ctypes.pythonapi.Py_GetVersion",
    "memory at an address": "import ctypes; ctypes.c_int.from_address(id(x)).value",
    "a function that was there": "import ctypes; ctypes.memmove(x.data_ptr(), x.data_ptr(), 4)",
    "a function by its address": "import ctypes\n"
    "    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes._memmove_addr)()",
    "a call by an address": "import _ctypes; _ctypes.call_function(_ctypes._memmove_addr, ())",
    "a library of operations": "torch.ops.load_library('/lib/x86_64-linux-gnu/libc.so.6')",
    "a library of a compiled model": "torch._C._aoti.AOTIModelContainerRunnerCpu('/a.so', 1)",
    "another interpreter": "exec('import _xxsubinterpreters', {})",
    "Python's own tests": "exec('import _testcapi', {})",
    "another package": "exec('import scipy.ndimage', {})",
    "a library beside": "import importlib.machinery as m\n"
    "    spec = m.ModuleSpec('own', None, origin='/own.so')\n"
    "    m.ExtensionFileLoader('own', '/own.so').create_module(spec)",
    "the hook itself": "import gc\n"
    "    for found in gc.get_objects():\n"
    "        if getattr(found, '__name__', '') == '_hook':\n"
    "            found.__code__ = (lambda *args: None).__code__",
}


REFUSALS = r"not available here|not callable|broken|not to be changed|Could not load"


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_machine_code_is_refused(load: Load, body: str) -> None:
    student = load(f"import torch\ndef f(x):\n    {body}\n    return x", forbidden=FORBIDDEN)
    with pytest.raises(Raised, match=REFUSALS):
        student.f(X)


@pytest.mark.parametrize(
    "line",
    [
        "from numpy import *",
        "import ctypes, ctypes.util",
        "import decimal, sqlite3, lzma, uuid, zoneinfo, statistics, unittest.mock",
        "import numpy; numpy.zeros(3).ctypes.data",
        "import numpy.fft, numpy.linalg, numpy.testing, torch.func, torch.fx, torch.utils.data",
        "import torch; torch.from_dlpack(torch.ones(3))",
        "from typing import NamedTuple\nclass Pair(NamedTuple):\n    h: int = 1\n    w: int = 1",
    ],
)
def test_what_an_honest_file_imports_goes_on_working(load: Load, line: str) -> None:
    student = load(f"{line}\ndef f(x): return x * 2", forbidden=FORBIDDEN)
    assert torch.equal(student.f(X), X * 2)


def test_where_nothing_is_excluded_machine_code_has_nothing_to_reach(load: Load) -> None:
    student = load("import ctypes\nctypes.CDLL(None)\ndef f(x): return x * 2")
    assert torch.equal(student.f(X), X * 2)


def test_the_result_tells_the_staff_what_was_touched(
    tmp_path: Path, prepared: Sandbox, assignment: Assignment
) -> None:
    tmp_path.chmod(0o711)
    folder = tmp_path / "submission"
    folder.mkdir(mode=0o755)
    source = (SOLUTIONS / "unpooling.py").read_text()
    (folder / "unpooling.py").write_text(
        f"{source}\nimport ctypes\ndef library():\n    return ctypes.CDLL(None)\n"
    )
    task = next(task for task in assignment.tasks if task.name == "unpooling")
    result = grade(folder, GradingRun.of(assignment, seed=0, tasks=[task]), prepared)
    assert result.earned == task.points
    assert result.touched == {"unpooling.py": ("ctypes",)}
    console = Console(file=io.StringIO(), width=100)
    print_result(result, console)
    assert "unpooling.py reached for ctypes" in console.file.getvalue()  # type: ignore[attr-defined]
