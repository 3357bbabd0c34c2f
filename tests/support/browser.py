"""The system's Chromium, and axe-core, which looks a page through for those who cannot see it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Route, sync_playwright

Theme = Literal["light", "dark"]

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Chromium asks its maker for news by itself.
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
# Set where a page that nobody looked at is a failure, as in continuous integration.
NEEDED = "NEED_CHROMIUM"
NONE = (
    f"no page was looked at: there is no Chromium here (looked for {', '.join(NAMES)}); "
    "apt-get install chromium"
)
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# WCAG 2.1, levels A and AA.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
RUN = """tags => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], performanceTimer: false,
  });
}"""


def chromium() -> str:
    """The path of Chromium. Where there is none the test is skipped, or fails if NEED_CHROMIUM."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get(NEEDED):
            pytest.fail(NONE)
        pytest.skip(NONE)
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    executable = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield browser
        browser.close()


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    theme: Theme
    width: int

    def __str__(self) -> str:
        return f"{self.theme}, {self.width} pixels"


def violations(browser: Browser, file: Path, look: Look) -> list[str]:
    """A line for each element that breaks a rule, every fold open: rule, selector, page."""
    context = browser.new_context(
        color_scheme=look.theme, viewport={"width": look.width, "height": 900}
    )
    context.route("**", _only_from_here)
    tab = context.new_page()
    tab.goto(file.as_uri())
    tab.evaluate(AXE)
    found: dict[str, Any] = tab.evaluate(RUN, TAGS)
    context.close()
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} in {file.name} ({look}): "
        f"{' '.join(node['failureSummary'].split())}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def _only_from_here(route: Route) -> None:
    if route.request.url.startswith(("file:", "data:")):
        route.continue_()
    else:
        route.abort()
