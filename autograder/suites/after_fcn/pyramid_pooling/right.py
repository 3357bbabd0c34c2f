"""Right answers of `pyramid_pooling.py`, which wrong ones are described against."""

from __future__ import annotations

from collections.abc import Callable

from autograder.suites.after_fcn.pyramid_pooling import oracle

RIGHT: dict[str, Callable[..., object]] = {
    "bin_pool2d": oracle.bin_pool2d,
    "bilinear_resize": oracle.bilinear_resize,
    "PyramidPooling": oracle.PyramidPooling,
}
