"""Form counts only beside a right value of the same function."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest

from autograder.authoring.marks import Aspect
from autograder.document.result import Check
from autograder.document.text import Text
from autograder.grading.substance import forfeit_form
from autograder.sandbox.protocol.errors import Verdict
from corpus.graders import Graders
from corpus.idle import MOST, Idleness, Outcome

ABOUT: Mapping[str, Aspect] = {
    "t.value": "values",
    "t.other_value": "values",
    "t.dtype": "form",
    "t.refuses": "errors",
    "t.children": "layers",
}


def checks(**verdicts: Verdict) -> list[Check]:
    """A check of `f` for each; the rest have passed."""
    return [
        Check(
            id=name,
            task="t",
            function="f",
            title=Text(f"About {name}", f"{name}에 대하여"),
            points=1.0,
            earned=float(verdict is Verdict.PASSED),
            verdict=verdict,
        )
        for name in ABOUT
        for verdict in [verdicts.get(name.removeprefix("t."), Verdict.PASSED)]
    ]


def earned(**verdicts: Verdict) -> dict[str, float]:
    return {check.id: check.earned for check in forfeit_form(checks(**verdicts), ABOUT)}


def test_form_is_lost_where_no_value_is_right() -> None:
    points = earned(value=Verdict.FAILED, other_value=Verdict.ERROR)
    assert points == {
        "t.value": 0,
        "t.other_value": 0,
        "t.dtype": 0,
        "t.refuses": 1,
        "t.children": 1,
    }


def test_one_right_value_is_enough_for_form() -> None:
    assert earned(value=Verdict.FAILED)["t.dtype"] == 1


def test_an_undecided_value_takes_no_form() -> None:
    points = earned(value=Verdict.FAILED, other_value=Verdict.UNDECIDED)
    assert points["t.dtype"] == 1


def test_the_values_of_another_function_do_not_count() -> None:
    other = [check for check in checks() if check.id == "t.value"]
    others = [msgspec.structs.replace(each, function="g") for each in other]
    mine = [check for check in checks(other_value=Verdict.FAILED) if check.id != "t.value"]
    kept = forfeit_form([*others, *mine], ABOUT)
    assert {check.id: check.earned for check in kept}["t.dtype"] == 0


def test_forfeited_points_say_where_to_begin() -> None:
    lost = forfeit_form(checks(value=Verdict.FAILED, other_value=Verdict.FAILED), ABOUT)
    (form,) = [check for check in lost if check.id == "t.dtype"]
    assert form.verdict is Verdict.FAILED
    assert form.message is not None
    assert "Start with: About t.value." in form.message.en
    assert "t.value에 대하여" in form.message.ko


WHOLE = {
    "unpooling": ("nearest_unpool2d", "bed_of_nails_unpool2d", "max_unpool2d"),
    "iou": ("predict_labels", "confusion_matrix", "iou_per_class", "mean_iou"),
}


@pytest.fixture(scope="module")
def graders() -> object:
    with Graders(1) as graders:
        yield graders


@pytest.mark.parametrize("kind", ["nan", "zeros", "input"])
@pytest.mark.parametrize("task", WHOLE)
def test_computing_nothing_earns_nothing(graders: Graders, task: str, kind: str) -> None:
    idle = Idleness(task, dict.fromkeys(WHOLE[task], kind), whole=True)
    outcome = Outcome(idle, graders.grade(idle.files(), task, 3).result())
    assert outcome.exceptions() == []
    assert outcome.graded.earned <= MOST[task]


def test_an_idle_function_costs_no_other_its_points(graders: Graders) -> None:
    idle = Idleness("fcn8s", {"fuse_skip": "nan"}, whole=False)
    outcome = Outcome(idle, graders.grade(idle.files(), "fcn8s", 3).result())
    assert outcome.exceptions() == []
    assert {loss.function for loss in outcome.graded.losses} == {"fuse_skip"}
