"""Checks of `unpooling.py`, in the order of its functions."""

# pytest finds a check wherever it is a name of this module.
from autograder.suites.segmentation.checks.enlargement import *  # noqa: F403
from autograder.suites.segmentation.checks.max_unpool2d import *  # noqa: F403
