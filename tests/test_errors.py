"""The tree of errors is drawn as it is, and every command ends by it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from autograder import cli, errors
from autograder.course.roster import NoRoster
from autograder.errors import AutograderError, ExitCode

PACKAGE = Path(errors.__file__).parent


def classes() -> Iterator[tuple[str, list[str]]]:
    """Every class of the package, with the names of its bases; nothing is imported."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef):
                yield node.name, [base.id for base in node.bases if isinstance(base, ast.Name)]


def written() -> set[tuple[str, str]]:
    """Each error of the family and its base, as the source has them."""
    found, known, grown = set[tuple[str, str]](), {AutograderError.__name__}, True
    everything = list(classes())
    while grown:
        new = {(name, base) for name, bases in everything for base in bases if base in known}
        grown = not new <= found
        found |= new
        known |= {name for name, _ in new}
    return found


def drawn() -> set[tuple[str, str]]:
    """The same, as the module's docstring draws them."""
    above: list[str] = []
    found = set[tuple[str, str]]()
    for line in (inspect.getdoc(errors) or "").splitlines():
        name = line.lstrip("│├└─ ").partition(" ")[0]
        depth = (len(line) - len(line.lstrip("│├└─ "))) // 4
        if "─ " in line:
            found.add((name, above[depth - 1]))
        if "─ " in line or line == AutograderError.__name__:
            above[depth:] = [name]
    return found


def test_the_tree_is_drawn_as_it_is() -> None:
    assert drawn() == written()


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The command line, of which `schema` cannot go on."""

    def json_schema() -> bytes:
        raise NoRoster("roster.csv, line 2:\x1b[31m student\n is empty")

    monkeypatch.setattr("autograder.document.result.json_schema", json_schema)
    return cli.app


def test_an_error_ends_a_command_with_one_printable_line(raising: typer.Typer) -> None:
    done = CliRunner().invoke(raising, ["schema"])
    assert done.exit_code == ExitCode.REFUSED
    assert done.stderr == "autograder: roster.csv, line 2:�[31m student  is empty\n"
    assert not done.stdout


def test_an_error_says_its_own_exit_code(
    raising: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NoRoster, "exit_code", ExitCode.INCOMPLETE)
    assert CliRunner().invoke(raising, ["schema"]).exit_code == ExitCode.INCOMPLETE


def test_what_is_no_error_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.document.result.json_schema", lambda: 1 // 0)
    done = CliRunner().invoke(cli.app, ["schema"])
    assert isinstance(done.exception, ZeroDivisionError)
