"""The relation between wrong results and right ones that holds over all calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.authoring.traits import Family, Relative
from autograder.document.text import Text
from autograder.grading.amounts import (
    by_channel,
    nearly,
    one_sided,
    single_precision,
    whole_numbers,
)
from autograder.grading.describe_shapes import shape_faults
from autograder.grading.places import channels, elsewhere, moved, turned
from autograder.grading.regions import one_cell, parts
from autograder.grading.relations import (
    Found,
    Outcome,
    Relation,
    factor,
    input_itself,
    not_a_number,
    off_by_bias,
    offset,
    same,
    worked_upon,
    zeros,
)

# A relation may fail on some calls where it holds on this share of them, and on this many.
SHARE, FEWEST = 0.6, 3
# In fewer results than these the wrong cells may lie in one part by chance.
FEWEST_OF_PARTS = 6
# One result alone says enough when it has so many values.
MANY_VALUES = 12
RELATIONS: tuple[Relation, ...] = (
    one_cell,
    not_a_number,
    zeros,
    turned,
    off_by_bias,
    channels,
    worked_upon,
    factor,
    offset,
    by_channel,
    single_precision,
    input_itself,
    moved,
    parts,
    whole_numbers,
    nearly,
    elsewhere,
    one_sided,
)


@dataclass(frozen=True)
class Related:
    """A relation that holds on these wrong calls; `mute` ones are too small to tell."""

    text: Text
    calls: tuple[Trial, ...]
    mute: tuple[Trial, ...] = ()

    @property
    def reach(self) -> int:
        """The number of calls that do not contradict it."""
        return len(self.calls) + len(self.mute)


def related(wrong: Sequence[Trial], *, shape: bool) -> Related | None:
    """The most telling relation that holds on all wrong calls, or else on most of them."""
    constant = _constant(wrong)
    if constant is not None:
        return Related(constant, tuple(wrong))
    best = None
    for relation in (input_itself, shape_faults) if shape else RELATIONS:
        if relation is parts and len(wrong) < FEWEST_OF_PARTS:
            continue
        found = _over(wrong, relation)
        if found is not None and (best is None or found.reach > best.reach):
            best = found
        if best is not None and best.reach == len(wrong):
            break
    return best


def relative(
    wrong: Sequence[Trial], right: Sequence[Trial], families: Sequence[Family]
) -> Related | None:
    """The one thing done otherwise that gives every answer, the wrong ones and the right ones."""
    for family in families:
        alive: dict[Hashable, Relative] | None = None
        for trial in (*sorted(wrong, key=_size), *right):
            # Without its arguments by their names a call cannot be repeated otherwise.
            kin = list(family(trial)) if trial.arguments else []
            if not kin:
                continue
            alive = _still(kin, trial, alive)
            if not alive:
                break
        if alive:
            # Several that answer alike in every call are told apart by nothing.
            first = next(iter(alive.values()))
            if len({each.text for each in alive.values()}) == 1 and _enough(list(wrong), wrong):
                return Related(first.text, tuple(wrong))
    return None


def _size(trial: Trial) -> int:
    return trial.right.value.numel() if trial.right.value is not None else 0


def _still(
    kin: Sequence[Relative], trial: Trial, alive: dict[Hashable, Relative] | None
) -> dict[Hashable, Relative]:
    """The relatives that give this answer too."""
    found: dict[Hashable, Relative] = {}
    mine = trial.mine.value
    for each in kin:
        if alive is not None and each.key not in alive:
            continue
        try:
            value: Tensor | None = each.value()
        except (ArithmeticError, RuntimeError, ValueError, LookupError, TypeError):
            value = None
        if value is None or mine is None:
            alike = value is None and mine is None
        else:
            alike = same(mine, value)
        if alike:
            found[each.key] = each
    return found


def _over(wrong: Sequence[Trial], relation: Relation) -> Related | None:
    """The relation that holds on all calls that can tell, or on most of them."""
    holding: dict[Hashable, list[Trial]] = defaultdict(list)
    outcome_of: dict[Hashable, Found] = {}
    place: dict[Hashable, int] = {}
    mute: list[Trial] = []
    holds: list[Trial] = []
    for trial in wrong:
        outcomes = _look(relation, trial)
        if outcomes is None:
            mute.append(trial)
            continue
        holds += [trial] if outcomes else []
        for number, outcome in enumerate(outcomes):
            holding[outcome.key].append(trial)
            outcome_of.setdefault(outcome.key, outcome)
            place[outcome.key] = max(place.get(outcome.key, 0), number)
    if not holding:
        return None
    telling = len(wrong) - len(mute)
    whole = [key for key, calls in holding.items() if len(calls) == telling]
    if whole:
        key = min(whole, key=lambda each: place[each])
        calls = holding[key]
        if not _enough(calls, wrong):
            return None
        return Related(outcome_of[key].text, tuple(calls), tuple(mute))
    key = max(holding, key=lambda each: (len(holding[each]), -place[each]))
    general = outcome_of[key].general
    if len(holds) == telling and general is not None and len(holds) >= FEWEST:
        return Related(general, tuple(holds), tuple(mute))
    calls = holding[key]
    if len(calls) >= FEWEST and len(calls) >= SHARE * telling:
        return Related(outcome_of[key].text, tuple(calls))
    return None


def _look(relation: Callable[[Tensor, Tensor, Trial], Outcome], trial: Trial) -> Outcome:
    mine, right = trial.mine.value, trial.right.value
    assert mine is not None
    assert right is not None
    return relation(mine, right, trial)


def _enough(calls: Sequence[Trial], wrong: Sequence[Trial]) -> bool:
    """Two calls, or one whose result is large enough not to fit by chance."""
    if len(calls) > 1:
        return True
    right = calls[0].right.value
    return len(wrong) == 1 and right is not None and right.numel() >= MANY_VALUES


def _constant(wrong: Sequence[Trial]) -> Text | None:
    values = [trial.mine.value for trial in wrong]
    rights = [trial.right.value for trial in wrong]
    first, wanted = values[0], rights[0]
    if len(wrong) < FEWEST or first is None or wanted is None or not bool(first.any()):
        return None
    if any(each is None or not same(first, each) for each in values):
        return None
    if all(each is not None and same(each, wanted) for each in rights):
        return None
    return Text(
        "the result is always the same, whatever comes in", "입력과 관계없이 결과가 항상 같습니다"
    )
