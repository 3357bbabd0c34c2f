"""Two things added to an exchange, whichever it is: nbgrader's folder, ngshare, another.

`checked_release` and `patient_feedback` take the exchange's own class, by name, and give a
subclass of it; nothing here knows how files travel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.exchange.abc import ExchangeReleaseAssignment, ExchangeReleaseFeedback
from traitlets.utils.importstring import import_item

from autograder.nbgrader.leaks import LeakCheck
from autograder.nbgrader.open_grades import waiting_of
from autograder.nbgrader.receipt import TIMESTAMP
from autograder.nbgrader.summary import names
from autograder.release.errors import ReleaseError
from autograder.sandbox.grader.printable import printable

# Written by `nbgrader submit`; without them feedback finds no way back to the student.
RECEIPT = (TIMESTAMP, "submission_secret.txt")


def checked_release(name: str) -> type[ExchangeReleaseAssignment]:
    """The exchange's class for releasing, which refuses a release that holds solutions."""
    exchange: Any = import_item(name)

    class CheckedRelease(LeakCheck, exchange):  # type: ignore[misc]
        def init_src(self) -> None:
            super().init_src()
            try:
                self.check(Path(self.src_path), self.coursedir.assignment_id)
            except ReleaseError as error:
                self.fail(f"Not released: {error}")

    return CheckedRelease


def patient_feedback(name: str) -> type[ExchangeReleaseFeedback]:
    """The exchange's class for releasing feedback, which passes over who cannot be reached.

    So it does with whoever has no points for some file yet, where the page would show 0. nbgrader's
    own stops for the whole class at the first submission that did not come through `nbgrader
    submit`.
    """
    exchange: Any = import_item(name)

    class SkipUnreachable(exchange):  # type: ignore[misc]
        def copy_files(self) -> None:
            excluded = self.coursedir.student_id_exclude
            self.coursedir.student_id_exclude = ",".join(filter(None, [excluded, *self._lost()]))
            try:
                super().copy_files()
            finally:
                self.coursedir.student_id_exclude = excluded

        def _lost(self) -> list[str]:
            lost, unread = [], []
            step, assignment = self.coursedir.feedback_directory, self.coursedir.assignment_id
            everybody = self.coursedir.format_path(step, "*", assignment)
            root = Path(self.coursedir.root)
            for folder in sorted(root.glob(str(Path(everybody).relative_to(root)))):
                student = folder.parent.name
                waiting = waiting_of(self.coursedir.db_url, assignment, student)
                if waiting.files:
                    lost.append(student)
                    self.log.warning(
                        "No feedback is released to %s, whose grade is open: %s",
                        printable(student),
                        ", ".join(f"{name}.py" for name in waiting.files),
                    )
                    continue
                if all((folder / file).is_file() for file in RECEIPT):
                    if waiting.questions:
                        unread.append(student)
                    continue
                lost.append(student)
                self.log.warning(
                    "No feedback is released to %s, whose submission did not come through "
                    "nbgrader submit: %s holds it",
                    printable(student),
                    printable(str(folder)),
                )
            if unread:
                self.log.warning(
                    "Nobody has read all answers of %s yet; their pages say so", names(unread)
                )
            return lost

    return SkipUnreachable
