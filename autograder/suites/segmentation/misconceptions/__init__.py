"""Small wrong implementations with names, one module for each file or a part of it.

Each isolates one way of misunderstanding the contract. A submission that holds one must lose
points, and one that a student's function answers like explains the loss.
"""

from __future__ import annotations

from autograder.authoring.marks import misconceptions_in
from autograder.suites.segmentation.fcn8s.misconceptions import fcn8s, fcn8s_steps
from autograder.suites.segmentation.iou.misconceptions import (
    confusion_counts,
    confusion_inputs,
    habits_of_figures,
    iou_labels,
    iou_per_class,
    mean_iou,
)
from autograder.suites.segmentation.misconceptions import devices, habits, habits_of_networks
from autograder.suites.segmentation.transposed_conv.misconceptions import (
    bilinear_kernel,
    transposed_conv,
    transposed_settings,
)
from autograder.suites.segmentation.unet.misconceptions import unet, unet_crops
from autograder.suites.segmentation.unpooling.misconceptions import enlargement, max_unpool2d

MISCONCEPTIONS = misconceptions_in(
    enlargement,
    max_unpool2d,
    transposed_conv,
    transposed_settings,
    bilinear_kernel,
    fcn8s,
    fcn8s_steps,
    unet,
    unet_crops,
    iou_per_class,
    mean_iou,
    confusion_counts,
    confusion_inputs,
    iou_labels,
    devices,
    habits,
    habits_of_figures,
    habits_of_networks,
)
