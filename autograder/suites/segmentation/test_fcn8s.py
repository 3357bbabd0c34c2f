"""Checks of `fcn8s.py`, in the order of its functions."""

# pytest finds a check wherever it is a name of this module.
from autograder.suites.segmentation.checks.convolutionalize import *  # noqa: F403, I001
from autograder.suites.segmentation.checks.fuse_skip import *  # noqa: F403
from autograder.suites.segmentation.checks.fcn8s_layers import *  # noqa: F403
from autograder.suites.segmentation.checks.fcn8s_scores import *  # noqa: F403
from autograder.suites.segmentation.checks.fcn8s_calls import *  # noqa: F403
