"""The notebook's page for who does not see it, or has no mouse."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.release.page import as_page, title_of


def page_of(text: str) -> str:
    return as_page(new_notebook(cells=[new_markdown_cell(text)]), "title")


def test_a_formula_of_its_own_line_is_scrolled_by_keyboard_too() -> None:
    assert formula("Here $x$") == {"display": "inline"}
    assert formula("$$x$$") == {"display": "block", "tabindex": "0"}


def formula(text: str) -> dict[str, str]:
    """The attributes of the one formula, but for its namespace."""
    (tag,) = re.findall(r"<math ([^>]*)>", page_of(text))
    return {name: value for name, value in re.findall(r'(\w+)="(.*?)"', tag) if name != "xmlns"}


def test_korean_is_called_so() -> None:
    text = """# 24 · Practice · 실습

Words of $n$. · $n$의 말.

FCN의 $n$ · 말.

- **One** · **하나** $n$
- Two · 2
"""
    page = page_of(text)
    assert '24 · Practice · <span lang="ko">실습</span></h1>' in page
    assert "<p>Words of" in page
    assert page.count("의 말.</span></p>") == 1
    assert '<p lang="ko">FCN의' in page
    assert '<li><strong>One</strong> · <span lang="ko"><strong>하나</strong>' in page
    assert "<li>Two · 2</li>" in page
    assert page.count('lang="ko"') == 4


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 24 · Practice · 실습\n\n# More", "24 · Practice"),
        ("Words.\n\n# After FCN", "After FCN"),
        ("No heading", "Notebook"),
    ],
)
def test_the_title_is_the_first_heading_in_english(text: str, title: str) -> None:
    assert title_of(new_notebook(cells=[new_markdown_cell(text)])) == title
