"""The hidden checks of `deconvnet.py`, and what they are made of."""

from __future__ import annotations

from autograder.authoring.manifest import Function, StandInSpec, Task
from autograder.sandbox.protocol.stand_ins import MapLike, Pooled
from autograder.suites.after_fcn.handout import DECONVNET

TASK = Task(
    "deconvnet",
    points=25,
    modules=("pooling", "unpooling", "deconvnet"),
    functions=(
        Function(
            "max_pool_with_switches", ("x", "size"), dtypes=(None, "int64"), section=DECONVNET
        ),
        Function("unpool_with_switches", ("x", "switches", "output_size"), section=DECONVNET),
        Function(
            "DeconvNet",
            ("num_classes", "base_channels", "fc_channels"),
            depends_on=("max_pool_with_switches", "unpool_with_switches"),
            section=DECONVNET,
        ),
    ),
    stand_ins=(
        StandInSpec("max_pool_with_switches", Pooled("x", "size")),
        StandInSpec("unpool_with_switches", MapLike("x", "output_size")),
    ),
    forbidden=(
        "max_pool*",
        "max_unpool*",
        "fractional_max_pool*",
        "adaptive_*",
        "_adaptive_*",
        "mkldnn_max_pool*",
        "quantized_max_pool*",
    ),
)
