"""Which courses are ours: one Jupyter server may serve others beside them."""

from __future__ import annotations

from typing import Any

# A section that `configure` sets.
SECTION = "TrustedAutograde"


def is_ours(parent: Any) -> bool:
    """Whether what has this parent belongs to a course that `configure` was called for."""
    return parent is None or SECTION in parent.config
