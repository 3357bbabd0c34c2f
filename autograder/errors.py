"""The errors that end a command, as one tree, and the exit codes of all commands.

Each is raised where it is noticed and caught once, by the command line, which prints its message
in one line and ends with its exit code. How a call into a submission can end is another tree:
autograder/sandbox/protocol/errors.py.

AutograderError
├── SandboxError                the sandbox's own trouble
│   ├── SandboxUnavailable      this machine cannot isolate a submission
│   └── WireError               a frame that breaks the protocol
├── NoSubmission                a folder or archive that holds nothing to grade
│   └── NoWork                  neither a Python file nor a notebook is in it
├── SuiteError                  the hidden tests themselves are broken
│   └── NoAssignment            there is none of that name
├── NoResult                    a file that reports cannot be made from
├── OpenGrade                   a check is undecided, and Gradescope would not say so
├── NoClass                     a folder that holds no submissions
├── NoRoster                    the list of students
├── NoRules                     course.toml
├── NoTimes                     collected.csv: when work came in
├── NotAMoment                  a text that names no moment, or no time zone
├── NoStandings                 lateness and marks are nowhere to be read
├── NoScheduler                 no cluster answers
├── NoRelease                   the files that students were given are not there
├── CannotCollect               a download that cannot be sorted into a folder a student
├── LedgerError                 the file that keeps a class's grades
├── GradingStopped              no submission of the class can be graded any more
├── GraderDied                  the process that graded ended in the middle of it
├── ReleaseError                the solutions cannot become an assignment: file and line
├── NoSolutions                 the folder has no solutions of the assignment
├── CannotBegin                 no new assignment by that name, or not there
├── PointsDiffer                nbgrader's gradebook gives other points than the suites
├── NoGradebook                 nbgrader's gradebook cannot take the grades
├── CourseError                 a course on GitHub, or one student's part of it
│   ├── BadConfiguration        course.toml or the roster; file, key and what is wrong
│   ├── NoCredentials           nothing to sign in with, or GitHub does not take it
│   ├── BadTarget               a student who is not on the roster, a commit id that is none
│   ├── NoLogin                 a student on the roster who has no login, and so no repository
│   ├── NoPush                  there is nothing at that commit that could be graded
│   ├── NoGrade                 what came back from the runner is no grade
│   └── RequestRefused          GitHub said no to one request
│       └── Unavailable         GitHub could not answer, even after waiting
└── UsageError                  options, paths and machine do not allow what was asked for
"""

from __future__ import annotations

import enum
from typing import ClassVar


class ExitCode(enum.IntEnum):
    """How a command ended, for scripts and workflows."""

    DONE = 0
    # Done, but a part failed, a grade is open, or something is left for a person to look at.
    INCOMPLETE = 1
    # Nothing of it could be done.
    REFUSED = 2


class AutograderError(Exception):
    """A command cannot go on; the message is one line that tells a person why."""

    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED
