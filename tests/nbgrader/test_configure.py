"""What `configure` sets, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from traitlets.config import Config

from autograder.nbgrader import configure
from autograder.nbgrader.formgrader_page import FormgraderPage
from corpus.paths import ROOT


@pytest.mark.parametrize("name", ["class [2027]", "what?", "a*"])
def test_a_course_folder_that_nbgrader_takes_for_a_pattern_is_refused(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    with pytest.raises(SystemExit) as ended:
        configure(Config(), folder)
    assert ended.value.code == (
        f"{folder}: nbgrader takes [, * and ? in a path for a pattern and would find nothing here; "
        "give the folder another name"
    )


def test_the_command_ends_with_that_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "class [2027]"
    folder.mkdir()
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", "segmentation"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"{folder}: nbgrader takes [")
    assert [path.name for path in folder.iterdir()] == ["nbgrader_config.py"]


def template(config: Config) -> str:
    """What the Formgrader's page puts in for formulas."""
    exporter = FormgraderPage(config=config)  # type: ignore[no-untyped-call]
    page = exporter.environment.from_string(
        "{% from 'mathjax.html.j2' import mathjax %}{{ mathjax() }}"
    )
    script: str = page.render()
    return script


def test_the_formgrader_of_our_course_fetches_no_script(tmp_path: Path) -> None:
    config = Config()
    configure(config, tmp_path)
    assert template(config) == ""


def test_that_of_another_course_is_as_it_was() -> None:
    assert "<script" in template(Config())
