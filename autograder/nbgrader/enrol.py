"""The students of the roster, put into nbgrader's gradebook: who handed nothing in is one, too."""

from __future__ import annotations

from nbgrader.api import Gradebook

from autograder.course.roster import Roster


def enrol(gradebook: Gradebook, roster: Roster) -> None:
    """Names, addresses and the learning system's ids; what the roster does not say stays.

    Before a comma stands the last name. A name without one is not taken apart: where Korean names
    stand beside others, nobody can tell which half is which.
    """
    for student in roster:
        fields: dict[str, str] = {}
        if student.name:
            last, _, first = student.name.partition(",")
            # The Formgrader shows no name where one of the two is not there at all.
            fields |= {"last_name": last.strip(), "first_name": first.strip()}
        if student.email:
            fields["email"] = student.email
        if student.lms_id:
            fields["lms_user_id"] = student.lms_id
        gradebook.update_or_create_student(student.id, **fields)
