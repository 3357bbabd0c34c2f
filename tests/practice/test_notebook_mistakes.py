"""The notebook's cells go on where a function of the five files fails, or is not there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from corpus.paths import RELEASE
from tests.support.flat_modules import flat_modules

GIVEN = ("assignment", "practice", "standing")
FIVE = ("unpooling", "transposed_conv", "fcn8s", "unet", "iou")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five empty files beside practice.py, in a folder with a space and Korean."""
    # Python takes a file of the same second and size for the same.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    there = tmp_path / "내 과제 1"
    there.mkdir()
    for name in GIVEN:
        (there / f"{name}.py").write_bytes((RELEASE / f"{name}.py").read_bytes())
    for name in FIVE:
        (there / f"{name}.py").write_text("")
    return there


@pytest.fixture
def practice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    names = (*FIVE, "layers", "given")
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


def said(practice: ModuleType, capsys: pytest.CaptureFixture[str], call: str) -> tuple[str, str]:
    """What a cell with this call says, in both languages."""
    modules = dict(zip(FIVE, practice.import_files(), strict=True))
    assert capsys.readouterr().out == ""
    with practice.until_written():
        eval(call, {"__name__": "__main__", **modules})
    english, korean = capsys.readouterr().out.splitlines()
    assert re.search("[가-힣]", korean)
    return english, korean


MEND = "Mend it, save the file, and run this cell again."
MISTAKES = {
    "a name": ("return nowhere", 2, "NameError: name 'nowhere' is not defined"),
    "a package": ("import nowhere", 2, "ModuleNotFoundError: No module named 'nowhere'"),
    "not written by torch": (
        "raise NotImplementedError('\"indices\" not implemented for \\'Long\\'')",
        2,
        "NotImplementedError: \"indices\" not implemented for 'Long'",
    ),
    "not said what": ("raise NotImplementedError", 2, "NotImplementedError"),
    "several lines": ("raise ValueError('one\\ntwo')", 2, "ValueError: one"),
    "an exit": ("raise SystemExit(1)", 2, "SystemExit: 1"),
    "no Exception": ("raise BaseException('x')", 2, "BaseException: x"),
    "no message": (
        "class Odd(Exception):\n        def __str__(self): return 1 / 0\n    raise Odd",
        4,
        "Odd",
    ),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_in_a_function_is_one_report_and_the_notebook_goes_on(
    practice: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    body, line, error = MISTAKES[what]
    (folder / "unpooling.py").write_text(f"def nearest_unpool2d():\n    {body}\n")
    english, korean = said(practice, capsys, "unpooling.nearest_unpool2d()")
    assert english == (
        f"nearest_unpool2d (unpooling.py, line {line}) ends with {error}; "
        f'check("unpooling") says more. {MEND}'
    )
    assert korean.startswith(f"nearest_unpool2d(unpooling.py {line}행)에서 멈춥니다: {error}; ")


def test_a_mistake_in_a_further_file_names_its_line_and_the_file_to_check(
    practice: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "layers.py").write_text("class Up:\n    def forward(self):\n        1 / 0\n")
    (folder / "unet.py").write_text("import layers\ndef UNet():\n    layers.Up().forward()\n")
    english, _ = said(practice, capsys, "unet.UNet()")
    assert english == (
        "Up.forward (layers.py, line 3) ends with ZeroDivisionError: division by zero; "
        f'check("unet") says more. {MEND}'
    )


@pytest.mark.parametrize(
    "call", ["iou.predict_labels()", "__import__('given').predict()"], ids=["cell", "given file"]
)
def test_a_function_that_is_not_there_is_called_missing(
    practice: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str], call: str
) -> None:
    (folder / "iou.py").write_text("def predict_label(): ...\n")
    (folder / "given.py").write_text("def predict():\n    from iou import predict_labels\n")
    english, korean = said(practice, capsys, call)
    assert english == (
        "predict_labels is missing in iou.py (step 5). "
        "Write it, save the file, and run this cell again."
    )
    assert korean.startswith("iou.py(5단계)에 없는 것: predict_labels. 작성해")


def test_an_interrupt_passes(practice: ModuleType, folder: Path) -> None:
    (folder / "iou.py").write_text("def mean_iou():\n    raise KeyboardInterrupt\n")
    iou = practice.import_files()[4]
    with pytest.raises(KeyboardInterrupt), practice.until_written():
        iou.mean_iou()


def test_mistakes_of_the_cell_itself_are_shown_as_ever(practice: ModuleType) -> None:
    iou = practice.import_files()[4]
    with pytest.raises(AttributeError, match="mean_iuo"), practice.until_written():
        iou.mean_iuo()
    with pytest.raises(ZeroDivisionError), practice.until_written():
        1 / 0  # noqa: B018
    with pytest.raises(ImportError, match="nothing"), practice.until_written():
        from iou import nothing  # noqa: F401


WORKS = "def mean_iou():\n    return 5\n"


@pytest.mark.parametrize(
    ("top", "error"),
    [
        ("raise RuntimeError('no')\n", "RuntimeError: no"),
        ("raise SystemExit(1)\n", "SystemExit: 1"),
        ("raise BaseException('no')\n", "BaseException: no"),
        ("import nowhere\n", "ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_a_file_that_no_longer_imports_is_named_in_every_cell(
    practice: ModuleType,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    top: str,
    error: str,
) -> None:
    (folder / "iou.py").write_text(WORKS)
    iou = practice.import_files()[4]
    (folder / "iou.py").write_text(f"print('aside')\n{top}{WORKS}")
    for _ in range(2):
        with practice.until_written():
            print(iou.mean_iou())
        english, korean, got = capsys.readouterr().out.splitlines()
        assert english == (
            f"iou.py, line 2 ends the import: {error}; until that is mended, cells take what was "
            "saved before."
        )
        assert korean.startswith(f"iou.py 2행에서 import가 멈춥니다: {error}. 고칠 때까지 ")
        assert got == "5"
    (folder / "iou.py").write_text(WORKS)
    with practice.until_written():
        pass
    assert capsys.readouterr().out == ""


def test_an_interrupt_of_an_import_passes(practice: ModuleType, folder: Path) -> None:
    practice.import_files()
    (folder / "iou.py").write_text("raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt), practice.until_written():
        pass


def test_a_file_comes_back_when_the_one_that_it_imports_is_mended(
    practice: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`%autoreload` tries a file once, and again only when it is saved."""
    (folder / "iou.py").write_text(WORKS)
    iou = practice.import_files()[4]
    (folder / "iou.py").write_text("from layers import six\n\n\ndef mean_iou():\n    return six\n")
    with practice.until_written():
        assert iou.mean_iou() == 5
    assert "No module named 'layers'; until that is mended" in capsys.readouterr().out
    (folder / "layers.py").write_text("six = 6\n")
    with practice.until_written():
        assert iou.mean_iou() == 6
    assert capsys.readouterr().out == ""


def test_autoreload_and_an_exit_leave_the_cells_what_was_saved_before(folder: Path) -> None:
    """In IPython itself, whose reload takes the module's names away before the file's exit."""
    program = f"""
import os, sys, time
sys.path.insert(0, "")
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell

shell, file = InteractiveShell.instance(), Path("iou.py")
USE = "with until_written():\\n    print('got', iou.mean_iou())"

def save(text, seconds):
    file.write_text(text, encoding="utf-8")
    later = time.time_ns() + seconds * 10**9  # the time of a file is all that tells it
    os.utime(file, ns=(later, later))

save({WORKS!r}, 0)
shell.run_cell("%load_ext autoreload\\n%autoreload 2\\n"
    "from practice import import_files, until_written\\n*_, iou = import_files()")
for seconds, top in enumerate(["raise RuntimeError\\n", "raise SystemExit\\n", ""], start=1):
    save(top + {WORKS!r}, 2 * seconds)
    shell.run_cell("1")  # here autoreload itself stops at an exit
    assert shell.run_cell(USE).success
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if line.startswith(("got", "iou.py, line"))]
    until = "until that is mended, cells take what was saved before."
    assert said == [
        f"iou.py, line 1 ends the import: RuntimeError; {until}",
        "got 5",
        f"iou.py, line 1 ends the import: SystemExit; {until}",
        "got 5",
        "got 5",
    ]
