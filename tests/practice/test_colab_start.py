"""The notebook's first cell: it finds the folder, unpacks a zip file of it, or says what to do."""

from __future__ import annotations

import inspect
import os
import shutil
import stat
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from corpus.paths import RELEASE
from tests.support.flat_modules import flat_modules
from tests.support.laid_out import FIVE, Files, code, five, written, zipped

NOTEBOOK = "24_Segmentation_practice.ipynb"
WHOLE: Files = {**five(), **code("practice.py", "data/README.md", "tests/test_iou.py")}
Start = Callable[..., None]


@pytest.fixture(scope="module")
def source() -> str:
    with flat_modules(RELEASE, ["assignment", "colab_start"]) as modules:
        return inspect.getsource(modules["colab_start"].start)


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Colab's /content, with the notebook alone; the process is there."""
    there = tmp_path / "내 content"
    there.mkdir()
    monkeypatch.chdir(there)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return there


@pytest.fixture
def start(source: str, content: Path) -> Start:
    """The cell's function, for which /content lies elsewhere."""
    return as_cell(source.replace("/content", content.as_posix()))


def as_cell(source: str) -> Start:
    """The function, beside the two names that stand above it in the notebook."""
    names: dict[str, Any] = {"NAME": "segmentation", "FILES": list(FIVE)}
    exec(source, names)
    start: Start = names["start"]
    return start


def within(files: Files, folder: str) -> Files:
    return {f"{folder}/{name}": text for name, text in files.items()}


def is_there(place: Path) -> bool:
    """Whether the process is in that folder and imports from it."""
    return Path.cwd() == place and sys.path.count(str(place)) == 1


def test_the_notebooks_first_cell_is_this_function(source: str) -> None:
    notebook = nbformat.read(RELEASE / NOTEBOOK, nbformat.NO_CONVERT)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    names, function = first.source.split("\n\n\n", 1)
    assert names.splitlines()[0] == "# @title Start · 시작"
    found: dict[str, Any] = {}
    exec(names, found)
    assert (found["NAME"], found["FILES"]) == ("segmentation", list(FIVE))
    assert function == f"{source}\n\nstart()"


@pytest.mark.parametrize(
    "folder", [".", "segmentation", "drive/MyDrive/my work", "drive/MyDrive/Colab Notebooks/hw"]
)
def test_a_folder_is_found(
    start: Start, content: Path, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    written(content / folder, WHOLE)
    start()
    assert is_there(content / folder)
    said = capsys.readouterr().out
    # What lies on the Drive stays.
    assert said.count("\n") == (0 if "drive" in folder else 1)
    start()
    assert is_there(content / folder)


def test_elsewhere_than_in_colab_nothing_is_said(
    source: str, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(content, WHOLE)
    as_cell(source)()
    assert is_there(content)
    assert capsys.readouterr().out == ""


def test_the_folder_where_one_is_comes_first(start: Start, content: Path) -> None:
    written(content / "drive" / "MyDrive" / "old", WHOLE)
    written(content / "mine", WHOLE)
    os.chdir(content / "mine")
    start()
    assert is_there(content / "mine")


def test_another_assignment_is_passed_over(start: Start, content: Path) -> None:
    another = code("practice.py", "atrous.py", "data/README.md")
    written(content / "drive" / "MyDrive" / "another", another)
    written(content, {"another.zip": zipped(another), "hw.zip": zipped(WHOLE)})
    start()
    assert is_there(content / "hw")
    assert not (content / "another").exists()


def test_a_folder_can_be_named(start: Start, content: Path, tmp_path: Path) -> None:
    written(content, WHOLE)
    written(tmp_path / "another", WHOLE)
    start(str(tmp_path / "another"))
    assert is_there(tmp_path / "another")


@pytest.mark.parametrize("inside", ["", "segmentation"])
@pytest.mark.parametrize("where", [".", "drive/MyDrive"])
def test_a_zip_file_is_unpacked_beside_itself(
    start: Start, content: Path, where: str, inside: str
) -> None:
    files = within(WHOLE, inside) if inside else WHOLE
    written(content / where, {"hw.zip": zipped({"other/": "", **files}), "a.zip": zipped({})})
    start()
    assert is_there(content / where / "hw" / inside)
    assert Path("tests", "test_iou.py").is_file()


def test_a_zip_file_can_be_named(start: Start, content: Path, tmp_path: Path) -> None:
    (tmp_path / "kim.zip").write_bytes(zipped(WHOLE))
    start(str(tmp_path / "kim.zip"))
    assert is_there(tmp_path / "kim")


def test_the_release_itself_packed_by_a_system_is_unpacked_whole(
    start: Start, content: Path
) -> None:
    shutil.make_archive(str(content / "segmentation"), "zip", RELEASE.parent, RELEASE.name)
    start()
    here = content / "segmentation" / "segmentation"
    assert is_there(here)
    for file in (path for path in RELEASE.rglob("*") if path.is_file()):
        if "__pycache__" not in file.parts:
            assert (here / file.relative_to(RELEASE)).read_bytes() == file.read_bytes()


def test_work_is_never_written_over(start: Start, content: Path) -> None:
    """A runtime that starts again finds the zip file, and what was written since."""
    packed = within(WHOLE, "segmentation")
    written(content, {"hw.zip": zipped(packed), "hw/segmentation/iou.py": "my work"})
    start()
    assert Path("iou.py").read_text() == "my work"
    os.chdir(content)
    start()
    assert Path("iou.py").read_text() == "my work"


@pytest.mark.parametrize(
    "name", ["../evil.py", "a/../../evil.py", "/evil.py", "..\\evil.py", "C:\\evil.py"]
)
def test_nothing_gets_out_of_the_folder(start: Start, content: Path, name: str) -> None:
    written(content, {"hw.zip": zipped({**WHOLE, name: "evil"})})
    start()
    assert is_there(content / "hw")
    assert not list(content.parent.rglob("*evil*"))


def test_a_link_becomes_a_file(start: Start, content: Path) -> None:
    with zipfile.ZipFile(content / "hw.zip", "w") as archive:
        link = zipfile.ZipInfo("unet.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("practice.py", "")
    start()
    assert Path("unet.py").read_text() == "/etc/passwd"
    assert not Path("unet.py").is_symlink()


def test_a_zip_file_of_something_else_or_too_large_is_left_alone(
    start: Start, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    large = zipped({"practice.py": "", "weights.bin": b""})
    # The directory claims 3 GB for the second member.
    place = large.rindex(b"PK\x01\x02") + 24
    large = large[:place] + (3_000_000_000).to_bytes(4, "little") + large[place + 4 :]
    written(content, {"photos.zip": zipped({"a.png": ""}), "large.zip": large})
    start()
    assert sorted(path.name for path in content.iterdir()) == ["large.zip", "photos.zip"]
    assert "segmentation.zip" in capsys.readouterr().out


def test_with_nothing_there_it_says_what_to_bring_in_both_languages(
    start: Start, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start()
    said = capsys.readouterr().out
    assert "upload its folder as segmentation.zip in Colab's Files\npanel" in said
    assert "과제 폴더를 segmentation.zip으로 묶어" in said
    assert Path.cwd() == content


def test_a_damaged_zip_file_is_told(
    start: Start, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(content, {"hw.zip": zipped(WHOLE)[:200]})
    start()
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith(f"{content / 'hw.zip'}: cannot be unpacked, upload it again")


def test_files_that_are_missing_are_named(
    start: Start, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(content / "hw", {name: text for name, text in WHOLE.items() if name != "iou.py"})
    shutil.rmtree(content / "hw" / "data")
    start()
    assert "iou.py, data\n" in capsys.readouterr().out
