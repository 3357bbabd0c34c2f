"""What a student wrote is shown in the page of whoever grades, and cannot act there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jinja2 import Environment

from autograder.nbgrader.markdown import markdown2html, within_a_page


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
        "$\\text{<script>act()</script>}$",
        "$$\\text{&lt;img src=x onerror=act()&gt;}$$",
        "# <script>act()</script>",
    ],
)
def test_html_is_shown_as_text(source: str) -> None:
    page = shown(source)
    assert "<script" not in page
    assert "<img" not in page
    assert "act()" in re.sub("<[^<>]*>", "", page)


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


def test_formulas_are_mathml_that_no_script_has_to_draw() -> None:
    page = shown("**Why** is $x_{ij} < b$?")
    assert "<strong>Why</strong>" in page
    assert "<msub><mi>x</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub><mo>&lt;</mo>" in page
    assert "$" not in page


@pytest.mark.parametrize("formula", ["$\\frac{a}{$", "$" + "{" * 1500 + "$", f"${'a' * 3000}$"])
def test_what_is_no_formula_is_shown_as_it_was_written(formula: str) -> None:
    assert f"<code>{formula.strip('$')}</code>" in shown(formula)


def test_no_formula_brings_an_address_or_a_style() -> None:
    page = shown("$\\href{javascript:act()}{x} \\style{color:red}{y}$")
    assert "href" not in page
    assert "style" not in page


def test_a_marking_guide_is_set_apart() -> None:
    assert shown("- 1 point", metadata={"autograder": "marking guide"}).startswith("<div")


def test_headings_and_nameless_links_do_not_disturb_a_page_of_ours() -> None:
    page = within_a_page("# Mine\n\n[](https://example.org/)", {})
    assert page == (
        '<p><b>Mine</b></p>\n<p><a href="https://example.org/">https://example.org/</a></p>\n'
    )
