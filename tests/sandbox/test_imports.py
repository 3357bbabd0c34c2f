"""What a graded file may import, with and without a sandbox."""

from __future__ import annotations

import builtins
import importlib
import sys
from pathlib import Path

import pytest
import torch

from autograder.sandbox.grader.inprocess import InProcess
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import Cause, ImportFailed, NotWritten, Raised
from tests.support.loading import Load

X = torch.arange(6.0).reshape(1, 1, 2, 3)


@pytest.mark.parametrize(
    "statement",
    [
        "import matplotlib.pyplot as plt",
        "from matplotlib import pyplot as plt; plt.style.use('ggplot')",
        "import matplotlib, matplotlib.pyplot as plt; matplotlib.use('Agg')",
        "import matplotlib.pyplot as plt; plt.rcParams['figure.dpi'] = 100",
        "import matplotlib.pyplot as plt; figure, axes = plt.subplots(); axes.plot([1])",
        "import torchvision.transforms as T; tidy = T.Compose([T.ToTensor()])",
        "from torchvision.datasets import VisionDataset\nclass Shapes(VisionDataset): pass",
        "from torchvision import *",
        "from tqdm import tqdm",
        "from tqdm.auto import tqdm, trange",
        "from PIL import Image\ndef show(x: Image.Image | None) -> 'int | Image.Image': pass",
        "import importlib; plt = importlib.import_module('matplotlib.pyplot')",
        "import numpy.linalg, torch.utils.data, dataclasses, xml.dom.minidom",
        "import helper",
        "try:\n    import scipy\nexcept ImportError:\n    scipy = None",
    ],
)
def test_what_is_left_over_costs_nothing_at_import(load: Load, statement: str) -> None:
    student = load(f"{statement}\ndef f(x): return x", helper="import tqdm")
    assert torch.equal(student.f(X), X)


def test_an_import_in_a_graded_call_costs_nothing_until_it_is_used(load: Load) -> None:
    student = load(
        """
        def f(x):
            import matplotlib.pyplot as plt
            from tqdm.auto import tqdm
            return x
        """
    )
    assert torch.equal(student.f(X), X)


@pytest.mark.parametrize(
    ("statement", "use", "package"),
    [
        ("import matplotlib.pyplot as plt", "plt.imshow(x[0, 0])", "matplotlib"),
        ("from tqdm import tqdm", "[x for _ in tqdm(range(3))]", "tqdm"),
        ("from PIL import Image", "isinstance(x, Image.Image)", "PIL"),
        ("from PIL.Image import Image", "isinstance(x, Image)", "PIL"),
        ("import torchvision", "torchvision.transforms.functional.resize(x, 3)", "torchvision"),
        ("import matplotlib.pyplot as plt; show = plt.show", "show()", "matplotlib"),
        ("import matplotlib.pyplot as plt", "plt.rcParams.update({})", "matplotlib"),
    ],
)
def test_what_is_left_over_is_told_when_a_call_uses_it(
    load: Load, statement: str, use: str, package: str
) -> None:
    student = load(f"{statement}\ndef f(x):\n    {use}\n    return x")
    with pytest.raises(Raised, match=f"{package} is an empty name") as caught:
        student.f(X)
    assert caught.value.cause is Cause.PACKAGE
    assert caught.value.frames[-1].source == use


# Installed wherever this project is, some of them in use by torch itself.
@pytest.mark.parametrize(
    "package",
    ["pytest", "hypothesis", "sympy", "typing_extensions", "msgspec", "autograder", "nowhere"],
)
@pytest.mark.parametrize("statement", ["import {}", "import importlib as i; i.import_module('{}')"])
def test_other_packages_do_not_import(load: Load, package: str, statement: str) -> None:
    with pytest.raises(ImportFailed, match=f"No module named '{package}'") as caught:
        load(f"{statement.format(package)}\ndef f(x): return x")
    assert caught.value.cause is Cause.PACKAGE


def test_a_loop_over_a_leftover_is_told_where_it_stands(load: Load) -> None:
    with pytest.raises(ImportFailed, match=r"tqdm\.tqdm\(\) is used") as caught:
        load("from tqdm import tqdm\ntable = [i for i in tqdm(range(3))]")
    assert caught.value.cause is Cause.PACKAGE


def test_what_torch_imports_for_itself_is_its_own_matter(load: Load) -> None:
    student = load("import torch, torch.fx.experimental.symbolic_shapes\ndef f(x): return x")
    assert torch.equal(student.f(X), X)


def test_a_name_that_a_neighbour_lacks_is_no_matter_of_packages(load: Load) -> None:
    with pytest.raises(ImportFailed, match="cannot import name") as caught:
        load("from helper import g", helper="")
    assert caught.value.cause is None


def test_without_a_sandbox_imports_are_given_back(tmp_path: Path) -> None:
    (tmp_path / "unlikely_name.py").write_text("import tqdm, unlikely_other\ndef f(x): return x")
    (tmp_path / "unlikely_other.py").write_text("")
    before = builtins.__import__, importlib.import_module, list(sys.path)
    channel = InProcess(tmp_path)
    student = Student(channel)
    student.load("unlikely_name")
    student.f(X)
    channel.close()
    assert (builtins.__import__, importlib.import_module, sys.path) == before
    assert not {"unlikely_name", "unlikely_other"} & sys.modules.keys()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("# 배경\ndef f(x): return x\n".encode("cp949"), "byte 0xb9 in line 1"),
        ("def f(x):\n    '배경'\n    return x\n".encode("cp949"), "byte 0xb9 in line 2"),
        ("def f(x): return x\n".encode("utf-16"), "byte 0xff in line 1"),
    ],
)
def test_a_file_that_is_not_utf8_is_told_so(tmp_path: Path, content: bytes, place: str) -> None:
    (tmp_path / "unlikely_name.py").write_bytes(content)
    channel = InProcess(tmp_path)
    with pytest.raises(ImportFailed, match="not UTF-8 text") as caught:
        Student(channel).load("unlikely_name")
    channel.close()
    assert place in caught.value.detail
    assert caught.value.cause is Cause.ENCODING


def test_a_file_may_declare_its_encoding(tmp_path: Path) -> None:
    text = "# -*- coding: cp949 -*-\n# 배경\ndef f(x): return x\n"
    (tmp_path / "unlikely_name.py").write_bytes(text.encode("cp949"))
    channel = InProcess(tmp_path)
    student = Student(channel)
    student.load("unlikely_name")
    assert torch.equal(student.f(X), X)
    channel.close()


TORCHS_OWN = """
import torch
def f(x): return torch.nn.Module()(x)
def caught(x):
    try:
        return f(x)
    except NotImplementedError:
        raise
"""


@pytest.mark.parametrize("name", ["f", "caught"])
def test_torchs_own_not_implemented_is_an_error(load: Load, name: str) -> None:
    with pytest.raises(Raised, match="forward") as caught:
        getattr(load(TORCHS_OWN), name)(X)
    assert not isinstance(caught.value, NotWritten)


def test_a_neighbours_stub_is_not_implemented(load: Load) -> None:
    with pytest.raises(NotWritten):
        load("from helper import f", helper="def f(x): raise NotImplementedError('TODO')").f(X)
