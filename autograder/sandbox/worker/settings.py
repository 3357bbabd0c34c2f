"""The settings of a process that a submission may not change: dtype, device, modes, patches.

What importing a file changes stays in force for each of its calls, so a file that switches
gradients off has none, and is out of force between them, where the sandbox's own code runs. What
a call changes is put back when it ends, so no function is judged by what another one left. Of
both is told what would break code that uses the file; the rest costs nothing: seeds (set anew
for each call), filters of warnings, limits of recursion, `sys.path` and the like. What is not
listed here (how tensors are printed, the detection of anomalies) is left alone.
"""

from __future__ import annotations

import locale
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import overrides
from torch.utils import _device, _python_dispatch

from autograder.sandbox.worker import precision
from autograder.sandbox.worker.patches import LIBRARY, Namespace


@dataclass(frozen=True)
class Setting:
    """A setting by its name in words.

    `harmful`: code that others wrote breaks where it is another. `lasting`: what an import makes
    of it is in force in the calls.
    """

    name: str
    read: Callable[[], Any]
    write: Callable[[Any], object]
    harmful: bool = False
    lasting: bool = True


# Guards of PyTorch's, which are in force for as long as they live.
_inference: list[object] = []
_CPU = torch.device("cpu")


def _set_inference(enabled: bool) -> None:
    guard = torch._C._InferenceMode(enabled)
    guard.__enter__()  # sets the gradient mode, too, which therefore is written after it
    _inference.append(guard)


def _default_device() -> torch.device:
    for mode in reversed(overrides._get_current_function_mode_stack()):
        if isinstance(mode, _device.DeviceContext):
            device: torch.device = mode.device
            return device
    return _CPU


def _function_modes() -> list[object]:
    stack = overrides._get_current_function_mode_stack()
    return [mode for mode in stack if not isinstance(mode, _device.DeviceContext)]


def _stack() -> tuple[list[object], torch.device | None, object]:
    """All modes, those of default devices among them, and what `set_default_device` remembers."""
    stack = overrides._get_current_function_mode_stack()
    own = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)
    return stack, _device.CURRENT_DEVICE, own


def _set_stack(value: tuple[list[object], torch.device | None, object]) -> None:
    stack, _device.CURRENT_DEVICE, torch._GLOBAL_DEVICE_CONTEXT.device_context = value
    for _ in overrides._get_current_function_mode_stack():
        overrides._pop_mode()
    for mode in stack:
        overrides._push_mode(mode)


def _report_only(value: object) -> None:
    """Write nothing: another setting holds this one."""


def _set_dispatch_modes(modes: list[Any]) -> None:
    for _ in _python_dispatch._get_current_dispatch_mode_stack():
        _python_dispatch._pop_mode()
    for mode in modes:
        _python_dispatch._push_mode(mode)


def _autocast() -> tuple[bool, bool]:
    return torch.is_autocast_enabled("cpu"), torch.is_autocast_enabled("cuda")


def _set_autocast(enabled: tuple[bool, bool]) -> None:
    for device, each in zip(("cpu", "cuda"), enabled, strict=True):
        torch.set_autocast_enabled(device, each)


def _deterministic() -> tuple[bool, bool]:
    enabled = torch.are_deterministic_algorithms_enabled()
    return enabled, torch.is_deterministic_algorithms_warn_only_enabled()


def _set_filters(filters: list[Any]) -> None:
    warnings.resetwarnings()  # forgets what was decided by the old ones
    warnings.filters[:] = filters  # type: ignore[index]


def _locale() -> str:
    return locale.setlocale(locale.LC_ALL)


def _set_locale(name: str) -> None:
    locale.setlocale(locale.LC_ALL, name)


def _set_path(entries: list[str]) -> None:
    sys.path[:] = entries


# Modes first: while one is in force, what follows may not do what it says.
SETTINGS: Final = (
    Setting("torch function modes and devices", _stack, _set_stack),
    Setting("torch function mode", _function_modes, _report_only, harmful=True),
    Setting("default device", _default_device, _report_only, harmful=True),
    Setting(
        "torch dispatch mode",
        _python_dispatch._get_current_dispatch_mode_stack,
        _set_dispatch_modes,
        harmful=True,
    ),
    Setting("default dtype", torch.get_default_dtype, torch.set_default_dtype, harmful=True),
    Setting("inference mode", torch.is_inference_mode_enabled, _set_inference, harmful=True),
    Setting("gradient mode", torch.is_grad_enabled, torch._C._set_grad_enabled, harmful=True),
    Setting("autocast", _autocast, _set_autocast, harmful=True),
    Setting(
        "deterministic algorithms",
        _deterministic,
        # Not torch's own function, which imports the compiler.
        lambda value: torch._C._set_deterministic_algorithms(value[0], warn_only=value[1]),
    ),
    # On a GPU the one that an import sets would cost points.
    Setting("float32 precision", precision.read, precision.write, lasting=False),
    # A worker has one thread, and none more to be had, whatever is asked for.
    Setting("threads", torch.get_num_threads, torch.set_num_threads, lasting=False),
    Setting("numpy errors", np.geterr, lambda value: np.seterr(**value)),
    Setting("recursion limit", sys.getrecursionlimit, sys.setrecursionlimit),
    Setting("warnings", lambda: list(warnings.filters), _set_filters),
    Setting("locale", _locale, _set_locale),
    Setting("sys.path", lambda: list(sys.path), _set_path),
)


def _read() -> list[object]:
    return [setting.read() for setting in SETTINGS]


Change = tuple[Setting, Any, Any]
Patch = tuple[Namespace, str, object]


class Settings:
    """The settings as they are now, before a submission is imported, and what becomes of them.

        with settings.of_import(): ...
        with settings.of_file(), settings.of_call(): ...

    Without `library` nobody looks for functions that were replaced: for code that is trusted.
    """

    def __init__(self, library: Iterable[tuple[str, Any]] = LIBRARY) -> None:
        self._own = _read()
        self._library = [Namespace(name, owner) for name, owner in library]
        self._usual = [Namespace(name, owner, usual=True) for name, owner in library]
        self._imported: list[Change] = []
        self._patches: list[Patch] = []
        self.changed: tuple[str, ...] = ()

    @contextmanager
    def of_import(self) -> Iterator[None]:
        """Keep what the import sets for later calls; `changed` names it."""
        self.changed = ()
        try:
            yield
        finally:
            changes = _changes(self._own, _read())
            self._imported = [change for change in changes if change[0].lasting]
            self._patches = _patched(self._library)
            self.changed = (*_names(changes), *_functions(self._patches))
            _put_back(changes, self._patches)

    @contextmanager
    def of_file(self) -> Iterator[None]:
        """Apply the settings that the import made, and put back the others at the end."""
        if not self._imported and not self._patches:
            yield
            return
        outside = _read()
        for setting, _, value in self._imported:
            setting.write(value)
        for namespace, name, value in self._patches:
            namespace.write(name, value)
        try:
            yield
        finally:
            _put_back(_changes(outside, _read()), self._patches)

    @contextmanager
    def of_call(self, *, grad: bool = True, dtype: torch.dtype | None = None) -> Iterator[None]:
        """Put back, at the end, the settings that a call changed; `changed` then names them.

        Without `grad` under `no_grad`, with `dtype` under another default dtype.
        """
        self.changed = ()
        outside = inside = _read()
        if not grad:
            torch._C._set_grad_enabled(False)
        if dtype is not None:
            torch.set_default_dtype(dtype)
        if not grad or dtype is not None:
            inside = _read()
        try:
            yield
        finally:
            now = _read()
            patches = [each for each in _patched(self._usual) if not _among(each, self._patches)]
            self.changed = (*_names(_changes(inside, now)), *_functions(patches))
            _put_back(_changes(outside, now), patches)


def _patched(library: Iterable[Namespace]) -> list[Patch]:
    return [
        (namespace, name, value)
        for namespace in library
        if not namespace.is_whole()
        for name, value in namespace.patches()
    ]


def _changes(before: list[object], now: list[object]) -> list[Change]:
    """The settings that changed, each with its value then and now."""
    if now == before:
        return []
    both = zip(SETTINGS, before, now, strict=True)
    return [(setting, old, new) for setting, old, new in both if old != new]


def _put_back(changes: Iterable[Change], patches: Iterable[Patch]) -> None:
    for namespace, name, _ in patches:
        namespace.restore(name)
    for setting, old, _ in changes:
        setting.write(old)


def _among(patch: Patch, others: Iterable[Patch]) -> bool:
    space, name, value = patch
    return any(
        (space.name, name) == (other.name, others_name) and value is others_value
        for other, others_name, others_value in others
    )


def _names(changes: Iterable[Change]) -> Iterator[str]:
    return (setting.name for setting, _, _ in changes if setting.harmful)


def _functions(patches: Iterable[Patch]) -> Iterator[str]:
    return (f"{namespace.name}.{name}" for namespace, name, _ in patches)
