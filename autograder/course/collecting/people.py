"""Find the owners of work on the roster, without guessing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from autograder.course.collecting.handed_in import WorkOwner
from autograder.course.collecting.times import TimesRow
from autograder.course.roster import Roster, Student, folded


@dataclass(frozen=True)
class OwnersFound:
    """The students of an owner: one, a group's, or none.

    `sure` says that an id or a group decided, not a name; `unclear` why none is taken. `line` is
    what the file of times says of the owner.
    """

    students: tuple[Student, ...] = ()
    sure: bool = False
    unclear: str = ""
    line: TimesRow | None = None


class People:
    """The roster's students and groups, by whatever a system calls them."""

    def __init__(self, roster: Roster, lines: Iterable[TimesRow] = ()) -> None:
        self._roster = roster
        self._called: dict[str, list[Student]] = {}
        self._groups: dict[str, list[Student]] = {}
        self._before_names = {plain(student.section) for student in roster}
        for student in roster:
            for name in turns(student.name) | turns(student.id):
                self._called.setdefault(name, []).append(student)
            if student.group:
                self._groups.setdefault(plain(student.group), []).append(student)
        self._before_names |= set(self._groups)
        self._by_number: dict[str, TimesRow] = {}
        self._by_student: dict[str, TimesRow] = {}
        self._by_text: dict[str, TimesRow] = {}
        for line in lines:
            if line.number:
                self._by_number[line.number] = line
            for student in self._of_line(line).students:
                self._by_student[student.id] = line
            self._by_text.update((plain(text), line) for text in (*line.texts, line.name) if text)

    def find(self, owner: WorkOwner) -> OwnersFound:
        """The students on the roster, and the row of times about them."""
        line = self._by_number.get(owner.person)
        found = self._of_line(line) if line is not None else OwnersFound()
        if not found.students and not found.unclear:
            found = self._of_owner(owner)
        if line is None and found.students:
            line = self._by_student.get(found.students[0].id)
        elif line is None and not found.unclear:
            line = self._by_text.get(plain(owner.label))
        return replace(found, line=line)

    def _of_line(self, line: TimesRow) -> OwnersFound:
        """The students of a row of times, by an id or else by a name."""
        for text in line.texts:
            found = self._roster.find(text, "student", "login", "lms_id", "email")
            if found:
                return _one(found, text, sure=True)
        names = tuple(name for name in (line.name, line.group) if name)
        return self._of_names(names, line.number)

    def _of_owner(self, owner: WorkOwner) -> OwnersFound:
        for text in owner.texts:
            found = self._roster.find(text, *owner.columns)
            if len(found) == 1 and owner.number_beside_name:
                return self._of_number(found[0], owner)
            if found:
                return _one(found, text, sure=True)
        return OwnersFound() if owner.nameless else self._of_names(owner.names, owner.person)

    def _of_number(self, student: Student, owner: WorkOwner) -> OwnersFound:
        """The student of a number, or the group that it hands in for.

        Canvas puts a group's name beside the number of one of its members.
        """
        own = turns(student.name) | turns(student.id)
        called = self._of_names(owner.names, owner.person)
        if not called.students or any(plain(name) in own for name in owner.names):
            return OwnersFound((student,), sure=True)
        if student in called.students:
            return OwnersFound(called.students, sure=True)
        others = ", ".join(other.id for other in called.students)
        return OwnersFound(unclear=f"its number is {student.id}'s, its name is that of {others}")

    def _of_names(self, names: Iterable[str], number: str) -> OwnersFound:
        for whole in names:
            for name in self._without_section(whole):
                students = {
                    student.id: student
                    for form in turns(name)
                    for student in self._called.get(form, ())
                }
                if len(students) > 1:
                    # Of those who are called the same, the one with that number.
                    own = {id_: s for id_, s in students.items() if number and s.lms_id == number}
                    students = own or students
                if students:
                    return _one(list(students.values()), name)
                if plain(name) in self._groups:
                    return OwnersFound(tuple(self._groups[plain(name)]), sure=True)
        return OwnersFound()

    def _without_section(self, name: str) -> Iterator[str]:
        """The name; then what stands behind a group or section of the roster and a hyphen."""
        yield name
        for hyphen in re.finditer("-", name):
            if plain(name[: hyphen.start()]) in self._before_names - {""}:
                yield name[hyphen.end() :]


def _one(students: list[Student], text: str, *, sure: bool = False) -> OwnersFound:
    if len(students) == 1:
        return OwnersFound(tuple(students), sure=sure)
    ids = ", ".join(sorted(student.id for student in students))
    return OwnersFound(unclear=f"{text} may be any of {ids}")


def plain(name: str) -> str:
    """A name for comparing: letters and digits, no capitals, Korean in one form."""
    return re.sub(r"[\W_]+", "", folded(name))


def turns(name: str) -> set[str]:
    """The name from each of its words on: Kim Minsu is Minsu Kim, in which order is not known."""
    words = [word for word in map(plain, re.split(r"[\s,_]+", name)) if word]
    return {"".join(words[k:] + words[:k]) for k in range(len(words))}
