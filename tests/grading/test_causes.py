"""What ended a call is told in both languages."""

from __future__ import annotations

import pytest

from autograder.authoring.manifest import Task
from autograder.grading import causes
from autograder.grading.explain import message
from autograder.sandbox.protocol.errors import Cause, Crashed, Flooded, Raised, StudentEnd, TimedOut

ENDINGS = [
    TimedOut("longer", cause=cause, amount="10")
    for cause in (
        Cause.CALL_SECONDS,
        Cause.CALL_WALL_SECONDS,
        Cause.TASK_SECONDS,
        Cause.SUBMISSION_SECONDS,
        Cause.TASK_CPU_SECONDS,
    )
] + [Flooded("printed", cause=Cause.PRINTED, amount="10 MiB")]
DEATHS = [
    Crashed("died", cause=cause, amount="10")
    for cause in (
        Cause.EXITED,
        Cause.DIED,
        Cause.KILLED,
        Cause.DISCONNECTED,
        Cause.NOT_UNDERSTOOD,
    )
]
REFUSALS = [
    Raised("OSError", "refused", cause=cause)
    for cause in (
        Cause.DISK,
        Cause.OPEN_FILES,
        Cause.PROCESSES,
        Cause.PACKAGE,
        Cause.ENCODING,
    )
]


@pytest.mark.parametrize("ending", [*ENDINGS, *DEATHS, *REFUSALS], ids=lambda e: str(e.cause))
def test_every_cause_has_words_of_its_own_in_both_languages(ending: StudentEnd) -> None:
    told = message(ending, "f", Task("iou", 1, ()))
    for words in (told.en, told.ko):
        assert "{" not in words
        assert words != ending.detail
    assert any("가" <= letter <= "힣" for letter in told.ko)
    found = (causes.stopped(ending), causes.died(ending), causes.refused(ending))
    assert sum(words is not None for words in found) == 1


def test_all_causes_but_two_are_told_here() -> None:
    # Memory has a verdict of its own, which says it; the exception says what was refused.
    told = {ending.cause for ending in (*ENDINGS, *DEATHS, *REFUSALS)}
    assert told == {*Cause} - {Cause.MEMORY, Cause.REFUSED}


def test_a_limit_that_is_reached_at_import_names_the_file() -> None:
    ending = TimedOut("longer", cause=Cause.CALL_SECONDS, amount="10")
    ending.during_import = "iou.py"
    told = message(ending, "f", Task("iou", 1, ()))
    assert "while iou.py was imported" in told.en
    assert "import하는 동안" in told.ko


def test_a_flood_of_output_is_told_as_stopped_and_not_as_a_death() -> None:
    told = message(Flooded("x", cause=Cause.PRINTED, amount="64 MiB"), "f", Task("iou", 1, ()))
    assert told.en == "Stopped: it printed more than 64 MiB."
