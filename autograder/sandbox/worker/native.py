"""Machine code that no graded file may reach: `ctypes`, libraries of others, other interpreters.

A graded file may import all of the standard library, and through `ctypes` it could call kernels
of excluded operations past the dispatcher. Where operations are excluded, two things stand in the
way from before its first line on: a hook for audit events, which Python has no way to remove, and
`ctypes` without the call of foreign functions, of which no event tells. What torch and numpy load
late goes on loading.

Only for a process that does nothing else until it ends.
"""

from __future__ import annotations

import _ctypes
import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
from importlib.util import cache_from_source
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import numpy
import torch

from autograder.sandbox.protocol.messages import Touched
from autograder.sandbox.worker.decompositions import SOURCE

# Where a module in machine code may come from. Python's own have no file where they are built in.
FOLDERS: Final = tuple(
    f"{Path(file).parent}/"
    for file in (torch.__file__, numpy.__file__, getattr(_ctypes, "__file__", None))
    if file is not None
)
# Other packages beside torch, which torch and numpy try to import: not worth telling.
SITE: Final = f"{Path(torch.__file__).parents[1]}/"
# CPython's tests of itself, which do what Python cannot, and interpreters without the hook.
TESTS: Final = (
    "_ctypes_test",
    "_testcapi",
    "_testclinic",
    "_testinternalcapi",
    "_testlimitedcapi",
    "_interpreters",
    "_xxsubinterpreters",
)
EVENTS: Final = (
    "cpython.PyInterpreterState_New",  # an interpreter has its own hooks
    "sqlite3.enable_load_extension",
    "sqlite3.load_extension",
)
# Classes of PyTorch's that open a library without telling anybody.
LOADERS: Final = (
    ("_aoti", "AOTIModelContainerRunnerCpu"),
    ("_aoti", "AOTIModelContainerRunnerCuda"),
    ("_aoti", "AOTIModelPackageLoader"),
    ("_nativert", "PyModelRunner"),
)
# Of PyTypeObject: the slot of `__call__`. Of a wrapper's: the function that it wraps.
TP_CALL, D_WRAPPED = 128, 48


def arm(touch: Callable[[Touched], object]) -> None:
    """Refuse all of it from here on, and tell `touch` what was tried."""

    def refuse(*args: object, **kwargs: object) -> None:
        touch("native code")
        raise RuntimeError("machine code is not available here")

    for module, name in LOADERS:
        kind = getattr(getattr(torch._C, module, None), name, None)
        if kind is not None:
            kind.__init__ = refuse
    _end_foreign_calls()
    hook = _with_constants(
        _hook,
        TOUCH=touch,
        FOLDERS=FOLDERS,
        SITE=SITE,
        TESTS=TESTS,
        EVENTS=EVENTS,
        SOURCES=(SOURCE, cache_from_source(SOURCE)),
        OWN=__file__,
    )
    sys.addaudithook(hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    """Decides by its own code and constants alone, because names could be given other meanings."""
    touch: Any = "TOUCH"
    if event == "import":
        name, file, *_ = arguments
        if name in "TESTS" or (file and (".." in file or not file.startswith("FOLDERS"))):
            if not file or not file.startswith("SITE"):
                touch("native code")
            raise ImportError(f"{name} is not available here")
    elif event == "open":
        if arguments[0] in "SOURCES":
            touch("decompositions")
    elif event in ("exec", "function.__new__"):
        if arguments[0].co_filename in "SOURCES":
            touch("decompositions")
            raise RuntimeError("PyTorch's decompositions are not available here")
    elif event.startswith("ctypes."):
        touch("ctypes")
        raise RuntimeError("ctypes is not available here")
    elif event in "EVENTS":
        touch("native code")
        raise RuntimeError("machine code is not available here")
    elif (
        event == "object.__setattr__"
        and arguments[1] == "__code__"
        and arguments[0].__code__.co_filename == "OWN"
    ):
        touch("guard")
        raise RuntimeError("this function is not to be changed")


def _with_constants(function: Callable[..., None], **values: object) -> FunctionType:
    """The function with other constants in the place of those strings."""
    assert isinstance(function, FunctionType)
    code = function.__code__
    constants = tuple(
        values.get(each, each) if isinstance(each, str) else each for each in code.co_consts
    )
    return FunctionType(code.replace(co_consts=constants), {})


def _end_foreign_calls() -> None:
    """Take the calls out of `ctypes`, whose functions are addresses that anybody could make up.

    Nothing happens where Python's types lie in memory otherwise than they do in CPython.
    """
    kinds = list(_descendants(_ctypes.CFuncPtr))
    call = _at(id(_ctypes.CFuncPtr.__dict__["__call__"]) + D_WRAPPED).value
    slots = [_at(id(kind) + TP_CALL) for kind in kinds]
    if call is None or any(slot.value != call for slot in slots):
        return
    (names,) = gc.get_referents(_ctypes.CFuncPtr.__dict__)
    names.pop("__call__")
    for kind in kinds:
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
    for slot in slots:
        slot.value = None


def _at(address: int) -> ctypes.c_void_p:
    return ctypes.c_void_p.from_address(address)


def _descendants(kind: type) -> Iterator[type]:
    yield kind
    each: type
    for each in kind.__subclasses__():
        yield from _descendants(each)
