"""The HTML reports looked at by a browser: accessible, quiet, and asking nobody for anything.

    python -m quality.report_pages RESULT.json ... --pictures FOLDER
        [--ledger LEDGER] [--similar FOLDER]

opens the page of every result, the page of a graded class, and that of similar texts in a folder
of submissions in Debian's Chromium, in both languages and both themes, wide and narrow, every fold
open, and prints a table: violations that axe-core finds, console messages, requests to anywhere,
what overflows the window, what the Tab key does not reach or the Enter key does not sort. Exit
code 1 when anything is found.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from autograder.course.class_reports import INDEX, ReportOptions, write_reports
from autograder.course.ledger import Ledger
from autograder.course.similarity import find_similarity, given_files
from autograder.course.submissions import find
from autograder.document.result import Result, decode
from autograder.document.text import Language
from autograder.reports.html import fragment, page
from autograder.reports.similarity_page import similarity_page
from corpus.paths import ASSIGNMENT, RELEASE
from corpus.solution import TASKS

Theme = Literal["light", "dark"]
WIDTHS = {"wide": 1100, "narrow": 340}
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe-core takes a single digit for no text, and does not judge what is scrolled out of sight. The
# elements with words of their own whose contrast is below 4.5:1 (WCAG 1.4.3).
FAINT = """() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const speaks = element => [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  return [...document.body.querySelectorAll(":not(style)")].filter(speaks).filter(element => {
    const [a, b] = [channels(getComputedStyle(element).color), behind(element)].map(light);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
  }).map(element => element.outerHTML);
}"""


# How a heading's column is sorted, and what stands in it, without what is the same in many rows.
COLUMN = """button => {
  const heading = button.closest("th");
  const rows = [...heading.closest("table").tBodies[0].rows];
  const cells = rows.map(row => row.cells[heading.cellIndex]);
  const keys = cells.map(cell => cell.dataset.key ?? cell.textContent.trim());
  return [heading.ariaSort, keys.filter((key, i) => key !== keys[i - 1])];
}"""


@dataclass(frozen=True)
class Findings:
    violations: list[str]
    console: list[str]
    requests: list[str]
    overflow: int
    unreached: int

    @property
    def any(self) -> bool:
        return bool(
            self.violations or self.console or self.requests or self.overflow or self.unreached
        )


def look(browser: Browser, file: Path, theme: Theme, width: int, picture: Path | None) -> Findings:
    context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 900})
    tab = context.new_page()
    console: list[str] = []
    requests: list[str] = []
    tab.on("console", lambda message: console.append(message.text))
    tab.on("pageerror", lambda error: console.append(str(error)))
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(file.as_uri())
    unreached = _unreached(tab) + _unsorted(tab)
    tab.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    overflow = tab.evaluate(
        "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"
    )
    tab.evaluate(AXE)
    found: dict[str, Any] = tab.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )
    faint: list[str] = tab.evaluate(FAINT)
    if picture is not None:
        tab.screenshot(path=picture, full_page=True)
        if theme == "light" and width == WIDTHS["wide"]:
            tab.pdf(path=picture.with_suffix(".pdf"), format="A4")
    context.close()
    # What axe-core cannot judge does not pass in silence; contrast is judged by FAINT.
    violations = [
        f"{kind} {one['id']}: {node['html'][:120]}"
        for kind in ("violations", "incomplete")
        for one in found[kind]
        for node in one["nodes"]
        if (kind, one["id"]) != ("incomplete", "color-contrast")
    ]
    violations += [f"contrast: {element[:120]}" for element in faint]
    return Findings(
        violations, console, [url for url in requests if url != file.as_uri()], overflow, unreached
    )


def _unreached(tab: Page) -> int:
    """How many links, folds and buttons the Tab key does not come to, one after the other."""
    stops = "a[href], summary, button, [tabindex]"
    every = f"[...document.querySelectorAll('{stops}')].filter(e => e.checkVisibility())"
    count: int = tab.evaluate(f"{every}.length")
    reached = set()
    for _ in range(count):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate(f"{every}.indexOf(document.activeElement)"))
    return count - len(reached - {-1})


def _unsorted(tab: Page) -> int:
    """How many columns of sortable tables the Enter key does not sort, either way."""
    unsorted = 0
    for button in tab.query_selector_all("table.sortable th button"):
        orders = []
        for _ in range(2):
            button.focus()
            tab.keyboard.press("Enter")
            orders.append(tab.evaluate(COLUMN, button))
        (up, first), (down, second) = orders
        good = (up, down) == ("ascending", "descending") and first == second[::-1]
        unsorted += not good
    return unsorted


def pages_of(result: Result, language: Language) -> dict[str, str]:
    """The page, and every fragment inside a bare page of somebody else's."""
    fragments = "".join(fragment(result, task.name, language) for task in result.tasks)
    head = "<meta charset='utf-8'><title>A page</title>"
    around = f"<!DOCTYPE html><html lang='{language}'>{head}<main><h1>A page</h1><h2>Tasks</h2>"
    return {
        "page": page(result, language, "https://example.org/course"),
        "fragments": f"{around}{fragments}</main></html>",
    }


def pages(
    results: Sequence[Path], ledger: Path | None, submissions: Path | None, language: Language
) -> Iterator[tuple[str, str]]:
    """Every page to look at, by name."""
    for path in results:
        for kind, text in pages_of(decode(path.read_bytes()), language).items():
            yield f"{path.stem} {kind}", text
    if ledger is not None:
        with Ledger(ledger) as kept, tempfile.TemporaryDirectory() as folder:
            absent = ["somebody missing"]
            write_reports(
                kept.record(), lambda _: absent, Path(folder), "class", ReportOptions(language)
            )
            yield "class", Path(folder, INDEX).read_text(encoding="utf-8")
    if submissions is not None:
        given = given_files(RELEASE, TASKS)
        found = find_similarity(find(submissions, ASSIGNMENT), TASKS, given)
        yield "similar", similarity_page(found, "class", language)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, nargs="*")
    parser.add_argument("--ledger", type=Path, help="of a class that was graded")
    parser.add_argument("--similar", type=Path, help="a folder of submissions")
    parser.add_argument("--chromium", type=Path, default=Path("/usr/bin/chromium"))
    parser.add_argument("--pictures", type=Path, help="keep pictures here, and print to PDF")
    options = parser.parse_args()
    table = Table("page", "language", "theme", "window", "axe", "console", "requests", "overflow",
                  "not reached")  # fmt: skip
    details: list[str] = []
    if options.pictures is not None:
        options.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic"],
        )
        for language in Language:
            for kind, text in pages(options.results, options.ledger, options.similar, language):
                name = f"{kind.replace(' ', '-')}-{language}"
                file = Path(folder, f"{name}.html")
                file.write_text(text, encoding="utf-8")
                for theme, (window, width) in product(get_args(Theme), WIDTHS.items()):
                    picture = options.pictures and options.pictures / f"{name}-{theme}-{window}.png"
                    found = look(browser, file, theme, width, picture)
                    table.add_row(
                        kind, language, theme, window,
                        str(len(found.violations)), str(len(found.console)),
                        str(len(found.requests)), str(found.overflow), str(found.unreached),
                        style="red" if found.any else None,
                    )  # fmt: skip
                    details += [*found.violations, *found.console, *found.requests]
        browser.close()
    Console(width=110).print(table)
    for detail in dict.fromkeys(details):
        print(detail)
    raise SystemExit(1 if any("red" in str(row.style) for row in table.rows) else 0)


if __name__ == "__main__":
    main()
