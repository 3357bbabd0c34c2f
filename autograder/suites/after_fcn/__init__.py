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
    given=Given(
        files=frozenset(
            {
                handout.README,
                "assignment.py",
                "check.py",
                "colab_start.py",
                "conftest.py",
                "drawing.py",
                "expectations.py",
                "fresh_imports.py",
                "hand_in.py",
                "hand_in_code.py",
                "lost_check.py",
                "pictures.py",
                "practice.py",
                "public_run.py",
                "pyproject.toml",
                "segmentation_data.py",
                "standing.py",
                "systems.py",
                "training.py",
            }
        ),
        folder="data",
        notebook=handout.NOTEBOOK,
    ),
    tasks=(pyramid_pooling.TASK, metrics.TASK, deconvnet.TASK, atrous.TASK, crf.TASK),
)
