"""What a suite lacks, a line each: for the author of an assignment, before anybody is graded by it.

`lint_suite(name, root)` is all there is to call. Each rule is a function in a module of this
folder, from a `Suite` to lines; it asks nothing of the others.
"""

from __future__ import annotations

from autograder.lint.rules import lint_suite
from autograder.lint.suite import NoSolutions

__all__ = ["NoSolutions", "lint_suite"]
