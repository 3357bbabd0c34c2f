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
from autograder.release import new
from corpus.environments import environment_with
from corpus.paths import ROOT

# A file called like what the grader's own code has names for: an author's words are common ones.
NAMES = ("edges", "--file", "padding", "--function", "smooth")
# What a test says that is run for each assignment.
EVERY_ASSIGNMENT = re.compile(r"\bassignments\(\)|\bany_assignment\b")
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
        "autograder/suites/edges/padding/oracle.py",
        "corpus/variants/edges/padding/loops.py",
        "solutions/edges/README.md",
        "solutions/edges/edges_practice.py",
        "solutions/edges/padding.py",
    }
    texts = [(repository.root / file).read_text() for file in made]
    assert not [text for text in texts if "NEW" in text]


def test_new_solution_has_all_points(repository: Repository) -> None:
    assert repository.points(repository.root / "solutions" / "edges") == (100, set())


def test_new_variant_has_all_points(repository: Repository) -> None:
    told = repository.run("quality.variants", "--assignment", "edges", "--seeds", "3").stdout
    assert "padding" in told


def test_new_misconception_loses_what_it_names_and_is_named(repository: Repository) -> None:
    options = ("--assignment", "edges", "--first", "1", "--seeds", "2")
    assert "padding" in repository.run("quality.misconceptions", *options).stdout


def test_new_assignment_is_released_as_a_stub_that_says_what_is_asked(
    repository: Repository, released: Path
) -> None:
    assert 'raise NotImplementedError("smooth")' in (released / "padding.py").read_text()
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
    generic = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if EVERY_ASSIGNMENT.search(path.read_text(encoding="utf-8")) and path != Path(__file__)
    ]
    assert len(generic) >= 8
    # One has no assignment in its name, for it looks at the names of all. nbgrader's own command
    # wants a program beside Python, which this environment does not have.
    chosen = "(edges or only_the_suites_name) and not generate_assignment"
    told = repository.run("pytest", *generic, "-k", chosen).stdout
    assert re.search(r"^[.s]+ +\[100%\]$", told, re.MULTILINE)


def test_new_public_checks_hold_for_the_solution(repository: Repository, released: Path) -> None:
    folder = repository.root / "practised"
    shutil.copytree(released, folder)
    shutil.copy(repository.root / "solutions" / "edges" / "padding.py", folder)
    command = [sys.executable, "-m", "check", "padding"]
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


@pytest.mark.parametrize("name", ["check", "practice", "lost_check", "conftest", "math"])
def test_new_refuses_a_file_that_would_hide_another(name: str) -> None:
    assert "is the name of something that lies beside it" in refused("edges", "--file", name)


@pytest.mark.parametrize(
    "name",
    [
        *("expect", "about", "refused", "import_files", "until_written"),
        *("assignment", "handout", "knowledge", "oracle"),
    ],
)
def test_new_refuses_a_file_that_a_template_could_not_import(name: str) -> None:
    assert "is a name that the assignment's own files use" in refused("edges", "--file", name)


@pytest.mark.parametrize("name", ["range", "print", "x", "misconception"])
def test_new_refuses_a_function_that_the_suite_could_not_call(name: str) -> None:
    assert "is a name that the assignment's own files use" in refused("edges", "--function", name)


def test_new_refuses_a_file_that_is_called_like_the_notebook() -> None:
    assert "'x_practice' is the name of its notebook" in refused("x", "--file", "x_practice")
    assert not (ROOT / "solutions" / "x").exists()


def test_new_refuses_an_assignment_whose_page_is_another_ones() -> None:
    told = refused("practice", "--file", "padding")
    assert "docs/practice.html is there already; nothing was written" in told


def test_new_says_what_helps_where_it_was_installed_without_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new, "SUITES", tmp_path / "site-packages" / "autograder" / "suites")
    told = refused("edges")
    assert "installed without its repository: in a clone of that, run make check" in told
    assert str(tmp_path) not in told


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
