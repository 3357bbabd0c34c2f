"""A result as one HTML page, or as a part of somebody else's page."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograder.grading.result import Result
from autograder.grading.text import Language, Text
from autograder.reports import words
from autograder.reports.grids import sheets
from autograder.reports.losses import is_perfect, kept, losses, share

_TEMPLATES = Environment(
    loader=PackageLoader("autograder.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(result: Result, language: Language) -> str:
    """A whole page that asks for nothing: no script, no network."""
    return _render("page.html.j2", result, language)


def fragment(result: Result, task_name: str, language: Language) -> str:
    """One task as an element to put into any page; it brings its own style.

    A task that the result does not hold raises KeyError.
    """
    tasks = {task.name: task for task in result.tasks}
    return _render("fragment.html.j2", result, language, task=tasks[task_name])


def _render(template: str, result: Result, language: Language, **more: object) -> str:
    def say(text: Text) -> str:
        return text.in_(language)

    return _TEMPLATES.get_template(template).render(
        result=result,
        language=language,
        words=words,
        say=say,
        losses=losses,
        kept=kept,
        is_perfect=is_perfect,
        share=share,
        sheets=sheets,
        style=Markup(files("autograder.reports").joinpath("templates/style.css").read_text()),
        **more,
    )
