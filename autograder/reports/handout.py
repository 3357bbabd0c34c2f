"""Link lost checks to sections of the handout and the notebook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from autograder.document.result import Section
from autograder.document.text import Language
from autograder.reports.losses import Loss


@dataclass(frozen=True)
class Link:
    title: str
    address: str | None


def links(loss: Loss, folder: str | None, language: Language) -> list[Link]:
    """The sections of a loss; with addresses where it is known in which folder they lie."""
    sections = dict.fromkeys(section for check in loss.checks for section in check.read_again)
    return [
        Link(section.title.in_(language), None if folder is None else address(section, folder))
        for section in sections
    ]


def address(section: Section, folder: str) -> str:
    """The web address of a section of a file in `folder`."""
    return f"{folder.rstrip('/')}/{quote(section.file)}#{_anchor(section)}"


def _anchor(section: Section) -> str:
    """The heading's id, as GitHub gives it to Markdown and Jupyter to a notebook."""
    if section.file.endswith(".ipynb"):
        return quote(section.heading.replace(" ", "-"))
    return quote(re.sub(r"[^\w\- ]", "", section.heading.lower()).replace(" ", "-"))


def check_folder(folder: str) -> None:
    """Raises ValueError for an address that is not of the web."""
    if urlsplit(folder).scheme not in ("http", "https"):
        raise ValueError(f"the handout's folder is no http or https address: {folder}")
