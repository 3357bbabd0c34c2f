"""What nbgrader says on the console, with the names of students' files and folders in it."""

from __future__ import annotations

import logging

from autograder.sandbox.printable import printable

LINE_CAP = 5000
# A name with a line break in it begins no line of its own.
INDENT = "\n    "


class Printable(logging.Filter):
    """Makes the messages of a handler printable, nbgrader's own among them."""

    def filter(self, record: logging.LogRecord) -> bool:
        lines = record.getMessage().splitlines()
        record.msg, record.args = INDENT.join(printable(line, LINE_CAP) for line in lines), ()
        return True


LOGGING = {
    "filters": {"printable": {"()": f"{__name__}.{Printable.__name__}"}},
    "handlers": {"console": {"filters": ["printable"]}},
}
