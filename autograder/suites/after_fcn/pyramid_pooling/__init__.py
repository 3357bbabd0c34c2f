"""The hidden checks of `pyramid_pooling.py`, and what they are made of."""

from __future__ import annotations

from autograder.authoring.manifest import Function, StandInSpec, Task
from autograder.sandbox.protocol.stand_ins import MapLike
from autograder.suites.after_fcn.handout import PYRAMID

TASK = Task(
    "pyramid_pooling",
    points=20,
    modules=("bins_and_sizes", "pyramid"),
    functions=(
        Function("bin_pool2d", ("x", "bins"), section=PYRAMID),
        Function("bilinear_resize", ("x", "size"), section=PYRAMID),
        Function(
            "PyramidPooling",
            ("in_channels", "bins"),
            depends_on=("bin_pool2d", "bilinear_resize"),
            section=PYRAMID,
        ),
    ),
    stand_ins=(
        StandInSpec("bin_pool2d", MapLike("x", "bins")),
        StandInSpec("bilinear_resize", MapLike("x", "size")),
    ),
    by_library=("bin_pool2d", "bilinear_resize", "PyramidPooling"),
    forbidden=(
        "adaptive_*",
        "_adaptive_*",
        "upsample_*",
        "_upsample_*",
        "*grid_sampler*",
    ),
)
