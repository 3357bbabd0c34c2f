"""Submissions written independently of one another, and disguised copies of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from autograder.sandbox.grader.intake import SubmissionFiles
from corpus.solution import TASKS
from corpus.variants import variants


@dataclass(frozen=True)
class Written:
    """A submission that lies in no folder."""

    student: str
    files: dict[str, str]

    def take(self) -> SubmissionFiles:
        return SubmissionFiles({name: text.encode() for name, text in self.files.items()})


def right(task: str) -> list[Written]:
    """The right variants of a file, each with its helpers."""
    others = {f"{other}.py" for other in TASKS if other != task}
    return [
        Written(
            variant.path.stem,
            {name: text for name, text in variant.files().items() if name not in others},
        )
        for variant in variants([task])
    ]


def disguised(text: str) -> str:
    """The same program to Python, and another text to the eye."""
    tree = ast.parse(text)
    stored = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    # What is called by name keeps its name.
    stored -= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in stored:
            node.id = f"my_{node.id}"
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            node.body = [part for part in node.body if not _is_documentation(part)] or [ast.Pass()]
    # Only functions move: what stands between them may need its place.
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    others = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
    tree.body = [*others, *reversed(functions)]
    return ast.unparse(tree)


def _is_documentation(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
