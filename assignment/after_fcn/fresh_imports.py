"""Imports this folder's files as they are saved, and leaves a notebook the modules that it has.

이 폴더의 파일을 저장된 그대로 새로 import하고, 노트북이 이미 import한 모듈은 그대로 둡니다.
"""

from __future__ import annotations

import importlib.util
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import torch

HERE = Path(__file__).resolve().parent
# These stay as they are: they run the tests.
OURS = frozenset(
    {
        "assignment",
        "check",
        "expectations",
        "fresh_imports",
        "hand_in",
        "hand_in_code",
        "lost_check",
        "public_run",
        "standing",
    }
)
AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"


def _set_device(device: torch.device) -> None:
    torch.set_default_device(None if device.type == "cpu" else device)


def _set_inference(enabled: bool) -> None:
    _guards.append(torch.inference_mode(enabled))
    _guards[-1].__enter__()  # sets the gradient mode, too, which therefore comes after it


_guards: list[Any] = []  # in force for as long as they live
# What code can set for all other code: how it is read and put back.
SETTINGS: dict[str, tuple[Callable[[], Any], Callable[[Any], object]]] = {
    "default device": (torch.get_default_device, _set_device),
    "default dtype": (torch.get_default_dtype, torch.set_default_dtype),
    "inference mode": (torch.is_inference_mode_enabled, _set_inference),
    "gradient mode": (torch.is_grad_enabled, torch.set_grad_enabled),
    "autocast": (
        lambda: torch.is_autocast_enabled("cpu"),
        lambda enabled: torch.set_autocast_enabled("cpu", enabled),
    ),
}
# Points are not taken for these, but they are put back.
HARMLESS: dict[str, tuple[Callable[[], Any], Callable[[Any], object]]] = {
    "deterministic algorithms": (
        torch.are_deterministic_algorithms_enabled,
        torch.use_deterministic_algorithms,
    ),
    "random": (random.getstate, random.setstate),
    "folder": (os.getcwd, os.chdir),
}


@contextmanager
def settings_kept() -> Iterator[Callable[[], list[str]]]:
    """Put back at the end what code sets for other code; the function names what differs now."""
    every = SETTINGS | HARMLESS
    before = {name: read() for name, (read, _) in every.items()}
    try:
        yield lambda: [name for name, (read, _) in SETTINGS.items() if read() != before[name]]
    finally:
        for name, (read, write) in every.items():
            if read() != before[name]:
                write(before[name])


def sets(name: str, settings: list[str]) -> tuple[str, str]:
    """Say, in both languages, that importing a file changes settings."""
    said = ", ".join(settings)
    return (
        f"{name}.py: importing it changes a setting for all other code, too ({said}), which costs "
        "points; set it inside your functions, and put it back",
        f"{name}.py: import만 해도 다른 코드의 설정이 바뀌어({said}) 감점됩니다. 함수 안에서 쓰고 "
        "되돌리세요",
    )


@contextmanager
def imported_anew() -> Iterator[None]:
    """Import the files of this folder, and its tests, from their source as it is now."""
    before, path, bytecode = _forget_files(), list(sys.path), sys.dont_write_bytecode
    environment = {name: os.environ.pop(name, None) for name in ("PYTEST_ADDOPTS", AUTOLOAD)}
    os.environ[AUTOLOAD] = "1"  # what else is installed only takes time
    sys.dont_write_bytecode = True
    sys.meta_path.insert(0, _Finder)
    try:
        yield
    finally:
        _forget_files()
        sys.modules.update(before)
        sys.meta_path.remove(_Finder)
        sys.path[:], sys.dont_write_bytecode = path, bytecode
        del os.environ[AUTOLOAD]
        os.environ.update({name: text for name, text in environment.items() if text is not None})


def _forget_files() -> dict[str, ModuleType]:
    """Take the modules that may change out of those that Python has."""
    names = {file.stem for file in HERE.glob("*.py")} - OURS | {"tests"}
    known = list(sys.modules.items())
    return {
        name: sys.modules.pop(name)
        for name, module in known
        if name.partition(".")[0] in names and _lies_here(module)
    }


def _lies_here(module: ModuleType) -> bool:
    # A folder without __init__.py is a module without a file.
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
    return any(Path(place).resolve().is_relative_to(HERE) for place in places if place)


class _Source(SourceFileLoader):
    """Reads the source alone: Python takes a file of the same second and size for the same."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _Finder:
    """Finds the files of this folder."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        file = HERE / f"{name}.py"
        if path is not None or not file.is_file():
            return None
        return importlib.util.spec_from_file_location(name, file, loader=_Source(name, str(file)))
