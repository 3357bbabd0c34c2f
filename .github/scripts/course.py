"""What a workflow must know of the course, as lines for its outputs.

    course.py asked       STUDENT and SHA, if they are right; the student's repository; which
                          assignment it is graded by; gpu
    course.py template    the repository that students' repositories are made from, and which
                          assignment's release it holds

STUDENT and SHA come from outside, by way of a dispatch. Later steps and jobs use what this prints,
and it prints nothing that is not on the roster or no full commit id.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from autograder.course.roster import Roster
from autograder.github.configuration import Course, read_course
from autograder.github.errors import CourseError
from autograder.github.grading_target import grading_target


def asked(course: Course, roster: Roster) -> dict[str, str]:
    student, sha = os.environ.get("STUDENT", ""), os.environ.get("SHA", "")
    found = grading_target(course, roster, student, sha)
    return {
        "student": found.student.id,
        "sha": found.commit,
        "repository": found.repository,
        "assignment": course.assignment,
        "gpu": str(course.gpu).lower(),
    }


def template(course: Course, roster: Roster) -> dict[str, str]:
    return {"template": course.template, "assignment": course.assignment}


def main(question: str) -> int:
    answer = {"asked": asked, "template": template}[question]
    try:
        outputs = answer(*read_course(Path("course.toml")))
    except CourseError as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    print("\n".join(f"{name}={value}" for name, value in outputs.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
