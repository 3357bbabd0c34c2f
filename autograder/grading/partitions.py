"""Separate wrong calls from right ones by one or two traits of their arguments."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.authoring.answers import Trial
from autograder.authoring.traits import Trait
from autograder.document.text import Text

# Fewer calls than these could share a trait by chance.
FEWEST_RIGHT = 4
FEWEST_WRONG_FOR_TWO_TRAITS = 4
FEWEST_WRONG_BESIDE_RIGHT = 6
# A single wrong call is told from the right ones only by a trait that no other trait rivals.
FEWEST_RIGHT_FOR_ONE = 8


@dataclass(frozen=True)
class Side:
    """The calls that a trait picks out, and how to say so."""

    yes: Text
    no: Text
    picked: frozenset[Trial]
    known: frozenset[Trial]


@dataclass(frozen=True)
class Split:
    """All `wrong` calls are on one side, `among` right ones; `right` ones are on the other."""

    side: Side
    among: int
    wrong: int
    right: int

    @property
    def exact(self) -> bool:
        return not self.among

    def sentence(self) -> Text:
        """A sentence that says which calls are wrong."""
        side = self.side
        if self.wrong == 1:
            return Text(
                f"The result is wrong on the one call with {side.yes.en}, and right on all "
                f"{self.right} with {side.no.en}.",
                f"호출 조건이 '{side.yes.ko}'인 1번은 틀리고, '{side.no.ko}'인 {self.right}번은 "
                "모두 맞습니다.",
            )
        if self.exact:
            return Text(
                f"The result is wrong on all {self.wrong} calls with {side.yes.en}, and right on "
                f"all {self.right} with {side.no.en}.",
                f"호출 조건이 '{side.yes.ko}'인 {self.wrong}번은 모두 틀리고, '{side.no.ko}'인 "
                f"{self.right}번은 모두 맞습니다.",
            )
        return Text(
            f"Only calls with {side.yes.en} go wrong ({self.wrong} results); all {self.right} "
            f"calls with {side.no.en} are right.",
            f"호출 조건이 '{side.yes.ko}'일 때만 틀립니다({self.wrong}번). '{side.no.ko}'인 "
            f"{self.right}번은 모두 맞습니다.",
        )


def split(wrong: Sequence[Trial], right: Sequence[Trial], traits: Sequence[Trait]) -> Split | None:
    """The trait that tells wrong calls from right ones, the sharpest there is."""
    if not wrong or len(right) < FEWEST_RIGHT:
        return None
    everything = frozenset(wrong) | frozenset(right)
    sides = [side for trait in traits for side in _sides(trait, everything)]
    fitting = _fitting(sides, wrong, right)
    exact = [each for each in fitting if each.exact]
    if exact:
        # Where calls are few, two traits that pick the same ones cannot be told apart.
        few = len(wrong) < FEWEST_WRONG_FOR_TWO_TRAITS
        return None if few and len(exact) > 1 else exact[0]
    if len(wrong) >= FEWEST_WRONG_FOR_TWO_TRAITS:
        holding = [side for side in sides if set(wrong) <= side.picked]
        pairs = [_both(a, b) for a, b in itertools.combinations(holding, 2)]
        both = [each for each in _fitting(pairs, wrong, right) if each.exact]
        if both:
            return both[0]
    if len(wrong) < FEWEST_WRONG_BESIDE_RIGHT or not fitting:
        return None
    first, *others = sorted(fitting, key=lambda each: each.among)
    rivals = [each for each in others if each.among <= 2 * first.among]
    return None if rivals else first


def _sides(trait: Trait, trials: frozenset[Trial]) -> list[Side]:
    answers = {trial: trait.holds(trial) for trial in trials}
    known = frozenset(trial for trial, answer in answers.items() if answer is not None)
    having = frozenset(trial for trial in known if answers[trial])
    return [
        Side(trait.yes, trait.no, having, known),
        Side(trait.no, trait.yes, known - having, known),
    ]


def _both(a: Side, b: Side) -> Side:
    yes = Text(f"{a.yes.en} and {b.yes.en}", f"{a.yes.ko} 그리고 {b.yes.ko}")
    no = Text(f"{a.no.en} or {b.no.en}", f"{a.no.ko} 또는 {b.no.ko}")
    return Side(yes, no, a.picked & b.picked, a.known & b.known)


def _fitting(sides: Sequence[Side], wrong: Sequence[Trial], right: Sequence[Trial]) -> list[Split]:
    """The sides that all wrong calls are on, with few of the right ones."""
    found = []
    for side in sides:
        # A question that makes no sense for some call says nothing about all of them.
        if not set(wrong) <= side.picked or not set(right) <= side.known:
            continue
        among = sum(trial in side.picked for trial in right)
        outside = len(right) - among
        if outside < FEWEST_RIGHT or among > len(wrong):
            continue
        if len(wrong) == 1 and (among or outside < FEWEST_RIGHT_FOR_ONE):
            continue
        found.append(Split(side, among, len(wrong), outside))
    return found
