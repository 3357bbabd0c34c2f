"""Sanitise worker text for terminals, logs and workflows."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from autograder.sandbox.protocol.errors import Frame
from autograder.sandbox.protocol.messages import (
    ChildInfo,
    Forbade,
    Loaded,
    Made,
    NoSuchName,
    Other,
    ParameterInfo,
    Reply,
    Returned,
    Threw,
)

TEXT_CAP: Final = 2000
NAME_CAP: Final = 200
FRAMES_CAP: Final = 12

# A line that begins with ::name is a command to a hosted workflow; so is ##[name] anywhere.
# Where lines begin is up to whoever wraps them: after a blank, or inside a word that is longer
# than a line.
_COMMAND = re.compile(r"(?<!\w)::(?=[A-Za-z])|##(?=\[)")
_LONG_WORD = re.compile(r"\S{50,}")


def printable(text: str, cap: int = TEXT_CAP) -> str:
    """One line that does nothing but stand there."""
    text = text[:cap]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)
    if "::" not in text and "##[" not in text:
        return text
    text = _COMMAND.sub(lambda found: " ".join(found[0]), text)
    return _LONG_WORD.sub(lambda found: found[0].replace("::", ": :"), text)


def made_printable(reply: Reply) -> Reply:
    """The same reply with every text in it made printable and short."""
    replace = msgspec.structs.replace
    match reply:
        case Returned():
            return replace(
                reply,
                device=_name(reply.device),
                modified=_names(reply.modified),
                settings=_names(reply.settings),
            )
        case Loaded():
            return replace(reply, settings=_names(reply.settings))
        case Threw():
            return replace(
                reply,
                kind=_name(reply.kind),
                text=printable(reply.text),
                frames=_frames(reply.frames),
            )
        case Forbade():
            return replace(reply, operation=_name(reply.operation), frames=_frames(reply.frames))
        case NoSuchName():
            return replace(reply, name=_name(reply.name))
        case Other():
            return replace(reply, kind=_name(reply.kind), device=_name(reply.device))
        case Made():
            return replace(
                reply,
                family=_name(reply.family),
                children=tuple(_child(child) for child in reply.children),
                own=_child(reply.own),
                modified=_names(reply.modified),
                settings=_names(reply.settings),
            )
        case _:
            return reply


def _child(child: ChildInfo) -> ChildInfo:
    return ChildInfo(
        _name(child.name),
        _names(child.layers),
        tuple(
            ParameterInfo(info.shape, _name(info.dtype), _name(info.device))
            for info in child.parameters
        ),
        child.is_callable,
    )


def _name(text: str) -> str:
    return printable(text, NAME_CAP)


def _names(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_name(text) for text in texts)


def _frames(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    return tuple(
        Frame(_name(frame.file), frame.line, _name(frame.function), _name(frame.source))
        for frame in frames[-FRAMES_CAP:]
    )
