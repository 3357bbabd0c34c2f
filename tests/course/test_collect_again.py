"""A second download changes what is new in it, and nothing that this command did not write."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autograder.course.collected import read_collected
from autograder.course.collecting.collect import CollectOptions, CollectOutcome, collect
from autograder.course.collecting.handed_in import CannotCollect
from autograder.course.collecting.systems import System
from autograder.course.collecting.writing import ClassFolder
from autograder.course.roster import Roster, RosterRow, Student

SEOUL = ZoneInfo("Asia/Seoul")
STUDENTS = (
    Student(id="kim", name="Kim Minsu"),
    Student(id="lee", name="이지우"),
    Student(id="park", name="Jun Park", excused=True),
)


class Class:
    """A download, which changes, and the folder that it is collected into."""

    def __init__(self, folder: Path) -> None:
        self.download, self.to = folder / "download", folder / "CLASS"
        self.students = list(STUDENTS)
        self.download.mkdir()

    def put(self, path: str, text: str = "x = 1\n") -> None:
        (self.download / path).parent.mkdir(parents=True, exist_ok=True)
        (self.download / path).write_text(text)

    def collect(self, *, nbgrader: bool = False, times: Path | None = None) -> CollectOutcome:
        roster = Roster(RosterRow("roster", student) for student in self.students)
        wanted = CollectOptions(System.FOLDER, "segmentation", SEOUL, nbgrader, times)
        return collect(self.download, self.to, roster, wanted)

    def files(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.to)): path.read_text()
            for path in sorted(self.to.rglob("*"))
            if path.is_file() and not path.name.startswith(".") and path.suffix != ".csv"
        }


@pytest.fixture
def class_(tmp_path: Path) -> Class:
    made = Class(tmp_path)
    made.put("kim/iou.py")
    made.put("kim/unet.py")
    made.put("lee/iou.py")
    return made


def texts(outcome: CollectOutcome) -> list[str]:
    return [note.text for note in outcome.notes]


def test_the_same_again_changes_nothing(class_: Class) -> None:
    first = class_.collect()
    before = {path: path.stat().st_mtime_ns for path in class_.to.rglob("*.py")}
    again = class_.collect()
    assert (first.new, again.new, again.changed) == (["kim", "lee"], [], [])
    assert {path: path.stat().st_mtime_ns for path in class_.to.rglob("*.py")} == before


def times_of(class_: Class) -> dict[str, bool]:
    return {one.student: bool(one.received) for one in read_collected(class_.to, SEOUL).values()}


def test_the_same_work_keeps_its_time_where_a_later_run_knows_none(
    class_: Class, tmp_path: Path
) -> None:
    times = tmp_path / "times.csv"
    times.write_text("student,received\nkim,2026-11-27 20:00\nlee,2026-11-27 20:00\n")
    class_.collect(times=times)
    again = class_.collect()
    assert times_of(class_) == {"kim": True, "lee": True}
    assert "the time of an earlier run is kept: kim, lee" in texts(again)
    assert all(row.received for row in again.rows)


def test_newer_work_has_no_time_of_older_work_and_that_is_told(
    class_: Class, tmp_path: Path
) -> None:
    times = tmp_path / "times.csv"
    times.write_text("student,received\nkim,2026-11-27 20:00\nlee,2026-11-27 20:00\n")
    class_.collect(times=times)
    class_.put("kim/iou.py", "x = 2\n")
    again = class_.collect()
    assert times_of(class_) == {"kim": False, "lee": True}
    assert "handed in anew, and when is not known; --times says it: kim" in texts(again)
    assert again.look


def test_newer_work_takes_the_place_of_older(class_: Class) -> None:
    class_.collect()
    class_.put("kim/iou.py", "x = 2\n")
    assert class_.collect().changed == ["kim"]
    assert class_.files()["kim/iou.py"] == "x = 2\n"


def test_a_file_that_is_handed_in_no_more_is_taken_away_and_told(class_: Class) -> None:
    class_.collect()
    (class_.download / "kim/unet.py").unlink()
    outcome = class_.collect()
    assert "kim/unet.py" not in class_.files()
    assert "kim/unet.py is taken away: it is in this download no more" in texts(outcome)


def test_what_a_person_added_stays(class_: Class) -> None:
    class_.collect()
    (class_.to / "kim/note.txt").write_text("mine")
    (class_.to / "choi").mkdir()
    (class_.to / "choi/iou.py").write_text("by mail")
    class_.put("kim/iou.py", "x = 2\n")
    outcome = class_.collect()
    assert not outcome.look
    assert class_.files()["kim/note.txt"] == "mine"
    assert class_.files()["choi/iou.py"] == "by mail"


def test_what_a_person_changed_stays_and_is_told(class_: Class) -> None:
    class_.collect()
    (class_.to / "kim/iou.py").write_text("mended")
    class_.put("kim/iou.py", "x = 2\n")
    outcome = class_.collect()
    assert class_.files()["kim/iou.py"] == "mended"
    assert outcome.look
    assert any(text.startswith("not collected: kim/iou.py: ") for text in texts(outcome))


def test_what_a_person_changed_stays_when_it_is_handed_in_no_more(class_: Class) -> None:
    class_.collect()
    (class_.to / "kim/unet.py").write_text("mended")
    (class_.download / "kim/unet.py").unlink()
    outcome = class_.collect()
    assert class_.files()["kim/unet.py"] == "mended"
    assert "kim/unet.py is in this download no more, but was changed, and stays" in texts(outcome)


def test_who_is_not_in_a_newer_download_stays(class_: Class) -> None:
    class_.collect()
    for path in class_.download.joinpath("lee").iterdir():
        path.unlink()
    outcome = class_.collect()
    assert "lee/iou.py" in class_.files()
    assert "of an earlier download, and not in this one: lee" in texts(outcome)
    assert "lee," in (class_.to / "collected.csv").read_text()


def test_who_is_found_on_a_mended_roster_moves(class_: Class) -> None:
    class_.put("Choi Yuna/iou.py", "choi")
    class_.collect()
    class_.students.append(Student(id="choi", name="Choi Yuna"))
    outcome = class_.collect()
    assert class_.files()["choi/iou.py"] == "choi"
    assert not (class_.to / "Choi Yuna").exists()
    assert "Choi Yuna is now choi" in texts(outcome)


def test_who_becomes_unclear_stays_where_the_work_was_and_is_told(class_: Class) -> None:
    class_.put("Choi Yuna/iou.py", "choi")
    class_.students.append(Student(id="choi", name="Choi Yuna"))
    class_.collect()
    class_.students.append(Student(id="choi2", name="Yuna Choi"))
    outcome = class_.collect()
    assert class_.files()["choi/iou.py"] == "choi"
    assert any("was collected before, as choi; it stays" in text for text in texts(outcome))


def test_a_run_that_was_stopped_goes_on(class_: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def stopped(source: Path, target: Path) -> None:
        replace(source, target)
        if Path(target).suffix == ".py":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("autograder.course.collecting.writing.os.replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            class_.collect()
    assert not class_.collect().look
    assert set(class_.files()) == {"kim/iou.py", "kim/unet.py", "lee/iou.py"}


def test_times_that_a_person_wrote_stay_and_are_told(class_: Class) -> None:
    class_.collect()
    times = class_.to / "collected.csv"
    times.write_text(times.read_text().replace("kim,,", "kim,2026-11-27 20:00:00+09:00,"))
    outcome = class_.collect()
    assert "2026-11-27" in times.read_text()
    assert any("was changed by somebody else and stays" in text for text in texts(outcome))
    assert "the time of an earlier run is kept: kim" in texts(outcome)


def test_a_time_that_differs_from_what_a_person_wrote_is_told(
    class_: Class, tmp_path: Path
) -> None:
    class_.collect()
    file = class_.to / "collected.csv"
    file.write_text(file.read_text().replace("kim,,", "kim,2026-11-27 20:00:00+09:00,"))
    times = tmp_path / "times.csv"
    times.write_text("student,received\nkim,2026-11-27 22:00\n")
    outcome = class_.collect(times=times)
    assert "20:00:00" in file.read_text()
    assert any(text.endswith("something else of kim") for text in texts(outcome))


def test_a_folder_that_others_filled_is_refused(class_: Class) -> None:
    class_.to.mkdir()
    (class_.to / "old").mkdir()
    with pytest.raises(CannotCollect, match="holds old, which this command did not write"):
        class_.collect()
    assert os.listdir(class_.to) == ["old"]


def test_what_a_system_leaves_about_is_no_content(class_: Class) -> None:
    class_.to.mkdir()
    (class_.to / ".DS_Store").write_text("")
    assert class_.collect().new == ["kim", "lee"]


def test_nbgraders_folder_may_hold_other_assignments(class_: Class) -> None:
    other = class_.to / "kim" / "ps1" / "answer.ipynb"
    other.parent.mkdir(parents=True)
    other.write_text("{}")
    class_.collect(nbgrader=True)
    assert other.read_text() == "{}"
    assert "kim/segmentation/iou.py" in class_.files()


def test_nbgraders_folder_of_the_assignment_is_refused(class_: Class) -> None:
    (class_.to / "kim" / "segmentation").mkdir(parents=True)
    with pytest.raises(CannotCollect, match="holds kim/segmentation"):
        class_.collect(nbgrader=True)


def test_a_time_that_is_mended_is_written_for_nbgrader(class_: Class, tmp_path: Path) -> None:
    times = tmp_path / "times.csv"
    times.write_text("student,received\nkim,2026-11-27 20:00\n")
    class_.collect(nbgrader=True, times=times)
    times.write_text("student,received\nkim,2026-11-27 19:00\n")
    class_.collect(nbgrader=True, times=times)
    stamp = class_.files()["kim/segmentation/timestamp.txt"]
    assert stamp == "2026-11-27 10:00:00.000000 UTC"


@pytest.mark.parametrize("text", ["{", "[]", '{"files": {"a": 1}, "owners": {}}'])
def test_a_damaged_record_is_refused(class_: Class, text: str) -> None:
    class_.collect()
    (class_.to / ".collected.json").write_text(text)
    with pytest.raises(CannotCollect, match=r"\.collected\.json cannot be read"):
        class_.collect()


def test_the_record_names_what_was_written(class_: Class) -> None:
    class_.collect()
    record = json.loads((class_.to / ".collected.json").read_text())
    assert set(record["files"]) == {"kim/iou.py", "kim/unet.py", "lee/iou.py", "collected.csv"}
    assert record["owners"] == {"kim": ["kim"], "lee": ["lee"]}


def test_nothing_is_written_through_a_link(class_: Class, tmp_path: Path) -> None:
    class_.collect()
    outside = tmp_path / "outside"
    (class_.to / "kim").rename(outside)
    (class_.to / "kim").symlink_to(outside)
    class_.put("kim/iou.py", "x = 2\n")
    outcome = class_.collect()
    assert (outside / "iou.py").read_text() == "x = 1\n"
    assert any("kim/iou.py: kim is no folder" in text for text in texts(outcome))


def test_a_class_folder_that_is_a_link_is_refused(class_: Class, tmp_path: Path) -> None:
    class_.to.symlink_to(tmp_path)
    with pytest.raises(CannotCollect, match="is not a folder"):
        class_.collect()


def test_a_class_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotCollect, match="cannot be written"):
        ClassFolder(tmp_path / "file" / "CLASS")


def test_a_class_within_its_download_is_refused(class_: Class) -> None:
    class_.to = class_.download / "CLASS"
    with pytest.raises(CannotCollect, match="collect into a folder elsewhere"):
        class_.collect()


def test_a_name_that_is_too_long_is_told_and_costs_nobody_else(class_: Class) -> None:
    long = f"kim/{'x' * 300}.py"
    class_.download = class_.download.with_suffix(".zip")
    with zipfile.ZipFile(class_.download, "w") as archive:
        for path in (long, "kim/iou.py", "lee/iou.py"):
            archive.writestr(path, "x = 1\n")
    outcome = class_.collect()
    assert set(class_.files()) == {"kim/iou.py", "lee/iou.py"}
    (told,) = (text for text in texts(outcome) if long in text)
    assert told.startswith(f"not collected: {long}: ")
    assert told.endswith("cannot be written (File name too long)")


def test_an_id_that_is_no_folders_name_is_told(class_: Class) -> None:
    class_.students[0] = Student(id="2026/1", name="kim")
    outcome = class_.collect()
    (name,) = (row.folder for row in outcome.rows if row.name == "kim")
    assert "/" not in name
    assert f"2026/1 cannot be a folder's name; it is {name}" in texts(outcome)
    assert outcome.look
