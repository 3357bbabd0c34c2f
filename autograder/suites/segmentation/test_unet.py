"""Checks of `unet.py`, in the order of its functions and classes."""

# pytest finds a check wherever it is a name of this module.
from autograder.suites.segmentation.checks.crop_and_concat import *  # noqa: F403
from autograder.suites.segmentation.checks.unet_blocks import *  # noqa: F403
from autograder.suites.segmentation.checks.unet_network import *  # noqa: F403
