"""What the notebook needs around your files: a word where something in them is missing.

노트북이 쓰는 도구입니다. 여러분의 파일에 아직 없거나 잘못된 것을 알려 주고 계속 진행하게 합니다.
"""

from __future__ import annotations

import importlib
import io
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from assignment import FUNCTIONS
from standing import FILES, HERE, does_not_parse, standing


class Words(NamedTuple):
    """What is the matter, in both languages, without a full stop."""

    english: str
    korean: str


class Loaded(NamedTuple):
    """A file as it was when its module was last seen to be of it, and that module's names."""

    content: bytes
    names: dict[str, object]


_loaded: dict[str, Loaded] = {}
_failed: dict[str, bytes] = {}  # content that could not be imported


def import_files() -> list[ModuleType]:
    """Import your files one by one, and say of each that cannot be imported why.

    여러분의 파일을 하나씩 import합니다. import할 수 없는 파일은 이유를 알려 주고 넘어갑니다.

    In its place stands a module that imports the file when it is used next: mend it, save it, and
    run the cell that needs it.
    """
    return [_imported(name) for name in FILES]


@contextmanager
def until_written() -> Iterator[None]:
    """Run a block that calls your functions; where one is missing or fails, say what to do.

    없거나 오류가 나는 함수, import할 수 없는 파일이 있으면 할 일을 알려 주고 넘어갑니다.
    """
    _name_outdated()
    try:
        yield
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        if words := _not_written(error) or _missing(error):
            print(f"{words.english}. Write it, save the file, and run this cell again.")
            print(f"{words.korean}. 작성해 저장한 뒤 이 셀을 다시 실행하세요.")
        elif words := _not_imported(error) or _raised(error):
            print(f"{words.english}. Mend it, save the file, and run this cell again.")
            print(f"{words.korean}. 고쳐서 저장한 뒤 이 셀을 다시 실행하세요.")
        elif words := _not_run(error):
            print(f"{words.english}. Run that one first.")
            print(f"{words.korean}. 그 셀을 먼저 끝까지 실행하세요.")
        else:
            raise


def _name_outdated() -> None:
    """Say which files cannot be imported now: the notebook goes on with them as they were."""
    for name in FILES:
        if name in sys.modules and (trouble := standing(name).trouble or _outdated(name)):
            english, korean = trouble
            print(f"{english}; until that is mended, cells take what was saved before.")
            print(f"{korean}. 고칠 때까지 셀은 그 전에 저장한 파일을 씁니다.")


def _outdated(name: str) -> tuple[str, str] | None:
    """Why an imported file, as it is now, cannot be imported again, if that is so.

    `%autoreload` says it once, and not to the cells after it.
    """
    module, now = sys.modules[name], (HERE / f"{name}.py").read_bytes()
    if name not in _loaded or _loaded[name].content == now:
        _loaded.setdefault(name, Loaded(now, dict(vars(module))))
        return None
    if error := _import_error(name, now):
        _failed[name] = now
        vars(module).update(_loaded[name].names)  # an exit left it empty
        return _not_imported(error) or Words(_said(error), _said(error))
    if _failed.pop(name, None) == now:  # a file that it imports was mended
        importlib.reload(module)
    _loaded[name] = Loaded(now, dict(vars(module)))
    return None


def _import_error(name: str, content: bytes) -> BaseException | None:
    """What importing this content raises; the notebook's module stays as it is."""
    file, aside = str(HERE / f"{name}.py"), io.StringIO()
    try:
        with redirect_stdout(aside), redirect_stderr(aside):
            code = compile(content, file, "exec", dont_inherit=True)
            exec(code, {"__name__": name, "__file__": file})
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return error
    return None


class _NotImported(ModuleType):
    """Stands for a file that could not be imported, and tries again whenever it is used.

    It does not stand in `sys.modules`: what is there `%autoreload` takes for imported as it is
    saved, and it would pass over the next change.
    """

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_import(self.__name__), name)


def _imported(name: str) -> ModuleType:
    try:
        return _import(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        english, korean = _not_imported(error) or Words(_said(error), _said(error))
        if f"{name}.py" not in english:  # a file that it imports
            english = f"{name}.py cannot be imported: {english}"
            korean = f"{name}.py를 import할 수 없습니다. {korean}"
        print(f"{english}; the rest goes on.\n{korean}. 나머지는 계속 진행합니다.")
        return _NotImported(name)


def _import(name: str) -> ModuleType:
    importlib.invalidate_caches()  # the file may have come just now
    known = name in sys.modules
    try:
        module = importlib.import_module(name)
    except SyntaxError as error:
        error.filename = error.filename or str(HERE / f"{name}.py")  # none for UTF-16
        raise
    if not known:
        _loaded[name] = Loaded((HERE / f"{name}.py").read_bytes(), dict(vars(module)))
    return module


def _not_imported(error: BaseException) -> Words | None:
    """Why a file of this folder could not be imported, if that is what went wrong."""
    if isinstance(error, SyntaxError) and _is_here(error.filename):
        return Words(*does_not_parse(Path(str(error.filename)).stem, error))
    if isinstance(error, ModuleNotFoundError) and error.name in FILES:
        return Words(*does_not_parse(error.name, FileNotFoundError()))
    importing = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.name == "<module>" and _is_here(frame.filename)
    ]
    if not importing:
        return None
    file, line = Path(importing[-1].filename).name, importing[-1].lineno
    said = _said(error).replace(f" ({getattr(error, 'path', None)})", "")
    return Words(
        f"{file}, line {line} ends the import: {said}",
        f"{file} {line}행에서 import가 멈춥니다: {said}",
    )


def _not_written(error: BaseException) -> Words | None:
    """Which function is not written yet; in a later step, which one comes first."""
    text = _text(error)
    if not isinstance(error, NotImplementedError) or not re.fullmatch(r"[\w.]+", text):
        return None
    if _not_imported(error):  # called while its file is imported
        return None
    path = _innermost(error)
    english, korean = f"{text} in {path.name}", f"{path.name}의 {text}"
    step = FILES.index(path.stem) + 1 if path.stem in FILES else 0
    if step:
        english, korean = f"{english} (step {step})", f"{korean}({step}단계)"
    for earlier, name in enumerate(FILES[: max(0, step - 1)], start=1):
        if unwritten := standing(name).unwritten:
            return Words(
                f"{english} is not written yet; first comes {unwritten[0]} in {name}.py "
                f"(step {earlier})",
                f"{korean}: 아직 작성하지 않았습니다. 먼저 할 일은 {name}.py의 "
                f"{unwritten[0]}({earlier}단계)입니다",
            )
    return Words(f"{english} is not written yet", f"{korean}: 아직 작성하지 않았습니다")


def _missing(error: BaseException) -> Words | None:
    """Which function a file does not have that the notebook, or what is given, takes from it."""
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        file, name = error.obj.__name__, error.name
    elif isinstance(error, ImportError) and _innermost(error).stem not in FILES:
        found = re.match(r"cannot import name '(\w+)'", _text(error))
        file, name = error.name, found and found[1]
    else:
        return None
    if file is None or name not in FUNCTIONS.get(file, ()):
        return None
    step = FILES.index(file) + 1
    return Words(
        f"{name} is missing in {file}.py (step {step})",
        f"{file}.py({step}단계)에 없는 것: {name}",
    )


def _raised(error: BaseException) -> Words | None:
    """Where in which of your functions it was raised, if it was."""
    frames = [
        (frame.f_code, line, Path(frame.f_code.co_filename))
        for frame, line in traceback.walk_tb(error.__traceback__)
        if _is_here(frame.f_code.co_filename)
    ]
    yours = [frame for frame in frames if frame[2].stem in FILES]
    if not yours:
        return None
    task = yours[-1][2].stem
    # Below it may be a further file of yours.
    code, line, path = frames[-1]
    return Words(
        f"{code.co_qualname} ({path.name}, line {line}) ends with {_said(error)}; "
        f'check("{task}") says more',
        f"{code.co_qualname}({path.name} {line}행)에서 멈춥니다: {_said(error)}; "
        f'자세한 것은 check("{task}")',
    )


def _text(error: BaseException) -> str:
    """Its message, which its class may fail to make."""
    try:
        return str(error)
    except Exception:
        return ""


def _said(error: BaseException) -> str:
    """Its kind and the first line of its message."""
    lines = _text(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


def _not_run(error: BaseException) -> Words | None:
    """Which name of the notebook is missing; one that is missing in a file is a mistake there."""
    if not isinstance(error, NameError) or _is_here(str(_innermost(error))):
        return None
    return Words(
        f"`{error.name}` comes from a cell above that has not run to its end yet",
        f"`{error.name}`: 위쪽 셀에서 만듭니다",
    )


def _innermost(error: BaseException) -> Path:
    """The file that raised it."""
    return Path(traceback.extract_tb(error.__traceback__)[-1].filename)


def _is_here(filename: str | None) -> bool:
    path = Path(filename or "")
    return path.is_absolute() and path.resolve().parent == HERE
