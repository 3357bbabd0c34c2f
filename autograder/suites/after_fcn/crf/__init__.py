"""The hidden checks of `crf.py`, and what they are made of."""

from __future__ import annotations

from autograder.authoring.manifest import Function, StandInSpec, Task
from autograder.sandbox.protocol.stand_ins import MapLike, Pairs
from autograder.suites.after_fcn.handout import CRF

TASK = Task(
    "crf",
    points=15,
    modules=("kernels", "mean_field"),
    functions=(
        Function("appearance_kernel", ("image", "theta_alpha", "theta_beta"), section=CRF),
        Function(
            "smoothness_kernel", ("height", "width", "theta_gamma"), dtype="float64", section=CRF
        ),
        Function("mean_field_step", ("q", "unary", "kernel"), section=CRF),
        Function(
            "refine",
            (
                "scores",
                "image",
                "steps",
                "appearance_weight",
                "smoothness_weight",
                "theta_alpha",
                "theta_beta",
                "theta_gamma",
            ),
            depends_on=("appearance_kernel", "smoothness_kernel", "mean_field_step"),
            section=CRF,
        ),
    ),
    stand_ins=(
        StandInSpec("appearance_kernel", Pairs("image")),
        StandInSpec("smoothness_kernel", Pairs(size=("height", "width"))),
        StandInSpec("mean_field_step", MapLike("q")),
    ),
)
