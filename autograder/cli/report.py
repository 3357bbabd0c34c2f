"""Write reports out of a stored result, for `autograder report`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from autograder.cli.options import UsageError, cannot_write, check_handout, check_parent
from autograder.document.text import Language
from autograder.reports.feedback import Feedback, withhold
from autograder.reports.gradescope import OpenGrade, gradescope
from autograder.reports.html import page
from autograder.reports.junit import junit
from autograder.reports.markdown import summary
from autograder.reports.reading import read


def write_reports(
    source: Path,
    *,
    html: Path | None,
    markdown: Path | None,
    junit_xml: Path | None,
    gradescope_json: Path | None,
    language: Language,
    feedback: Feedback,
    handout: str | None,
) -> None:
    """Write what was asked for, and name each file that was written. Raises AutograderError."""
    makers: dict[str, tuple[Path | None, Callable[[], str]]] = {
        "--html": (html, lambda: page(result, language, handout)),
        "--markdown": (markdown, lambda: summary(result, language)),
        "--junit": (junit_xml, lambda: junit(result, language)),
        "--gradescope": (gradescope_json, lambda: gradescope(result, language)),
    }
    targets = {option: path for option, (path, _) in makers.items() if path is not None}
    if not targets:
        raise UsageError(f"nothing to write: give at least one of {', '.join(makers)}")
    _check(source, targets)
    check_handout(handout)
    result = withhold(read(source), feedback)
    for option, path in targets.items():
        try:
            path.write_text(makers[option][1](), encoding="utf-8", errors="replace")
        except OpenGrade as error:
            raise UsageError(f"{option}: {error}") from error
        except OSError as error:
            raise cannot_write(option, path, error) from error
        print(path, file=sys.stderr)


def _check(source: Path, targets: dict[str, Path]) -> None:
    taken = {source.resolve(): "the result"}
    for option, path in targets.items():
        check_parent(option, path)
        if path.resolve() in taken:
            raise UsageError(f"{option}: {path} is {taken[path.resolve()]} already")
        taken[path.resolve()] = f"the file of {option}"
