"""The hidden suites of the assignment `segmentation`: FCN and U-Net."""

from __future__ import annotations

from autograder.grading.marks import Assignment, Base, StandIn, Task
from autograder.sandbox.forbidden import TRANSPOSED_CONVOLUTION
from autograder.suites.segmentation.misconceptions import MISCONCEPTIONS
from autograder.suites.segmentation.neighbours import bilinear_kernel_is_right
from autograder.suites.segmentation.shapes import right_shape

ASSIGNMENT = Assignment(
    name="segmentation",
    version="5",
    misconceptions=MISCONCEPTIONS,
    right_shape=right_shape,
    tasks=(
        Task(
            "unpooling",
            points=10,
            functions=("nearest_unpool2d", "bed_of_nails_unpool2d", "max_unpool2d"),
            # interpolate(mode="area") ends in an adaptive average pooling.
            forbidden=(
                "upsample_*[0-9]d",
                "upsample_*_aa",
                "_upsample_*[0-9]d",
                "_upsample_*_aa",
                "max_unpool?d",
                "_adaptive_avg_pool?d",
            ),
        ),
        Task(
            "transposed_conv",
            points=25,
            functions=("transposed_conv2d", "bilinear_kernel"),
            forbidden=(
                TRANSPOSED_CONVOLUTION,
                "*conv_transpose?d",
                "*convolution_transpose",
                "_convolution_transpose_pointwise",
                "conv?d_transpose",
            ),
        ),
        Task(
            "fcn8s",
            points=25,
            functions=("convolutionalize", "fuse_skip", "FCN8s"),
            stand_ins=(
                StandIn(
                    module="transposed_conv",
                    function="bilinear_kernel",
                    parameters=("channels", "kernel_size"),
                    shape=("channels", "channels", "kernel_size", "kernel_size"),
                    is_right=bilinear_kernel_is_right,
                ),
            ),
            bases=(
                Base(
                    "fuse_skip",
                    parameters=("coarse", "skip", "offset"),
                    shape=("coarse",),
                    carries=("FCN8s",),
                ),
            ),
        ),
        Task(
            "unet",
            points=20,
            functions=("center_crop", "concat_skip", "DoubleConv", "UpBlock", "UNet"),
            bases=(
                Base(
                    "center_crop",
                    parameters=("x", "size"),
                    shape=("x", "size"),
                    carries=("concat_skip", "UpBlock", "UNet"),
                ),
            ),
        ),
        Task(
            "iou",
            points=20,
            functions=("predict_labels", "confusion_matrix", "iou_per_class", "mean_iou"),
        ),
    ),
)
