"""Knowledge of right and wrong answers to this assignment; all of it needs torch."""

from __future__ import annotations

from autograder.authoring.manifest import Knowledge
from autograder.authoring.marks import misconceptions_in
from autograder.suites.after_fcn.atrous.misconceptions import maps as of_atrous_maps
from autograder.suites.after_fcn.atrous.misconceptions import strides as of_atrous_strides
from autograder.suites.after_fcn.atrous.right import RIGHT as ATROUS
from autograder.suites.after_fcn.crf import misconceptions as of_crf
from autograder.suites.after_fcn.crf.right import RIGHT as CRF
from autograder.suites.after_fcn.deconvnet.misconceptions import network as of_deconvnet
from autograder.suites.after_fcn.deconvnet.misconceptions import switches as of_switches
from autograder.suites.after_fcn.deconvnet.right import RIGHT as DECONVNET
from autograder.suites.after_fcn.metrics import misconceptions as of_metrics
from autograder.suites.after_fcn.metrics.right import RIGHT as METRICS
from autograder.suites.after_fcn.pyramid_pooling import misconceptions as of_pyramid_pooling
from autograder.suites.after_fcn.pyramid_pooling.right import RIGHT as PYRAMID_POOLING

KNOWLEDGE = Knowledge(
    misconceptions=misconceptions_in(
        of_atrous_strides,
        of_atrous_maps,
        of_crf,
        of_switches,
        of_deconvnet,
        of_metrics,
        of_pyramid_pooling,
    ),
    right={**ATROUS, **CRF, **DECONVNET, **METRICS, **PYRAMID_POOLING},
)
