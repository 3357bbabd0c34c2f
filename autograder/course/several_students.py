"""Whether a tree holds the work of a class rather than that of one student."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import takewhile

from autograder.course.collecting.layouts import CANVAS, MOODLE
from autograder.course.files_beside import may_be_work

# Of one student's work there may be two versions, old/ and new/; more are taken for students.
VERSIONS = 2
NAMED = 3

# A name of this length is nobody's, and would take long to match.
NAME_CAP = 255


def student_of(name: str) -> str | None:
    """The student in a name that a learning system gave to a folder or a file; None in others."""
    if len(name) > NAME_CAP:
        return None
    for layout in MOODLE:
        if (found := layout.match(name)) and found["number"]:
            return f"{found['name']}_{found['number']}"
    if may_be_work(name, ()):  # a picture may be called so by its author
        for layout in CANVAS:
            if found := layout.match(name):
                return f"{found.groupdict().get('name') or 'anon'}_{found['user']}"
    return None


def several_students(
    paths: Iterable[tuple[str, ...]], tasks_in: Mapping[tuple[str, ...], Collection[str]]
) -> str | None:
    """The reason why a tree holds several students' work, given the tasks in each folder."""
    paths = list(paths)
    top = _shared([path[:-1] for path in paths])
    entries = {path[top] for path in paths}
    students = {student for entry in entries if (student := student_of(entry))}
    if len(students) > 1:
        return _line(students, "students' files")
    folders = [folder for folder, tasks in tasks_in.items() if tasks]
    top = _shared(folders)
    most = max((len(tasks_in[folder]) for folder in folders), default=0)
    if any(len(folder) == top and len(tasks_in[folder]) == most for folder in folders):
        return None  # whose versions lie in the folders below
    by_task: dict[str, set[str]] = {}
    for folder in folders:
        if len(folder) > top:
            for task in tasks_in[folder]:
                by_task.setdefault(task, set()).add(folder[top])
    alike = max(by_task.values(), key=len, default=set())
    return _line(alike, "folders with the same files") if len(alike) > VERSIONS else None


def _shared(folders: list[tuple[str, ...]]) -> int:
    """In how many parts all paths begin alike."""
    first, last = min(folders, default=()), max(folders, default=())
    alike = (one == other for one, other in zip(first, last, strict=False))
    return sum(takewhile(bool, alike))


def _line(names: Collection[str], what: str) -> str:
    named = ", ".join(sorted(names)[:NAMED])
    more = ", …" if len(names) > NAMED else ""
    return (
        f"holds {len(names)} {what} ({named}{more}): if it is a whole class, autograder course "
        "collect makes a folder of each; if it is one student's, one folder is to stay"
    )
