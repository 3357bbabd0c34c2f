"""What tests of the sandbox need of this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch


@pytest.fixture
def settable_flags() -> Iterator[None]:
    """Let `torch.backends.cudnn.allow_tf32` be set: torch's own tests, once imported, forbid it."""
    with getattr(torch.backends, "__allow_nonbracketed_mutation")():
        yield
