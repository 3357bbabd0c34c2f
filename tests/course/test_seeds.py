"""One seed for a class, or one for each student."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.ledger import Ledger, LedgerError
from autograder.course.policy import Policy
from corpus.paths import SOLUTIONS
from tests.support.command_line import Command

ALIKE = Policy("segmentation", 7)
APART = Policy("segmentation", 7, seed_per_student=True)


def test_a_class_has_one_seed_by_default() -> None:
    assert ALIKE.seed_for("ahn") == ALIKE.seed_for("baek") == 7


def test_each_student_may_have_a_seed() -> None:
    seeds = {APART.seed_for(name) for name in ("ahn", "baek", "김민수")}
    assert len(seeds) == 3
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_the_seed_of_a_student_stays_and_hangs_on_the_class() -> None:
    assert APART.seed_for("ahn") == Policy("x", 7, seed_per_student=True).seed_for("ahn")
    assert APART.seed_for("ahn") != Policy("x", 8, seed_per_student=True).seed_for("ahn")


def test_what_a_ledger_began_with_stays(tmp_path: Path) -> None:
    with Ledger(tmp_path / "a.ledger") as ledger:
        assert ledger.seed_per_student(wanted=True)
        assert ledger.seed_per_student()
    with Ledger(tmp_path / "b.ledger") as ledger:
        assert not ledger.seed_per_student()
        with pytest.raises(LedgerError, match="one seed for all"):
            ledger.seed_per_student(wanted=True)


def test_results_say_with_which_seed_each_student_was_graded(
    tmp_path: Path, command: Command
) -> None:
    folder = tmp_path / "class"
    for student in ("ahn", "baek"):
        (folder / student).mkdir(parents=True)
        source = (SOLUTIONS / "unpooling.py").read_text()
        (folder / student / "unpooling.py").write_text(source)
    graded = command("course", "grade", folder, "--seed", "7", "--seed-per-student")
    assert graded.exit_code == 0, graded.stderr
    assert "seed 7, another for each student" in graded.stdout
    with Ledger(tmp_path / "class.ledger") as ledger:
        seeds = {entry.student: entry.result.seed for entry in ledger.record() if entry.result}
    assert seeds == {name: APART.seed_for(name) for name in ("ahn", "baek")}
