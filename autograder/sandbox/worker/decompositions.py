"""PyTorch's own Python versions of operations, out of reach where the operations are excluded.

`torch._decomp.decompositions` computes many operations by others, for compilers and exporters.
What it has for an excluded operation is the operation by another name. Its functions are closed
where they are, by other code in the same objects, so it does not matter by which table, module or
alias they are reached.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from types import CodeType, FunctionType
from typing import Any, Final

from torch import _decomp
from torch._decomp import decompositions

MODULE: Final = decompositions.__name__
SOURCE: Final = decompositions.__file__
# Tables of functions that compute values; a third one, "meta", computes shapes.
TABLES: Final = ("pre_autograd", "post_autograd")
REFUSE: Final = "_not_available_here"


class Decompositions:
    """The functions that compute these operations, and the helpers of no other function."""

    def __init__(self, operations: Collection[str], refuse: Callable[[str], object]) -> None:
        excluded: set[FunctionType] = set()
        allowed: set[FunctionType] = set()
        for operation, functions in _FUNCTIONS.items():
            (excluded if operation in operations else allowed).update(functions)
        closed = excluded - allowed
        while parts := {f for f, of in _CALLERS.items() if of <= closed} - closed - allowed:
            closed |= parts
        self._open = {each: each.__code__ for each in closed}
        self._refuse = refuse

    def close(self) -> None:
        """Let every call be a refusal."""
        setattr(decompositions, REFUSE, self._refuse)
        for function in self._open:
            function.__code__ = _refusing.__code__.replace(co_consts=(None, function.__name__))

    def close_permanently(self) -> None:
        """Close, and forget what they did."""
        self.close()
        self._open.clear()

    def open(self) -> None:
        """Undo `close`."""
        for function, code in self._open.items():
            function.__code__ = code


def _refusing(*args: object, **kwargs: object) -> None:
    _not_available_here("name")  # type: ignore[name-defined]  # noqa: F821  # in their module


assert _refusing.__code__.co_consts == (None, "name")


def _own(entry: object) -> set[FunctionType]:
    """The module's own functions inside an entry of a table, under any decorators."""
    found: set[FunctionType] = set()
    waiting: list[Any] = [entry]
    while waiting:
        function = waiting.pop()
        if isinstance(function, FunctionType) and function not in found:
            found.add(function)
            waiting.append(getattr(function, "__wrapped__", None))
            waiting += [cell.cell_contents for cell in function.__closure__ or ()]
    # A decorator's wrapper has the variables of its decorator; what it wraps has none.
    return {f for f in found if f.__code__.co_filename == SOURCE and not f.__closure__}


def _functions() -> dict[str, set[FunctionType]]:
    """The module's functions for each operation that it computes."""
    found: dict[str, set[FunctionType]] = {}
    for table in TABLES:
        for operation, entry in _decomp.global_decomposition_table[table].items():
            found.setdefault(operation.name(), set()).update(_own(entry))
    return found


def _callers() -> dict[FunctionType, set[FunctionType]]:
    """The module's functions that others of it call, with these."""
    named = {name: _own(value) for name, value in vars(decompositions).items()}
    found: dict[FunctionType, set[FunctionType]] = {}
    for caller in set().union(*named.values()):
        for name in _names(caller.__code__):
            for called in named.get(name, set()) - {caller}:
                found.setdefault(called, set()).add(caller)
    return found


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


# Once, before there are workers.
_FUNCTIONS: Final = _functions()
_CALLERS: Final = _callers()
