"""`nbgrader zip_collect` goes on after every entry, and names those that it did not take."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderApp
from nbgrader.apps.zipcollectapp import ZipCollectApp
from traitlets.config import Config

from autograder.nbgrader import configure
from corpus.paths import ROOT

ASSIGNMENT = "segmentation"
FIVE = tuple(f"{name}.py" for name in ("unpooling", "transposed_conv", "fcn8s", "unet", "iou"))


class Class:
    """A course with entries in its archive."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.archive = root / "course" / "downloaded" / ASSIGNMENT / "archive"
        self.archive.mkdir(parents=True)
        (root / "assignment").symlink_to(ROOT / "assignment")
        self.messages: list[str] = []

    def pack(self, name: str, *paths: str) -> None:
        with zipfile.ZipFile(self.archive / name, "w") as file:
            for path in paths:
                file.writestr(path, f"# {path}")

    def collect(self, *options: str) -> int:
        """The exit code of the command."""
        config = Config()
        configure(config, self.root)
        ZipCollectApp.clear_instance()
        app = ZipCollectApp(config=config)
        app.load_cwd_config = False
        heard = _Heard(self.messages)
        try:
            app.initialize([ASSIGNMENT, *options])
            app.log.addHandler(heard)
            app.start()
        except SystemExit as end:
            return int(end.code or 0)
        finally:
            app.log.removeHandler(heard)
            ZipCollectApp.clear_instance()
        return 0

    def submitted(self) -> dict[str, set[str]]:
        """By student, the paths of the files."""
        root = self.root / "course" / "submitted"
        return {
            folder.name: {
                path.relative_to(folder / ASSIGNMENT).as_posix()
                for path in folder.rglob("*")
                if path.is_file()
            }
            for folder in root.iterdir()
        }


class _Heard(logging.Handler):
    def __init__(self, messages: list[str]) -> None:
        super().__init__(logging.INFO)
        self._messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.append(record.getMessage())


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Class]:
    monkeypatch.chdir(tmp_path)
    yield Class(tmp_path)
    NbGraderApp.clear_instance()


def test_a_students_name_is_what_stands_before_the_assignments(room: Class) -> None:
    room.pack("kim_min_segmentation.zip", *FIVE)
    room.pack("lee.ZIP", "hw/iou.py", "hw/unet.py")
    assert room.collect() == 0
    assert room.submitted() == {"kim_min": set(FIVE), "lee": {"iou.py", "unet.py"}}
    assert "2 students put into course/submitted" in room.messages


def test_whom_the_roster_knows_is_found_before_whatever_follows(room: Class) -> None:
    (room.root / "roster.csv").write_text("student\nkim\nkim_min\n")
    room.pack("kim_min_final_2.zip", "iou.py")
    room.pack("kim_final.zip", "iou.py")
    assert room.collect() == 0
    assert set(room.submitted()) == {"kim", "kim_min"}


def test_who_is_in_the_gradebook_is_found_too(room: Class) -> None:
    with Gradebook(f"sqlite:///{room.root / 'course' / 'gradebook.db'}") as book:
        book.add_student("lee")
    room.pack("lee_final.zip", "iou.py")
    assert room.collect() == 0
    assert set(room.submitted()) == {"lee"}


def test_a_file_of_the_same_name_in_a_folder_stays_beside_the_other(room: Class) -> None:
    room.pack("kim_segmentation.zip", *FIVE, "backup/iou.py", "report.docx")
    assert room.collect() == 0
    assert room.submitted() == {"kim": {*FIVE, "backup/iou.py", "report.docx"}}


def test_of_two_attempts_in_no_known_order_none_is_taken_and_both_named(
    room: Class,
) -> None:
    (room.root / "roster.csv").write_text("student\nkim\nlee\n")
    room.pack("kim_1.zip", "iou.py")
    room.pack("kim_2.zip", "iou.py", "unet.py")
    room.pack("lee.zip", "iou.py")
    assert room.collect() == 1
    assert set(room.submitted()) == {"lee"}
    assert [line for line in room.messages if "kim_1.zip" in line]
    assert [line for line in room.messages if "kim_2.zip" in line]


def test_a_damaged_archive_is_named_and_kept_as_it_is(room: Class) -> None:
    room.archive.joinpath("kim_segmentation.zip").write_bytes(b"PK\x03\x04")
    room.pack("lee_segmentation.zip", "iou.py")
    assert room.collect() == 1
    assert room.submitted() == {"kim": {"kim_segmentation.zip"}, "lee": {"iou.py"}}
    assert [line for line in room.messages if "kim_segmentation.zip stays packed" in line]


def test_a_path_that_leads_out_is_named_and_the_others_are_taken(room: Class) -> None:
    room.pack("kim_segmentation.zip", "iou.py", "../../../out.py")
    assert room.collect() == 1
    assert room.submitted() == {"kim": {"iou.py"}}
    assert [line for line in room.messages if "out.py" in line]


def test_who_has_handed_in_already_is_named_and_the_others_are_taken(room: Class) -> None:
    before = room.root / "course" / "submitted" / "kim" / ASSIGNMENT / "iou.py"
    before.parent.mkdir(parents=True)
    before.write_text("# by the exchange")
    for student in ("kim", "lee"):
        room.pack(f"{student}_segmentation.zip", "iou.py")
    assert room.collect() == 1
    assert before.read_text() == "# by the exchange"
    assert "lee" in room.submitted()
    assert "Not collected, as told above: kim" in room.messages


def test_a_second_collection_replaces_the_first_only_by_force(
    room: Class,
) -> None:
    room.pack("kim_segmentation.zip", "iou.py")
    assert room.collect() == 0
    room.pack("kim_segmentation.zip", "iou.py", "unet.py")
    assert room.collect() == 1
    assert [line for line in room.messages if "use the --force option" in line]
    assert room.collect("--force") == 0
    assert room.submitted() == {"kim": {"iou.py", "unet.py"}}


def test_a_folder_that_cannot_be_written_costs_its_student_alone(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    (room.root / "course" / "submitted").mkdir()
    (room.root / "course" / "submitted" / "kim").touch()
    for student in ("kim", "lee"):
        room.pack(f"{student}_segmentation.zip", "iou.py")
    assert room.collect() == 1
    assert (room.root / "course" / "submitted" / "lee" / ASSIGNMENT / "iou.py").exists()
    assert "Not collected, as told above: kim" in room.messages


def test_a_roster_that_cannot_be_read_is_named_before_anything_is_done(room: Class) -> None:
    (room.root / "roster.csv").write_text("name\nkim\n")
    room.pack("kim_segmentation.zip", "iou.py")
    assert room.collect() == 1
    assert [line for line in room.messages if "there is no column student" in line]
    assert not (room.root / "course" / "submitted").exists()
