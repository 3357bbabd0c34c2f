"""The hidden checks of `atrous.py`, and what they are made of."""

from __future__ import annotations

from autograder.authoring.manifest import Function, StandInSpec, Task
from autograder.sandbox.protocol.messages import DILATED_CONVOLUTION
from autograder.sandbox.protocol.stand_ins import Mixed
from autograder.suites.after_fcn.handout import ATROUS

TASK = Task(
    "atrous",
    points=25,
    modules=("kernels_and_strides", "atrous_conv2d", "aspp"),
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
    stand_ins=(
        StandInSpec(
            "atrous_conv2d",
            gives=Mixed("x", "weight"),
            defaults=(("bias", None), ("rate", 1), ("padding", 0)),
        ),
    ),
    forbidden=(DILATED_CONVOLUTION,),
)
