"""Where you stand: which functions are written, and what the last check of each file said.

어디까지 했는지: 어떤 함수를 작성했고, 파일마다 마지막 검사 결과가 무엇이었는지 알려 줍니다.
"""

from __future__ import annotations

import ast
import hashlib
import json
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import decode_source
from pathlib import Path

from assignment import FUNCTIONS

HERE = Path(__file__).resolve().parent
MEMORY = HERE / ".checked.json"

FILES = tuple(FUNCTIONS)
# What could not be written, for as long as this process lives.
_kept: dict[str, object] = {}


@dataclass(frozen=True)
class Standing:
    """One file: what is written, what is not, and the public checks of the file as it is now.

    `trouble` says, in both languages, why nothing can be said of its functions; `stopped`, why
    its last check could not run. `held` is None where the file was changed after its last check.
    """

    name: str
    written: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = ()
    trouble: tuple[str, str] | None = None
    stopped: tuple[str, str] | None = None
    held: int | None = None
    count: int = 0

    @property
    def is_done(self) -> bool:
        """Whether all is written and every public check holds."""
        return not self.trouble and not self.unwritten and 0 < self.count == self.held


def standing(name: str) -> Standing:
    """Read a file as it is saved, without running it."""
    try:
        tree = _read(name)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Standing(name, trouble=does_not_parse(name, error))
    names = FUNCTIONS[name]
    unwritten = tuple(function for function in names if not _is_written(tree, function))
    written = tuple(function for function in names if function not in unwritten)
    match _memory().get(name):
        case {"digest": str(known), "held": int(held), "count": int(count)}:
            if known == digest(name):
                return Standing(name, written, unwritten, held=held, count=count)
        case {"digest": str(known), "stopped": [str(en), str(ko)]}:
            if known == digest(name):
                return Standing(name, written, unwritten, stopped=(en, ko))
    return Standing(name, written, unwritten)


def _read(name: str) -> ast.Module:
    """The syntax tree of a file that Python and the grader can read: text, and in its order."""
    source = decode_source((HERE / f"{name}.py").read_bytes())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(source, f"{name}.py", "exec", dont_inherit=True)  # sees more than ast.parse
        return ast.parse(source)


def does_not_parse(name: str, error: Exception) -> tuple[str, str]:
    """Say in a line, in both languages, why Python cannot read a file."""
    if isinstance(error, OSError):
        return f"{name}.py is not in this folder", f"{name}.py가 이 폴더에 없습니다"
    file = Path(getattr(error, "filename", None) or "").name
    file = file if file.endswith(".py") else f"{name}.py"
    line = getattr(error, "lineno", None) or 0
    said = getattr(error, "msg", None) or str(error) or type(error).__name__
    if isinstance(error, UnicodeDecodeError):
        line, byte = error.object[: error.start].count(b"\n") + 1, error.object[error.start]
        return (
            f"{file}, line {line} is not UTF-8 text (byte 0x{byte:02x}); save the file as UTF-8",
            f"{file} {line}행이 UTF-8이 아닙니다(바이트 0x{byte:02x}). UTF-8로 저장하세요",
        )
    if not line:
        return f"{file} does not parse: {said}", f"{file}을(를) 읽을 수 없습니다: {said}"
    return (
        f"{file}, line {line} does not parse: {said}",
        f"{file} {line}행의 문법이 맞지 않습니다: {said}",
    )


def _is_written(tree: ast.Module, function: str) -> bool:
    """Whether a function or class is there and no longer raises what its stub raises."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function:
            return not any(_is_stub(inner, function) for inner in ast.walk(node))
    # It may also be assigned or imported.
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return function in names | imported or "*" in imported


def _is_stub(node: ast.AST, function: str) -> bool:
    """Whether it is the line `raise NotImplementedError("function")`, or of one of its methods."""
    if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
        return False
    raised, arguments = node.exc.func, node.exc.args
    if not isinstance(raised, ast.Name) or raised.id != "NotImplementedError" or not arguments:
        return False
    said = getattr(arguments[0], "value", None)
    return isinstance(said, str) and said.partition(".")[0] == function


def digest(name: str) -> str:
    """A fingerprint of a file, of the files beside it that it imports, and of its public tests."""
    found = hashlib.sha256()
    for file in (*_with_imports(name), HERE / "tests" / f"test_{name}.py"):
        found.update(file.read_bytes() if file.is_file() else b"")
    return found.hexdigest()


def _with_imports(name: str) -> Iterator[Path]:
    waiting, seen = [name], set()
    while waiting:
        name = waiting.pop()
        file = HERE / f"{name}.py"
        if name in seen or not file.is_file():
            continue
        seen.add(name)
        yield file
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                waiting += sorted(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                waiting.append(node.module)


def remember(name: str, fingerprint: str, said: dict[str, object]) -> None:
    """Keep what the last check of a file said: `held` and `count`, or why it `stopped`.

    Where nothing can be written, it is kept for as long as this process lives.
    """
    _write(_memory() | {name: {"digest": fingerprint} | said})


def language(asked: str | None) -> str:
    """The language asked for, now or the last time; English without any."""
    if asked is None:
        return "ko" if _memory().get("language") == "ko" else "en"
    if asked not in ("en", "ko"):
        raise ValueError(f"lang is 'en' or 'ko', not {asked!r}")
    if asked != _memory().get("language", "en"):
        _write(_memory() | {"language": asked})
    return asked


def _memory() -> dict[str, object]:
    try:
        found = json.loads(MEMORY.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = {}
    return (found if isinstance(found, dict) else {}) | _kept


def _write(memory: dict[str, object]) -> None:
    _kept.update(memory)
    with suppress(OSError):  # a folder that cannot be written to
        MEMORY.write_text(json.dumps(memory, indent=1), encoding="utf-8")
        _kept.clear()


def none_written(now: Standing) -> tuple[str, str]:
    """Say, in both languages, that nothing of a file is written."""
    count, first = len(now.unwritten), now.unwritten[0]
    return (
        f"{now.name}.py: 0 of {count} functions written; next: {first}",
        f"{now.name}.py: 함수 {count}개 중 0개 작성. 다음: {first}",
    )


def next_step(files: list[Standing], lang: str) -> str:
    """Say what to do next: the first file that is not done, in the order of the handout."""
    ko = lang == "ko"
    for file in files:
        if said := file.trouble or file.stopped:
            return said[ko]
        if file.unwritten:
            function = file.unwritten[0]
            return f"{file.name}.py의 {function}" if ko else f"{function} in {file.name}.py"
        if not file.is_done:
            name = f"{file.name}.py"
            return f"{name}의 공개 검사" if ko else f"the public checks of {name}"
    if ko:
        return "python -m check --submission으로 제출할 파일 확인"
    return "python -m check --submission shows what is handed in"


def describe(lang: str) -> str:
    """Say in a line how many functions of all files are written, and what comes next."""
    files = [standing(name) for name in FILES]
    written = sum(len(file.written) for file in files)
    count = sum(map(len, FUNCTIONS.values()))
    if lang == "ko":
        return f"함수 {count}개 중 {written}개 작성. 다음: {next_step(files, lang)}"
    return f"{written} of {count} functions written; next: {next_step(files, lang)}"
