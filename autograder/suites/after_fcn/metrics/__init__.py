"""The hidden checks of `metrics.py`, and what they are made of."""

from __future__ import annotations

from autograder.authoring.manifest import Function, Task
from autograder.suites.after_fcn.handout import METRICS

TASK = Task(
    "metrics",
    points=15,
    modules=(),
    functions=(
        Function("pixel_accuracy", ("confusion",), dtype="float64", section=METRICS),
        Function("mean_accuracy", ("confusion",), dtype="float64", section=METRICS),
        Function("mean_iu", ("confusion",), dtype="float64", section=METRICS),
        Function("frequency_weighted_iu", ("confusion",), dtype="float64", section=METRICS),
        Function(
            "segmentation_scores",
            ("prediction", "target", "num_classes", "ignore_index"),
            dtype="float64",
            labels=("prediction", "target"),
            depends_on=("pixel_accuracy", "mean_accuracy", "mean_iu", "frequency_weighted_iu"),
            section=METRICS,
        ),
    ),
)
