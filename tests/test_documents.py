"""The documents are true: commands exist, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from autograder import cli
from corpus.paths import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "examples" / "README.md"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = document.read_text()
    for target in re.findall(r"\$ make ([a-z]+)", text):
        assert target in targets
    for module in re.findall(r"python -m ((?:benchmarks|quality)\.\w+)", text):
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file(), module


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_of_the_package_exists(document: Path) -> None:
    known = set(typer.main.get_command(cli.app).commands)  # type: ignore[attr-defined]
    assert set(re.findall(r"\$ autograder ([a-z]+)", document.read_text())) <= known


# A command of ours with its options, up to the end of the code or a comment.
CALL = re.compile(r"python -m ((?:benchmarks|quality)\.\w+)((?: [^`\n#]*)?)")


def options_of(module: str) -> set[str]:
    """The options that a module's source adds to its parser, or has added for it."""
    source = (ROOT / f"{module.replace('.', '/')}.py").read_text()
    asked = (ROOT / "quality" / "asked.py").read_text()
    found = set(re.findall(r'"(--[a-z][\w-]*)"', source))
    if re.search(r"\badd_tasks\(", source):
        found |= set(re.findall(r'"(--[a-z][\w-]*)"', asked))
    elif re.search(r"\badd_assignment\(", source):
        found.add("--assignment")
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_option_of_our_measurements_exists(document: Path) -> None:
    for module, arguments in CALL.findall(document.read_text()):
        for option in re.findall(r"--[a-z][\w-]*", arguments):
            assert option in options_of(module), f"{module} {option}"


def test_measurements_said_to_take_an_assignment_do() -> None:
    text = (ROOT / "docs" / "suites.md").read_text()
    (said,) = re.findall(r"^(.*)`--assignment NAME`", text, re.MULTILINE)
    named = re.findall(r"`(\w+)`", said)
    assert len(named) > 3
    assert [name for name in named if "--assignment" not in options_of(f"quality.{name}")] == []


SAMPLE = re.compile(r"<!-- from (\S+) -->\n```python\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_sample_of_our_code_stands_in_the_source(document: Path) -> None:
    for source, sample in SAMPLE.findall(document.read_text()):
        text = (ROOT / source).read_text()
        for part in sample.split("...\n"):
            assert part.strip("\n") in text, f"{source}: {part}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_sample_that_names_the_package_says_where_it_is_from(document: Path) -> None:
    unmarked = SAMPLE.sub("", document.read_text())
    samples = re.findall(r"```python\n(.*?)```", unmarked, re.DOTALL)
    assert not [sample for sample in samples if "student" in sample or "autograder" in sample]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_of_the_package_that_is_named_is_there(document: Path) -> None:
    for name in re.findall(r"`(autograder/[\w/]+\.\w+)`", document.read_text()):
        assert (ROOT / name).exists(), name


def test_every_room_of_the_walks_is_there() -> None:
    text = (ROOT / "docs" / "rooms.md").read_text()
    rooms = re.findall(r"`([a-z]+/[\w/]+\.py)`", text)
    assert len(rooms) > 50
    for room in rooms:
        assert (ROOT / "autograder" / room).is_file(), room
