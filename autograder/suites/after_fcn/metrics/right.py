"""Right answers of `metrics.py`, which wrong ones are described against."""

from __future__ import annotations

from collections.abc import Callable

from autograder.suites.after_fcn.metrics import oracle

RIGHT: dict[str, Callable[..., object]] = {
    **oracle.FIGURES,
    "segmentation_scores": oracle.segmentation_scores,
}
