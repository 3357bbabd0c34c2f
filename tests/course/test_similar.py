"""`autograder course similar`: what it finds, what it passes over, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course.similarity import NoRelease, find_similarity, given_files
from autograder.document.text import Language
from autograder.reports.similarity_page import (
    SharedLine,
    Similarity,
    SimilarPair,
    SimilarText,
    TooLittle,
    similarity_page,
)
from corpus.copies import Written, disguised, right
from corpus.paths import RELEASE, ROOT, SOLUTIONS
from corpus.results import HOSTILE
from corpus.solution import TASKS
from tests.reports.test_html import Structure

GIVEN = given_files(RELEASE, TASKS)
WRITTEN = (SOLUTIONS / "unpooling.py").read_text()
STUB = GIVEN["unpooling.py"]


def compared(texts: Mapping[str, Mapping[str, str]]) -> Similarity:
    return find_similarity(
        [Written(name, dict(files)) for name, files in texts.items()], TASKS, GIVEN
    )


def shares(found: Similarity) -> list[tuple[str, str, int]]:
    return [(p.left.student, p.right.student, round(100 * p.share)) for p in found.pairs]


@pytest.mark.parametrize("task", TASKS)
def test_solutions_written_independently_stay_below_the_threshold(
    task: str,
) -> None:
    found = find_similarity(right(task), [task], GIVEN)
    assert found.compared >= 21
    assert shares(found) == []
    assert found.too_little == []


def test_other_names_comments_and_order_do_not_hide_a_copy() -> None:
    found = compared(
        {"ahn": {"unpooling.py": WRITTEN}, "baek": {"unpooling.py": disguised(WRITTEN)}}
    )
    (pair,) = found.pairs
    assert (pair.task, pair.left.student, pair.right.student) == ("unpooling", "ahn", "baek")
    assert pair.share > 0.8


def test_pairs_of_one_group_are_left_out() -> None:
    students = [Written(name, {"unpooling.py": WRITTEN}) for name in ("ahn", "baek", "cho")]
    groups = {"ahn": "red", "baek": "red"}
    found = find_similarity(students, TASKS, GIVEN, groups=groups)
    assert [(one, other) for one, other, _ in shares(found)] == [("ahn", "cho"), ("baek", "cho")]


def test_groups_come_from_the_roster_and_the_release_is_found_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for student in ("ahn", "baek"):
        Path("class", student).mkdir(parents=True)
        Path("class", student, "unpooling.py").write_text(WRITTEN)
    Path("roster.csv").write_text("student,group\nahn,red\nbaek,red\n")
    runner = CliRunner()
    apart = runner.invoke(app, ["course", "similar", "class"])
    assert apart.output.count("ahn, baek") == 1
    together = runner.invoke(app, ["course", "similar", "class", "--roster", "roster.csv"])
    assert "0 of 0 pairs" in together.output
    assert (apart.exit_code, together.exit_code) == (0, 0)


def test_a_roster_with_a_mistake_compares_nothing(tmp_path: Path) -> None:
    (tmp_path / "ahn").mkdir()
    (tmp_path / "roster.csv").write_text("name\nahn\n")
    arguments = ["course", "similar", str(tmp_path), "--roster", str(tmp_path / "roster.csv")]
    done = CliRunner().invoke(app, arguments)
    assert (done.exit_code, "there is no column student" in done.stderr) == (2, True)


def test_a_helper_is_read_together_with_the_file_that_imports_it() -> None:
    moved = {"unpooling.py": "from drafts import *\n", "drafts.py": WRITTEN, "unused.py": "x = 1\n"}
    found = compared({"ahn": {"unpooling.py": WRITTEN}, "baek": moved})
    (pair,) = found.pairs
    assert pair.share > 0.95
    texts = [line.text for line in pair.right.lines]
    assert "# drafts.py" in texts
    assert "x = 1" not in texts


def test_what_everybody_was_given_is_not_compared() -> None:
    given = {name: GIVEN[name] for name in ("pictures.py", "unpooling.py")}
    imports = {"unpooling.py": "import pictures\n" + STUB, "pictures.py": GIVEN["pictures.py"]}
    found = compared({"ahn": given, "baek": imports, "cho": {"unpooling.py": "x = 1\n"}})
    assert found.pairs == []
    assert found.compared == 0
    assert [(one.task, one.student) for one in found.too_little] == [
        ("unpooling", "ahn"), ("unpooling", "baek"), ("unpooling", "cho"),
    ]  # fmt: skip


def test_the_same_lines_are_marked_and_others_are_not() -> None:
    own = "return [a * b + 7 for a, b in zip(apples, pears)]"
    other = f"{WRITTEN}\n\ndef of_my_own(apples, pears):\n    {own}\n"
    found = compared({"ahn": {"unpooling.py": WRITTEN}, "baek": {"unpooling.py": other}})
    (pair,) = found.pairs
    marked = {line.text.strip(): line.shared for line in pair.right.lines}
    assert not marked[own]
    assert sum(line.shared for line in pair.left.lines if line.text.strip()) > 10


def test_repeated_lines_are_the_students_own() -> None:
    again = "\n".join(
        f"def f{k}(a, b):\n    return a.sum(b).clone().view(-1)[a > b]\n" for k in range(9)
    )
    found = compared({"ahn": {"iou.py": again}, "baek": {"iou.py": again}})
    assert shares(found) == [("ahn", "baek", 100)]


def test_what_is_no_python_is_compared_all_the_same() -> None:
    broken = WRITTEN + "\ndef (:\n\x00\ufffd"
    found = compared({"ahn": {"unpooling.py": broken}, "baek": {"unpooling.py": WRITTEN}})
    assert [pair.share > 0.95 for pair in found.pairs] == [True]


def test_what_was_given_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(NoRelease, match=r"holds no unpooling\.py"):
        given_files(tmp_path, TASKS)


# --- the page


def found(text: str) -> Similarity:
    sides = (
        SimilarText(
            text, (SharedLine(text, False), SharedLine(text, True), SharedLine("", True)), 0.7
        ),
        SimilarText("baek", (SharedLine("x", True),), 0.999),
    )
    return Similarity(0.7, 10, [SimilarPair(text, *sides)] * 51, [TooLittle(text, text)])


def test_students_text_adds_no_element_and_no_attribute() -> None:
    hostile, plain = (
        Structure(similarity_page(found(text), text, Language.EN)) for text in (HOSTILE, "plain")
    )
    assert hostile.elements == plain.elements
    assert not {"script", "link", "img"} & {tag for tag, _ in hostile.elements}
    assert " ".join(HOSTILE.split()) in hostile.text


@pytest.mark.parametrize("language", get_args(Language))
def test_a_page_shows_the_first_pairs_and_links_to_nothing_else(language: Language) -> None:
    page = similarity_page(found("kim"), "spring", language)
    structure = Structure(page)
    assert len(structure.addresses) == 50
    for address in structure.addresses:
        assert f'id="{address[1:]}"' in page
    assert "99 %" in structure.text  # never rounded up to the whole
    assert ("not verdicts" in structure.text) is (language == "en")
    assert ("판정이 아닙니다" in structure.text) is (language == "ko")


# --- the command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for student in ("ahn", "baek"):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / "unpooling.py").write_text(WRITTEN)
    (tmp_path / "class" / "nothing").mkdir()
    (tmp_path / "class" / "stub").mkdir()
    (tmp_path / "class" / "stub" / "unpooling.py").write_text(STUB)
    return tmp_path / "class"


def command(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["course", "similar", *map(str, arguments)])
    assert not isinstance(done.exception, Exception), done.exception
    return done.exit_code, " ".join(done.output.split())


def test_the_command_lists_pairs_and_writes_the_page(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    page = tmp_path / "similar.html"
    code, said = command(folder, "--to", page, "--lang", "ko")
    assert code == 0
    assert "unpooling.py ahn, baek 100 %" in said
    assert "1 of 1 pairs of files share 70 % or more" in said
    assert "too little is the student's own: 1" in said
    assert "비슷한 텍스트" in page.read_text(encoding="utf-8")


def test_what_cannot_be_compared_is_one_line(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    release = ("--release", RELEASE)
    for arguments, reason in (
        (("gone", *release), "gone does not exist"),
        ((folder, "--release", tmp_path), "holds no unpooling.py"),
        ((folder, *release, "--assignment", "bogus"), "there is no assignment called bogus"),
        ((folder, *release, "--to", tmp_path), "cannot be written: Is a directory"),
    ):
        code, said = command(*arguments)
        assert code == 2
        assert said.startswith("autograder: ")
        assert reason in said
