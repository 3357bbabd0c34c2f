"""What a student wrote is shown in the page of whoever grades, and cannot act there."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import Environment

from autograder.nbgrader.markdown import markdown2html


def shown(source: str, **cell: Any) -> str:
    environment = Environment()
    environment.filters["markdown2html"] = markdown2html
    return environment.from_string("{{ source | markdown2html }}").render(source=source, cell=cell)


@pytest.mark.parametrize(
    "source",
    [
        "<script>act()</script>",
        "text <img src=x onerror=act()> text",
        "```mermaid\n</pre><script>act()</script>\n```",
        "```<script>act()</script>\ncode\n```",
        "$a<script>act()</script>b$",
        "# <script>act()</script>",
    ],
)
def test_html_is_shown_as_text(source: str) -> None:
    page = shown(source)
    assert "<script" not in page
    assert "<img" not in page
    assert "act()" in page


def test_a_link_with_a_script_leads_nowhere() -> None:
    assert "javascript:" not in shown("[me](javascript:act())")


def test_a_picture_from_elsewhere_is_not_asked_for() -> None:
    assert "<img" not in shown("![seen](https://example.org/x.png) ![](../../logout)")


def test_an_attached_picture_is_shown_and_a_missing_one_named() -> None:
    attachments = {"grid.png": {"image/png": "iVBO"}}
    assert 'src="data:image/png;base64,iVBO"' in shown(
        "![a](attachment:grid.png)", attachments=attachments
    )
    assert "the grid" in shown("![the grid](attachment:lost.png)")


def test_formulas_and_emphasis_are_kept() -> None:
    page = shown("**Why** is $a < b$?")
    assert "<strong>Why</strong>" in page
    assert "$a &lt; b$" in page
