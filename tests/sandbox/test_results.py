"""Results that are more or less than one tensor: an item of several, and plain numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from autograder.sandbox.grader.inprocess import InProcess
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import WrongKind
from tests.support.loading import Load

FUNCTIONS = """
import numpy, torch

def pair(x): return 2 * x, x.argmax()
def listed(x): return [2 * x, x.argmax()]
def named(x): return torch.max(x, 0)
def single(x): return x
def half(x): return x, None
def masks(x): return x, x > 0
def integer(): return 7
def fraction(): return 0.5
def table(): return [(3, 1, 1), (3, 2, 4)]
def mixed(): return [1, 0.5]
def nothing(): return []
def numpy_number(): return numpy.int64(7)
def flag(): return True
def words(): return "7"
def ragged(): return [(1, 2), (3,)]
def deep():
    value = 1
    for _ in range(50): value = [value]
    return value
def huge(): return 2**80
def one_huge(): return [2**80, 0.5]
def uneven(): return [[1, 2], [3]]
def strings(): return ["7"]
def tensor(): return torch.tensor(7)
def endless(): return [0] * 100_000
"""


@pytest.fixture
def student(tmp_path: Path) -> Student:
    (tmp_path / "unlikely_results.py").write_text(FUNCTIONS)
    student = Student(InProcess(tmp_path))
    student.load("unlikely_results")
    return student


@pytest.mark.parametrize("name", ["pair", "listed"])
def test_an_item_of_a_tuple_or_list_is_taken(student: Student, name: str) -> None:
    x, function = torch.tensor([1.0, 5.0, 2.0]), getattr(student, name)
    assert torch.equal(function.item(0, of=2)(x), 2 * x)
    assert function.item(1, of=2)(x) == 1


def test_an_item_of_a_named_tuple_is_taken(student: Student) -> None:
    assert student.named.item(1, of=2)(torch.tensor([1.0, 5.0])) == 1


def test_an_item_has_its_gradient(student: Student) -> None:
    x, g = torch.tensor([1.0, 5.0]), torch.tensor([3.0, 4.0])
    _, (gradient,) = student.pair.item(0, of=2).vjp(g, x, wrt=(0,))
    assert gradient is not None
    assert torch.equal(gradient, 2 * g)


def test_the_call_says_which_item_was_taken(student: Student) -> None:
    student.pair.item(1, of=2)(torch.ones(2))
    assert student.calls[-1].item == 1


@pytest.mark.parametrize(
    ("name", "of", "kind"),
    [
        ("single", 2, "a Tensor"),
        ("pair", 3, "a tuple of length 2"),
        ("half", 2, "a tuple that holds a NoneType"),
        ("masks", 2, "a tensor of bool"),
    ],
)
def test_what_is_no_such_tuple_is_told(student: Student, name: str, of: int, kind: str) -> None:
    with pytest.raises(WrongKind) as told:
        getattr(student, name).item(1, of=of)(torch.ones(2))
    assert (told.value.kind, told.value.wanted) == (kind, "a tuple of tensors")
    assert told.value.of == of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("integer", torch.tensor(7)),
        ("numpy_number", torch.tensor(7)),
        ("fraction", torch.tensor(0.5, dtype=torch.float64)),
        ("table", torch.tensor([[3, 1, 1], [3, 2, 4]])),
        ("mixed", torch.tensor([1, 0.5], dtype=torch.float64)),
        ("nothing", torch.tensor([], dtype=torch.int64)),
    ],
)
def test_numbers_arrive_as_a_tensor(student: Student, name: str, expected: torch.Tensor) -> None:
    got = getattr(student, name).numbers()
    assert got.dtype == expected.dtype
    assert torch.equal(got, expected)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("flag", "a bool"),
        ("words", "a str"),
        ("ragged", "a list of rows of different lengths"),
        ("uneven", "a list of rows of different lengths"),
        ("deep", "a list of something else than numbers"),
        ("endless", "a list of more than 10000 numbers"),
        ("strings", "a list of something else than numbers"),
        ("huge", "an int, far too large"),
        ("one_huge", "a list that holds an int, far too large"),
        ("tensor", "a Tensor"),
    ],
)
def test_what_is_no_number_is_told(student: Student, name: str, kind: str) -> None:
    with pytest.raises(WrongKind) as told:
        getattr(student, name).numbers()
    assert (told.value.kind, told.value.wanted) == (kind, "numbers")


@pytest.mark.parametrize("name", ["integer", "pair"])
def test_numbers_and_tuples_are_no_tensor_where_one_belongs(student: Student, name: str) -> None:
    arguments = () if name == "integer" else (torch.ones(2),)
    with pytest.raises(WrongKind) as told:
        getattr(student, name)(*arguments)
    assert told.value.wanted == "a tensor"


@pytest.mark.parametrize("name", ["calls", "credited", "linear", "load", "settings", "word"])
def test_a_function_is_found_whatever_its_name_means_here(load: Load, name: str) -> None:
    student = load(f"def {name}(x): return 3 * x")
    assert student.function(name)(torch.ones(())) == 3
