"""The Formgrader driven by a browser, as a teaching assistant would.

    python -m quality.formgrader --pictures FOLDER [--in COURSE]

starts JupyterLab in a course of three students, opens the Formgrader in Debian's Chromium, and
goes through its pages: manage assignments, the autograde button, the gradebook, a submission with
a manual score and a comment saved, the feedback. A picture of each is put into FOLDER, and a table
says what was found, and whether anything was asked for elsewhere. axe-core looks the feedback
through. Exit code 1 when something is not as it should be.
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

from corpus.nbgrader.course import ASSIGNMENT, Course
from corpus.nbgrader.students import NOTEBOOK
from quality.report_pages import WIDTHS, Theme, look

STUDENTS = ("renamed", "half", "hostile")
TOKEN = "for-this-run"
PATIENCE = 300_000  # milliseconds; the machine may be busy
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update",
            "--disable-sync")  # fmt: skip


@dataclass
class Visit:
    """One walk through the Formgrader: its pictures, and what was found on the way."""

    page: Page
    base: str
    pictures: Path
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


def walk(visit: Visit, course: Course) -> None:
    visit.page.goto(f"{visit.base}/lab?token={TOKEN}", timeout=PATIENCE)
    visit.open("formgrader/manage_assignments")
    visit.page.get_by_text(ASSIGNMENT, exact=True).first.wait_for(timeout=PATIENCE)
    visit.picture("1-manage-assignments")
    visit.found("manage assignments", f"lists {ASSIGNMENT}", True)

    visit.open(f"formgrader/manage_submissions/{ASSIGNMENT}")
    visit.page.get_by_text("half", exact=True).first.wait_for(timeout=PATIENCE)
    row = visit.page.locator("tr", has_text="half")
    row.locator(".autograde a").click(timeout=PATIENCE)
    visit.page.get_by_text("Successfully autograded").wait_for(timeout=PATIENCE)
    visit.picture("2-autograded-by-the-button")
    with gradebook(course) as book:
        score = book.find_submission(ASSIGNMENT, "half").score
    visit.found("autograde button", f"half: {score:g} points", score == 77)

    course.nbgrader("autograde", ASSIGNMENT)
    visit.open("formgrader/gradebook/" + ASSIGNMENT)
    visit.page.get_by_text(NOTEBOOK.removesuffix(".ipynb")).first.wait_for(timeout=PATIENCE)
    visit.picture("3-gradebook")
    visit.found("gradebook", "lists the notebook", True)

    submission = submission_of(course, "half")
    visit.open(f"formgrader/submissions/{submission}/?index=0")
    visit.page.locator("#written_padding").first.wait_for(timeout=PATIENCE)
    show(visit.page, "#unpooling")
    visit.picture("4-feedback-in-the-formgrader")
    file = visit.page.locator("details", has=visit.page.get_by_text("unpooling.py", exact=True))
    file.locator("summary").first.click()
    shown = "def nearest_unpool2d" in file.first.inner_text()
    visit.found("a student's file", "is there, folded" if shown else "is not there", shown)
    visit.picture("4b-a-file-unfolded")
    formulas = visit.page.locator("math").count()
    visit.found("formulas", f"{formulas} drawn by the browser itself", formulas > 0)
    show(visit.page, "#written_padding")
    score_box = visit.page.locator("#written_padding")
    score_box.fill("1.5")
    score_box.press("Tab")
    until(lambda: manual_score(course, "half") == 1.5)
    visit.picture("5-a-manual-score-saved")
    visit.found("manual score", "1.5 is in the gradebook", True)

    hostile(visit, course)
    course.nbgrader("generate_feedback", ASSIGNMENT)
    name = NOTEBOOK.replace(".ipynb", ".html")
    feedback = course.folder / "feedback" / "half" / ASSIGNMENT / name
    visit.page.goto(feedback.as_uri(), timeout=PATIENCE, wait_until="domcontentloaded")
    visit.picture("7-feedback")
    total = visit.page.locator(".score b").inner_text()
    visit.found("feedback", total, float(total) == 78.5)
    visit.found("requests elsewhere", visit.elsewhere or "none", not visit.elsewhere)


def hostile(visit: Visit, course: Course) -> None:
    acted: list[str] = []
    visit.page.expose_function("hostile", lambda: acted.append("acted"))
    visit.open(f"formgrader/submissions/{submission_of(course, 'hostile')}/?index=0")
    visit.page.locator("#written_padding").first.wait_for(timeout=PATIENCE)
    show(visit.page, "#written_padding")
    visit.picture("6-a-hostile-notebook")
    visit.found("hostile notebook", acted or "did nothing", not acted)


def accessible(visit: Visit, browser: Browser, course: Course) -> None:
    """The feedback of each student, in both themes, wide and narrow."""
    pages = sorted((course.folder / "feedback").glob("*/*/*.html"))
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


def submission_of(course: Course, student: str) -> str:
    with gradebook(course) as book:
        return str(
            book.find_submission_notebook(NOTEBOOK.removesuffix(".ipynb"), ASSIGNMENT, student).id
        )


def manual_score(course: Course, student: str) -> float | None:
    with gradebook(course) as book:
        name = NOTEBOOK.removesuffix(".ipynb")
        score: float | None = book.find_grade(
            "written_padding", name, ASSIGNMENT, student
        ).manual_score
        return score


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--in", dest="folder", type=Path, help="where the course is, and stays")
    arguments = parser.parse_args()
    arguments.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        course = Course((arguments.folder or Path(temporary)).absolute())
        if not (course.folder / "submitted").exists():
            course.release()
            course.hand_in(STUDENTS)
            course.collect()
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(CHROMIUM)
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        with jupyter_lab(course) as base:
            visit = Visit(page, base, arguments.pictures)
            page.route("**", visit.local_only)
            try:
                walk(visit, course)
            except BaseException:
                visit.picture("0-where-it-stopped")
                raise
        accessible(visit, browser, course)
        browser.close()
    table = Table("page", "found", "")
    for what, value, good in visit.findings:
        table.add_row(what, value, "as it should be" if good else "WRONG")
    Console(width=100).print(table)
    return int(not all(good for _, _, good in visit.findings))


if __name__ == "__main__":
    sys.exit(main())
