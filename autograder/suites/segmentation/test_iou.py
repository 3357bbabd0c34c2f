"""Checks of `iou.py`, in the order of its functions."""

# pytest finds a check wherever it is a name of this module.
from autograder.suites.segmentation.checks.predict_labels import *  # noqa: F403, I001
from autograder.suites.segmentation.checks.confusion_matrix import *  # noqa: F403
from autograder.suites.segmentation.checks.iou_figures import *  # noqa: F403
