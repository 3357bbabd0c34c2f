"""What is installed: its name, its version, its extras, and that it grades as the checkout does."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

from autograder.cli.extras import EXTRAS, missing_extra
from autograder.grading.sources import DISTRIBUTION, PACKAGE
from corpus.environments import copy_source, environment_with, packages_of
from corpus.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OPTIONAL: Mapping[str, list[str]] = PROJECT["optional-dependencies"]
# What the extras bring, and what those bring.
OF_EXTRAS = (
    *("nbgrader", "nbformat", "nbclient", "nbconvert", "traitlets", "sqlalchemy", "jupyter_client"),
    *("githubkit", "httpx", "hishel", "jsonschema", "tornado", "copydetect", "distributed"),
    *("jupytext", "latex2mathml", "matplotlib", "tqdm"),
)
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
POINTS = {"complete": 100.0, "half_done": 77.0, "broken": 69.0}


def name_of(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return found[0]


def without(modules: Sequence[str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command line where these modules are not installed."""
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({modules!r}))\n"
        "from autograder.cli import main; main()"
    )
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


# Name and version


def test_the_distribution_has_the_name_that_results_look_up() -> None:
    assert PROJECT["name"] == DISTRIBUTION
    assert PROJECT["scripts"] == {"autograder": "autograder.cli:main"}


def test_the_newest_changes_stand_under_the_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0].rstrip(",") == PROJECT["version"]


def test_a_tag_names_the_version_that_it_stands_on() -> None:
    told = subprocess.run(
        ["git", "tag", "--points-at", "HEAD", "v*"], cwd=ROOT, capture_output=True, text=True
    )
    assert set(told.stdout.split()) <= {f"v{PROJECT['version']}"}


# Extras


def test_every_extra_is_in_all_and_is_named_where_it_is_missing() -> None:
    extras = OPTIONAL.keys() - {"all", "dev"}
    assert set(EXTRAS.values()) == extras
    assert OPTIONAL["all"] == [f"{DISTRIBUTION}[{','.join(sorted(extras))}]"]
    assert f"{DISTRIBUTION}[all]" in OPTIONAL["dev"]


def test_jobs_with_secrets_pin_the_extra_for_github() -> None:
    needed = {name_of(each) for each in OPTIONAL["github"]} - {"tornado"}  # a listener is no job
    pinned = (ROOT / ".github" / "requirements" / "github.in").read_text().splitlines()
    assert needed <= {name_of(line) for line in pinned if not line.startswith("#")}


@pytest.mark.parametrize(
    ("command", "missing", "extra"),
    [
        ("github check", "githubkit", "github"),
        ("github publish kim 0 --result r.json", "jsonschema", "github"),
        ("course similar examples", "copydetect", "similar"),
        (
            "course report README.md --to {out} --gradebook g.db --config {config}",
            "nbgrader",
            "nbgrader",
        ),
        ("release --root {out}", "jupytext", "notebook"),
        ("release --root {out}", "nbformat", "notebook"),
        ("course grade examples --ledger {out} --scheduler tcp://x:1", "distributed", "cluster"),
    ],
)
def test_a_command_without_its_extra_says_in_a_line_how_to_install_it(
    command: str, missing: str, extra: str, tmp_path: Path
) -> None:
    paths = {"out": tmp_path / "out", "config": "examples/github/course.toml"}
    done = without([missing], *command.format(**paths).split())
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("autograder: ")
    assert done.stderr.endswith(f"pip install '{DISTRIBUTION}[{extra}]'\n")
    assert done.stderr.count("\n") == 1


def test_a_module_that_no_extra_brings_is_no_missing_extra() -> None:
    assert missing_extra(ModuleNotFoundError(name="torch")) is None
    assert missing_extra(ModuleNotFoundError(name="autograder.github.nothing")) is None


def test_a_submission_is_graded_and_reported_without_any_extra(tmp_path: Path) -> None:
    result, page = tmp_path / "result.json", tmp_path / "page.html"
    options = ["--task", "iou", "--seed", "1", "--json", str(result)]
    graded = without(OF_EXTRAS, "grade", "examples/complete", *options)
    assert graded.returncode == 0, graded.stderr
    assert "20 / 20" in graded.stdout
    assert without(OF_EXTRAS, "report", result, "--html", page).returncode == 0
    nobody = without(OF_EXTRAS, "course", "grade", tmp_path)
    assert "holds no folders" in nobody.stderr


# Installed, and not from a checkout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    copy_source(folder / "source")
    options = ["--no-deps", "--no-build-isolation", "-w", str(folder), str(folder / "source")]
    subprocess.run([*PIP, "wheel", *options], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel, over this one's packages."""
    folder = tmp_path_factory.mktemp("installed")
    python = Path(environment_with(folder))
    options = ["--no-deps", "--no-index", "--target", str(packages_of(folder)), str(wheel)]
    subprocess.run([*PIP, "install", *options], check=True, capture_output=True)
    return python


def test_a_wheel_holds_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    assert wheel.name == f"segmentation_autograder-{PROJECT['version']}-py3-none-any.whl"
    held = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    ours = (path for path in PACKAGE.rglob("*") if path.is_file())
    assert held == {
        path.relative_to(ROOT).as_posix() for path in ours if "__pycache__" not in path.parts
    }
    assert "autograder/py.typed" in held


def test_installed_the_examples_have_their_points(installed: Path, tmp_path: Path) -> None:
    examples = tmp_path / "class"
    for name in POINTS:
        shutil.copytree(ROOT / "examples" / name, examples / name)
    run(installed, tmp_path, "course", "grade", examples, "--seed", "7", "--jobs", "2")
    run(installed, tmp_path, "course", "report", examples, "--to", "pages", "--csv")
    with (tmp_path / "pages" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["student"]: float(row["total"]) for row in csv.DictReader(file)} == POINTS


READER = """
from pathlib import Path
found = []
for name in {names}:
    try:
        found.append(Path(name).read_bytes()[:9])
    except OSError as error:
        found.append(type(error).__name__)
raise RuntimeError(str(found))
"""


def test_installed_a_worker_reads_no_hidden_test(installed: Path, tmp_path: Path) -> None:
    asked = "from autograder.grading.sources import PACKAGE; print(PACKAGE)"
    told = subprocess.run([installed, "-c", asked], capture_output=True, text=True, cwd=tmp_path)
    package = Path(told.stdout.strip())
    assert package.is_relative_to(installed.parents[1])
    check = Path("suites", "segmentation", "iou", "test_iou_figures.py")
    names = [str(package / check), str(PACKAGE / check)]
    assert (package / check).is_file()
    submission = tmp_path / "kim"
    submission.mkdir()
    (submission / "iou.py").write_text(READER.format(names=names))
    told = run(installed, tmp_path, "grade", submission, "--task", "iou")
    assert str(["PermissionError"] * len(names)) in told.stdout


def run(python: Path, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The installed command, away from the checkout."""
    command = [str(python), "-m", "autograder", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done
