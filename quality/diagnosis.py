"""How often feedback says what a mistake is, measured on mistakes that it does not know.

    python -m quality.diagnosis [--assignment NAME] [--task NAME] [--seed N] [--jobs N] [--show]

The misconceptions are split in two at random, by a fixed seed. Each is handed in as a submission
and graded by a namer that knows the other half only; what is computed from the answers knows
neither. Then again by a namer that knows all of them. A mistake is

    named     under a check that it lost stands its own explanation, or a description
    silent    nothing stands under any of them
    WRONG     the explanation of another mistake stands there

With `--show` every mistake is printed with what was said, for a second pair of eyes: a name that
is wrong is found here, a description that is untrue only by reading. The exit code is 1 where a
name is wrong or fewer are named than the goal asks for.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from corpus.graders import Graded, Graders
from corpus.mistakes import Mistake, known, mistakes
from quality.asked import add_tasks, asked_tasks

# The goal is for faults of value, gradient, shape and structure, on the half that is not known.
GOAL = 0.85
SPLIT_SEED = 2016
MEASURED = ("value", "gradient", "shape", "structure")
KINDS = (*MEASURED, "refusal", "form")
# A mistake's kind by the checks it is meant to lose: the first that fits.
WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("refusal", ("refuse", "mismatch", "out_of_range", "outside", "do_not_fit", "padded_sizes",
                 "other_sizes",
                 "other_paddings", "any_call", "anything_may")),
    ("structure", ("has_bias", "independent", "starts_bilinear", "children", "table",
                   "set_sizes", "dropout")),
    ("gradient", ("gradient",)),
    ("form", ("dtype", "device", "int64", "exact", "_form", "keeps", "are_numbers")),
)  # fmt: skip


def kind_of(mistake: Mistake) -> str:
    """What is wrong: `shape` where the first check it loses says so on every result."""
    names = [name.partition(".")[2] for name in mistake.wrong.loses]
    for kind, words in WORDS:
        if all(any(word in name for word in words) for name in names):
            return kind
    return "value"


@dataclass(frozen=True)
class Said:
    """What stood under the checks of one mistake, by a namer that knew it or did not."""

    mistake: Mistake
    graded: Graded
    known: bool

    @property
    def kind(self) -> str:
        if kind_of(self.mistake) != "value":
            return kind_of(self.mistake)
        own = [loss for loss in self.graded.losses if loss.function == self.mistake.wrong.function]
        shapes = [loss for loss in own if loss.message.startswith("The shape is")]
        return "shape" if own and len(shapes) == len(own) else "value"

    @property
    def texts(self) -> dict[str, str]:
        return {loss.check: loss.diagnosis for loss in self.graded.losses if loss.diagnosis}

    def verdict(self, explanations: frozenset[str]) -> str:
        others = explanations - {self.mistake.wrong.explanation.en}
        if others & set(self.texts.values()):
            return "WRONG"
        return "named" if self.texts else "silent"


def halves(found: Sequence[Mistake]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of both halves, whatever order they come in."""
    names = sorted(mistake.wrong.name for mistake in found)
    random.Random(SPLIT_SEED).shuffle(names)
    middle = len(names) // 2
    return frozenset(names[:middle]), frozenset(names[middle:])


def measure(
    assignment: str, tasks: Sequence[str], seed: int, jobs: int, console: Console
) -> list[Said]:
    """Grade every mistake by a namer that does not know it, and by one that knows all."""
    every = list(mistakes(assignment=assignment))
    parts = halves(every)
    said: list[Said] = []
    with (
        Graders(jobs, assignment=assignment) as graders,
        Progress(console=console, transient=True) as progress,
    ):
        futures = []
        for mistake in mistakes(tasks, assignment):
            other = next(part for part in parts if mistake.wrong.name not in part)
            for knows_it, names in ((False, other), (True, None)):
                graded = graders.grade(mistake.files(), mistake.task, seed, known=names)
                futures.append((mistake, knows_it, graded))
        for mistake, knows_it, future in progress.track(futures, description="mistakes"):
            said.append(Said(mistake, future.result(), knows_it))
    return said


def table(said: Sequence[Said], explanations: frozenset[str], *, known: bool) -> Table:
    """A row for each kind of fault."""
    title = "by a namer that knows all" if known else "by a namer that knows the other half"
    found = Table(title=title)
    for column in ("fault", "mistakes", "named", "silent", "WRONG"):
        found.add_column(column, justify="left" if column == "fault" else "right")
    rows = [(kind, [each for each in said if each.kind == kind]) for kind in KINDS]
    measured = [each for each in said if each.kind in MEASURED]
    for label, of in (*rows, ("value, gradient, shape, structure", measured), ("all", said)):
        counted = Counter(each.verdict(explanations) for each in of)
        share = f" ({counted['named'] / len(of):.0%})" if of else ""
        figures = (f"{counted['named']}{share}", str(counted["silent"]), str(counted["WRONG"]))
        found.add_row(label, str(len(of)), *figures)
    return found


def show(said: Sequence[Said], explanations: frozenset[str], console: Console) -> None:
    """Every mistake that the namer did not know, and every sentence it got."""
    for each in said:
        wrong = each.mistake.wrong
        verdict = each.verdict(explanations)
        console.print(escape(f"== {wrong.function}: {wrong.name} [{each.kind}, {verdict}]"))
        console.print(escape(f"   is: {wrong.explanation.en}"))
        for text in dict.fromkeys(each.texts.values()):
            checks = [check for check, stands in each.texts.items() if stands == text]
            console.print(escape(f"   said under {', '.join(checks)}: {text}"))
        for loss in each.graded.losses:
            if loss.diagnosis is None:
                console.print(escape(f"   nothing under {loss.check}: {loss.message}"))


def met(said: Sequence[Said], explanations: frozenset[str]) -> bool:
    """No wrong name, and enough named on the half that was not known."""
    unknown = [each for each in said if not each.known and each.kind in MEASURED]
    named = sum(each.verdict(explanations) == "named" for each in unknown)
    wrong = any(each.verdict(explanations) == "WRONG" for each in said)
    return not wrong and named >= GOAL * len(unknown)


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    add_tasks(parser)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", action="store_true", help="every mistake and what was said")
    options = parser.parse_args()
    tasks, console = asked_tasks(parser, options), Console()
    explanations = frozenset(wrong.explanation.en for wrong in known(options.assignment))
    said = measure(options.assignment, tasks, options.seed, options.jobs, console)
    if options.show:
        show([each for each in said if not each.known], explanations, console)
    for each in said:
        if each.graded.fault is not None:
            console.print(escape(f"{each.mistake.wrong.name}: {each.graded.fault}"))
    for with_all in (False, True):
        of = [each for each in said if each.known is with_all]
        console.print(table(of, explanations, known=with_all))
    goal = f"goal: {GOAL:.0%} of value, gradient, shape and structure on the unknown half, 0 WRONG"
    console.print(f"{goal}: {'met' if met(said, explanations) else 'missed'}")
    sys.exit(0 if met(said, explanations) else 1)


if __name__ == "__main__":
    main()
