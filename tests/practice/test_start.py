"""What students install is what the grader has, by whichever of the ways the handout names."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from corpus.paths import RELEASE, ROOT, SHARED, SOLUTIONS

STUDENTS: dict[str, Any] = tomllib.loads((SHARED / "pyproject.toml").read_text("utf-8"))
OURS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
# What others bring along: Pillow comes with torchvision and matplotlib, IPython with JupyterLab.
BROUGHT = {"PIL": "torchvision", "IPython": "jupyterlab"}


def bounds(requirements: list[str]) -> dict[str, str]:
    """The bound of each package by its name."""
    found = [re.fullmatch(r"([\w-]+)(?:\[[\w,-]+\])?([^;]*)(;.*)?", each) for each in requirements]
    return {match[1]: match[2] for match in found if match is not None}


def imported(folder: Path) -> set[str]:
    """The packages that the files of a folder import, without the library's and those beside."""
    files = sorted(folder.glob("*.py")) + sorted(folder.glob("tests/*.py"))
    names = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    beside = {file.stem for file in files}
    return names - beside - sys.stdlib_module_names - {"google"}  # Colab has it where it is


def test_the_bounds_are_the_graders_own() -> None:
    ours = bounds(OURS["project"]["dependencies"])
    ours |= bounds(OURS["project"]["optional-dependencies"]["notebook"])
    students = bounds(STUDENTS["project"]["dependencies"])
    shared = {name: bound for name, bound in students.items() if name in ours}
    assert shared == {name: ours[name] for name in shared}
    assert {"torch", "torchvision", "numpy", "pytest", "matplotlib", "tqdm"} == shared.keys()
    assert STUDENTS["project"]["requires-python"] == OURS["project"]["requires-python"]


def test_all_that_the_files_import_is_installed() -> None:
    installed = bounds(STUDENTS["project"]["dependencies"])
    assert {BROUGHT.get(name, name) for name in imported(RELEASE)} <= installed.keys()


def test_each_choice_of_torch_has_the_same_bounds() -> None:
    every = bounds(STUDENTS["project"]["dependencies"])
    chosen = {name: every[name] for name in ("torch", "torchvision")}
    extras = STUDENTS["project"]["optional-dependencies"]
    choices = [extras["cpu"], extras["cu130"], STUDENTS["dependency-groups"]["default-cpu"]]
    assert [bounds(choice) for choice in choices] == [chosen] * 3


def test_without_a_word_torch_comes_without_cuda_and_never_in_two_ways() -> None:
    uv = STUDENTS["tool"]["uv"]
    indexes = {index["name"]: index for index in uv["index"]}
    assert indexes["pytorch-cpu"]["url"] == CPU_INDEX
    # torch alone comes from there; all else from the index that everybody uses.
    assert all(index["explicit"] for index in indexes.values())
    (default,) = uv["default-groups"]
    for package in ("torch", "torchvision"):
        by_choice = {
            source.get("extra") or source["group"]: source["index"]
            for source in uv["sources"][package]
        }
        assert by_choice == {
            default: "pytorch-cpu",
            "cpu": "pytorch-cpu",
            "cu130": "pytorch-cu130",
        }
    assert [{"extra": "cpu"}, {"extra": "cu130"}] in uv["conflicts"]
    assert [{"group": default}, {"extra": "cu130"}] in uv["conflicts"]


def test_the_folder_is_no_package() -> None:
    assert STUDENTS["tool"]["uv"]["package"] is False
    assert STUDENTS["tool"]["setuptools"]["py-modules"] == []


def test_what_is_installed_in_the_folder_is_not_imported_anew(tmp_path: Path) -> None:
    """An environment lies in the folder; torch imported a second time ends the process."""
    folder = tmp_path / "내 과제 1"
    installed = folder / ".venv" / "lib" / "site-packages"
    installed.mkdir(parents=True)
    (installed / "installed.py").touch()
    shutil.copy(SHARED / "fresh_imports.py", folder)
    (folder / "iou.py").touch()
    program = f"""
import sys
sys.path[:0] = [{str(folder)!r}, {str(installed)!r}]
import fresh_imports, installed, iou
with fresh_imports.imported_anew():
    assert sys.modules["installed"] is installed
    assert "iou" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_container_has_what_the_folder_needs() -> None:
    text = (SHARED / ".devcontainer" / "devcontainer.json").read_text("utf-8")
    container = json.loads(text)
    # The keys of the dev container specification that are used, with the types it gives them.
    types = {
        "name": str,
        "image": str,
        "postCreateCommand": str,
        "hostRequirements": dict,
        "customizations": dict,
    }
    assert {key: type(value) for key, value in container.items()} == types
    version = re.search(r"python:3\.(\d+)$", container["image"])
    assert version is not None
    assert int(version[1]) >= 11
    assert container["postCreateCommand"] == (
        f"python -m pip install --extra-index-url {CPU_INDEX} ."
    )
    needs = container["hostRequirements"]
    assert needs["cpus"] >= 1
    # The specification's own pattern for both.
    assert all(re.fullmatch(r"\d+([tgmk]b)?", needs[size]) for size in ("memory", "storage"))


def test_the_handout_installs_what_the_folder_names() -> None:
    commands = re.findall(
        r"python -m pip install[^`\n]*", (SOLUTIONS / "README.md").read_text("utf-8")
    )
    assert commands[0] == f"python -m pip install --extra-index-url {CPU_INDEX} ."
    assert all(command.split()[-1] == "." for command in commands)


def test_the_workflow_installs_with_the_same_bounds_but_no_notebook() -> None:
    workflow = (SHARED / ".github" / "workflows" / "public-tests.yml").read_text("utf-8")
    students = bounds(STUDENTS["project"]["dependencies"])
    del students["jupyterlab"]
    assert bounds(re.findall(r"'([^']+)'", workflow)) == students
    assert f"--extra-index-url {CPU_INDEX}\n" in workflow
