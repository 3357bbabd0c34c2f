"""Small wrong implementations with names, one module for each file or a part of it.

Each isolates one way of misunderstanding the contract. A submission that holds one must lose
points, and a student's function that answers like one is told its explanation.
"""

from __future__ import annotations

from autograder.authoring.marks import misconceptions_in
from autograder.suites.segmentation.misconceptions import (
    bilinear_kernel,
    devices,
    fcn8s,
    fcn8s_steps,
    habits,
    habits_of_figures,
    habits_of_networks,
    iou,
    iou_counts,
    iou_labels,
    transposed_conv,
    transposed_settings,
    unet,
    unet_crops,
    unpooling,
)

MISCONCEPTIONS = misconceptions_in(
    unpooling,
    transposed_conv,
    transposed_settings,
    bilinear_kernel,
    fcn8s,
    fcn8s_steps,
    unet,
    unet_crops,
    iou,
    iou_counts,
    iou_labels,
    devices,
    habits,
    habits_of_figures,
    habits_of_networks,
)
