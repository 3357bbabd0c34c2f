"""`check` runs the public tests in the process that asks, on the files as they are saved."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from corpus.paths import ROOT
from corpus.solved import lay_out

DRAWING = ROOT / "autograder" / "reports" / "lost_check.py"
EXAMPLES = ROOT / "examples"
ALL_HOLD = "7 of 7 public checks hold; hidden ones ask the same with other numbers"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The solution as a student's folder, with a space and Korean in its name."""
    there = tmp_path / "내 과제 1"
    return lay_out(there)


def ran(folder: Path, program: str) -> str:
    """What a notebook's process prints, which runs these lines."""
    head = "import sys\nsys.path.insert(0, '.')\nfrom check import check, status\n"
    done = python(folder, "-c", head + dedent(program))
    assert done.returncode == 0, done.stderr
    return done.stdout


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # An English Windows console's code page; what is said is UTF-8 all the same.
    environment = {"PYTHONIOENCODING": "cp1252", "PYTHONPATH": ""}
    if arguments[0] == "-c":
        environment = {"PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def rewrite(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def stub(file: Path, *functions: str) -> None:
    """Put the stub's line in front of a function's body, before its docstring even."""
    lines = file.read_text(encoding="utf-8").splitlines()
    for function in functions:
        start = next(i for i, line in enumerate(lines) if line.startswith(f"def {function}("))
        end = next(i for i in range(start, len(lines)) if lines[i].endswith(":"))
        lines.insert(end + 1, f'    raise NotImplementedError("{function}")')
    file.write_text("\n".join(lines), encoding="utf-8")


# In the notebook's process


def test_the_file_is_tested_as_it_is_saved_and_as_it_is_saved_again(folder: Path) -> None:
    said = ran(
        folder,
        """
        from pathlib import Path
        import iou, os  # Python keeps its bytecode
        file = Path("iou.py")
        right, kept = file.read_text(encoding="utf-8"), file.stat()
        check("iou")
        # Of the same second and size, Python takes it for the same.
        file.write_text(right.replace("argmax", "argmin"), encoding="utf-8")
        os.utime(file, ns=(kept.st_atime_ns, kept.st_mtime_ns))
        check("iou")
        file.write_text(right, encoding="utf-8")
        check("iou")
        """,
    )
    last = [line for line in said.splitlines() if line.endswith("other numbers")]
    assert last == [ALL_HOLD, ALL_HOLD.replace("7 of", "6 of"), ALL_HOLD]


def test_the_notebook_keeps_the_module_that_it_imported(folder: Path) -> None:
    said = ran(
        folder,
        """
        import os
        import iou, torch
        torch.manual_seed(3)
        name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
        before = iou, list(sys.path), torch.get_rng_state(), name in os.environ, len(sys.meta_path)
        check("iou")
        import iou as after
        assert after is before[0]
        assert sys.path == before[1]
        assert torch.equal(torch.get_rng_state(), before[2])
        assert (name in os.environ) == before[3]
        assert len(sys.meta_path) == before[4]
        assert not any(each.startswith("tests") for each in sys.modules)
        print("kept")
        """,
    )
    assert said.endswith("kept\n")


def test_packages_of_an_environment_inside_the_folder_stay(folder: Path) -> None:
    packages = folder / ".venv" / "lib"
    packages.mkdir(parents=True)
    (packages / "elsewhere.py").write_text("state = []\n")
    ran(
        folder,
        """
        sys.path.append(".venv/lib")
        import elsewhere
        check("iou")
        assert sys.modules["elsewhere"] is elsewhere
        """,
    )


@pytest.mark.parametrize("where", ["import", "call"])
def test_an_endless_loop_is_interrupted_as_any_cell_is(folder: Path, where: str) -> None:
    interrupt = "import _thread\n{0}_thread.interrupt_main()\n{0}while True:\n{0}    pass\n"
    if where == "import":
        (folder / "iou.py").write_text(interrupt.format("") + "def mean_iou(): ...\n")
    else:
        rewrite(
            folder / "iou.py",
            lambda text: text + f"\ndef mean_iou(x):\n    {interrupt.format('    ')}",
        )
    said = ran(
        folder,
        """
        import os
        before = len(sys.meta_path)
        try:
            check("iou")
        except KeyboardInterrupt as interrupt:
            print(interrupt)
        assert "iou" not in sys.modules
        assert len(sys.meta_path) == before
        print("goes on")
        """,
    )
    assert "goes on" in said
    if where == "call":
        assert "iou.py, line" in said


def test_a_notebook_shows_the_graders_own_fragment(folder: Path) -> None:
    shutil.copy(EXAMPLES / "half_done" / "iou.py", folder)
    said = ran(
        folder,
        """
        from types import ModuleType, SimpleNamespace
        shown = []
        shell, display = ModuleType("IPython"), ModuleType("IPython.display")
        shell.get_ipython = lambda: SimpleNamespace(kernel=object())
        display.display = lambda data, raw: shown.append(data)
        sys.modules |= {"IPython": shell, "IPython.display": display}
        check("iou", lang="ko")
        status()
        lost, standing = shown
        print(lost["text/html"].partition("</style>")[2])
        assert "[0.3333] [0.3636]" in lost["text/plain"]
        assert '<table class="checks">' in standing["text/html"]
        """,
    )
    assert said.startswith('<div lang="ko">')
    assert said.count('<article class="lost-check" lang="ko">') == 2
    assert "<script" not in said


# In a terminal


def test_every_public_check_of_the_solution_holds(folder: Path) -> None:
    done = python(folder, "-m", "check")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[1] for line in lines[:5]] == [
        "unpooling.py",
        "transposed_conv.py",
        "fcn8s.py",
        "unet.py",
        "iou.py",
    ]
    assert "4 of 4 functions written; 7 of 7 public checks hold" in lines[4]
    assert lines[5].startswith("17 of 17 functions written; next: ")
    assert "passed" not in done.stdout


def test_a_lost_check_shows_the_call_the_cells_and_the_hint(folder: Path) -> None:
    shutil.copy(EXAMPLES / "half_done" / "iou.py", folder)
    done = python(folder, "-m", "check", "iou")
    assert done.returncode == 1, done.stderr
    assert "✗ iou_per_class     0 of 1 public checks hold" in done.stdout
    assert "iou_per_class(confusion)" in done.stdout
    grids = next(line for line in done.stdout.splitlines() if "[0.3333]" in line)
    assert grids.split() == ["[0.3333]", "[0.3636]", "nan", "[0.5]", "[0.5714]", "nan"]
    assert "How often do you count those in both?" in done.stdout
    assert done.stdout.splitlines()[-1] == ALL_HOLD.replace("7 of", "5 of")


def test_korean_is_kept_once_it_was_asked_for(folder: Path) -> None:
    shutil.copy(EXAMPLES / "half_done" / "iou.py", folder)
    for arguments in (["--lang", "ko"], []):
        said = python(folder, "-m", "check", "iou", *arguments).stdout
        assert "둘 다인 픽셀을 몇 번 세고 있습니까?" in said.replace("\n", " ")
        assert said.rstrip().endswith("숨은 검사는 같은 것을 다른 숫자로 묻습니다")


def test_what_the_function_printed_and_where_it_stopped_is_shown(folder: Path) -> None:
    rewrite(
        folder / "iou.py",
        lambda text: (
            text + "\ndef mean_iou(confusion):\n    print('here', 17)\n    return confusion[9, 9]\n"
        ),
    )
    said = python(folder, "-m", "check", "iou").stdout
    assert "mean_iou  ·  error" in said
    assert "IndexError" in said
    assert "return confusion[9, 9]" in said
    assert "here 17" in said


def test_the_slides_number_is_answered_with_the_erratum(folder: Path) -> None:
    shutil.copy(EXAMPLES / "half_done" / "transposed_conv.py", folder)
    said = python(folder, "-m", "check", "transposed_conv").stdout
    assert "the slide is" in said
    assert "170" in said
    assert "bilinear_kernel    not written yet" in said


def test_a_function_that_a_neighbour_lacks_is_named(folder: Path) -> None:
    stub(folder / "transposed_conv.py", "bilinear_kernel")
    said = python(folder, "-m", "check", "fcn8s").stdout
    assert "· FCN8s             0 of 7 public checks hold; waits for bilinear_kernel" in said
    assert "4 of 4 public checks hold" in said


def test_a_missing_function_takes_no_other_with_it(folder: Path) -> None:
    rewrite(folder / "iou.py", lambda text: text.replace("def mean_iou", "def mean_iov"))
    said = python(folder, "-m", "check", "iou").stdout
    assert "· mean_iou          not written yet" in said
    assert said.splitlines()[-1] == ALL_HOLD.replace("7 of", "6 of")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\n\nprint(", "iou.py, line 3 does not parse: '(' was never closed"),
        (b"\nimport nothing_like_it", "iou.py, line 2 does not import: ModuleNotFoundError"),
        (
            b"\nfrom unet import nothing",
            "iou.py, line 2 does not import: ImportError: cannot import name 'nothing' from "
            "'unet'\n",
        ),
        (b"\nopen('weights.pt')", "iou.py, line 2 does not import: FileNotFoundError"),
        (b"\n\nraise SystemExit(0)", "iou.py, line 3 does not import: SystemExit"),
        (b"'\xb0'", "iou.py"),
        (b"\0", "iou.py"),
    ],
    ids=["syntax", "import", "name", "open", "exit", "encoding", "null"],
)
def test_a_file_that_cannot_be_read_is_one_line(folder: Path, text: bytes, said: str) -> None:
    functions = b"\ndef mean_iou(): ...\n" if b"print" not in text else b""
    (folder / "iou.py").write_bytes(text + functions)
    done = python(folder, "-m", "check", "iou")
    assert done.returncode == 1
    assert done.stdout.startswith(said)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_a_file_that_is_not_there_is_one_line(folder: Path) -> None:
    (folder / "iou.py").unlink()
    assert python(folder, "-m", "check", "iou").stdout == "iou.py is not in this folder\n"


def test_an_unknown_file_is_answered_with_the_five_names(folder: Path) -> None:
    done = python(folder, "-m", "check", "u_net")
    assert done.returncode == 2
    assert "unpooling, transposed_conv, fcn8s, unet, iou" in done.stdout
    assert len(done.stdout.splitlines()) == 1
