"""Where the random numbers of a call begin: at the same place, whatever was called before."""

from __future__ import annotations

import random
from typing import Final

import torch
from numpy import random as numpy_random  # with its parts, before a submission is in the path

# The seed of the run, which decides what the checks draw, never comes here: whoever knows a number
# derived from it can try all that it may be derived from.
CALL_SEED: Final = 0


def begin() -> None:
    """Set the generators of torch, NumPy and Python to CALL_SEED."""
    # Not torch.manual_seed, which asks about CUDA at every call. A card has a generator once
    # CUDA has started.
    for generator in (torch.default_generator, *torch.cuda.default_generators):
        generator.manual_seed(CALL_SEED)
    numpy_random.seed(CALL_SEED)
    random.seed(CALL_SEED)
