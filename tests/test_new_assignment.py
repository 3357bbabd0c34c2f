"""An assignment that was just begun stands on its own feet, and one that cannot be is refused."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import cli
from corpus.environments import environment_with
from corpus.paths import ROOT

NAMES = ("edges", "--file", "zonal", "--function", "smooth")
PARTS = ("autograder", "corpus", "quality", "solutions", "tests")


class Repository:
    """A copy of this one in which `edges` was begun."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "copy"
        for part in PARTS:
            ignored = shutil.ignore_patterns("__pycache__", "attacks")
            shutil.copytree(ROOT / part, self.root / part, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", self.root)
        (self.root / "data").mkdir()
        (self.root / "data" / "README.md").write_text("no pictures\n")
        self._python = environment_with(folder / "env", self.root)
        self.made = self.run("autograder", "new", *NAMES).stdout.splitlines()

    def run(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`python -m module` in it; fails where the exit code is not 0."""
        command = [self._python, "-m", module, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.root, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def points(self, folder: Path) -> tuple[float, set[str]]:
        """(points, the words of every diagnosis) of a submission."""
        result = self.root / "result.json"
        options = ("--assignment", "edges", "--seed", "5", "--json", str(result))
        self.run("autograder", "grade", str(folder), *options)
        document = json.loads(result.read_text())
        said = {json.dumps(check.get("diagnosis")) for check in document["checks"]}
        return document["earned"], said - {"null"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("repository"))


@pytest.fixture(scope="module")
def released(repository: Repository) -> Path:
    """The folder that the students of `edges` are given."""
    told = repository.run("autograder", "release", "edges").stdout
    assert told.endswith(" files in assignment/edges\n")
    return repository.root / "assignment" / "edges"


def test_new_makes_solution_suite_notebook_and_variant(repository: Repository) -> None:
    made = set(repository.made)
    assert made >= {
        "autograder/suites/edges/__init__.py",
        "autograder/suites/edges/zonal/oracle.py",
        "corpus/variants/edges/zonal/loops.py",
        "solutions/edges/README.md",
        "solutions/edges/edges_practice.py",
        "solutions/edges/zonal.py",
    }
    texts = [(repository.root / file).read_text() for file in made]
    assert not [text for text in texts if "NEW" in text]


def test_new_solution_has_all_points(repository: Repository) -> None:
    assert repository.points(repository.root / "solutions" / "edges") == (100, set())


def test_new_variant_has_all_points(repository: Repository) -> None:
    told = repository.run("quality.variants", "--assignment", "edges", "--seeds", "3").stdout
    assert "zonal" in told


def test_new_misconception_loses_what_it_names_and_is_named(repository: Repository) -> None:
    options = ("--assignment", "edges", "--first", "1", "--seeds", "2")
    assert "zonal" in repository.run("quality.misconceptions", *options).stdout


def test_new_assignment_is_released_as_a_stub_that_says_what_is_asked(
    repository: Repository, released: Path
) -> None:
    assert 'raise NotImplementedError("smooth")' in (released / "zonal.py").read_text()
    notebook = json.loads((released / "edges_practice.ipynb").read_text())
    assert len(notebook["cells"]) == 3
    assert repository.points(released) == (0, set())


def test_new_assignment_is_linted_clean(repository: Repository) -> None:
    told = repository.run("autograder", "lint", "edges").stdout
    assert told.endswith("edges: nothing is missing\n")


def test_new_assignment_is_formatted_typed_and_free_of_lint(repository: Repository) -> None:
    made = [file for file in repository.made if file.endswith(".py")]
    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", *made]
        done = subprocess.run(ruff, capture_output=True, text=True, cwd=repository.root)
        assert done.returncode == 0, done.stdout + done.stderr
    # What it imports was typed before; only its own files are looked through.
    repository.run("mypy", "--follow-imports=silent", "-p", "autograder.suites.edges")


def test_new_assignment_passes_the_tests_of_every_assignment(
    repository: Repository, released: Path
) -> None:
    generic = ("manifest", "suites", "variants", "solutions", "release", "misconceptions")
    tests = [*(f"tests/test_{each}.py" for each in generic), "tests/practice/test_assignment.py"]
    told = repository.run("pytest", *tests, "tests/grading/test_outline.py", "-k", "edges").stdout
    assert re.search(r"^[.s]+ +\[100%\]$", told, re.MULTILINE)


def test_new_public_checks_hold_for_the_solution(repository: Repository, released: Path) -> None:
    folder = repository.root / "practised"
    shutil.copytree(released, folder)
    shutil.copy(repository.root / "solutions" / "edges" / "zonal.py", folder)
    command = [sys.executable, "-m", "check", "zonal"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert "2 of 2 public checks hold" in told.stdout


# What cannot be begun


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(cli.app, ["new", *arguments])
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("name", ["After", "2nd", "a-b", "ab cd", "_x", "../up", "끝"])
def test_new_refuses_a_name_that_is_no_lower_case_identifier(name: str) -> None:
    assert "must be a lower-case Python identifier" in refused(name)
    assert "must be a lower-case Python identifier" in refused("edges", "--file", name)
    assert "must be a lower-case Python identifier" in refused("edges", "--function", name)


def test_new_refuses_a_keyword() -> None:
    for arguments in (["class"], ["edges", "--file", "class"], ["edges", "--function", "class"]):
        assert "'class' is a keyword of Python" in refused(*arguments)


@pytest.mark.parametrize("name", ["shared", "torch"])
def test_new_refuses_a_name_that_stands_for_something_else(name: str) -> None:
    assert "is the name of something that lies beside it" in refused(name)


@pytest.mark.parametrize("name", ["check", "assignment", "lost_check", "oracle", "math"])
def test_new_refuses_a_file_that_would_hide_another(name: str) -> None:
    assert "is the name of something that lies beside it" in refused("edges", "--file", name)


def test_new_refuses_a_name_that_makes_lines_too_long() -> None:
    assert "is longer than 24 characters" in refused("a" * 25)


def test_new_refuses_an_assignment_that_is_there() -> None:
    before = sorted((ROOT / "solutions" / "segmentation").iterdir())
    told = refused("segmentation", "--file", "edges")
    assert "solutions/segmentation is there already; nothing was written" in told
    assert sorted((ROOT / "solutions" / "segmentation").iterdir()) == before


def test_new_refuses_a_folder_that_is_not_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "run this in the repository whose suites are graded with" in refused("edges")
    assert list(tmp_path.iterdir()) == []
