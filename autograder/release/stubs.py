"""A Python file without its solutions: each region becomes `raise NotImplementedError("name")`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from autograder.release.errors import ReleaseError
from autograder.release.regions import Region

Function = ast.FunctionDef | ast.AsyncFunctionDef


def stub(file: PurePath, text: str, regions: Sequence[Region]) -> str:
    """The text with every region replaced; a text without regions stays as it is."""
    if not regions:
        return text
    functions = list(_functions(_parse(file, text), ""))
    lines = text.split("\n")
    for region in reversed(regions):  # from the bottom, so that line numbers stay right
        name = _name_at(file, region, functions)
        lines[region.first - 1 : region.last] = [
            f'{region.indentation}raise NotImplementedError("{name}")'
        ]
    stubbed = "\n".join(lines)
    tree = _parse(file, stubbed)
    _check_every_region_raises(file, tree, regions)
    return _keep_imports(stubbed, tree)


def _parse(file: PurePath, text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise ReleaseError(file, error.lineno, f"this is not Python: {error.msg}") from error


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    """Every function under a node with its qualified name, outer ones before inner ones."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield prefix + child.name, child
        name = child.name if isinstance(child, Function | ast.ClassDef) else ""
        yield from _functions(child, f"{prefix}{name}." if name else prefix)


def _name_at(file: PurePath, region: Region, functions: Sequence[tuple[str, Function]]) -> str:
    """The innermost function whose body holds the beginning of a region."""
    around = [
        name
        for name, function in functions
        if function.lineno < region.first <= (function.end_lineno or 0)
    ]
    if not around:
        # At a module's or a class's level the `raise` would stop the import.
        raise ReleaseError(file, region.first, "a region must stand inside a function")
    return around[-1]


def _check_every_region_raises(file: PurePath, tree: ast.Module, regions: Sequence[Region]) -> None:
    """A region inside a string, or inside an expression, would be text and not a stub."""
    raises = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Raise)}
    removed = 0
    for region in regions:
        if region.first - removed not in raises:
            raise ReleaseError(file, region.first, "a region must replace whole statements")
        removed += region.last - region.first


def _keep_imports(text: str, tree: ast.Module) -> str:
    """Mark the imports that only the solutions used, so that linters let them stand.

    They are kept: `import torch` and what a file may take from its neighbour should be at hand
    for the student. Whatever gives a solution away is imported inside its region instead.
    """
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lines = text.split("\n")
    for statement in tree.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            continue
        for alias in statement.names:
            bound = alias.asname or alias.name.partition(".")[0]
            line = lines[alias.lineno - 1]
            if bound not in used and "# noqa" not in line:
                lines[alias.lineno - 1] = f"{line}  # noqa: F401"
    return "\n".join(lines)
