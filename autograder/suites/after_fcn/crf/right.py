"""Right answers of `crf.py`, which wrong ones are described against."""

from __future__ import annotations

from collections.abc import Callable

from autograder.suites.after_fcn.crf import oracle

RIGHT: dict[str, Callable[..., object]] = {
    "appearance_kernel": oracle.appearance_kernel,
    "smoothness_kernel": oracle.smoothness_kernel,
    "mean_field_step": oracle.mean_field_step,
    "refine": oracle.refine,
}
