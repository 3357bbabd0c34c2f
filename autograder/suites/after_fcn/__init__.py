"""The assignment `after_fcn`, the systems after FCN: its manifest, which is read without torch."""

from __future__ import annotations

from autograder.authoring.manifest import Assignment, Given, Knowledge
from autograder.suites.after_fcn import atrous, crf, deconvnet, handout, metrics, pyramid_pooling


def _knowledge() -> Knowledge:
    """Load what needs torch."""
    from autograder.suites.after_fcn.knowledge import KNOWLEDGE

    return KNOWLEDGE


ASSIGNMENT = Assignment(
    name="after_fcn",
    version="1",
    knowledge=_knowledge,
    sections=handout.OF_VERDICTS,
    given=Given(files=frozenset({handout.README}), folder="data", notebook=handout.NOTEBOOK),
    tasks=(deconvnet.TASK, atrous.TASK, pyramid_pooling.TASK, metrics.TASK, crf.TASK),
)
