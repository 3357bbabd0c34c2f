"""The ways a call into a submission can end, as one tree.

AutograderError
└── SandboxError                 the sandbox's own trouble: no grade can be given
    ├── SandboxUnavailable       this machine cannot isolate a submission
    └── WireError                a frame that breaks the protocol
Exception
└── StudentFault                 the submission ended the call; Hypothesis may shrink it
    ├── Raised                   error            an exception of the student's
    │   └── NotWritten           not implemented  the stub's own NotImplementedError
    ├── MissingName              missing          the file has no such function
    ├── MissingFile              missing          there is no such file
    ├── BadFile                  bad submission   a link, a directory, too large, not text
    ├── ImportFailed             error            the file does not import
    ├── WrongKind                failed           a list, None, a float where a tensor belongs
    ├── WrongShape               failed           no values, or another number of axes
    ├── UsedForbidden            forbidden        reached a function the contract excludes
    └── Crashed                  crash            the process died
BaseException
└── StudentStop                  ends a check at once: Hypothesis must not call again
    ├── TimedOut                 timeout
    ├── OutOfMemory              memory
    └── Flooded                  crash            it printed without end and was stopped
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec

from autograder.errors import AutograderError

if TYPE_CHECKING:
    from torch import Tensor


class Verdict(enum.StrEnum):
    """The one word that says how a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    NOT_IMPLEMENTED = "not implemented"
    MISSING = "missing"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"
    FORBIDDEN = "forbidden"
    BAD_SUBMISSION = "bad submission"
    # The check's own code failed: nothing is known about the student's.
    UNDECIDED = "undecided"


class Cause(enum.StrEnum):
    """The reason that a call ended or was refused, where it can say more than the error.

    Only known reasons are named: of a process that was killed for no visible reason it says only
    that it was killed.
    """

    CALL_SECONDS = "call seconds"
    CALL_WALL_SECONDS = "call wall seconds"
    TASK_SECONDS = "task seconds"
    SUBMISSION_SECONDS = "submission seconds"
    TASK_CPU_SECONDS = "task cpu seconds"
    PRINTED = "printed"
    EXITED = "exited"
    DIED = "died"
    KILLED = "killed"
    DISCONNECTED = "disconnected"
    NOT_UNDERSTOOD = "not understood"
    MEMORY = "memory"
    DISK = "disk"
    OPEN_FILES = "open files"
    PROCESSES = "processes"
    PACKAGE = "package"
    # A file, a connection, another process: Python's own words for it say enough.
    REFUSED = "refused"
    ENCODING = "encoding"


# What a call should return.
Wanted = Literal["a tensor", "an nn.Module", "numbers", "a tuple of tensors"]


class Frame(msgspec.Struct, frozen=True):
    """One line of the student's own traceback."""

    file: str
    line: int
    function: str
    source: str


class SandboxError(AutograderError):
    """The sandbox itself failed; nothing is known about the submission."""


class SandboxUnavailable(SandboxError):
    """This machine lacks a layer the sandbox requires; the message names it."""


class WireError(SandboxError):
    """A frame that is malformed, too large, late or out of turn."""


class StudentEnd(BaseException):
    """The part common to every ending: a verdict, words for it, and the call it ended.

    `detail` is English; `cause` and the number or name that goes with it, `amount`, are for
    the same words in another language.
    """

    verdict: ClassVar[Verdict]

    def __init__(
        self,
        detail: str = "",
        frames: tuple[Frame, ...] = (),
        *,
        cause: Cause | None = None,
        amount: str = "",
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.frames = frames
        self.cause = cause
        self.amount = amount
        self.during_import = ""
        self.call: Call | None = None


class StudentFault(StudentEnd, Exception):
    """An ending that another, smaller input may reproduce."""


class Raised(StudentFault):
    """The student's code raised; `kinds` are the built-in classes of the exception's MRO."""

    verdict = Verdict.ERROR

    def __init__(
        self,
        kind: str,
        text: str,
        kinds: tuple[str, ...] = (),
        frames: tuple[Frame, ...] = (),
        *,
        cause: Cause | None = None,
    ) -> None:
        super().__init__(f"{kind}: {text}" if text else kind, frames, cause=cause)
        self.kind = kind
        self.text = text
        self.kinds = kinds


class NotWritten(Raised):
    """`NotImplementedError`: the stub still stands there."""

    verdict = Verdict.NOT_IMPLEMENTED


class MissingName(StudentFault):
    verdict = Verdict.MISSING


class MissingFile(StudentFault):
    """There is no file of that name; `there` are the names that it may have got instead."""

    verdict = Verdict.MISSING

    def __init__(self, name: str, there: tuple[str, ...] = ()) -> None:
        super().__init__(name)
        self.there = there


class BadFile(StudentFault):
    verdict = Verdict.BAD_SUBMISSION


class ImportFailed(StudentFault):
    verdict = Verdict.ERROR


class WrongKind(StudentFault):
    """`kind` is there, in the worker's words, where `wanted` belongs.

    It came back from a call, or is a parameter of the child `parameter_of`. Of a tuple of tensors
    so many are wanted as `of` says.
    """

    verdict = Verdict.FAILED

    def __init__(
        self, kind: str, wanted: Wanted, *, parameter_of: str = "", of: int | None = None
    ) -> None:
        place = f" as a parameter of {parameter_of}" if parameter_of else ""
        super().__init__(f"{kind}{place}, not {wanted}")
        self.kind = kind
        self.wanted = wanted
        self.parameter_of = parameter_of
        self.of = of


class WrongShape(StudentFault):
    """A tensor without values or of another number of axes, where `expected` is right.

    It ends the call as an exception of the student's would, so whatever a check would do with
    the values next need not expect such a tensor.
    """

    verdict = Verdict.FAILED

    def __init__(self, got: Tensor, expected: tuple[int, ...]) -> None:
        super().__init__(f"shape {tuple(got.shape)}, not {expected}")
        self.got = got
        self.expected = expected


class UsedForbidden(StudentFault):
    verdict = Verdict.FORBIDDEN


class Crashed(StudentFault):
    verdict = Verdict.CRASH


class StudentStop(StudentEnd, BaseException):
    """An ending that must not be provoked a second time in the same check."""


class TimedOut(StudentStop):
    verdict = Verdict.TIMEOUT


class OutOfMemory(StudentStop):
    verdict = Verdict.MEMORY


class Flooded(StudentStop):
    verdict = Verdict.CRASH


@dataclass
class Call:
    """One call as it was made and how it ended.

    `modified` are the arguments that it changed, `settings` those of the process that it changed.
    Of a call of a module, `made_by` is the call that made the module. Of a tuple of results `item`
    is the one that `value` is.
    """

    function: str
    args: tuple[object, ...]
    kwargs: dict[str, object]
    value: object = None
    gradients: tuple[Tensor | None, ...] = ()
    modified: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    ending: StudentFault | StudentStop | None = None
    wrt: tuple[int | str, ...] = ()
    cotangent: Tensor | None = None
    made_by: Call | None = None
    item: int | None = None

    @property
    def leaves_all(self) -> bool:
        """Whether its inputs and the settings of the process are as they were."""
        return not self.modified and not self.settings
