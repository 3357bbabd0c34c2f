"""Figures and kernels, which have no gradients, as steps of an expected value."""

from __future__ import annotations

import pytest

from autograder.document.result import Check
from autograder.grading.assignments import load_assignment
from autograder.grading.grade import grade
from autograder.grading.grading_run import GradingRun
from autograder.sandbox.grader.client import Sandbox
from autograder.sandbox.grader.intake import SubmissionFiles
from corpus.solution import solution_files

FIGURES = ("pixel_accuracy", "mean_accuracy", "mean_iu", "frequency_weighted_iu")
COUNTS = "counts.reshape(num_classes, num_classes)"
CONSTANT = "".join(
    f"\n\ndef {name}(confusion):\n    return torch.tensor(0.0, dtype=torch.float64)\n"
    for name in FIGURES
)
NOTHING_COUNTED = (COUNTS, "torch.zeros(num_classes, num_classes, dtype=torch.int64)")
# Without the classes that are absent, 0 / 0 makes all NaN.
NOT_A_NUMBER = ("(n.diagonal()[counted] / u[counted]).mean()", "(n.diagonal() / u).mean()")
WIDE = ("/ (2 * theta_gamma**2)", "/ theta_gamma**2")


def lost(prepared: Sandbox, task: str, *changes: tuple[str, str], more: str = "") -> set[str]:
    """The functions that lose points with these changes of the solution."""
    checks = graded(prepared, task, *changes, more=more)
    return {check.function for check in checks if check.earned < check.points}


def graded(
    prepared: Sandbox, task: str, *changes: tuple[str, str], more: str = ""
) -> tuple[Check, ...]:
    assignment = load_assignment("after_fcn")
    source = solution_files("after_fcn")[f"{task}.py"]
    for right, wrong in changes:
        assert source.count(right) == 1
        source = source.replace(right, wrong)
    tasks = [each for each in assignment.tasks if each.name == task]
    submitted = SubmissionFiles({f"{task}.py": (source + more).encode()})
    return grade(submitted, GradingRun.of(assignment, seed=3, tasks=tasks), prepared).checks


def test_constant_figures_of_a_matrix_that_counts_nothing_are_no_step(prepared: Sandbox) -> None:
    checks = graded(prepared, "metrics", NOTHING_COUNTED, more=CONSTANT)
    earned = {each.id for each in checks if each.function == "segmentation_scores" and each.earned}
    assert earned == {"metrics.refuses_labels_outside", "metrics.refuses_other_shapes"}


@pytest.mark.parametrize("more", [CONSTANT, ""])
def test_scores_that_hand_a_wrong_figure_on_keep_their_points(prepared: Sandbox, more: str) -> None:
    found = lost(prepared, "metrics", *([] if more else [NOT_A_NUMBER]), more=more)
    assert found == (set(FIGURES) if more else {"mean_iu"})


NO_KERNEL = """

def smoothness_kernel(height, width, theta_gamma):
    return torch.zeros(height * width, height * width, dtype=torch.float64)
"""


@pytest.mark.parametrize("more", [NO_KERNEL, ""])
def test_what_refines_with_a_wrong_kernel_keeps_its_points(prepared: Sandbox, more: str) -> None:
    found = lost(prepared, "crf", *([] if more else [WIDE]), more=more)
    assert found == {"smoothness_kernel"}
