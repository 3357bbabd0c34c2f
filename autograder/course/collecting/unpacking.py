"""Unpack students' archives for nbgrader, which looks into none for its notebook."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from autograder.course.collecting.handed_in import Attempt, DownloadedFile, Note, counted
from autograder.course.trees import Member, is_archive, nested, stem
from autograder.sandbox.grader.intake import NoSubmission


def unpacked(name: str, handed: Attempt, stack: ExitStack) -> tuple[Attempt, list[Note]]:
    """The files in place of the archives that hold them, which can be opened as long as `stack` is.

    The only archive is laid open at the top, others in a folder of their name. What cannot be
    opened stays as it is.
    """
    alone = len(handed.pieces) == 1
    notes: list[Note] = []
    plain = [piece for piece in handed.pieces if not is_archive(piece.path[-1])]
    taken = {piece.path for piece in handed.pieces}
    for packed in handed.pieces:
        if not is_archive(packed.path[-1]):
            continue
        try:
            tree = stack.enter_context(nested(packed.member))
        except NoSubmission as error:
            notes.append(Note(f"{name}: {packed.place} stays packed: {error}", look=True))
            plain.append(packed)
            continue
        above = () if alone else (*packed.path[:-1], stem(packed.path[-1]))
        first = _depth(tree.members) if alone else 0
        inner = [
            DownloadedFile(f"{packed.place}/{member.path}", (*above, *member.parts[first:]), member)
            for member in tree.members
        ]
        if not inner or any(piece.path in taken for piece in inner):
            why = "it would lie over other files" if inner else "it holds no files"
            notes.append(Note(f"{name}: {packed.place} stays packed: {why}", look=True))
            plain.append(packed)
            continue
        taken |= {piece.path for piece in inner}
        plain += inner
        notes.append(Note(f"{name}: {packed.place} is unpacked ({counted(len(inner), 'file')})"))
        notes += [
            Note(f"not collected: {packed.place}/{gone.path}: {gone.reason}", look=True)
            for gone in tree.passed_over
        ]
    return replace(handed, pieces=tuple(plain)), notes


def _depth(members: Sequence[Member]) -> int:
    """The number of folders that all files have in common."""
    paths = [member.parts[:-1] for member in members]
    first, last = min(paths, default=()), max(paths, default=())
    return next(
        (k for k, (one, other) in enumerate(zip(first, last, strict=False)) if one != other),
        min(len(first), len(last)),
    )
