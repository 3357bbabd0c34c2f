"""`python -m check --submission`: what it lists is what the grader takes, and what it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.course.submissions import Submission
from autograder.grading.assignments import load_assignment
from autograder.sandbox.grader import intake, near_misses
from autograder.sandbox.worker import imports
from corpus.paths import EXAMPLES, RELEASE
from tests.support.command_line import autograder
from tests.support.flat_modules import flat_modules
from tests.support.laid_out import FIVE, Files, code, five, written

OWN = ("assignment.py", "hand_in.py", "hand_in_code.py", "standing.py")
NOTEBOOK = "24_Segmentation_practice.ipynb"
WHOLE: Files = {**five(), NOTEBOOK: '{"cells": []}'}


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    with flat_modules(RELEASE, ["assignment", "standing", "hand_in_code", "hand_in"]) as found:
        yield found


@pytest.fixture(scope="module")
def hand_in(modules: dict[str, ModuleType]) -> Any:
    return modules["hand_in"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole submission, in a folder with a space and Korean in its name."""
    return written(tmp_path / "내 과제 1", WHOLE)


def refused(hand_in: Any, folder: Path) -> list[str]:
    found = hand_in.look(folder).refused
    assert all(word.ko != word.en for word in found)
    return [word.en for word in found]


def noted(hand_in: Any, folder: Path) -> list[str]:
    """The notes but those of functions that are missing: the files here are a line each."""
    notes = [word.en for word in hand_in.look(folder).notes]
    return [note for note in notes if ": missing: " not in note]


# The rules are the grader's


TREES: dict[str, Files] = {
    "the five": five(),
    "helpers": {**five(), **code("layers.py", "my-layers.py", "2nd.py", "모듈.py", "_.py")},
    "other files": {**five(), **code("notes.txt", "data/iou.py", ".hidden.py", "iou.pyc")},
    "too large": {**five(), "layers.py": b"#" * (intake.FILE_CAP + 1)},
    "as large as may be": {**five(), "layers.py": b"#" * intake.FILE_CAP},
    "a folder of that name": {**code("unet.py"), "iou.py/iou.py": ""},
    "near": code("iou (1).py", "IOU.py", "unet.py.txt", "Copy of unet.py"),
    "no text": {**five(), "iou.py": b"\xff\xfe"},
}


@pytest.mark.parametrize("name", TREES)
def test_what_is_taken_is_what_the_grader_takes(hand_in: Any, tmp_path: Path, name: str) -> None:
    folder = written(tmp_path / "kim", TREES[name])
    ours, graders = hand_in.take(folder), intake.collect(folder)
    assert ours.taken == graders.files
    reasons = {file: word.en.removeprefix(f"{file} is ") for file, word in ours.problems.items()}
    assert reasons == graders.problems


def test_links_and_pipes_are_not_taken_either(hand_in: Any, folder: Path) -> None:
    (folder / "layers.py").symlink_to("iou.py")
    os.mkfifo(folder / "pipe.py")
    ours, graders = hand_in.take(folder), intake.collect(folder)
    assert ours.taken == graders.files
    assert ours.problems.keys() == graders.problems.keys() == {"layers.py", "pipe.py"}


def test_of_too_many_files_the_five_come_first(hand_in: Any, tmp_path: Path) -> None:
    many = code(*(f"a{number}.py" for number in range(intake.FILES_CAP)))
    folder = written(tmp_path / "kim", {**many, **five()})
    ours, graders = hand_in.take(folder), Submission("kim", folder).take()
    assert ours.taken == graders.files
    assert set(FIVE) <= ours.taken.keys()
    assert ours.problems.keys() == graders.problems.keys()


def test_the_numbers_and_packages_are_the_graders(modules: dict[str, Any]) -> None:
    hand_in, of_code = modules["hand_in"], modules["hand_in_code"]
    assert (hand_in.FILE_CAP, hand_in.FILES_CAP) == (intake.FILE_CAP, intake.FILES_CAP)
    assert hand_in.NAME_BYTES == intake.FILE_NAME_BYTES
    assert of_code.PACKAGES == imports.ALLOWED
    assert set(imports.LEFT_OVER) == of_code.LEFT_OVER


def test_what_everybody_has_is_what_is_released(hand_in: Any) -> None:
    given = load_assignment("segmentation").given.files
    python = {name for name in given if name.endswith(".py")}
    assert python <= hand_in.EVERYBODYS
    assert hand_in.EVERYBODYS - python <= {"check.py", "lost_check.py"}


@pytest.mark.parametrize(
    "name",
    [
        *("iou (1).py", "iou(2).py", "IOU.py", "iou-1.py", "iou - Copy.py", "iou_복사본.py"),
        *("iou.py.txt", "iou.py.py", "Copy of iou.py", "i-o-u.py", "iou2.py", "iou.txt", ".iou.py"),
        *("my_iou.py", "iou.py"),
    ],
)
def test_a_name_is_near_where_the_grader_says_so(modules: dict[str, Any], name: str) -> None:
    ours = modules["hand_in_code"].near_misses("iou.py", [name])
    found = [name] if near_misses.looks_like_python(name) else []  # else it is not remembered
    assert tuple(ours) == near_misses.near_misses("iou.py", found)


# What is refused


def test_a_whole_submission_is_ready(hand_in: Any, folder: Path) -> None:
    assert not hand_in.look(folder).refused
    assert not noted(hand_in, folder)


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "does not parse": ("x = 1\nif x\n", "iou.py, line 2: does not parse (expected ':')"),
    "parses but does not compile": (
        "return 1\n",
        "iou.py, line 1: does not parse ('return' outside function)",
    ),
    "a magic": (
        "x = 1\n%matplotlib inline\n",
        "iou.py, line 2: `%matplotlib inline` belongs in a notebook; delete that line",
    ),
    "a shell line": (
        "!pip install torch\n",
        "iou.py, line 1: `!pip install torch` belongs in a notebook; delete that line",
    ),
    "what a magic becomes": (
        "get_ipython().run_line_magic('matplotlib', 'inline')\n",
        "iou.py, line 1: get_ipython is there in a notebook only",
    ),
    "Colab": (
        "from google.colab import drive\n",
        "iou.py, line 1: google.colab is there in Colab only",
    ),
    "another package": (
        "import torch\nimport scipy.ndimage as nd\n",
        "iou.py, line 2: the grader has no package scipy",
    ),
    "in a class": (
        "class A:\n    import cv2\n",
        "iou.py, line 2: the grader has no package cv2",
    ),
    "a dot": (
        "from .unet import UNet\n",
        "iou.py, line 1: write it without the dot: from layers import …",
    ),
    "another encoding": (
        "# 시작\n# 끝\n".encode("cp949"),
        "iou.py, line 1: is not UTF-8 text (byte 0xbd); save it as UTF-8",
    ),
    "what Windows calls Unicode": (
        "x = 1\n".encode("utf-16"),
        "iou.py, line 1: is not UTF-8 text (byte 0xff); save it as UTF-8",
    ),
    "an encoding that there is not": (
        "# coding: utf-9\n",
        "iou.py does not parse: its first lines declare an encoding that it does not have",
    ),
    "too large": ("#" * (intake.FILE_CAP + 1), "iou.py is larger than 1024 KiB"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_goes_wrong_has_one_clear_line(hand_in: Any, folder: Path, what: str) -> None:
    content, line = REFUSED[what]
    written(folder, {"iou.py": content})
    assert refused(hand_in, folder) == [line]


@pytest.mark.parametrize("content", ["x = 1\0\n", "(" * 10_000])
def test_what_python_itself_gives_up_on_is_refused(
    hand_in: Any, folder: Path, content: str
) -> None:
    written(folder, {"iou.py": content})
    (line,) = refused(hand_in, folder)
    assert line.startswith("iou.py")
    assert "does not parse" in line


@pytest.mark.parametrize(
    "content",
    [
        "import matplotlib.pyplot as plt\nfrom PIL import Image\nimport torchvision, tqdm\n",
        "import math, numpy as np\nfrom transposed_conv import bilinear_kernel\n",
        "try:\n    import google.colab\nexcept ImportError:\n    google = None\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import jaxtyping\n",
        "if __name__ == '__main__':\n    import cv2\n    get_ipython()\n",
        "# 한글\n".encode("utf-8-sig"),
        "# -*- coding: cp949 -*-\n# 한글\n".encode("cp949"),
        "text = '''\n%matplotlib inline\n!pip\n'''\n",
    ],
)
def test_what_the_grader_stands_is_not_refused(
    hand_in: Any, folder: Path, content: str | bytes
) -> None:
    written(folder, {"iou.py": content})
    assert (refused(hand_in, folder), noted(hand_in, folder)) == ([], [])


def test_an_import_within_a_function_is_a_note(hand_in: Any, folder: Path) -> None:
    written(folder, {"iou.py": "def show(x):\n    import cv2\n    cv2.imshow(x)\n"})
    assert refused(hand_in, folder) == []
    assert noted(hand_in, folder) == [
        "iou.py, line 2: the grader has no package cv2; only a call that gets there fails"
    ]


@pytest.mark.parametrize("name", ["iou (1).py", "IOU.py", "iou.py.txt"])
def test_a_wrong_name_is_to_be_mended(hand_in: Any, folder: Path, name: str) -> None:
    (folder / "iou.py").rename(folder / name)
    line = f"iou.py is not there, but {name}: rename the right one to iou.py"
    assert refused(hand_in, folder) == [line]


def test_a_missing_file_is_told(hand_in: Any, folder: Path) -> None:
    (folder / "iou.py").unlink()
    assert refused(hand_in, folder) == ["iou.py is not there"]


def test_two_of_one_name_are_refused_unless_they_are_the_same(hand_in: Any, folder: Path) -> None:
    written(folder, {"iou (1).py": (folder / "iou.py").read_bytes()})
    assert refused(hand_in, folder) == []
    written(folder, {"iou (1).py": "# newer\n"})
    assert refused(hand_in, folder) == [
        "iou.py is taken, and iou (1).py is not the same: keep one of them, as iou.py"
    ]


def test_a_folder_of_helpers_is_refused(hand_in: Any, folder: Path) -> None:
    written(folder, {"unet.py": "from layers.up import Up\n", "layers/up.py": "Up = 1\n"})
    assert refused(hand_in, folder) == ["unet.py, line 1: layers is a folder, which is not taken"]


def test_what_a_helper_imports_counts_and_what_nobody_imports_does_not(
    hand_in: Any, folder: Path
) -> None:
    helpers = {"layers.py": "import more\n", "more.py": "import cv2\n", "scratch.py": "if x\n"}
    written(folder, {"unet.py": "import layers\n", **helpers})
    assert refused(hand_in, folder) == ["more.py, line 1: the grader has no package cv2"]
    assert noted(hand_in, folder) == ["scratch.py, line 1: does not parse (expected ':')"]


@pytest.mark.parametrize(
    "name", ["24_Segmentation_practice (1).ipynb", "24_segmentation_practice.ipynb"]
)
def test_a_wrong_name_of_the_notebook_is_to_be_mended(
    hand_in: Any, folder: Path, name: str
) -> None:
    (folder / NOTEBOOK).rename(folder / name)
    line = f"{NOTEBOOK} is not there, but {name}: rename it to {NOTEBOOK}"
    assert refused(hand_in, folder) == [line]


def test_without_its_notebook_a_submission_is_graded_and_that_is_a_note(
    hand_in: Any, folder: Path
) -> None:
    (folder / NOTEBOOK).unlink()
    assert refused(hand_in, folder) == []
    assert noted(hand_in, folder) == [f"{NOTEBOOK} is not there: the written answers are missing"]


def test_a_notebook_that_asks_for_no_answers_is_missed_without_them(
    hand_in: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_in, "WRITTEN_ANSWERS", False)
    assert hand_in._sort(hand_in.look(folder), NOTEBOOK, korean=False) == "the notebook"
    (folder / NOTEBOOK).unlink()
    assert noted(hand_in, folder) == [f"{NOTEBOOK} is not there"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 1}', "[" * 100_000, b"\xff"])
def test_a_damaged_notebook_is_refused(hand_in: Any, folder: Path, content: str | bytes) -> None:
    written(folder, {NOTEBOOK: content})
    assert refused(hand_in, folder) == [f"{NOTEBOOK} does not open as a notebook"]


def test_a_notebook_that_is_a_link_is_refused(hand_in: Any, folder: Path) -> None:
    (folder / NOTEBOOK).unlink()
    (folder / NOTEBOOK).symlink_to("iou.py")
    assert refused(hand_in, folder) == [f"{NOTEBOOK} is a link"]


def test_stubs_are_a_note(hand_in: Any) -> None:
    found = hand_in.look(RELEASE)
    assert not found.refused
    notes = {word.en for word in found.notes}
    assert (
        "unpooling.py: not written yet: nearest_unpool2d, bed_of_nails_unpool2d, max_unpool2d"
        in notes
    )
    assert len(notes) == len(FIVE)


@pytest.mark.parametrize("name", ["complete", "half_done"])
def test_the_examples_are_ready(hand_in: Any, name: str) -> None:
    assert not hand_in.look(EXAMPLES / name).refused


def test_the_broken_example_is_refused_for_its_file_that_does_not_parse(hand_in: Any) -> None:
    (line,) = refused(hand_in, EXAMPLES / "broken")
    assert line.startswith("transposed_conv.py, line ")


# The zip file, and the command


def names(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as archive:
        return archive.namelist()


def test_the_zip_file_holds_what_is_handed_in_and_no_more(
    hand_in: Any, folder: Path, tmp_path: Path
) -> None:
    given = code("practice.py", "networks.py", "README.md", "data/a.png", "tests/test_iou.py")
    written(
        folder, {**given, "unet.py": "import layers, networks\n", "layers.py": "", "own.py": ""}
    )
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    for file in (first, second):
        assert hand_in.main([str(folder), "--zip", str(file)]) == 0
    assert names(first) == sorted([*FIVE, NOTEBOOK, "layers.py", "networks.py", "own.py"])
    assert first.read_bytes() == second.read_bytes()
    taken, whole = Submission("kim", first).take().files, intake.collect(folder).files
    assert taken == {name: content for name, content in whole.items() if name != "practice.py"}


def test_the_zip_file_is_graded(hand_in: Any, tmp_path: Path) -> None:
    file = tmp_path / "kim.zip"
    assert hand_in.main([str(EXAMPLES / "complete"), "--zip", str(file)]) == 0
    done = autograder("grade", file, "--task", "iou", "--feedback", "score", "--seed", "1")
    assert done.returncode == 0, done.stderr
    assert "20 of 20" in done.stdout or "20 / 20" in done.stdout


def test_where_something_is_refused_there_is_no_zip_file_unless_asked_for(
    hand_in: Any, folder: Path, tmp_path: Path
) -> None:
    written(folder, {"iou.py": "if x\n"})
    file = tmp_path / "kim.zip"
    assert hand_in.main([str(folder), "--zip", str(file)]) == 1
    assert not file.exists()
    assert hand_in.main([str(folder), "--zip", str(file), "--anyway"]) == 1
    assert "iou.py" in names(file)


@pytest.mark.parametrize(
    "arguments", [["--zip", "kim.rar"], ["--lang", "de"], ["nowhere"], ["--no"]]
)
def test_wrong_usage_is_two(hand_in: Any, arguments: list[str]) -> None:
    assert hand_in.main(arguments) == 2


def test_help_is_no_error(hand_in: Any) -> None:
    assert hand_in.main(["--help"]) == 0


def test_a_zip_file_that_cannot_be_written_is_told(
    hand_in: Any, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nowhere" / "kim.zip"
    assert hand_in.main([str(folder), "--zip", str(file)]) == 1
    assert f"{file}: No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lang", "last"), [("en", "Ready to hand in."), ("ko", "제출할 수 있습니다.")]
)
def test_the_command_speaks_utf8_whatever_the_console(
    hand_in: Any, tmp_path: Path, lang: str, last: str
) -> None:
    """As a student runs it: the folder is that of the file, and the console is Windows'."""
    own = {name: (RELEASE / name).read_bytes() for name in OWN}
    folder = written(tmp_path / "내 과제", {**WHOLE, **own, "층.py": "", "unet.py": "import 층\n"})
    command = [sys.executable, str(folder / "hand_in.py"), "--submission", "--lang", lang]
    environment = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode().splitlines()
    assert [line.split()[0] for line in said[1:6]] == list(hand_in.FILES)  # the one order
    assert said[-1] == last
    assert any(line.startswith("  층.py") and "unet.py" in line for line in said)


def test_the_language_is_that_of_the_last_check(tmp_path: Path) -> None:
    """Whoever asked `check` for Korean once reads this in Korean, too."""
    folder = written(tmp_path, {**WHOLE, **{name: (RELEASE / name).read_bytes() for name in OWN}})
    command = [sys.executable, str(folder / "hand_in.py")]
    for more in (["--lang", "ko"], []):
        done = subprocess.run([*command, *more], capture_output=True, encoding="utf-8", check=True)
        assert done.stdout.endswith("제출할 수 있습니다.\n")


def test_a_name_cannot_command_the_terminal(
    hand_in: Any, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "iou.py").rename(folder / "iou\x1b (1).py")
    (folder / "unet.py").rename(folder / "unet \n(1).py")
    hand_in.main([str(folder)])
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "unet \ufffd(1).py" in said
