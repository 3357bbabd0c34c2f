"""The source that decides a grade, as one hash: what two gradings must share to be one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# What pyproject.toml calls this package; on the package index `autograder` is somebody else's.
DISTRIBUTION = "segmentation-autograder"
PACKAGE = Path(__file__).parent.parent
# The suites of one assignment come on top. A grader process and its second look at what ran out
# of time belong to it; reports, the ledger and the command line do not.
DECIDING = (
    "authoring/**/*",
    "document/**/*",
    "grading/**/*",
    "sandbox/**/*",
    "suites/*",
    "course/policy.py",
    "course/grade_submission.py",
    "course/run.py",
)
# What is installed of these folders, and so the same in a checkout.
SUFFIXES = (".py", ".json")


@cache
def digest_of_sources(assignment: str, package: Path = PACKAGE) -> str:
    """SHA-256 of every file that decides a grade of `assignment`, wherever `package` lies.

    Ends of lines do not count: git may write others on another system.
    """
    digest = hashlib.sha256()
    for path in sorted(_files(assignment, package)):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(package).as_posix()}\n".encode())
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def _files(assignment: str, package: Path) -> Iterator[Path]:
    for pattern in (*DECIDING, f"suites/{assignment}/**/*"):
        yield from (path for path in package.glob(pattern) if path.suffix in SUFFIXES)
