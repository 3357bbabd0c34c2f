"""Knowledge of right and wrong answers to this assignment; all of it needs torch."""

from __future__ import annotations

from autograder.authoring.manifest import Knowledge
from autograder.suites.segmentation.families import FAMILIES
from autograder.suites.segmentation.fcn8s.follow_through_bilinear import bilinear_kernel_is_right
from autograder.suites.segmentation.misconceptions import MISCONCEPTIONS
from autograder.suites.segmentation.right import RIGHT
from autograder.suites.segmentation.shapes import right_shape
from autograder.suites.segmentation.traits import TRAITS

KNOWLEDGE = Knowledge(
    misconceptions=MISCONCEPTIONS,
    right=RIGHT,
    traits=TRAITS,
    families=FAMILIES,
    right_shape=right_shape,
    usable={"bilinear_kernel": bilinear_kernel_is_right},
)
