"""Diagnose a student's function: by the name of a known mistake or by a description.

Everything that crosses the wire is written down. When a check is lost, each misconception of its
function is asked what the check asked. One is named under the check when it alone answers there as
the student's function did, when its mistake shows there, and when nothing recorded elsewhere
speaks against it. Where none is certain, the answers are described (`describe_answers`). A wrong
diagnosis is worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from autograder.authoring.answers import Answer, Exchange, about
from autograder.authoring.manifest import Knowledge
from autograder.authoring.marks import Misconception
from autograder.document.faults import Fault
from autograder.document.result import Check
from autograder.document.text import Text
from autograder.grading.describe_answers import Statement, describe
from autograder.grading.faults_of_answers import wrongs
from autograder.grading.recorder import Recorder
from autograder.grading.same_answers import alike, as_on_a_gpu
from autograder.grading.trials import Trials, thinned
from autograder.sandbox.protocol.errors import Verdict
from autograder.sandbox.protocol.messages import Invoke, Request


@dataclass(frozen=True)
class Likeness:
    """Comparison of a misconception's answers with the student's, over all calls.

    hits          both are wrong, and alike
    unexplained   the misconception is wrong, the student's function too, in another way
    missed        the misconception is right there, the student's function is not
    contradicted  the misconception is wrong and the student's function is right
    """

    hits: frozenset[int]
    unexplained: frozenset[int]
    missed: int
    contradicted: int

    @property
    def possible(self) -> bool:
        return bool(self.hits) and not self.contradicted

    @property
    def rest(self) -> int:
        return len(self.unexplained) + self.missed


class Diagnosis:
    """The diagnosis of one function of a file, check by check."""

    def __init__(self, knowledge: Knowledge, function: str, record: Recorder) -> None:
        self._record = record
        self._function = function
        self._candidates = [w for w in knowledge.misconceptions if w.function == function]
        self._right = knowledge.right.get(function)
        self._traits = knowledge.traits.get(function, ())
        self._families = knowledge.families.get(function, ())
        self._likeness: dict[str, Likeness] = {}
        self._fits_in: dict[str, list[Misconception]] = {}
        self._statements: list[Statement] | None = None
        decisive = {id(each): each for example in record.decisive.values() for each in example}
        recorded = {id(each) for each in record.exchanges}
        late = [each for number, each in decisive.items() if number not in recorded]
        protected = frozenset(decisive)
        self._exchanges = thinned(function, [*record.exchanges, *late], protected)
        self._trials: Trials | None = None
        if self._right is not None:
            self._trials = Trials(function, self._exchanges, self._right)

    def of(self, check: str) -> Text | None:
        """The diagnosis of this check; None where nothing is certain."""
        # In a record that was cut short the answer that tells two of them apart may be missing.
        named = self.named(check) if self._record.whole else None
        return named.explanation if named is not None else self.described(check)

    def named(self, check: str) -> Misconception | None:
        """The misconception that is certain to have lost the check.

        Wherever its mistake shows the student's function must show it too, or another
        misconception that is found in this function must be what shows instead.
        """
        fitting = [(self._compared(wrong), wrong) for wrong in self._fitting(check)]
        certain = [
            (likeness.rest, wrong)
            for likeness, wrong in fitting
            if likeness.possible and self._explained(likeness.unexplained, check)
        ]
        if not certain:
            return None
        least = min(rest for rest, _ in certain)
        best = [wrong for rest, wrong in certain if rest == least]
        return best[0] if len({wrong.explanation for wrong in best}) == 1 else None

    def _explained(self, exchanges: frozenset[int], check: str) -> bool:
        """Whether misconceptions that fit other checks gave these answers."""
        if not exchanges:
            return True
        others = [each for each in self._record.decisive if each != check]
        found = {wrong.name: wrong for other in others for wrong in self._fitting(other)}
        shown = [each for wrong in found.values() if (each := self._compared(wrong)).possible]
        return exchanges <= frozenset().union(*(each.hits for each in shown))

    def _fitting(self, check: str) -> list[Misconception]:
        """Those that answer all that a check asked as the student's function did."""
        if check not in self._fits_in:
            decisive = self._record.decisive.get(check, [])
            looked_at = {id(each) for each in self._exchanges}
            asked = self._record.asked.get(check, decisive)
            asked = [each for each in asked if id(each) in looked_at]
            self._fits_in[check] = [
                wrong
                for wrong in self._candidates
                if self._fits(wrong, decisive) and self._fits(wrong, asked)
            ]
        return self._fits_in[check]

    def described(self, check: str) -> Text | None:
        """A description of the answer that lost the check."""
        if self._trials is None:
            return None
        if self._statements is None:
            self._statements = describe(self._trials.all, self._traits, self._families)
        decisive = self._record.decisive.get(check, [])
        trials = [t for e in decisive if (t := self._trials.of(e)) is not None]
        # No value, right or wrong, explains that a gradient does not arrive.
        cut = any(trial.is_cut_off for trial in trials)
        for trial in reversed(trials):
            found = wrongs(trial) or ()
            faults = [(trial, each) for each in found if not cut or each.kind == "gradient"]
            for statement in self._statements:
                if any(fault in statement.about for fault in faults):
                    return statement.text
        return None

    def _fits(self, wrong: Misconception, exchanges: Sequence[Exchange]) -> bool:
        """Whether it gives all of the student's answers, some of them wrong."""
        hits = 0
        for exchange, request, ours in about(self._function, exchanges, wrong.implementation):
            same = alike(request, Answer(exchange.reply, exchange.answer), ours)
            if same is False:
                return False
            hits += same is True and self._is_wrong(exchange, request, ours)
        return hits > 0

    def _is_wrong(self, exchange: Exchange, request: Request, answer: Answer) -> bool:
        if isinstance(request, Invoke) and request.device == "fake-cuda":
            return not as_on_a_gpu(answer.reply)
        if self._trials is None:
            return True
        right = self._trials.answers.get(id(exchange))
        if right is None:
            return False
        return alike(request, answer, right) is False

    def _compared(self, wrong: Misconception) -> Likeness:
        if wrong.name not in self._likeness:
            self._likeness[wrong.name] = self._compare(wrong)
        return self._likeness[wrong.name]

    def _compare(self, wrong: Misconception) -> Likeness:
        hits: set[int] = set()
        unexplained: set[int] = set()
        missed = contradicted = 0
        for exchange, request, ours in about(self._function, self._exchanges, wrong.implementation):
            theirs = Answer(exchange.reply, exchange.answer)
            same = alike(request, theirs, ours)
            if same is None:
                continue
            is_wrong = self._is_wrong(exchange, request, ours)
            if same and is_wrong:
                hits.add(id(exchange))
            elif not same and not is_wrong:
                missed += 1
            elif not same and self._is_wrong(exchange, request, theirs):
                unexplained.add(id(exchange))
            elif not same:
                contradicted += 1
        return Likeness(frozenset(hits), frozenset(unexplained), missed, contradicted)


def diagnosed(
    checks: Sequence[Check], task: str, knowledge: Knowledge, record: Recorder
) -> tuple[list[Check], list[Fault]]:
    """The checks, the lost ones of `task` with their mistake; and what failed at naming it."""
    found: dict[str, Diagnosis] = {}
    faults: list[Fault] = []

    def say(check: Check) -> Check:
        if check.task != task or check.verdict not in (Verdict.FAILED, Verdict.ERROR):
            return check
        try:
            if check.function not in found:
                found[check.function] = Diagnosis(knowledge, check.function, record)
            diagnosis = found[check.function].of(check.id)
        except Exception as error:  # the check was decided without it
            faults.append(Fault.of(check.id, error))
            return check
        return msgspec.structs.replace(check, diagnosis=diagnosis)

    return [say(check) for check in checks], faults
