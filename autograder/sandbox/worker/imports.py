"""The imports of a graded file, the same on every machine.

The standard library, torch, numpy and the files beside it import as ever. What is left over from
the notebook (`LEFT_OVER`) is a name without anything behind it, whether or not the package is
installed: while the file is imported, attributes, calls, items and subclasses of such a name are
such names again (`plt.rcParams["figure.dpi"] = 100`, `class Shapes(VisionDataset)`, `figure, axes =
plt.subplots()`); only a loop over one is an error there, for it would leave out what its body does.
Once the file is imported every use is an ImportError that says so. Nothing else imports, installed
or not.

The rule holds for import statements in the files of a submission, `__import__` and
`importlib.import_module`. What torch and numpy import for themselves is not looked at. A finder in
`sys.meta_path` would not do: torch has imported tqdm where it could, and a module that is there
is never looked for.
"""

from __future__ import annotations

import builtins
import dis
import importlib
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from autograder.sandbox.protocol.messages import Touched
from autograder.sandbox.worker.source import demand_text

MACHINE_CODE: Final = ("ctypes", "_ctypes", "cffi", "_cffi_backend")
LEFT_OVER: Final = ("matplotlib", "torchvision", "tqdm", "PIL")
ALLOWED: Final = frozenset(
    {"torch", "numpy", "__main__", *sys.stdlib_module_names, *sys.builtin_module_names}
)


class Imports:
    """The rule for the files of one folder, from `begin` to `end`.

    `beside` are modules that take the place of files which are not there. `touch` is told of
    imports that no honest file has a use for.
    """

    def __init__(
        self,
        folder: Path,
        beside: Collection[str] = (),
        touch: Callable[[Touched], object] = lambda touched: None,
    ) -> None:
        self._folder = folder
        self._beside = frozenset(beside)
        self._touch = touch
        self.graded = False

    def begin(self) -> None:
        """Be in force for every file of the folder."""
        if not _in_force:
            builtins.__import__, importlib.import_module = _statement, _function  # type: ignore[assignment]
        _in_force[str(self._folder)] = self

    def end(self) -> None:
        """Leave the process as it was found."""
        if _in_force.get(str(self._folder)) is self:
            del _in_force[str(self._folder)]
        if not _in_force and builtins.__import__ is _statement:
            builtins.__import__, importlib.import_module = _import, _import_module

    def empty(self, name: str) -> Empty | None:
        """The name without anything behind it; None where there is a real module to import.

        Raises ModuleNotFoundError for what may not be imported, SyntaxError for a file beside that
        is no text.
        """
        top = name.partition(".")[0]
        if top in MACHINE_CODE:
            self._touch("ctypes")
        if top in ALLOWED or top in self._beside:
            return None
        if (file := self._folder / f"{top}.py").exists():
            demand_text(file)
            return None
        if top in LEFT_OVER:
            return Empty(name, self)
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)


class Empty:
    """A name without anything behind it."""

    _path: str
    _imports: Imports

    def __init__(self, path: str, imports: Imports) -> None:
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_imports", imports)

    def __getattr__(self, name: str) -> Empty:
        if name.startswith("__"):  # questions that Python itself asks of anything
            raise AttributeError(name)
        return self._part(f".{name}")

    def __setattr__(self, name: str, value: object) -> None:
        self._part(f".{name}")

    def __call__(self, *args: object, **kwargs: object) -> Empty:
        return self._part("()")

    def __getitem__(self, key: object) -> Empty:
        return self._part("[]")

    def __setitem__(self, key: object, value: object) -> None:
        self._part("[]")

    def __enter__(self) -> Empty:
        return self._part("")

    def __exit__(self, *error: object) -> None:
        self._part("")

    def __or__(self, other: object) -> Empty:  # an annotation, `Image | None`
        return self._part("")

    __ror__ = __or__

    def __instancecheck__(self, instance: object) -> bool:
        self._part("")
        return False

    def __mro_entries__(self, bases: Sequence[object]) -> tuple[type, ...]:
        self._part("")
        return ()

    def __iter__(self) -> Iterator[Empty]:
        # `figure, axes = plt.subplots()` says how many there are; a loop does not.
        code, at = sys._getframe(1).f_code.co_code, sys._getframe(1).f_lasti
        if self._imports.graded or dis.opname[code[at]] != "UNPACK_SEQUENCE":
            raise self._used(self._path)
        return iter([self._part("[]") for _ in range(code[at + 1])])

    def __bool__(self) -> bool:
        self._part("")
        return True

    def _part(self, suffix: str) -> Empty:
        path = f"{self._path}{suffix}"
        if self._imports.graded:
            raise self._used(path)
        return Empty(path, self._imports)

    def _used(self, path: str) -> ImportError:
        top = self._path.partition(".")[0]
        return ImportError(f"{path} is used, but {top} is an empty name here", name=top)

    def _with(self, names: Sequence[str]) -> Empty:
        """The same with these parts, which may be had even when every use is an error."""
        for name in names:
            vars(self)[name] = Empty(f"{self._path}.{name}", self._imports)
        return self


def is_refusal(error: ImportError) -> bool:
    """Whether an error comes from what graded files may not import or use."""
    name = ImportError.__dict__["name"].__get__(error)
    if not isinstance(name, str):
        return False
    top = name.partition(".")[0]
    if isinstance(error, ModuleNotFoundError):
        return top not in ALLOWED
    return top in LEFT_OVER


_in_force: dict[str, Imports] = {}
_import = builtins.__import__
_import_module = importlib.import_module


def _rule(variables: Mapping[str, Any] | None) -> Imports | None:
    """The rule for the file whose global variables these are."""
    file = None if variables is None else variables.get("__file__")
    return _in_force.get(os.path.dirname(file)) if isinstance(file, str) else None


def _statement(
    name: str,
    globals: Mapping[str, object] | None = None,
    locals: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    rule = _rule(sys._getframe(1).f_globals if globals is None else globals)
    found = None if rule is None or level else rule.empty(name)
    if rule is None or found is None:
        return _import(name, globals, locals, fromlist or (), level)
    if fromlist:
        return found._with(fromlist)
    # `import a.b.c` binds a, and `import a.b.c as d` goes on from there.
    top, _, rest = name.partition(".")
    whole = part = Empty(top, rule)
    for step in filter(None, rest.split(".")):
        part = vars(part._with([step]))[step]
    return whole


def _function(name: str, package: str | None = None) -> ModuleType | Empty:
    rule = None if name.startswith(".") else _rule(sys._getframe(1).f_globals)
    found = None if rule is None else rule.empty(name)
    return _import_module(name, package) if found is None else found
