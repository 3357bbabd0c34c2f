"""No entry of a class's folder takes anything from the others, whatever it is.

`python -m quality.odd_class --stoppers 20` grades a class in which every third is such an entry.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.class_reports import ReportOptions, write_reports
from autograder.course.entries import Entry
from autograder.course.ledger import Ledger
from autograder.course.policy import Policy
from autograder.course.run import Job, prepare
from autograder.course.submissions import find
from autograder.sandbox.grader.intake import stage
from corpus.attacks.stoppers import HONEST, STOPPERS, Stopper

FILES = {"iou.py": f"# {HONEST}\n", "unpooling.py": "x = 1\n"}


@pytest.fixture(params=STOPPERS, ids=lambda stopper: stopper.name)
def stopper(request: pytest.FixtureRequest) -> Stopper:
    found: Stopper = request.param
    return found


@pytest.fixture
def work(stopper: Stopper, tmp_path: Path) -> dict[str, Job | Entry]:
    """What is to be done for each of three students, of whom the second is the stopper."""
    folder = tmp_path / "class"
    for name in ("a", "z"):
        (folder / name).mkdir(parents=True)
        (folder / name / "iou.py").write_text("x = 1\n")
    stopper.write(folder / "m", FILES)
    submissions = find(folder, "segmentation")
    prepared = prepare(submissions, Policy("segmentation", seed=1), lambda student, key: False)
    return {entry.student: entry for entry in prepared}


def test_there_are_honest_ones_before_and_behind_it(work: dict[str, Job | Entry]) -> None:
    assert len(work) == 3
    assert isinstance(work["a"], Job)
    assert isinstance(work["z"], Job)


def test_it_is_taken_where_it_is_honest_and_has_a_reason_otherwise(
    stopper: Stopper, work: dict[str, Job | Entry]
) -> None:
    (odd,) = (each for name, each in work.items() if name not in ("a", "z"))
    if isinstance(odd, Entry):
        assert not stopper.taken
        assert odd.reason
        assert odd.reason.isprintable()
    elif stopper.taken:
        assert odd.submitted.files["unpooling.py"] == b"x = 1\n"
    else:
        assert odd.submitted.problems["iou.py"].isprintable()


def test_a_ledger_and_reports_hold_it(work: dict[str, Job | Entry], tmp_path: Path) -> None:
    wanted = ReportOptions(csv=True, json_lines=True, junit=True, gradescope=True)
    with Ledger(tmp_path / "class.ledger") as ledger:
        for student, each in work.items():
            ledger.add(Entry(student, each.key, 100, 0.0, reason="not graded"))
        write_reports(ledger.record(), lambda there: (), tmp_path / "reports", "class", wanted)
        assert len(list(ledger.record())) == 3


def test_what_is_taken_of_it_can_be_laid_out(work: dict[str, Job | Entry], tmp_path: Path) -> None:
    for number, each in enumerate(work.values()):
        if isinstance(each, Job):
            staged = stage(each.submitted, tmp_path / f"copy{number}")
            assert set(staged.hashes) == set(each.submitted.files)
