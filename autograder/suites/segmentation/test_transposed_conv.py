"""Checks of `transposed_conv.py`, in the order of its functions."""

# pytest finds a check wherever it is a name of this module.
from autograder.suites.segmentation.checks.worked_example import *  # noqa: F403, I001
from autograder.suites.segmentation.checks.transposed_values import *  # noqa: F403
from autograder.suites.segmentation.checks.transposed_form import *  # noqa: F403
from autograder.suites.segmentation.checks.bilinear_kernel import *  # noqa: F403
