"""Markdown as HTML for pages that show what students wrote: nothing in it can act.

HTML is shown as text, links lead to the web or nowhere, and of pictures only attached ones are
shown: any other address would be asked for by the browser of whoever grades.
"""

from __future__ import annotations

from html import escape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

ATTACHMENT = "attachment:"


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """In the place of nbconvert's filter of this name, which lets HTML and scripts through."""
    cell: Any = context.get("cell", {})
    return str(MarkdownWithMath(renderer=_Inert(cell.get("attachments", {}))).render(source))


class _Inert(IPythonRenderer):
    def __init__(self, attachments: dict[str, dict[str, str]]) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False, attachments=attachments)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        name = url.removeprefix(ATTACHMENT)
        if name == url or name not in self.attachments:
            return escape(text or url)
        return str(super().image(text, url, title))

    def block_mermaidjs(self, code: str) -> str:
        """nbconvert puts this into the page as it is, for a script to draw."""
        return f"<pre>{escape(code)}</pre>"
