"""One submission as nbgrader has it: the notebook is read, too, and a receipt lies beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograder.course.files_beside import NOTEBOOK, Beside
from autograder.course.submissions import Submission
from autograder.course.work import Work
from autograder.nbgrader.exchange import RECEIPT


@dataclass(frozen=True)
class WithNotebook(Submission):
    """Files to report: not notebooks, which are read later, nor files that nbgrader wrote."""

    def look(self) -> Work:
        work = super().look()
        beside = Beside(
            tuple(
                file
                for file in work.beside.unread
                if file.reason or not file.path.casefold().endswith(NOTEBOOK)
            ),
            tuple(file for file in work.beside.others if file.path not in RECEIPT),
        )
        return replace(work, beside=beside)
