"""This course in nbgrader: what its ordinary commands and the Formgrader do differently.

`configure` is all there is to call, from nbgrader_config.py. docs/nbgrader.md is the guide.
"""

from __future__ import annotations

from autograder.nbgrader.configure import configure

__all__ = ["configure"]
