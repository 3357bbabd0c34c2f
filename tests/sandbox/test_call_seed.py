"""What a worker sees of chance foretells nothing of what the checks draw."""

from __future__ import annotations

import msgspec
import torch

from autograder.sandbox.protocol.messages import Invoke
from tests.support.loading import Load

SOURCE = """
import random
import numpy
import torch

def seen(x):
    return torch.tensor([torch.initial_seed(), random.random(), numpy.random.rand()]).double()
"""


def test_the_seed_of_a_run_is_not_sent_to_a_worker() -> None:
    assert "seed" not in {field.name for field in msgspec.structs.fields(Invoke)}


def test_chance_begins_alike_at_every_call_of_every_submission(load: Load) -> None:
    first, second = load(SOURCE), load(SOURCE)
    x = torch.ones(1)
    assert torch.equal(first.seen(x), first.seen(x))
    assert torch.equal(first.seen(x), second.seen(x))
    assert int(first.seen(x)[0]) == 0
