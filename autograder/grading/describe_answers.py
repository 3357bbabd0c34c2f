"""A sentence about what a function does wrong, computed from its answers and the right ones.

Each sentence is proved by the recorded calls and says on how many of them it holds. Where
nothing certain can be said there is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from autograder.authoring.answers import Trial
from autograder.authoring.traits import Family, Trait
from autograder.document.text import Text
from autograder.grading import describe_form as form
from autograder.grading.describe_structure import structure
from autograder.grading.faults_of_answers import Wrong, wrongs
from autograder.grading.partitions import Split, split
from autograder.grading.places import channels, turned
from autograder.grading.related import Related, related, relative
from autograder.grading.relations import Relation, factor, zeros

SHAPE, VALUE, RAISED = Wrong("shape"), Wrong("value"), Wrong("raised")


@dataclass(frozen=True)
class Statement:
    """A sentence and the wrong calls it is about, each with the respect it is about."""

    text: Text
    about: frozenset[tuple[Trial, Wrong]]


def describe(
    trials: Sequence[Trial], traits: Sequence[Trait], families: Sequence[Family] = ()
) -> list[Statement]:
    """Statements that are certain, the most telling first."""
    return _Description(trials, traits, families).statements()


class _Description:
    def __init__(
        self, trials: Sequence[Trial], traits: Sequence[Trait], families: Sequence[Family]
    ) -> None:
        self._traits = traits
        self._families = families
        self._judged = {t: found for t in trials if (found := wrongs(t)) is not None}
        self._wrong: dict[Wrong, list[Trial]] = defaultdict(list)
        for trial, faults in self._judged.items():
            for fault in faults:
                self._wrong[fault].append(trial)
        # A dtype of its own does not make a value wrong.
        self._valued = [
            trial
            for trial, faults in self._judged.items()
            if trial.call is not None
            and not trial.random
            and trial.right.value is not None
            and trial.mine.value is not None
            and not {SHAPE, VALUE} & set(faults)
        ]
        self._said: list[Statement] = []

    def statements(self) -> list[Statement]:
        wrong = self._wrong
        explained = self._say_kin()
        dtype, values = wrong.get(Wrong("dtype"), []), wrong.get(VALUE, [])
        if (
            set(values) <= set(dtype) and not explained
        ):  # what another dtype cannot hold is wrong for that
            self._say(form.dtypes(dtype), Wrong("dtype"), dtype)
        for fault in (SHAPE, VALUE) if not explained else ():
            if fault in wrong:
                self._say_result(fault)
        for fault, calls in wrong.items():
            match fault.kind:
                case "dtype":
                    self._say(form.dtypes(calls), fault, calls)
                case "modified":
                    self._say(form.modified(fault.about, calls), fault, calls)
                case "kind":
                    self._say(form.kinds(calls), fault, calls)
                case "made":
                    self._say(structure(calls) or form.kinds(calls), fault, calls)
                case "parameter":
                    self._say(form.parameters(fault.about, calls), fault, calls)
                case "raised":
                    self._say(self._raised(calls), fault, calls)
                case "unrefused":
                    self._say_unrefused(fault, calls)
        self._say_gradients()
        return self._said

    def _say(self, text: Text | None, fault: Wrong, calls: Iterable[Trial]) -> None:
        if text is not None:
            self._said.append(Statement(text, frozenset((trial, fault) for trial in calls)))

    def _say_kin(self) -> bool:
        """Whether one thing done otherwise gives all results; if so, that is said."""
        raised = [t for t in self._wrong.get(RAISED, ()) if t.right.value is not None]
        results = [*self._wrong.get(SHAPE, ()), *self._wrong.get(VALUE, ())]
        kin = relative([*results, *raised], self._valued, self._families) if results else None
        if kin is None:
            return False
        text = _kin_sentence(kin, len(self._valued))
        about = frozenset(
            (trial, fault) for fault in (SHAPE, VALUE, RAISED) for trial in self._wrong[fault]
        )
        self._said.append(Statement(text, about))
        return True

    def _say_result(self, fault: Wrong) -> None:
        """The relation of wrong results to right ones, and which calls go wrong."""
        wrong = self._wrong[fault]
        where = split(wrong, self._valued, self._traits)
        found = related(wrong, shape=fault == SHAPE)
        if found is not None:
            text = _sentence(found, len(wrong), some_right=bool(self._valued))
            mute = [trial for trial in found.mute if _same_nans(trial)]
            self._say(_joined(text, where), fault, (*found.calls, *mute))
        if where is not None:
            self._say(where.sentence(), fault, wrong)

    def _raised(self, calls: list[Trial]) -> Text | None:
        text = form.raised(calls)
        where = split(calls, self._valued, self._traits)
        if text is None or where is None:
            return text
        side = where.side
        these = "All of them are calls" if len(calls) > 1 else "It is the call"
        return Text(
            f"{text.en} {these} with {side.yes.en}; all {where.right} calls with "
            f"{side.no.en} are answered rightly.",
            f"{text.ko} 모두 조건이 '{side.yes.ko}'인 호출이며, '{side.no.ko}'인 {where.right}번은 "
            "모두 맞습니다.",
        )

    def _say_unrefused(self, fault: Wrong, calls: list[Trial]) -> None:
        grouped: dict[str, list[Trial]] = defaultdict(list)
        for trial in calls:
            assert trial.right.raised is not None
            came = "" if trial.mine.raised is None else trial.mine.raised.kind
            grouped[trial.right.raised.text + came].append(trial)
        for alike in grouped.values():
            self._say(form.unrefused(alike), fault, alike)

    def _say_gradients(self) -> None:
        faults = {f.about: f for f in self._wrong if f.kind == "gradient"}
        if not faults:
            return
        known: dict[str, int] = defaultdict(int)
        for trial, found in self._judged.items():
            for name, _, _ in trial.pairs() if VALUE not in found else ():
                known[name] += 1
        calls = {name: self._wrong[fault] for name, fault in faults.items()}
        values_right = VALUE not in self._wrong and SHAPE not in self._wrong
        text = form.no_gradient(calls, known, values_right=values_right)
        about = frozenset((trial, faults[name]) for name, each in calls.items() for trial in each)
        if text is not None:
            self._said.append(Statement(text, about))
            return
        for name, each in calls.items():
            self._say(_gradient_sentence(name, each), faults[name], each)
        wrong_and_right = form.which_gradients(calls, known) if values_right else None
        if wrong_and_right is not None:
            self._said.append(Statement(wrong_and_right, about))


# A gradient that is too large says nothing; one that is doubled, turned or zero does.
OF_GRADIENTS: tuple[Relation, ...] = (zeros, turned, channels, factor)


def _same_nans(trial: Trial) -> bool:
    """Whether NaN stands where it should; if not, no amount of the other values explains it."""
    mine, right = trial.mine.value, trial.right.value
    if mine is None or right is None or mine.shape != right.shape:
        return True
    return torch.equal(mine.isnan(), right.isnan())


def _joined(first: Text, where: Split | None) -> Text:
    if where is None:
        return first
    second = where.sentence()
    return Text(f"{first.en} {second.en}", f"{first.ko} {second.ko}")


def _capital(text: str) -> str:
    """A sentence's beginning; the name of an argument is left as it is."""
    return text if "_" in text.split()[0] else text[:1].upper() + text[1:]


def _sentence(found: Related, wrong: int, *, some_right: bool) -> Text:
    held, text = len(found.calls), found.text
    if wrong == 1:
        en, ko = "in the only wrong result", "틀린 결과 하나에서"
    elif found.mute:
        en = f"in all {held} wrong results that can tell"
        ko = f"판단할 수 있는 틀린 결과 {held}개 모두에서"
    elif held < wrong:
        en, ko = f"in {held} of {wrong} wrong results", f"틀린 결과 {wrong}개 중 {held}개에서"
    elif some_right:
        all_wrong = "both" if wrong == 2 else f"all {wrong}"
        en, ko = f"in {all_wrong} wrong results", f"틀린 결과 {wrong}개 모두에서"
    else:
        en, ko = f"in all {wrong} calls", f"호출 {wrong}번 모두에서"
    return Text(f"{_capital(text.en)} ({en}).", f"{text.ko}({ko}).")


def _kin_sentence(found: Related, right: int) -> Text:
    wrong, text = len(found.calls), found.text
    return Text(
        f"{_capital(text.en)} (this alone gives all your results: {_wrong_results(wrong)}"
        + (f" and the {right} that are right)." if right else ")."),
        f"{text.ko}(이것만으로 모든 결과가 설명됩니다. 틀린 결과 {wrong}개"
        + (f", 맞는 결과 {right}개)." if right else ")."),
    )


def _wrong_results(count: int) -> str:
    return "the one that is wrong" if count == 1 else f"the {count} that are wrong"


def _gradient_sentence(name: str, calls: Sequence[Trial]) -> Text | None:
    """The relation of a wrong gradient to the right one."""
    pairs = [
        (trial, theirs, wanted)
        for trial in calls
        for label, theirs, wanted in trial.pairs()
        if label == name
    ]
    if not pairs or any(a is None or b is None or a.shape != b.shape for _, a, b in pairs):
        return None

    def holds(relation: Relation) -> Text | None:
        texts: list[Text] = []
        for trial, theirs, wanted in pairs:
            assert theirs is not None
            assert wanted is not None
            outcomes = relation(theirs, wanted, trial)
            if outcomes:
                texts.append(outcomes[0].text)
            elif outcomes is not None:
                return None
        return texts[0] if len(set(texts)) == 1 else None

    for relation in OF_GRADIENTS if len(pairs) > 1 else ():
        text = holds(relation)
        if text is not None:
            en, ko = form.on_all(len(calls))
            return Text(
                f"{en} the values are right, but not the gradient with respect to {name}: "
                f"{text.en}, read of the gradient.",
                f"{ko} 값은 맞지만 {name}에 대한 gradient가 틀립니다. gradient를 결과로 보면 "
                f"{text.ko}.",
            )
    return None
