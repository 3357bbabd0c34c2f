"""Right answers of `deconvnet.py`, which wrong ones are described against."""

from __future__ import annotations

from collections.abc import Callable

RIGHT: dict[str, Callable[..., object]] = {}
