"""Runs the public tests of one file in this very process, on the file as it is saved.

파일 하나의 공개 테스트를 지금 이 프로세스에서, 저장된 그대로 실행합니다.
"""

from __future__ import annotations

import importlib
import inspect
import linecache
import os
import re
import traceback
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from assignment import FUNCTIONS
from expectations import CheckLost
from fresh_imports import OURS, imported_anew, sets, settings_kept
from lost_check import Grid, Lost
from standing import HERE, does_not_parse

VALUES = 4096  # more are too many to show


@dataclass
class Call:
    """One call of a student's function: its arguments as they came in, and what came back."""

    name: str
    text: str
    inputs: list[Grid]
    result: object = None


@dataclass
class Check:
    """One public test that has run. `waits` is the function that it found not written."""

    function: str
    test: str
    lost: Lost | None = None
    waits: str = ""


@dataclass
class Outcome:
    """What the public tests of a file said; `trouble` where they could not run."""

    checks: list[Check] = field(default_factory=list)
    trouble: tuple[str, str] | None = None

    @property
    def held(self) -> int:
        """How many checks hold."""
        return sum(not check.lost and not check.waits for check in self.checks)


def run(name: str, lang: str) -> Outcome:
    """Run the public tests of a file. KeyboardInterrupt passes through and says where it was."""
    watch = Watch(name, lang)
    with imported_anew(), torch.random.fork_rng(devices=[]), settings_kept() as changed:
        try:
            watch.module = importlib.import_module(name)
        except SyntaxError as error:
            return Outcome(trouble=does_not_parse(name, error))
        except KeyboardInterrupt as interrupt:
            raise KeyboardInterrupt(_place(interrupt) or f"importing {name}.py") from interrupt
        except BaseException as error:
            return Outcome(trouble=_does_not_import(name, error))
        if settings := changed():
            return Outcome(trouble=sets(name, settings))
        settings = ["-c", os.devnull, f"--rootdir={HERE}", "--noconftest"]
        settings += ["--import-mode=importlib", "--assert=plain", "--capture=sys"]
        # Not needed here: printing, files, collecting garbage, and Python's own alarms.
        for plugin in ("terminal", "cacheprovider", "unraisableexception", "faulthandler"):
            settings += ["-p", f"no:{plugin}"]
        pytest.main([*settings, str(HERE / "tests" / f"test_{name}.py")], plugins=[watch])
    if watch.interrupted:
        raise KeyboardInterrupt(watch.interrupted)
    if watch.trouble or not watch.outcome.checks:
        said = watch.trouble or "pytest found no test in it"
        watch.outcome.trouble = (
            f"tests/test_{name}.py does not run: {said}",
            f"tests/test_{name}.py를 실행할 수 없습니다: {said}",
        )
    return watch.outcome


class Watch:
    """A plugin for pytest that takes down what is called and what each test says."""

    def __init__(self, name: str, lang: str) -> None:
        self.name, self.lang = name, lang
        self.module = ModuleType(name)
        self.outcome = Outcome()
        self.last: Call | None = None
        self.trouble = self.interrupted = ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.trouble = str(report.longrepr).strip().rpartition("\n")[2]

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        for module in {item.module for item in items}:
            setattr(module, self.name, Watched(self))

    def pytest_runtest_setup(self) -> None:
        self.last = None

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        if isinstance(excinfo.value, pytest.Session.Interrupted):
            return  # by pytest itself, which could not collect the tests
        self.interrupted = _place(excinfo.value) or "interrupted"

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, None, None]:
        with settings_kept():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Function, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "call" or call.excinfo:
            error = call.excinfo.value if call.excinfo else None
            self.outcome.checks.append(self._check(item, error, report.capstdout))
        return report

    def _check(self, item: pytest.Function, error: BaseException | None, printed: str) -> Check:
        mark = item.get_closest_marker("about")
        function, *texts, hint = mark.args if mark else (self.name, item.name, item.name, ("", ""))
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        function = function.format(**parameters)
        check = Check(function, item.originalname)
        if isinstance(error, NotImplementedError) and re.fullmatch(r"[\w.]+", _text(error)):
            check.waits = _text(error).partition(".")[0]
        elif error is not None:
            check.lost = self._lost(function, texts[self._ko], hint[self._ko], error, printed)
        return check

    def _lost(
        self, function: str, title: str, hint: str, error: BaseException, printed: str
    ) -> Lost:
        call, failed = self.last, isinstance(error, CheckLost)
        got = expected = None
        if isinstance(error, CheckLost):
            message = error.ko if self._ko else error.en
            kind = "labels" if error.labels else None
            got, expected = grid("got", error.got, kind), grid("expected", error.expected, kind)
        else:
            message = f"{type(error).__name__}: {_text(error)}"
        notes = []
        if printed.strip():
            notes.append(f"{'출력' if self._ko else 'printed'}: {_short(printed.strip(), 600)}")
        return Lost(
            functions=(function,),
            verdict=_word(failed, self._ko),
            share="",
            title=title,
            message=_short(message, 1000),
            call=call.text if call else "",
            inputs=call.inputs if call else (),
            got=got or (grid("got", call.result) if call and not expected else None),
            expected=expected,
            notes=tuple(notes),
            frames=frames_of(error),
            hint=hint,
        )

    @property
    def _ko(self) -> bool:
        return self.lang == "ko"


class Watched:
    """A student's file as the tests see it: its functions, whose last call is taken down."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._watch.module, name, None)
        if found is None and name in FUNCTIONS[self._watch.name]:
            raise NotImplementedError(name)
        return self._watched(name, found) if callable(found) else found

    def _watched(self, name: str, function: Any) -> Any:
        def call(*arguments: object, **named: object) -> object:
            made = self._take_down(name, function, arguments, named)
            made.result = function(*arguments, **named)
            if isinstance(made.result, torch.nn.Module) and isinstance(function, type):
                self._watch_forward(made.text, made.result)
            return made.result

        return call

    def _watch_forward(self, made: str, model: torch.nn.Module) -> None:
        """Take down what goes into a model and what comes out."""

        def before(_: object, arguments: tuple[object, ...]) -> None:
            self._take_down(made, model.forward, arguments, {})

        def after(_: object, arguments: tuple[object, ...], result: object) -> None:
            if self._watch.last and self._watch.last.name == made:
                self._watch.last.result = result

        model.register_forward_pre_hook(before)
        model.register_forward_hook(after)

    def _take_down(
        self, name: str, function: Any, arguments: tuple[object, ...], named: dict[str, object]
    ) -> Call:
        try:
            parameters = list(inspect.signature(function).parameters)
        except (TypeError, ValueError):
            parameters = []
        names = [*parameters, *(f"argument{i}" for i in range(len(parameters), len(arguments)))]
        inputs: list[Grid] = []
        parts = [_shown(*pair, inputs) for pair in zip(names, arguments, strict=False)]
        parts += [f"{key}={_shown(key, value, inputs)}" for key, value in named.items()]
        self._watch.last = Call(name, f"{name}({', '.join(parts)})", inputs)
        return self._watch.last


def _shown(name: str, value: object, inputs: list[Grid]) -> str:
    """An argument in the text of a call; a tensor by its name, and as a grid."""
    if isinstance(value, torch.Tensor):
        kind = "labels" if name in ("prediction", "target") else None
        inputs += [found] if (found := grid(name, value, kind)) else []
        return name
    simple = value is None or isinstance(value, bool | int | float | str | tuple | list)
    return repr(value) if simple else name


def grid(name: str, value: object, kind: str | None = None) -> Grid | None:
    """A tensor as it is drawn; None for anything else."""
    if not isinstance(value, torch.Tensor):
        return None
    numbers = None
    try:
        shape = tuple(map(int, value.shape))
        if value.numel() <= VALUES:
            plain = value.detach().cpu().reshape(-1).tolist()
            numbers = tuple(None if number != number else number for number in plain)
    except Exception:  # nested, sparse, without values: not every tensor can be drawn
        return None
    return Grid(name, shape, str(value.dtype).removeprefix("torch."), numbers, kind)


def frames_of(error: BaseException) -> tuple[tuple[str, int, str], ...]:
    """Where in the student's files it was: file, line and what stands there, innermost last."""
    linecache.checkcache()
    origin = error.__cause__ or error
    found = []
    for frame in traceback.extract_tb(origin.__traceback__):
        path = Path(frame.filename)
        if path.parent == HERE and path.stem not in OURS:
            found.append((path.name, frame.lineno or 0, frame.line or ""))
    return tuple(found[-3:])


def _does_not_import(name: str, error: BaseException) -> tuple[str, str]:
    frames = frames_of(error)
    file, line = frames[-1][:2] if frames else (f"{name}.py", 0)
    text = f"{type(error).__name__}: {_text(error)}"
    said = _short(text.replace(f" ({getattr(error, 'path', None)})", ""), 300)
    return (
        f"{file}, line {line} does not import: {said}",
        f"{file} {line}행에서 import가 멈췄습니다: {said}",
    )


def _place(error: BaseException) -> str:
    frames = frames_of(error)
    return "{}, line {}: {}".format(*frames[-1]) if frames else ""


def _text(error: BaseException) -> str:
    """What an exception says, or that it cannot."""
    try:
        return str(error)
    except Exception:
        return "its __str__ fails"


def _word(failed: bool, ko: bool) -> str:
    if ko:
        return "틀림" if failed else "예외 발생"
    return "failed" if failed else "error"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]} ..."
