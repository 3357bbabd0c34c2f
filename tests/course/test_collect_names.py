"""Names that systems make are read as the systems mean them, and people by what they are called."""

from __future__ import annotations

import io
import unicodedata

import pytest

from autograder.course.collecting.canvas import original, read_canvas
from autograder.course.collecting.handed_in import Attempt, DownloadedFile, WorkOwner
from autograder.course.collecting.layouts import CANVAS, INBOUND, MOODLE, Layout
from autograder.course.collecting.people import People, plain, turns
from autograder.course.roster import Roster, RosterRow, Student
from autograder.course.trees import Member

EXPECTED = frozenset({"iou.py", "24_segmentation_practice.ipynb"})


def member(*parts: str) -> Member:
    return Member(parts, lambda limit: io.BytesIO(b""))


def roster(*students: Student) -> Roster:
    return Roster(RosterRow("roster", student) for student in students)


@pytest.mark.parametrize("layout", [*MOODLE, *CANVAS, INBOUND])
def test_each_layout_reads_its_examples(layout: Layout) -> None:
    assert all(layout.match(example) for example in layout.examples)


@pytest.mark.parametrize(
    ("name", "user", "late", "upload"),
    [
        ("kimminsu_98770_4321_iou-2.py", "98770", False, 4321),
        ("kimminsu_LATE_98770_4321_iou.py", "98770", True, 4321),
        ("kim--minsu-late_98770_4321_iou.py", "98770", True, 4321),
        ("20230001_98770_4321_iou.py", "98770", False, 4321),
        ("kim_98770_4321_q_question_5_6_iou.py", "98770", False, 4321),
        ("kim_minsu98770_question_55_4321_iou.py", "98770", False, 4321),
        ("LATE_anon_x7Qp2_4321_iou.py", "x7Qp2", True, 4321),
        ("kimminsu_98770_text.html", "98770", False, 0),
    ],
)
def test_canvas_says_whose_a_file_is(name: str, user: str, late: bool, upload: int) -> None:
    (handed,), rest = read_canvas([("", member(name))], EXPECTED)
    assert (handed.owner.person, handed.late, handed.upload, rest) == (user, late, upload, [])


@pytest.mark.parametrize("name", ["iou.py", "kim_iou.py", "kim_98770_iou.py", "kim_98770_4321_"])
def test_what_is_no_name_of_canvas_is_nobodys(name: str) -> None:
    handed, rest = read_canvas([("", member(name))], EXPECTED)
    assert (handed, [left.path for left in rest]) == ([], [name])


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("iou-1.py", "iou.py"),
        ("IOU-12.PY", "IOU.PY"),
        ("24_Segmentation_practice-3.ipynb", "24_Segmentation_practice.ipynb"),
        ("iou-0f8fad5b-d9cb-469f-a165-70867728950e.py", "iou.py"),
        ("helpers-2.py", "helpers.py"),
        ("iou.py", "iou.py"),
        ("my-iou-1.py", "my-iou-1.py"),
        ("2023001-2.zip", "2023001-2.zip"),
        ("notes-2.txt", "notes-2.txt"),
        ("other-1.ipynb", "other-1.ipynb"),
        ("iou-1", "iou-1"),
    ],
)
def test_only_a_sure_number_of_canvas_is_taken_off(given: str, meant: str) -> None:
    assert original(given, EXPECTED) == meant


def test_a_name_is_the_same_in_both_korean_forms_and_without_marks() -> None:
    assert plain(unicodedata.normalize("NFD", "이 지우")) == plain("이지우")
    assert plain("Kim, Min-su") == "kimminsu"


def test_a_name_is_read_from_each_of_its_words_on() -> None:
    assert turns("Anna Maria Schmidt") == {
        *("annamariaschmidt", "mariaschmidtanna", "schmidtannamaria")
    }


@pytest.mark.parametrize(
    ("places", "source"),
    [
        (["a/b/iou.py"], "a/b/iou.py"),
        (["a/b/iou.py", "a/b/unet.py"], "a/b/"),
        (["kim_1_23_iou.py", "kim_1_24_unet.py"], "kim_1_…"),
        (["kim_file/iou.py", "kim_text/a.html"], "kim_…"),
    ],
)
def test_where_work_lies_is_told_in_a_word(places: list[str], source: str) -> None:
    pieces = tuple(DownloadedFile(place, ("x",), member("x")) for place in places)
    assert Attempt(WorkOwner("kim"), pieces).source == source


def test_a_number_goes_before_a_name() -> None:
    people = People(
        roster(Student(id="kim", name="Kim Minsu", lms_id="7"), Student(id="lee", name="Lee Jiwoo"))
    )
    owner = WorkOwner("x", texts=("7",), columns=("lms_id",), names=("newname",), person="7")
    assert [student.id for student in people.find(owner).students] == ["kim"]


def test_two_who_are_called_the_same_are_not_guessed() -> None:
    people = People(roster(Student(id="a", name="Kim Minsu"), Student(id="b", name="Minsu Kim")))
    found = people.find(WorkOwner("x", names=("Kim Minsu",)))
    assert (found.students, found.unclear) == ((), "Kim Minsu may be any of a, b")


def test_of_two_who_are_called_the_same_a_number_decides() -> None:
    people = People(
        roster(Student(id="a", name="Kim Minsu", lms_id="12345"), Student(id="b", name="Kim Minsu"))
    )
    found = people.find(WorkOwner("x", names=("Kim Minsu",), person="12345"))
    assert [student.id for student in found.students] == ["a"]


def test_a_group_is_all_of_its_students() -> None:
    people = People(roster(Student(id="a", group="Group 1"), Student(id="b", group="group 1")))
    found = people.find(WorkOwner("x", names=("Group 1",)))
    assert [student.id for student in found.students] == ["a", "b"]


def test_a_hyphen_of_a_name_is_no_section() -> None:
    people = People(roster(Student(id="lee", name="Lee Minsu", section="A")))
    assert people.find(WorkOwner("x", names=("Kim-Lee Minsu",))).students == ()
    assert people.find(WorkOwner("x", names=("A-Lee Minsu",))).students != ()


def test_who_shares_an_address_is_not_guessed() -> None:
    people = People(roster(Student(id="a", email="x@uni"), Student(id="b", email="x@uni")))
    assert people.find(WorkOwner("x", texts=("x@uni",))).unclear == "x@uni may be any of a, b"
