"""In what an answer differs from the right one: its shape, a value, a gradient, its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from autograder.authoring.answers import Trial
from autograder.grading.agreement import compared
from autograder.grading.describe_structure import is_other
from autograder.sandbox.protocol.messages import Made, Other, Returned, Threw

Kind = Literal[
    "unrefused",
    "raised",
    "kind",
    "shape",
    "value",
    "parameter",
    "dtype",
    "modified",
    "gradient",
    "made",
]


@dataclass(frozen=True)
class Wrong:
    """One respect in which an answer is wrong; `about` is the argument of a gradient."""

    kind: Kind
    about: str = ""


def wrongs(trial: Trial) -> tuple[Wrong, ...] | None:
    """In what the answer is wrong, () for a right one; None where that cannot be said."""
    mine, right = trial.mine.reply, trial.right.reply
    if mine is None or trial.pretended:
        return None
    if isinstance(right, Threw):
        if not trial.right.refused:
            return None
        return () if trial.mine.refused else (Wrong("unrefused"),)
    if isinstance(mine, Threw):
        return (Wrong("raised"),)
    if isinstance(right, Made):
        other = not isinstance(mine, Made) or is_other(mine, right)
        return (Wrong("made"),) if other else ()
    if not isinstance(right, Returned):
        return None
    if not isinstance(mine, Returned):
        return (Wrong("kind"),) if isinstance(mine, Other | Made) else None
    return _of_tensors(trial)


def _of_tensors(trial: Trial) -> tuple[Wrong, ...] | None:
    mine, right = trial.mine.value, trial.right.value
    assert mine is not None
    assert right is not None
    found: list[Wrong] = []
    if mine.shape != right.shape:
        return (Wrong("shape"),)
    alike = True if trial.random else compared(mine, right)
    if alike is None:
        return None
    if not alike:
        child = trial.arguments.get("child") if trial.call is None else None
        found.append(Wrong("value") if child is None else Wrong("parameter", str(child)))
    if mine.dtype != right.dtype:
        found.append(Wrong("dtype"))
    reply = trial.mine.reply
    assert isinstance(reply, Returned)
    found += [Wrong("modified", _argument(trial, name)) for name in reply.modified]
    for name, theirs, wanted in trial.pairs() if alike and not trial.random else []:
        if theirs is None or wanted is None:
            differs = theirs is None and wanted is not None and bool(wanted.any())
        else:
            differs = compared(theirs, wanted) is False
        if differs:
            found.append(Wrong("gradient", name))
    return tuple(found)


def _argument(trial: Trial, name: str) -> str:
    """The contract's name of an argument that was given by position."""
    names = list(trial.arguments)
    return names[int(name)] if name.isdigit() and int(name) < len(names) else name
