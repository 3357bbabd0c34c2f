"""Stand-ins for pooling and unpooling: values with their places."""

from __future__ import annotations

import torch

from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.stand_ins import Pooled, StandIn
from autograder.sandbox.worker.stand_in import stand_in_map, stand_in_pooled
from tests.support.loading import Load


def test_a_stand_in_for_pooling_gives_values_and_their_places(load: Load) -> None:
    source = """
    def pool(x, size): raise RuntimeError("wrong")
    def f(x): return pool(x, size=(2, 3))
    """
    student = Student(load(source)._conversation.channel)
    student.load("student", [StandIn("student", "pool", ("x", "size"), Pooled("x", "size"))])
    x = torch.rand(2, 3, 5, 7)
    values, places = stand_in_pooled(x, (2, 3))
    assert values.shape == places.shape == (2, 3, 2, 2)
    assert places[1, 2].tolist() == [[0, 1], [7, 8]]
    assert not torch.allclose(values, stand_in_pooled(x + 1, (2, 3))[0])
    assert torch.equal(student.f.item(0, of=2)(x), values)
    assert torch.equal(student.f.item(1, of=2)(x), places)


def test_a_stand_in_of_maps_tells_places_from_others() -> None:
    given = {"x": torch.rand(1, 2, 2, 2), "places": torch.arange(8).reshape(1, 2, 2, 2)}
    value = stand_in_map({**given, "size": (3, 5)}, "x", "size")
    assert value.dtype == torch.float32
    other = {**given, "places": given["places"] + 1, "size": (3, 5)}
    assert not torch.allclose(value, stand_in_map(other, "x", "size"))
