"""CUDA's start in a worker that may use it, before anything of a submission runs.

It takes seconds, which are none of a call's, and where it fails no student's code did it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch

# The driver's own file. Landlock does not hide that a file is there.
DRIVER: Final = Path("/dev/nvidiactl")


def start() -> str:
    """Start CUDA and make its context; the reason where that fails, "" where it does not.

    Without a driver nothing is started: the first call that wants the GPU is told so.
    """
    if not DRIVER.exists():
        return ""
    try:
        torch.cuda.init()
        torch.zeros(1, device="cuda").item()
    except (RuntimeError, AssertionError, OSError, torch.cuda.DeferredCudaCallError) as error:
        return " ".join([f"{type(error).__name__}:", *str(error).strip().splitlines()[:1]])
    return ""
