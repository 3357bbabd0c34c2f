"""The Formgrader driven by a browser, as a teaching assistant would.

    python -m quality.formgrader --pictures FOLDER [--assignment NAME] [--in COURSE]

starts JupyterLab in a course of three students, opens the Formgrader in Debian's Chromium, and
goes through its pages: manage assignments, the autograde button, the gradebook, a submission with
a manual score saved where the notebook asks for written answers, the feedback. A picture of each
is put into FOLDER, and a table says what was found, and whether anything was asked for elsewhere.
axe-core looks the feedback through. Exit code 1 when something is not as it should be.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import get_args

from nbgrader.api import Gradebook
from playwright.sync_api import Browser, Page, Route, sync_playwright
from rich.console import Console
from rich.table import Table

from autograder.grading.assignments import load_assignment
from corpus.nbgrader.course import Course
from quality.report_pages import WIDTHS, Theme, look

STUDENTS = ("renamed", "half", "hostile")
TOKEN = "for-this-run"
PATIENCE = 300_000  # milliseconds; the machine may be busy
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update",
            "--disable-sync")  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """What the Formgrader should show of "half": a file and its line, points, a written answer."""

    file: str
    line: str
    points: float
    written: str | None = None


EXPECTED = {
    "segmentation": Expected("unpooling", "def nearest_unpool2d", 77, "written_padding"),
    "after_fcn": Expected("metrics", "def pixel_accuracy", 30),
}


@dataclass
class Visit:
    """One walk through the Formgrader: its pictures, and what was found on the way."""

    page: Page
    base: str
    pictures: Path
    course: Course
    findings: list[tuple[str, str, bool]] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def local_only(self, route: Route) -> None:
        """Nothing is fetched from elsewhere, and what is asked for is noted."""
        if route.request.url.startswith(("http://127.0.0.1", "file:", "data:")):
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}/{path}", timeout=PATIENCE, wait_until="domcontentloaded")

    def picture(self, name: str) -> None:
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def found(self, what: str, value: object, good: bool) -> None:
        self.findings.append((what, str(value), good))


@contextmanager
def jupyter_lab(course: Course) -> Iterator[str]:
    """JupyterLab in the course's root; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        f"--IdentityProvider.token={TOKEN}",
    ]
    with (course.root.parent / "jupyter.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=course.root, env=course.environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            base = f"http://127.0.0.1:{port}"
            until(lambda: answers(f"{base}/api/status?token={TOKEN}"))
            yield base
        finally:
            server.terminate()
            server.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except (urllib.error.URLError, OSError):
        return False


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("the Formgrader did not get there")
        time.sleep(0.5)


def walk(visit: Visit) -> None:
    course, page = visit.course, visit.page
    name, expected = course.assignment, EXPECTED[course.assignment]
    page.goto(f"{visit.base}/lab?token={TOKEN}", timeout=PATIENCE)
    visit.open("formgrader/manage_assignments")
    page.get_by_text(name, exact=True).first.wait_for(timeout=PATIENCE)
    visit.picture("1-manage-assignments")
    visit.found("manage assignments", f"lists {name}", True)

    visit.open(f"formgrader/manage_submissions/{name}")
    page.get_by_text("half", exact=True).first.wait_for(timeout=PATIENCE)
    page.locator("tr", has_text="half").locator(".autograde a").click(timeout=PATIENCE)
    page.get_by_text("Successfully autograded").wait_for(timeout=PATIENCE)
    visit.picture("2-autograded-by-the-button")
    with gradebook(course) as book:
        score = book.find_submission(name, "half").score
    visit.found("autograde button", f"half: {score:g} points", score == expected.points)

    course.nbgrader("autograde", name)
    visit.open("formgrader/gradebook/" + name)
    page.get_by_text(notebook_of(course)).first.wait_for(timeout=PATIENCE)
    visit.picture("3-gradebook")
    visit.found("gradebook", "lists the notebook", True)

    visit.open(f"formgrader/submissions/{submission_of(course, 'half')}/?index=0")
    page.locator(f"#{expected.file}").first.wait_for(timeout=PATIENCE)
    show(page, f"#{expected.file}")
    visit.picture("4-feedback-in-the-formgrader")
    file = page.locator("details", has=page.get_by_text(f"{expected.file}.py", exact=True))
    file.locator("summary").first.click()
    shown = expected.line in file.first.inner_text()
    visit.found("a student's file", "is there, folded" if shown else "is not there", shown)
    visit.picture("4b-a-file-unfolded")
    formulas = page.locator("math").count()
    visit.found("formulas", f"{formulas} drawn by the browser itself", formulas > 0)
    by_hand = grade_by_hand(visit, expected.written) if expected.written else 0.0

    hostile(visit, expected.written or expected.file)
    course.nbgrader("generate_feedback", name)
    feedback = course.folder / "feedback" / "half" / name / f"{notebook_of(course)}.html"
    page.goto(feedback.as_uri(), timeout=PATIENCE, wait_until="domcontentloaded")
    visit.picture("7-feedback")
    total = page.locator(".score b").inner_text()
    visit.found("feedback", total, float(total) == expected.points + by_hand)
    visit.found("requests elsewhere", visit.elsewhere or "none", not visit.elsewhere)


def grade_by_hand(visit: Visit, answer: str) -> float:
    """Give the answer of "half" points, as a teaching assistant does; how many."""
    points = 1.5
    show(visit.page, f"#{answer}")
    score_box = visit.page.locator(f"#{answer}")
    score_box.fill(str(points))
    score_box.press("Tab")
    until(lambda: manual_score(visit.course, "half", answer) == points)
    visit.picture("5-a-manual-score-saved")
    visit.found("manual score", f"{points} is in the gradebook", True)
    return points


def hostile(visit: Visit, cell: str) -> None:
    acted: list[str] = []
    visit.page.expose_function("hostile", lambda: acted.append("acted"))
    visit.open(f"formgrader/submissions/{submission_of(visit.course, 'hostile')}/?index=0")
    visit.page.locator(f"#{cell}").first.wait_for(timeout=PATIENCE)
    show(visit.page, f"#{cell}")
    visit.picture("6-a-hostile-notebook")
    visit.found("hostile notebook", acted or "did nothing", not acted)


def accessible(visit: Visit, browser: Browser) -> None:
    """The feedback of each student, in both themes, wide and narrow."""
    pages = sorted((visit.course.folder / "feedback").glob("*/*/*.html"))
    for file, theme, width in product(pages, get_args(Theme), WIDTHS.values()):
        found = look(browser, file, theme, width, None)
        student = file.parent.parent.name
        said = "; ".join(found.violations + found.console) or f"overflows by {found.overflow}"
        visit.found(f"{student}, {theme}, {width}", said if found.any else "nothing", not found.any)


def show(page: Page, selector: str) -> None:
    page.evaluate(f"document.querySelector('{selector}').scrollIntoView({{block: 'center'}})")


@contextmanager
def gradebook(course: Course) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as book:
        yield book


def notebook_of(course: Course) -> str:
    """What nbgrader calls the assignment's notebook."""
    notebook = load_assignment(course.assignment).given.notebook
    return notebook.removesuffix(".ipynb")


def submission_of(course: Course, student: str) -> str:
    with gradebook(course) as book:
        found = book.find_submission_notebook(notebook_of(course), course.assignment, student)
        return str(found.id)


def manual_score(course: Course, student: str, answer: str) -> float | None:
    with gradebook(course) as book:
        found = book.find_grade(answer, notebook_of(course), course.assignment, student)
        score: float | None = found.manual_score
        return score


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--assignment", choices=EXPECTED, default="segmentation")
    parser.add_argument("--in", dest="folder", type=Path, help="where the course is, and stays")
    arguments = parser.parse_args()
    arguments.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        course = Course((arguments.folder or Path(temporary)).absolute(), arguments.assignment)
        if not (course.folder / "submitted").exists():
            course.release()
            course.hand_in(STUDENTS)
            course.collect()
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(CHROMIUM)
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        with jupyter_lab(course) as base:
            visit = Visit(page, base, arguments.pictures, course)
            page.route("**", visit.local_only)
            try:
                walk(visit)
            except BaseException:
                visit.picture("0-where-it-stopped")
                raise
        accessible(visit, browser)
        browser.close()
    table = Table("page", "found", "")
    for what, value, good in visit.findings:
        table.add_row(what, value, "as it should be" if good else "WRONG")
    Console(width=100).print(table)
    return int(not all(good for _, _, good in visit.findings))


if __name__ == "__main__":
    sys.exit(main())
