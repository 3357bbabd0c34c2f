"""The tables of a ledger, in the steps in which they came about."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

# What a new ledger is made by, and an older one brought up to date.
STEPS = (
    """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE grading (
    number INTEGER PRIMARY KEY,
    student TEXT NOT NULL,
    key TEXT NOT NULL,        -- what was graded by what: see key_of
    graded TEXT NOT NULL,     -- when, UTC
    points REAL NOT NULL,
    earned REAL NOT NULL,
    reason TEXT,              -- why there was nothing to grade
    document BLOB             -- the result, JSON, deflated
) STRICT;
CREATE INDEX grading_of_student ON grading (student, number);
CREATE TRIGGER grading_is_kept BEFORE UPDATE ON grading
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER grading_stays BEFORE DELETE ON grading
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- The grade of record: the last grading of each student.
CREATE VIEW record AS
    SELECT * FROM grading WHERE number IN (SELECT max(number) FROM grading GROUP BY student);
""",
    """
-- Of work that was pushed: the commit, and when it was received, UTC.
ALTER TABLE grading ADD COLUMN commit_id TEXT;
ALTER TABLE grading ADD COLUMN received TEXT;
-- One grading of a commit is kept once, whatever was graded since.
CREATE UNIQUE INDEX grading_of_commit ON grading (student, key) WHERE commit_id IS NOT NULL;
-- A push that could not be graded takes no grade away.
DROP VIEW record;
CREATE VIEW record AS
    SELECT * FROM grading WHERE number IN (
        SELECT max(number) FROM grading WHERE commit_id IS NULL OR document IS NOT NULL
        GROUP BY student
    );
-- Where a grading was shown to the student.
CREATE TABLE check_run (
    grading INTEGER PRIMARY KEY REFERENCES grading (number),
    id INTEGER NOT NULL,
    published TEXT NOT NULL   -- when, UTC
) STRICT;
""",
    """
-- Of a grading that the grader could not decide: that it is for the staff, what the checks that
-- were decided found, and the tracebacks of those that were not, for the authors of the suite.
ALTER TABLE grading ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grading ADD COLUMN partial BLOB;
ALTER TABLE grading ADD COLUMN traceback TEXT;
-- One whose very files have a grade from before takes it away no more than such a push does.
ALTER TABLE grading ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;
DROP VIEW record;
CREATE VIEW record AS
    SELECT * FROM grading WHERE number IN (
        SELECT max(number) FROM grading
        WHERE (commit_id IS NULL OR document IS NOT NULL) AND NOT aside
        GROUP BY student
    );
""",
)
VERSION = len(STEPS)


def statements(script: str) -> Iterable[str]:
    """The statements of a script, one by one: a script as a whole would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
