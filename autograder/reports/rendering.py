"""Templates of pages: everything is escaped, and the style and the sentences are at hand."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.document.text import Language, Text
from autograder.reports.lost_check import PALETTE

_TEMPLATES = Environment(
    loader=PackageLoader("autograder.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_FILES = files("autograder.reports").joinpath("templates")


def render(
    template: str, language: Language, *, script: str | None = None, **values: object
) -> str:
    """The template with `values`, and `say` for its sentences.

    `script` names the one script that stands in the page; the page's policy admits no other.
    """

    def say(text: Text, **places: object) -> str:
        sentence = text.in_(language)
        # Only a sentence of ours has places to fill; a student's message may hold braces.
        return sentence.format(**places) if places else sentence

    text = None if script is None else _read(script)
    return _TEMPLATES.get_template(template).render(
        language=language,
        say=say,
        style=Markup(PALETTE.replace("&", ".autograder.autograder") + _read("style.css")),
        script=text and Markup(text),
        script_source=text and f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'",
        **values,
    )


def _read(name: str) -> str:
    return _FILES.joinpath(name).read_text(encoding="utf-8")
