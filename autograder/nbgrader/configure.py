"""nbgrader's configuration for a course whose assignments are graded by hidden suites."""

from __future__ import annotations

import glob
import os
import sys
from pathlib import Path

import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import nbgrader.apps.generateassignmentapp
import nbgrader.apps.generatefeedbackapp
from traitlets.config import Config

from autograder.course.moments import read_zone
from autograder.nbgrader.autograde import TrustedAutograde
from autograder.nbgrader.collect import patient_collect
from autograder.nbgrader.console_log import LOGGING
from autograder.nbgrader.exchange import checked_release, patient_feedback
from autograder.nbgrader.feedback_pages import FeedbackPages
from autograder.nbgrader.formgrader_page import use_in_formgrader
from autograder.nbgrader.generate import CheckedAssignment
from autograder.nbgrader.markdown import markdown2html
from autograder.nbgrader.ours import SECTION
from autograder.nbgrader.times import read_times
from autograder.nbgrader.zip_collect import ByFolder, OpenEntries, go_on_after_each
from autograder.nbgrader.zone import DEFAULT_ZONE
from autograder.sandbox.grader.printable import printable

LOCAL_EXCHANGE = "nbgrader.exchange.default"


def configure(
    c: Config,
    root: Path,
    *,
    exchange: str = LOCAL_EXCHANGE,
    zone: str = DEFAULT_ZONE,
    roster: str = "roster.csv",
) -> None:
    """Set everything that must be so; what a course may choose is left to nbgrader_config.py.

    `root` holds solutions/ and assignment/; nbgrader's other folders are in course/ beside them.
    `exchange` is the module that has the exchange's classes, `zone` the one in which the course's
    clocks run, `roster` the file below `root` that may hold deadlines of single students. Raises
    NotAMoment for a zone that there is not, and ends with a line where nbgrader would find nothing.
    """
    _refuse_patterns(root)
    c.Exchange.timezone = c.NbGraderAPI.timezone = read_zone(zone).key
    c.ClassRoster.path = str(root / roster)
    read_times(c)
    c.CourseDirectory.root = str(root / "course")
    c.CourseDirectory.release_directory = str(root / "assignment")
    c.LeakCheck.solutions = str(root / "solutions")
    for step in ("submit", "fetch_assignment", "fetch_feedback", "list", "exchange"):
        c.ExchangeFactory[step] = f"{exchange}.{_class_name(step)}"
    c.ExchangeFactory.collect = patient_collect(f"{exchange}.ExchangeCollect")
    c.ExchangeFactory.release_assignment = checked_release(f"{exchange}.ExchangeReleaseAssignment")
    c.ExchangeFactory.release_feedback = patient_feedback(f"{exchange}.ExchangeReleaseFeedback")
    c.ZipCollectApp.extractor_plugin = OpenEntries
    c.ZipCollectApp.collector_plugin = ByFolder
    go_on_after_each()
    # Of the Formgrader's pages.
    c.HTMLExporter.filters = {"markdown2html": markdown2html}
    use_in_formgrader()
    c.Application.logging_config = LOGGING
    _replace_converters(c)
    # nbgrader makes a gradebook with `alembic`, which it starts by its name.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"


def _refuse_patterns(root: Path) -> None:
    """nbgrader looks for its folders by patterns, and finds none below such a name."""
    if glob.escape(str(root)) == str(root):
        return
    line = (
        f"{printable(str(root))}: nbgrader takes [, * and ? in a path for a pattern and would find "
    )
    line += "nothing here; give the folder another name"
    server = sys.modules.get("jupyter_server.serverapp")
    if server is not None and server.ServerApp.initialized():  # which has other courses, too
        print(line, file=sys.stderr)
        return
    raise SystemExit(line)


def _class_name(step: str) -> str:
    words = "".join(word.capitalize() for word in step.split("_"))
    return "Exchange" if step == "exchange" else f"Exchange{words}"


def _replace_converters(c: Config) -> None:
    """nbgrader has no setting for the classes that do the work; they are used in these places."""
    nbgrader.apps.autogradeapp.Autograde = TrustedAutograde
    nbgrader.apps.api.Autograde = TrustedAutograde
    nbgrader.apps.generateassignmentapp.GenerateAssignment = CheckedAssignment
    nbgrader.apps.api.GenerateAssignment = CheckedAssignment
    nbgrader.apps.generatefeedbackapp.GenerateFeedback = FeedbackPages
    nbgrader.apps.api.GenerateFeedback = FeedbackPages
    c[SECTION].language = "en"  # that the section is there makes the course ours
