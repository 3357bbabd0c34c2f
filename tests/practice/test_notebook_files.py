"""The notebook's five files, imported one by one: what is said of one that cannot be."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from corpus.paths import RELEASE
from tests.support.flat_modules import flat_modules

GIVEN = ("assignment", "practice", "standing")
FIRST = {
    "unpooling": "nearest_unpool2d",
    "transposed_conv": "transposed_conv2d",
    "fcn8s": "convolutionalize",
    "unet": "center_crop",
    "iou": "predict_labels",
}
STUB = 'def {0}():\n    raise NotImplementedError("{0}")\n'

Write = Callable[[str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five files of one stub each, beside practice.py, in a folder with a space and Korean."""
    there = tmp_path / "내 과제 1"
    there.mkdir()
    for name in GIVEN:
        (there / f"{name}.py").write_bytes((RELEASE / f"{name}.py").read_bytes())
    for name, function in FIRST.items():
        (there / f"{name}.py").write_text(STUB.format(function), encoding="utf-8")
    return there


@pytest.fixture
def write(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    # Python takes a file of the same second and size for the same.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(name: str, text: str) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def practice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    names = (*FIRST, "layers")
    for name in names:  # other tests have the solutions, whose folders may be on the path
        monkeypatch.delitem(sys.modules, name, raising=False)
    elsewhere = [path for path in sys.path if not Path(path, "unet.py").is_file()]
    monkeypatch.setattr(sys, "path", elsewhere)
    with flat_modules(folder, GIVEN) as modules:
        try:
            yield modules["practice"]
        finally:
            for name in names:
                sys.modules.pop(name, None)


def used(practice: ModuleType, module: ModuleType, name: str) -> None:
    """What a cell of the notebook does with a function."""
    with practice.until_written():
        print(getattr(module, name)())


def test_files_that_can_be_imported_are_the_modules_and_nothing_is_said(
    practice: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [module.__name__ for module in practice.import_files()] == list(FIRST)
    assert all(name in sys.modules for name in FIRST)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "english", "korean"),
    [
        (
            "import math\ny = (1,\n",
            "iou.py, line 2 does not parse: '(' was",
            "iou.py 2행의 문법이",
        ),
        (
            "def f():\nreturn 1\n",
            "iou.py, line 2 does not parse: expected an",
            "iou.py 2행의 문법이",
        ),
        (
            "import nowhere_at_all\n",
            "iou.py, line 1 ends the import: ModuleNotFoundError: No module named 'nowhere_at_all'",
            "iou.py 1행에서 import가 멈춥니다: ModuleNotFoundError",
        ),
        (
            "\nfrom unet import Net\n",
            "iou.py, line 2 ends the import: ImportError: cannot import name 'Net' from 'unet';",
            "iou.py 2행에서 import가 멈춥니다: ImportError",
        ),
        (
            "def f():\n    return 1 / 0\n\nf()\n",
            "iou.py, line 4 ends the import: ZeroDivisionError: division by zero",
            "iou.py 4행에서 import가 멈춥니다",
        ),
        (
            STUB.format("mean_iou") + "mean_iou()\n",
            "iou.py, line 3 ends the import: NotImplementedError: mean_iou",
            "iou.py 3행에서 import가 멈춥니다",
        ),
        ("raise SystemExit(1)\n", "iou.py, line 1 ends the import: SystemExit", "iou.py 1행"),
        (
            "import layers\n",
            "iou.py cannot be imported: layers.py, line 1 does not parse: ",
            "iou.py를 import할 수 없습니다. layers.py 1행의 문법이",
        ),
    ],
    ids=["syntax", "indent", "package", "name", "exception", "stub", "exit", "neighbour"],
)
def test_a_file_that_cannot_be_imported_has_its_own_word(
    practice: ModuleType,
    write: Write,
    capsys: pytest.CaptureFixture[str],
    text: str,
    english: str,
    korean: str,
) -> None:
    write("layers.py", "def:\n")
    write("iou.py", text)
    unpooling, *_, iou = practice.import_files()
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert said[0].startswith(english)
    assert said[0].endswith("; the rest goes on.")
    assert said[1].startswith(korean)

    used(practice, iou, "predict_labels")
    used(practice, unpooling, "nearest_unpool2d")
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 4
    assert english.removeprefix("iou.py cannot be imported: ").rstrip(";") in said[0]
    assert said[0].endswith("Mend it, save the file, and run this cell again.")
    assert said[2].startswith("nearest_unpool2d in unpooling.py (step 1) is not written yet.")


@pytest.mark.parametrize("encoding", ["cp949", "utf-16"])
def test_a_file_that_is_not_utf_8_has_its_own_word(
    practice: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    (folder / "iou.py").write_text("name = '합집합'\n", encoding=encoding)
    iou = practice.import_files()[4]
    used(practice, iou, "mean_iou")
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 4
    assert re.match(r"iou\.py(, line 1)? does not parse: .*(utf-8|null bytes)", said[0])
    assert re.match(r"iou\.py(, line 1)? does not parse: .*(utf-8|null bytes)", said[2])


def test_a_missing_file_is_called_missing_until_it_is_there(
    practice: ModuleType, folder: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "unet.py").unlink()
    unet = practice.import_files()[3]
    used(practice, unet, "center_crop")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "unet.py is not in this folder; the rest goes on."
    assert said[1].startswith("unet.py가 이 폴더에 없습니다")
    assert said[2].startswith("unet.py is not in this folder. ")
    write("unet.py", "def center_crop():\n    return 3\n")
    used(practice, unet, "center_crop")
    assert capsys.readouterr().out == "3\n"


def test_a_file_that_needs_a_broken_one_is_told_so_and_both_come_back(
    practice: ModuleType, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("transposed_conv.py", "def kernel(:\n")
    write("fcn8s.py", "from transposed_conv import kernel\n")
    fcn8s = practice.import_files()[2]
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("transposed_conv.py, line 1 does not parse: ")
    assert said[2].startswith("fcn8s.py cannot be imported: transposed_conv.py, line 1 does not ")
    write("transposed_conv.py", "def kernel():\n    return 4\n")
    used(practice, fcn8s, "kernel")
    assert capsys.readouterr().out == "4\n"


def test_a_given_file_that_imports_a_broken_one_is_explained_too(
    practice: ModuleType, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("iou.py", "import math\nreturn\n")
    practice.import_files()
    capsys.readouterr()
    with practice.until_written():
        from iou import mean_iou  # noqa: F401
    assert capsys.readouterr().out.startswith("iou.py, line 2 does not parse: 'return' outside")


def test_a_later_step_says_where_to_begin(
    practice: ModuleType, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    modules = practice.import_files()
    used(practice, modules[2], "convolutionalize")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == (
        "convolutionalize in fcn8s.py (step 3) is not written yet; first comes nearest_unpool2d "
        "in unpooling.py (step 1). Write it, save the file, and run this cell again."
    )
    assert "먼저 할 일은 unpooling.py의 nearest_unpool2d(1단계)입니다" in said[1]
    write("unpooling.py", "def nearest_unpool2d(): ...\n")
    used(practice, modules[2], "convolutionalize")
    assert "first comes bed_of_nails_unpool2d in unpooling.py" in capsys.readouterr().out
    used(practice, modules[0], "nearest_unpool2d")
    assert "first comes" not in capsys.readouterr().out


def test_a_file_broken_since_is_named_while_cells_take_the_former_one(
    practice: ModuleType, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("iou.py", "def predict_labels():\n    return 5\n")
    iou = practice.import_files()[4]
    write("iou.py", "def predict_labels():\n    return (\n")
    for _ in range(2):  # autoreload says it once
        used(practice, iou, "predict_labels")
        said = capsys.readouterr().out.splitlines()
        assert said[0].startswith("iou.py, line 2 does not parse: '(' was never closed; until ")
        assert "고칠 때까지" in said[1]
        assert said[2:] == ["5"]


def test_autoreload_follows_a_file_from_its_first_mending_on(folder: Path) -> None:
    """In IPython itself: broken, mended, mended again before the next cell, broken, mended."""
    program = """
import os, time
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell

shell, file = InteractiveShell.instance(), Path("iou.py")

def save(text):
    file.write_text(text, encoding="utf-8")
    later = time.time_ns() + save.turn * 2 * 10**9  # the time of a file is all that tells it
    save.turn += 1
    os.utime(file, ns=(later, later))
save.turn = 1

def run(cell):
    assert shell.run_cell(cell).success, cell

IMPORTS = "from practice import import_files, until_written\\n*_, iou = import_files()"
USE = "with until_written():\\n    print('got', iou.mean_iou())"
save("def mean_iou(:\\n")
run("%load_ext autoreload\\n%autoreload 2\\n" + IMPORTS)
run(USE)
for turn in "abc":
    save(f"def mean_iou():\\n    return {turn!r}\\n")
    run(USE)
run(IMPORTS)
run(USE)
save("def mean_iou(:\\n")
run(IMPORTS)
save("def mean_iou():\\n    return 'd'\\n")
run(USE)
"""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, '')\n{program}"],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[0].endswith("; the rest goes on.")
    assert said[2].startswith("iou.py, line 1 does not parse: ")
    assert [line for line in said if line.startswith("got")] == [f"got {turn}" for turn in "abccd"]
