"""Right answers of `atrous.py`, which wrong ones are described against."""

from __future__ import annotations

from collections.abc import Callable

from autograder.suites.after_fcn.atrous import oracle

RIGHT: dict[str, Callable[..., object]] = {
    "effective_kernel_size": oracle.effective_kernel_size,
    "receptive_field": oracle.receptive_field,
    "atrous_conv2d": oracle.atrous_conv2d,
    "with_output_stride": oracle.with_output_stride,
    "ASPP": oracle.ASPP,
}
