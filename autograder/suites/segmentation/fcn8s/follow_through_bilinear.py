"""Whether a function that another file builds on can be used as the student wrote it."""

from __future__ import annotations

from autograder.authoring.expect import matches
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.transposed_conv.oracle import bilinear_kernel


def bilinear_kernel_is_right(student: Student) -> bool:
    """At the sizes of FCN-8s, for more than one number of channels."""
    return all(
        matches(student.bilinear_kernel(channels, size), bilinear_kernel(channels, size))
        for channels in (1, 2, 3)
        for size in (4, 16)
    )
