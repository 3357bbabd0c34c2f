"""The hidden checks of `atrous.py`, and what they are made of."""

from __future__ import annotations

from autograder.authoring.manifest import Function, Task
from autograder.suites.after_fcn.handout import ATROUS

TASK = Task(
    "atrous",
    points=25,
    modules=(),
    functions=(
        Function("effective_kernel_size", ("kernel_size", "rate"), section=ATROUS),
        Function("receptive_field", ("layers",), section=ATROUS),
        Function("atrous_conv2d", ("x", "weight", "bias", "rate", "padding"), section=ATROUS),
        Function("with_output_stride", ("layers", "output_stride"), section=ATROUS),
        Function(
            "ASPP",
            ("in_channels", "out_channels", "rates"),
            depends_on=("atrous_conv2d",),
            section=ATROUS,
        ),
    ),
)
