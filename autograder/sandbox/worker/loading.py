"""Importing the files of a submission where operations are excluded.

A comparison with the library while a file is imported is no offence, and has no result here. A
file whose import reached an excluded operation and failed is imported once more, statement by
statement: from the first that reaches one on, a statement that fails is passed over, unless it
defines or imports something. A name that it was to bind stands for nothing, and using the name
counts as using the operation.
"""

from __future__ import annotations
import __future__

import ast
import sys
from collections.abc import Iterator, Sequence
from functools import reduce
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from operator import or_
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Never

from autograder.sandbox.worker.forbidden import ForbiddenOperation, Guard

# What other code needs, so that an error of its own is told as one.
DEFINITIONS: Final = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
)
FUTURES: Final = reduce(
    or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)


class Files:
    """A finder of the Python files in one folder, in force from `begin` to `end`."""

    def __init__(self, folder: Path, guard: Guard) -> None:
        self._folder = folder
        self._guard = guard

    def begin(self) -> None:
        """Come before the finder that would read the files from `sys.path`."""
        sys.meta_path.insert(sys.meta_path.index(PathFinder), self)

    def end(self) -> None:
        """Leave the process as it was found."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The file of this name, for Python's import."""
        file = self._folder / f"{name}.py"
        return None if path is not None or not file.is_file() else self.spec(name)

    def spec(self, name: str) -> ModuleSpec | None:
        """The spec to import under this name, whether or not there is such a file."""
        file = self._folder / f"{name}.py"
        loader = Loader(name, str(file), self._guard)
        return spec_from_file_location(name, file, loader=loader)


class Loader(SourceFileLoader):
    """Python's own, with a second way for files that compare themselves with the library."""

    def __init__(self, name: str, path: str, guard: Guard) -> None:
        super().__init__(name, path)
        self._guard = guard

    def exec_module(self, module: ModuleType) -> None:
        """Run the file."""
        names, before = vars(module), dict(vars(module))
        try:
            super().exec_module(module)
        except Exception:
            if self._guard.reached is None:
                raise
        else:
            return
        names.clear()
        names.update(before)
        self._guard.reached = None
        self._run_statements(names)

    def _run_statements(self, names: dict[str, Any]) -> None:
        source = self.get_data(self.path)
        flags = self.source_to_code(source, self.path).co_flags & FUTURES
        for statement in ast.parse(source, self.path).body:
            part = ast.Module([statement], [])
            try:
                exec(compile(part, self.path, "exec", flags, dont_inherit=True), names)
            except Exception as error:
                reached = self._guard.reached
                defines = isinstance(statement, DEFINITIONS)
                if reached is None or (defines and not isinstance(error, ForbiddenOperation)):
                    raise
                for name in _bound(statement):
                    names.setdefault(name, Withheld.by(self._guard, reached))


class Withheld:
    """Stands for the result of an excluded operation; every use counts as one of the operation."""

    _guard: Guard
    _operation: str

    @classmethod
    def by(cls, guard: Guard, operation: str) -> Withheld:
        """One that tells this guard of its uses."""
        kind = type("Withheld", (cls,), {"_guard": guard, "_operation": operation})
        made: Withheld = kind()
        return made

    def __getattr__(self, name: str) -> Never:
        self._refuse()

    @classmethod
    def _refuse(cls, *args: object, **kwargs: object) -> Never:
        cls._guard.refuse(cls._operation)

    __torch_function__ = _refuse


_USES = """
    call getitem setitem delitem contains iter next len bool int float complex index array
    str repr format eq ne lt le gt ge add radd sub rsub mul rmul matmul rmatmul truediv rtruediv
    floordiv rfloordiv mod rmod pow rpow neg pos abs invert and rand or ror enter
"""
for _use in _USES.split():
    setattr(Withheld, f"__{_use}__", vars(Withheld)["_refuse"])


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds, or a few more."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
