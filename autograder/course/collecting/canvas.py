"""Canvas' *Download Submissions*: one flat folder, packed or unpacked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.course.collecting.handed_in import Attempt, DownloadedFile, WorkOwner
from autograder.course.collecting.layouts import CANVAS, HANDED_IN_AGAIN
from autograder.course.roster import folded
from autograder.course.trees import Member

_Key = tuple[str, str, bool, bool]


def read_canvas(
    members: Iterable[tuple[str, Member]], expected: frozenset[str]
) -> tuple[list[Attempt], list[Member]]:
    """Read the attempts, and the files whose names are not Canvas' own.

    `expected` are the names that the assignment asks for. With each member goes the path of the
    archive that it lies in, as far as that is in another.
    """
    pieces: dict[_Key, list[DownloadedFile]] = {}
    rest: list[Member] = []
    for where, member in members:
        named = _named(where, member, expected)
        if named is None:
            rest.append(member)
        else:
            key, piece = named
            pieces.setdefault(key, []).append(piece)
    return [_handed(key, files) for key, files in pieces.items()], rest


def _named(
    where: str, member: Member, expected: frozenset[str]
) -> tuple[_Key, DownloadedFile] | None:
    for depth, part in enumerate(member.parts):
        for layout in CANVAS:
            found = layout.match(part)
            if found is None:
                continue
            fields = found.groupdict()
            page = fields.get("page")
            file = f"{page}.html" if page else original(fields["file"], expected)
            anonymous = "name" not in fields
            key = (fields.get("name") or "", fields["user"], bool(fields.get("late")), anonymous)
            path = (file, *member.parts[depth + 1 :])
            place = where + member.path
            return key, DownloadedFile(place, path, member, int(fields.get("upload") or 0))
    return None


def original(name: str, expected: frozenset[str]) -> str:
    """The name without what Canvas adds where a student used it before, if that is sure.

    It is where the assignment asks for the name, and of modules: nobody can import one called
    `helpers-1`.
    """
    found = HANDED_IN_AGAIN.fullmatch(name)
    if found is None:
        return name
    before = found["stem"] + found["ending"]
    module = folded(found["ending"]) == ".py" and found["stem"].isidentifier()
    return before if module or folded(before) in expected else name


def _handed(key: _Key, pieces: list[DownloadedFile]) -> Attempt:
    name, user, late, anonymous = key
    label = f"anon_{user}" if anonymous else f"{name}_{user}" if name else user
    owner = WorkOwner(
        label=label,
        texts=() if anonymous else (user,),
        columns=("lms_id",),
        names=(name,) if re.search(r"[^\W\d_]", name) else (),
        person=user,
        nameless=anonymous,
    )
    return Attempt(owner, tuple(pieces), late=late)
