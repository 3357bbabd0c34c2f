"""Serialise a student's exception for the grader: words and the student's own lines."""

from __future__ import annotations

import dis
import errno
import linecache
import traceback
from pathlib import Path
from typing import Literal

from autograder.sandbox.protocol.errors import Frame
from autograder.sandbox.protocol.messages import Refusal, Threw
from autograder.sandbox.worker.imports import is_refusal
from autograder.sandbox.worker.source import NOT_UTF8

TEXT_CAP = 2000
FRAME_CAP = 12

Phase = Literal["import", "call", "backward"]


def student_frames(error: BaseException, folder: Path) -> tuple[Frame, ...]:
    """The lines of the traceback that stand in the submission `folder`, innermost last.

    A line that calls itself, as one with a generator does, or a recursion, is there once.
    """
    inside: list[Frame] = []
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        path = Path(code.co_filename)
        if path.parent == folder:
            if inside and (inside[-1].file, inside[-1].line) == (path.name, line):
                continue
            source = linecache.getline(code.co_filename, line or 0).strip()
            inside.append(Frame(path.name, line or 0, code.co_name, source[:200]))
    if isinstance(error, SyntaxError) and error.filename:
        path = Path(error.filename)
        if path.parent == folder:
            text = (error.text or "").strip()
            inside.append(Frame(path.name, error.lineno or 0, "<module>", text[:200]))
    return tuple(inside[-FRAME_CAP:])


def describe_exception(request_id: int, error: BaseException, folder: Path, phase: Phase) -> Threw:
    """The reply with an exception in it. Never raises."""
    # type's own attributes: the exception's class may be of a metaclass that lies about them.
    kinds = tuple(
        kind.__name__
        for kind in type.__dict__["__mro__"].__get__(type(error))
        if type(kind) is type and kind.__module__ == "builtins"
    )
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)[:TEXT_CAP]
        text = text.encode(errors="replace").decode()  # a lone surrogate is no UTF-8
    except BaseException:
        text = ""  # an exception of the student's whose __str__ raises
    try:
        frames = student_frames(error, folder)
    except BaseException:
        frames = ()  # the same, of its traceback or its file name
    return Threw(
        request_id,
        str(type.__dict__["__name__"].__get__(type(error)))[:100],
        kinds,
        text,
        frames,
        phase,
        _refused(error, text),
        _raised_here(error, folder),
    )


def _raised_here(error: BaseException, folder: Path) -> bool:
    """Whether the innermost line of the traceback is a `raise` in one of the student's files."""
    trace = BaseException.__dict__["__traceback__"].__get__(error)
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    instruction = dis.opname[code.co_code[trace.tb_lasti]]
    return Path(code.co_filename).parent == folder and instruction == "RAISE_VARARGS"


_BY_NUMBER: dict[int | None, Refusal] = {
    errno.ENOMEM: "memory",
    errno.ENOSPC: "disk",
    errno.EFBIG: "disk",
    errno.EMFILE: "open files",
    errno.EAGAIN: "processes",  # what fork is answered with
    errno.EACCES: "refused",  # by Landlock
    errno.EPERM: "refused",  # by seccomp
}
# What C++ says without memory, and oneDNN without memory for a convolution's machine code (torch
# 2.14.1, findings/onednn-hides-missing-memory.sh). Of shapes that oneDNN cannot do it speaks of a
# "primitive descriptor".
_WITHOUT_MEMORY = ("std::bad_alloc", "could not create a primitive")


def _refused(error: BaseException, text: str) -> Refusal | None:
    """The limit or rule that an exception tells of, if it does."""
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, SyntaxError):
        return "encoding" if NOT_UTF8 in text else None
    if isinstance(error, ImportError):
        return "package" if is_refusal(error) else None
    if isinstance(error, OSError):
        return _BY_NUMBER.get(OSError.__dict__["errno"].__get__(error))
    if isinstance(error, RuntimeError):
        if "can't allocate memory" in text or "out of memory" in text or text in _WITHOUT_MEMORY:
            return "memory"
        if text == "can't start new thread":
            return "processes"
    return None
