"""Markdown as HTML for pages that show what students wrote: nothing in it can act.

HTML is shown as text, links lead to the web or nowhere, and of pictures only attached ones are
shown: any other address would be asked for by the browser of whoever grades. Formulas are MathML,
so that no script has to be fetched for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.nbgrader.formulas import to_mathml
from autograder.nbgrader.marking_guides import is_guide

ATTACHMENT = "attachment:"
# The Formgrader's own style sets quotations larger than everything around them.
GUIDE = '<div style="border-left: 4px solid #999; padding-left: 1em; font-size: 13px">{}</div>'

Attachments = Mapping[str, Mapping[str, str]]


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """In the place of nbconvert's filter of this name, which lets HTML and scripts through."""
    cell: Any = context.get("cell", {})
    html = _render(source, _Inert(cell.get("attachments", {})))
    return GUIDE.format(html) if is_guide(cell) else html


def within_a_page(source: str, attachments: Attachments) -> str:
    """The same for a page that has headings of its own."""
    return _render(source, _WithoutHeadings(attachments))


def _render(source: str, renderer: _Inert) -> str:
    return str(MarkdownWithMath(renderer=renderer).render(source))


class _Inert(IPythonRenderer):
    def __init__(self, attachments: Attachments) -> None:
        pictures = {name: dict(data) for name, data in attachments.items()}
        super().__init__(escape=True, allow_harmful_protocols=False, attachments=pictures)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        name = url.removeprefix(ATTACHMENT)
        if name == url or name not in self.attachments:
            return escape(text or url)
        return str(super().image(text, url, title))

    def block_mermaidjs(self, code: str) -> str:
        """nbconvert puts this into the page as it is, for a script to draw."""
        return f"<pre>{escape(code)}</pre>"

    def inline_math(self, body: str) -> str:
        return to_mathml(body, block=False)

    def block_math(self, body: str) -> str:
        return to_mathml(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        return to_mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)


class _WithoutHeadings(_Inert):
    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<p><b>{text}</b></p>\n"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return str(super().link(text or escape(url), url, title))
