"""docs/attacks.md is made by a command; here it is held in step with the collection."""

from __future__ import annotations

import re

from corpus.attacks.collection import ATTACKS
from corpus.attacks.page import MODES, document
from corpus.paths import ROOT

# What a run says of each attack; the page of the repository says something else in its place.
FOUND = {
    mode: {attack.name: {"evidence": [], "verdict": "error"} for attack in ATTACKS}
    for mode in MODES
}


def structure(page: str) -> list[str]:
    """The page without what was measured: counts of successes, and how attacks ended."""
    lines = []
    for line in page.splitlines():
        cells = line.split(" | ")
        if line.startswith("|") and len(cells) > 3:
            kept = 2 if re.fullmatch(r"[0-9]+", cells[1]) else 3
            line = " | ".join(cells[:kept])
        lines.append(line)
    return lines


def test_the_page_names_every_attack_and_what_it_tries() -> None:
    page = (ROOT / "docs" / "attacks.md").read_text()
    assert structure(page) == structure(document(ATTACKS, MODES, FOUND))


def test_no_attack_succeeds_in_the_page_and_most_do_on_plain_pytest() -> None:
    page = (ROOT / "docs" / "attacks.md").read_text()
    total = next(line for line in page.splitlines() if line.startswith("| **all** |"))
    attacks, plain, *ours = (int(cell) for cell in total.split("|")[2:-1])
    assert attacks == len(ATTACKS)
    assert ours == [0, 0, 0, 0]
    assert plain > attacks / 2
