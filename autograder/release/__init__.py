"""Make the students' assignment from the solutions: each solution region becomes a stub.

`build_release(source, destination)` is all there is to call, or `release_course(root)` for every
assignment of a course. It works out the whole release in memory, checks it, and only then changes
the destination, so an error never leaves half a release behind and never a solution.
"""

from __future__ import annotations

from autograder.release.build import build_release
from autograder.release.course import release_course
from autograder.release.errors import ReleaseError
from autograder.release.regions import BEGIN, END

__all__ = ["BEGIN", "END", "ReleaseError", "build_release", "release_course"]
