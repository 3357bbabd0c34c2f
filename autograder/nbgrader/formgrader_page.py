"""The Formgrader's page of a submission, without the script for formulas that it would fetch."""

from __future__ import annotations

import sys

from jinja2 import BaseLoader, DictLoader
from nbconvert.exporters import HTMLExporter
from traitlets import default

from autograder.nbgrader.ours import is_ours

FORMGRADER = "nbgrader.server_extensions.formgrader.formgrader"
# In the place of nbconvert's template of this name; formulas are MathML.
NO_MATHJAX = {"mathjax.html.j2": "{% macro mathjax(url='') %}{% endmacro %}"}


class FormgraderPage(HTMLExporter):
    """The exporter of nbconvert, with one template changed in our courses."""

    @default("extra_loaders")
    def _own_templates(self) -> list[BaseLoader]:
        return [DictLoader(NO_MATHJAX)] if is_ours(self) else []


def use_in_formgrader() -> None:
    """Have the Formgrader use it, where it runs in this process."""
    module = sys.modules.get(FORMGRADER)
    if module is not None:
        module.HTMLExporter = FormgraderPage  # type: ignore[attr-defined]
