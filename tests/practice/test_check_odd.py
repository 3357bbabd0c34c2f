"""`check` on files that do what no file should: it says so in a line, or as a lost check."""

from __future__ import annotations

import re
from pathlib import Path
from signal import SIGINT

import pytest

from tests.practice.test_check import folder, python, ran, rewrite

__all__ = ["folder"]  # the fixture


def add(folder: Path, text: str, file: str = "iou.py") -> None:
    rewrite(folder / file, lambda before: before + "\n" + text)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("scores.argmax(1).to(torch.complex64)", "The dtype is complex64, not int64."),
        ("scores.argmax(1).to('meta')", "this one is meta"),
        ("scores.argmax(1).to_sparse()", "this one is sparse_coo"),
        ("Odd.fail()", "Odd: its __str__ fails"),
    ],
)
def test_an_odd_result_is_a_lost_check(folder: Path, body: str, said: str) -> None:
    add(
        folder,
        f"""
class Odd(Exception):
    def __str__(self):
        raise ValueError
    @staticmethod
    def fail():
        raise Odd

def predict_labels(scores):
    return {body}
""",
    )
    done = python(folder, "-m", "check", "iou")
    assert (done.returncode, done.stderr) == (1, "")
    assert said in done.stdout
    assert "6 of 7 public checks hold" in done.stdout


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ("torch.set_default_dtype(torch.float64)", "default dtype"),
        ("torch.set_grad_enabled(False)", "gradient mode"),
        ("torch.set_default_device('meta')", "default device"),
        ("guard = torch.inference_mode(); guard.__enter__()", "inference mode"),
    ],
)
def test_a_setting_that_an_import_changes_is_named_and_put_back(
    folder: Path, line: str, setting: str
) -> None:
    add(folder, line)
    said = ran(
        folder,
        """
        import os, torch
        check("iou")
        check("unpooling", lang="ko")
        assert torch.get_default_dtype() == torch.float32
        assert torch.get_default_device().type == "cpu"
        assert torch.is_grad_enabled()
        assert not torch.is_inference_mode_enabled()
        check("iou")
        """,
    ).splitlines()
    assert said[0].startswith("iou.py: importing it changes a setting for all other code")
    assert f"({setting}" in said[0] or f", {setting})" in said[0]
    assert "감점" in said[-1]
    assert any(re.match(r"공개 검사 (\d+)개 중 \1개가 맞습니다", line) for line in said)


def test_a_setting_that_a_call_changes_does_not_reach_the_next_check(folder: Path) -> None:
    rewrite(
        folder / "iou.py",
        lambda text: text.replace(
            "    return scores.argmax(",
            "    torch.set_grad_enabled(False)\n    return scores.argmax(",
        ),
    )
    assert "on\n" in ran(
        folder, "import torch\ncheck('iou')\nprint('on' * torch.is_grad_enabled())"
    )


def test_bytes_that_are_not_utf_8_are_one_line_in_both_languages(folder: Path) -> None:
    (folder / "iou.py").write_bytes((folder / "iou.py").read_bytes() + b"\n# caf\xe9\n")
    done = python(folder, "-m", "check", "iou")
    assert done.returncode == 1
    assert "is not UTF-8 text (byte 0xe9); save the file as UTF-8\n" in done.stdout
    assert "UTF-8로 저장하세요" in python(folder, "-m", "check", "iou", "--lang", "ko").stdout


def test_what_only_the_compiler_refuses_stands_in_the_files_row(folder: Path) -> None:
    rewrite(folder / "iou.py", lambda text: "import math\n" + text)
    said = python(folder, "-m", "check", "--status").stdout.splitlines()
    assert said[4].startswith("✗ iou.py              line ")
    assert "from __future__" in said[4]


def test_what_ended_the_last_import_stands_in_the_files_row(folder: Path) -> None:
    (folder / "unet.py").write_text("raise BaseException('no')\ndef UNet(): ...\n")
    done = python(folder, "-m", "check")
    assert (done.returncode, done.stderr) == (1, "")
    row = done.stdout.splitlines()[3]
    assert row == "✗ unet.py             line 1 does not import: BaseException: no"


def test_an_interrupted_import_names_its_file_and_line(folder: Path) -> None:
    (folder / "iou.py").write_text(
        f"import os, signal\nos.kill(os.getpid(), {int(SIGINT)})\nwhile True: pass\n"
        "def mean_iou(): ...\n"
    )
    done = python(folder, "-m", "check", "iou")
    assert done.returncode == 1
    assert done.stdout.startswith("Stopped: iou.py, line ")
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["torch", "random", "argparse", "ast"])
def test_a_file_that_hides_a_package_is_one_line(folder: Path, name: str) -> None:
    (folder / f"{name}.py").write_text("")
    done = python(folder, "-m", "check", "iou")
    assert (done.returncode, done.stderr) == (1, "")
    english, korean = done.stdout.splitlines()
    assert english == f"rename {name}.py: it hides the package {name}"
    assert korean.startswith(f"{name}.py의 이름을 바꾸세요")


def test_a_file_that_hides_a_package_is_said_in_the_notebook(folder: Path) -> None:
    program = "open('torch.py', 'w').close()\ncheck('iou')"
    assert ran(folder, program) == "rename torch.py: it hides the package torch\n"


@pytest.mark.parametrize("name", ["./iou.py", "IOU", "iou.py"])
def test_a_file_may_be_named_by_its_path(folder: Path, name: str) -> None:
    assert python(folder, "-m", "check", name).returncode == 0


def test_what_is_no_name_is_answered_with_the_five_names(folder: Path) -> None:
    said = ran(folder, "import iou\ncheck(iou)\ncheck(None)").splitlines()
    assert len(said) == 2
    assert all("unpooling, transposed_conv, fcn8s, unet, iou" in line for line in said)


def test_the_submission_is_never_of_one_file(folder: Path) -> None:
    done = python(folder, "-m", "check", "--submission", "iou")
    assert (done.returncode, done.stdout) == (
        2,
        "--submission takes all your files: leave out iou\n",
    )
    assert "--zip" in python(folder, "-m", "check", "--help").stdout


def test_printed_lines_keep_their_indent(folder: Path) -> None:
    add(folder, "def mean_iou(confusion):\n    print('one\\ntwo')\n    return confusion[9, 9]")
    said = python(folder, "-m", "check", "iou").stdout
    assert "\n  printed: one\n  two\n" in said


def test_what_cannot_be_written_is_kept_in_memory(folder: Path) -> None:
    (folder / ".checked.json").mkdir()
    done = python(folder, "-m", "check")
    assert done.returncode == 0
    assert "4 of 4 functions written; 7 of 7 public checks hold" in done.stdout


def test_what_is_handed_in_is_another_files_business(folder: Path) -> None:
    (folder / "hand_in.py").write_text("def main(arguments):\n    print(arguments)\n    return 3\n")
    done = python(folder, "-m", "check", "--submission", "--to", "mine.zip")
    assert (done.returncode, done.stdout) == (3, "['--to', 'mine.zip']\n")


def test_tests_that_do_not_run_are_said(folder: Path) -> None:
    (folder / "tests" / "test_iou.py").write_text("import nothing_like_it\n")
    done = python(folder, "-m", "check", "iou")
    assert done.returncode == 1
    assert done.stdout.startswith("tests/test_iou.py does not run: ")
    assert "nothing_like_it" in done.stdout
