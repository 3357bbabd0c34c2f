"""Right answers of `deconvnet.py`, which wrong ones are described against."""

from __future__ import annotations

from collections.abc import Callable

from autograder.suites.after_fcn.deconvnet.right_deconvnet import (
    RightDeconvNet,
    max_pool_with_switches,
    unpool_with_switches,
)

RIGHT: dict[str, Callable[..., object]] = {
    "max_pool_with_switches": lambda x, size: max_pool_with_switches(x, size),
    "unpool_with_switches": unpool_with_switches,
    "DeconvNet": RightDeconvNet,
}
