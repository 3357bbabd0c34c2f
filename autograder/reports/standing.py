"""The parts of a grade beside the result: time, points from a person, written questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.document.result import Result
from autograder.document.text import Language, Text

HANDED_IN = Text(
    "Handed in {received}; the deadline was {deadline}.", "제출: {received}. 마감: {deadline}."
)
OWN = Text("{deadline} (your own)", "{deadline} (개인별 마감)")
OFF = Text(
    "Handed in {received}, after the deadline {deadline}. Points off: {off}.",
    "제출: {received}. 마감 {deadline} 이후에 제출하여 {off}점이 감점됩니다.",
)
IN_GRACE = Text(
    "Handed in {received}, after the deadline {deadline}, within the grace: nothing is taken off.",
    "제출: {received}. 마감 {deadline} 이후이지만 유예 시간 안이므로 감점이 없습니다.",
)
TOO_LATE = Text(
    "Handed in {received}, too long after the deadline {deadline}: it does not count.",
    "제출: {received}. 마감 {deadline} 이후 인정 기간이 지나 점수로 인정되지 않습니다.",
)
DEADLINE = Text("The deadline was {deadline}.", "마감: {deadline}.")
NOT_KNOWN = Text(
    "The deadline was {deadline}. When this was handed in is not known; nothing is taken off.",
    "마감: {deadline}. 제출 시각을 알 수 없어 감점하지 않았습니다.",
)
CALLED_LATE = Text(
    "Handed in late, as the learning system says without a time; the deadline was {deadline}. The "
    "course's staff decide what that costs.",
    "학습 관리 시스템에 지각 제출로 표시되어 있으나 시각을 알 수 없습니다. 마감: {deadline}. "
    "감점은 담당자가 정합니다.",
)
EXCUSED = Text(
    "You are excused from this assignment: it counts neither for you nor against you.",
    "이 과제는 면제되었습니다. 성적에 반영되지 않습니다.",
)


@dataclass(frozen=True)
class WrittenQuestion:
    """A written question; `earned` is None where nobody has read the answer yet.

    `answer` is the question with what was written, where it is at hand, and `remark` the comment;
    both as HTML that cannot act.
    """

    question: str
    points: float
    earned: float | None
    comment: str = ""
    answer: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Standing:
    """One student's standing. Moments are texts in the course's zone; "" where there is none.

    `off` are points taken off for lateness. Where work does not `count`, its points are 0; who is
    `excused` has no grade. `by_hand` are the points of files that a person gave in place of the
    suites'. `called_late` says that a learning system calls the work late, and not when it came.
    `note` is what is the matter with the notebook, as HTML that cannot act.
    """

    name: str = ""
    received: str = ""
    deadline: str = ""
    own: bool = False
    late: bool = False
    called_late: bool = False
    off: float = 0.0
    counts: bool = True
    excused: bool = False
    by_hand: Mapping[str, float] = field(default_factory=dict)
    written: tuple[WrittenQuestion, ...] = ()
    note: str = ""

    @property
    def waits(self) -> bool:
        """Whether an answer has still to be read."""
        return any(one.earned is None for one in self.written)

    @property
    def unknown(self) -> bool:
        """Whether there is a deadline, but no time to hold to it."""
        return bool(self.deadline and not self.received and not self.excused)

    @property
    def differs(self) -> bool:
        """Whether the grade is another number than the points of the result."""
        return bool(self.off or not self.counts or self.by_hand or self.written)

    def earned(self, result: Result) -> float:
        """Points of files and answers, before lateness."""
        files = sum(self.by_hand.get(task.name, task.earned) for task in result.tasks)
        return files + sum(one.earned or 0.0 for one in self.written)

    def total(self, result: Result) -> float:
        """The grade."""
        return max(0.0, self.earned(result) - self.off) if self.counts else 0.0

    def out_of(self, points: float) -> float:
        """The most that can be earned, where the files are worth `points`."""
        return points + sum(one.points for one in self.written)

    def time_line(self, language: Language, *, missing: bool = False) -> str:
        """When it was handed in, which deadline was used and what that costs; "" if none was.

        Of what is `missing` there is only the deadline.
        """
        if self.excused:
            return EXCUSED.in_(language)
        if not self.deadline:
            return ""
        if missing:
            sentence = DEADLINE
        elif not self.received:
            sentence = CALLED_LATE if self.called_late else NOT_KNOWN
        elif not self.counts:
            sentence = TOO_LATE
        elif self.off:
            sentence = OFF
        else:
            sentence = IN_GRACE if self.late else HANDED_IN
        deadline = self.deadline
        if self.own:
            deadline = OWN.in_(language).format(deadline=deadline)
        return sentence.in_(language).format(
            received=self.received, deadline=deadline, off=f"{self.off:g}"
        )


NOTHING = Standing()
