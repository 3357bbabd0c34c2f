"""The hidden checks of `metrics.py`, and what they are made of."""

from __future__ import annotations

from autograder.authoring.manifest import Function, StandInSpec, Task
from autograder.sandbox.protocol.stand_ins import Figures
from autograder.suites.after_fcn.handout import METRICS

FIGURES = ("pixel_accuracy", "mean_accuracy", "mean_iu", "frequency_weighted_iu")

TASK = Task(
    "metrics",
    points=15,
    modules=("figures", "segmentation_scores"),
    functions=(
        *(Function(name, ("confusion",), dtype="float64", section=METRICS) for name in FIGURES),
        Function(
            "segmentation_scores",
            ("prediction", "target", "num_classes", "ignore_index"),
            dtype="float64",
            labels=("prediction", "target"),
            depends_on=FIGURES,
            section=METRICS,
        ),
    ),
    stand_ins=tuple(StandInSpec(name, gives=Figures("confusion", mean=True)) for name in FIGURES),
)
