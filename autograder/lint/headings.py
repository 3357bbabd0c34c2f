"""Whether the sections that students are sent to are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.lint.suite import Suite
from autograder.lint.texts import sections


def sections_without_headings(suite: Suite) -> Iterator[str]:
    """Functions without a section, and headings that stand in no handout and no notebook."""
    for task, function in suite.functions:
        if function.section is None:
            yield f"{task.name}: {function.name} has no section"
    for place, section in sections(suite):
        text = _text(suite.solutions / section.file)
        if text is None:
            yield f"the section of {place}: there is no {section.file} in the solutions"
        elif not re.search(rf"^(?:# )?#+ {re.escape(section.heading)}$", text, re.MULTILINE):
            yield f"the section of {place}: {section.file} has no heading {section.heading!r}"


def _text(path: Path) -> str | None:
    """A file's text; a notebook's lies beside it as what jupytext makes it of."""
    if path.suffix == ".ipynb":
        path = path.with_suffix(".py")
    return path.read_text(encoding="utf-8") if path.is_file() else None
