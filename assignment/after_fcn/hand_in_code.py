"""One file's code without running it: whether it is text, what it imports, what is not written.

파일을 실행하지 않고 읽습니다. 텍스트인지, 무엇을 import하는지, 무엇이 비어 있거나 빠졌는지 봅니다.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from importlib.util import decode_source
from pathlib import Path
from typing import Literal, NamedTuple

# What imports at the grader: the first as ever, the second as empty names.
PACKAGES = {"torch", "numpy", "__main__", *sys.stdlib_module_names, *sys.builtin_module_names}
LEFT_OVER = {"matplotlib", "torchvision", "tqdm", "PIL"}
# What a file beside of that name takes the place of, for torch itself, too.
HIDDEN = {"torch", "numpy", "torchvision", *sys.stdlib_module_names}

# The grader's rules for a name that a download, a browser or a copy has changed.
_PYTHON = re.compile(r"\.py(\.py|\.txt)*$")
_ENDINGS = re.compile(r"(\.py|\.txt|\.ipynb)+$")
_COPIES = re.compile(r"([\s_-]+(\d+|copy|복사본)|[\s_-]*\(\d+\))+$")
_MISSING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


class Word(NamedTuple):
    """A line in both languages."""

    en: str
    ko: str


# When an import runs: with its file; in a function, if that is called; where its failure does no
# harm, or not at the grader at all.
When = Literal["at once", "later", "harmless"]


class Import(NamedTuple):
    """The first part of an imported name; "." for one that begins with a dot."""

    name: str
    line: int
    when: When


def parsed(name: str, content: bytes) -> ast.Module | Word:
    """A file's syntax tree, or why it has none."""
    try:
        text = decode_source(content)
    except (SyntaxError, UnicodeDecodeError):
        return _not_text(name, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, name, "exec", dont_inherit=True)
            return ast.parse(text, name)
    except SyntaxError as error:
        return _not_python(name, error)
    except (ValueError, RecursionError, MemoryError) as error:  # a NUL; too deep
        why = str(error) or type(error).__name__
        return Word(f"{name} does not parse ({why})", f"{name}: 문법 오류입니다 ({why})")


def _not_text(name: str, content: bytes) -> Word:
    try:
        content.decode()
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        byte = f"0x{content[wrong.start]:02x}"
        return Word(
            f"{name}, line {line}: is not UTF-8 text (byte {byte}); save it as UTF-8",
            f"{name} {line}행: UTF-8이 아닙니다(바이트 {byte}). UTF-8로 저장하세요",
        )
    return Word(
        f"{name} does not parse: its first lines declare an encoding that it does not have",
        f"{name}: 첫머리에 적은 인코딩이 실제와 다릅니다",
    )


def _not_python(name: str, error: SyntaxError) -> Word:
    line, source = error.lineno or 1, (error.text or "").strip()[:60]
    if source.startswith(("%", "!")):
        return Word(
            f"{name}, line {line}: `{source}` belongs in a notebook; delete that line",
            f"{name} {line}행: `{source}` 줄은 노트북에서만 됩니다. 지우세요",
        )
    return Word(
        f"{name}, line {line}: does not parse ({error.msg})",
        f"{name} {line}행: 문법 오류입니다 ({error.msg})",
    )


def imports(tree: ast.Module) -> Iterator[Import]:
    """Every import of a file, and `get_ipython`, which a notebook's lines become."""
    return _imports(tree.body, "at once")


def _imports(nodes: Iterable[ast.AST], when: When) -> Iterator[Import]:
    for node in nodes:
        match node:
            case ast.Import():
                for each in node.names:
                    yield Import(each.name.partition(".")[0], node.lineno, when)
            case ast.ImportFrom():
                top = "." if node.level else (node.module or "").partition(".")[0]
                yield Import(top, node.lineno, when)
            case ast.Name(id="get_ipython"):
                yield Import(node.id, node.lineno, when)
            case ast.If() if _is_idle(node.test):
                yield from _imports(node.body, "harmless")
                yield from _imports(node.orelse, when)
            case ast.Try() if any(map(_catches, node.handlers)):
                yield from _imports(node.body, "harmless")
                yield from _imports([*node.handlers, *node.orelse, *node.finalbody], when)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if when == "at once":
                yield from _imports(ast.iter_child_nodes(node), "later")
            case _:
                yield from _imports(ast.iter_child_nodes(node), when)


def _is_idle(test: ast.expr) -> bool:
    """Whether it is false at the grader: `__name__ == "__main__"`, `TYPE_CHECKING`."""
    return ast.unparse(test) in {
        *("__name__ == '__main__'", "'__main__' == __name__"),
        *("TYPE_CHECKING", "typing.TYPE_CHECKING"),
    }


def _catches(handler: ast.ExceptHandler) -> bool:
    kinds = ast.walk(handler.type) if handler.type else ()
    named = {node.id for node in kinds if isinstance(node, ast.Name)}
    return handler.type is None or bool(named & _MISSING)


def import_word(file: str, found: Import, folder: Path) -> Word | None:
    """Why an import of what is no file beside fails at the grader; None where it does no harm."""
    top, line = found.name, found.line
    if found.when == "harmless" or top in PACKAGES:
        return None
    if top == ".":
        why = (
            "write it without the dot: from layers import …",
            "점 없이 쓰세요: from layers import …",
        )
    elif top == "get_ipython":
        why = "get_ipython is there in a notebook only", "get_ipython은 노트북에만 있습니다"
    elif top == "google":
        why = "google.colab is there in Colab only", "google.colab은 Colab에만 있습니다"
    elif (folder / top).is_dir():
        why = f"{top} is a folder, which is not taken", f"{top}은 폴더라서 가져가지 않습니다"
    elif top in LEFT_OVER:
        return None
    else:
        why = f"the grader has no package {top}", f"채점기에는 {top} 패키지가 없습니다"
    later = found.when == "later"
    only = ("; only a call that gets there fails", "; 그 줄에 이르는 호출만 실패합니다")
    english, korean = (
        f"{text}{more}" if later else text for text, more in zip(why, only, strict=True)
    )
    return Word(f"{file}, line {line}: {english}", f"{file} {line}행: {korean}")


def stubs(tree: ast.Module) -> list[str]:
    """The functions and methods that are as they were given."""
    return [
        str(name.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        for name in node.exc.args
        if ast.unparse(node.exc.func) == "NotImplementedError" and isinstance(name, ast.Constant)
    ]


def unfinished(name: str, tree: ast.Module, functions: Iterable[str]) -> list[Word]:
    """What a file has yet to have: functions as they were given, and functions not there."""
    found = []
    if names := ", ".join(stubs(tree)):
        korean = f"{name}: 아직 작성하지 않은 것: {names}"
        found.append(Word(f"{name}: not written yet: {names}", korean))
    if names := ", ".join(missing(tree, functions)):
        found.append(Word(f"{name}: missing: {names}", f"{name}: 없는 것: {names}"))
    return found


def missing(tree: ast.Module, names: Iterable[str]) -> list[str]:
    """The names that a file neither defines, nor assigns, nor imports."""
    there = set(_bound(tree.body))
    return [] if "*" in there else [name for name in names if name not in there]


def _bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """What has a name once the file is imported; "*" where another file says it."""
    for node in nodes:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Import() | ast.ImportFrom():
                yield from (each.asname or each.name for each in node.names)
            case ast.Name(ctx=ast.Store()):
                yield node.id
            case ast.If() if _is_idle(node.test):
                yield from _bound(node.orelse)
            case _:
                yield from _bound(ast.iter_child_nodes(node))


def hides(name: str) -> Word | None:
    """Why a file must have another name: Python finds it in place of a package."""
    package = name.removesuffix(".py")
    if package not in HIDDEN:
        return None
    return Word(
        f"rename {name}: it hides the package {package}",
        f"{name} 파일의 이름을 바꾸세요. {package} 패키지를 가립니다",
    )


def looks_like_python(name: str) -> bool:
    """Whether a file's name may be one of these; `NAME.py.txt` is, `notes.txt` is not."""
    return _PYTHON.search(name.casefold()) is not None and not name.startswith(".")


def bare(name: str) -> str:
    """A file's name without the parts that downloads and copies add."""
    stem = _ENDINGS.sub("", name.casefold()).removeprefix("copy of ")
    return re.sub(r"[\s_-]", "", _COPIES.sub("", stem))


def near_misses(name: str, there: Iterable[str]) -> list[str]:
    """The Python files among `there` that are `name` but for what others added to it."""
    names = (other for other in there if other != name and len(other) <= 100)
    return sorted(
        other for other in names if looks_like_python(other) and bare(other) == bare(name)
    )
