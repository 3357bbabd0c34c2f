"""What a program imports of the package is there, typed, and costs nothing before it is used."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

import autograder
from autograder.grading.sources import PACKAGE
from corpus.paths import ROOT


def test_every_exported_name_is_there_and_is_typed() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    typed = {
        (alias.name, node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder.")
        for alias in node.names
    }
    assert typed == set(autograder._HOME.items())
    assert sorted(autograder.__all__) == sorted(autograder._HOME)
    for name in autograder.__all__:
        exported = getattr(autograder, name)
        assert (exported.__name__, exported.__module__) == (name, autograder._HOME[name])
    assert set(autograder.__all__) <= set(dir(autograder))
    with pytest.raises(AttributeError, match="no attribute 'grades'"):
        _ = autograder.grades


def test_importing_the_package_imports_no_part_of_it() -> None:
    program = "import sys, autograder; print([m for m in sys.modules if 'autograder.' in m])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert told.stdout == "[]\n"
