"""The assignment `segmentation`, FCN and U-Net: its manifest, which is read without torch."""

from __future__ import annotations

from autograder.authoring.manifest import (
    Assignment,
    Function,
    Given,
    Knowledge,
    StandInSpec,
    Task,
)
from autograder.sandbox.protocol.messages import (
    TRANSPOSED_CONVOLUTION,
)
from autograder.sandbox.protocol.stand_ins import (
    Figures,
    Joined,
    Layer,
    Layers,
    MapLike,
    Values,
)
from autograder.suites.segmentation import handout


def _knowledge() -> Knowledge:
    """Load what needs torch."""
    from autograder.suites.segmentation.knowledge import KNOWLEDGE

    return KNOWLEDGE


def _conv(
    child: str,
    inputs: tuple[str, int],
    outputs: tuple[str, int],
    kernel: int | str,
    padding: int | str = 0,
) -> Layer:
    return Layer(child, "Conv2d", inputs, outputs, kernel, padding=padding)


ASSIGNMENT = Assignment(
    name="segmentation",
    version="6",
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
                "diagrams.py",
                "drawing.py",
                "expectations.py",
                "fresh_imports.py",
                "hand_in.py",
                "hand_in_code.py",
                "lost_check.py",
                "networks.py",
                "pictures.py",
                "practice.py",
                "public_run.py",
                "pyproject.toml",
                "segmentation_data.py",
                "standing.py",
                "training.py",
            }
        ),
        folder="data",
        notebook=handout.NOTEBOOK,
    ),
    tasks=(
        Task(
            "unpooling",
            points=10,
            modules=(
                "enlargement",
                "max_unpool2d",
            ),
            functions=(
                Function("nearest_unpool2d", ("x", "scale"), section=handout.UNPOOLING),
                Function("bed_of_nails_unpool2d", ("x", "scale"), section=handout.UNPOOLING),
                Function(
                    "max_unpool2d", ("x", "indices", "output_size"), section=handout.UNPOOLING
                ),
            ),
            # interpolate(mode="area") ends in an adaptive average pooling. Adaptive pooling and
            # grid_sample are excluded whatever they are used for: the contract excludes them
            # where they enlarge, and nothing else in this file has a use for them.
            forbidden=(
                "upsample_*[0-9]d",
                "upsample_*_aa",
                "_upsample_*[0-9]d",
                "_upsample_*_aa",
                "max_unpool?d",
                "*adaptive_avg_pool?d",
                "adaptive_max_pool?d",
                "*grid_sampler",
                "*grid_sampler_?d",
                "*grid_sampler_2d_cpu_fallback",
            ),
        ),
        Task(
            "transposed_conv",
            points=25,
            modules=(
                "worked_example",
                "transposed_values",
                "transposed_relations",
                "transposed_form",
                "bilinear_kernel",
            ),
            functions=(
                Function(
                    "transposed_conv2d",
                    ("x", "weight", "bias", "stride", "padding", "output_padding"),
                    drawing="stamps",
                    section=handout.TRANSPOSED,
                    example=handout.WORKED,
                ),
                Function(
                    "bilinear_kernel",
                    ("channels", "kernel_size"),
                    dtype="float32",
                    section=handout.TRANSPOSED,
                ),
            ),
            by_library=("transposed_conv2d",),
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
            modules=(
                "convolutionalize",
                "fuse_skip",
                "fcn8s_layers",
                "fcn8s_scores",
                "fcn8s_calls",
            ),
            functions=(
                Function(
                    "convolutionalize",
                    ("linear", "channels", "kernel_size"),
                    section=handout.CONVOLUTION,
                ),
                Function("fuse_skip", ("coarse", "skip", "offset"), section=handout.SKIPS),
                Function(
                    "FCN8s",
                    ("num_classes", "base_channels", "fc_channels"),
                    section=handout.STRUCTURE,
                    depends_on=("convolutionalize", "fuse_skip"),
                ),
            ),
            neighbours=(
                StandInSpec(
                    "bilinear_kernel",
                    gives=Values(("channels", "channels", "kernel_size", "kernel_size")),
                    module="transposed_conv",
                ),
            ),
            stand_ins=(
                StandInSpec(
                    "convolutionalize",
                    gives=Layers(
                        (_conv("", ("channels", 1), ("linear.out_features", 1), "kernel_size"),)
                    ),
                ),
                StandInSpec(
                    "fuse_skip",
                    gives=MapLike("coarse"),
                ),
            ),
        ),
        Task(
            "unet",
            points=20,
            modules=(
                "crop_and_concat",
                "unet_blocks",
                "unet_network",
            ),
            functions=(
                Function("center_crop", ("x", "size"), section=handout.CONCATENATE),
                Function(
                    "concat_skip",
                    ("skip", "upsampled"),
                    section=handout.CONCATENATE,
                    depends_on=("center_crop",),
                ),
                Function(
                    "DoubleConv", ("in_channels", "out_channels", "padding"), section=handout.U
                ),
                Function(
                    "UpBlock",
                    ("in_channels", "padding"),
                    forward=("x", "skip"),
                    section=handout.U,
                    depends_on=("center_crop", "concat_skip", "DoubleConv"),
                ),
                Function(
                    "UNet",
                    ("in_channels", "num_classes", "base_channels", "padding"),
                    section=handout.U,
                    depends_on=("center_crop", "concat_skip", "DoubleConv", "UpBlock"),
                ),
            ),
            stand_ins=(
                StandInSpec(
                    "center_crop",
                    gives=MapLike("x", "size"),
                ),
                StandInSpec(
                    "concat_skip",
                    gives=Joined("skip", "upsampled"),
                ),
                StandInSpec(
                    "DoubleConv",
                    defaults=(("padding", 0),),
                    gives=Layers(
                        (
                            _conv("first", ("in_channels", 1), ("out_channels", 1), 3, "padding"),
                            _conv("second", ("out_channels", 1), ("out_channels", 1), 3, "padding"),
                        )
                    ),
                ),
                StandInSpec(
                    "UpBlock",
                    defaults=(("padding", 0),),
                    gives=Layers(
                        (
                            Layer(
                                "upconv",
                                "ConvTranspose2d",
                                ("in_channels", 1),
                                ("in_channels", 2),
                                kernel=2,
                                stride=2,
                            ),
                            _conv("conv", ("in_channels", 1), ("in_channels", 2), 3, "padding"),
                            _conv("conv", ("in_channels", 2), ("in_channels", 2), 3, "padding"),
                        ),
                        joins="conv",
                    ),
                ),
            ),
        ),
        Task(
            "iou",
            points=20,
            modules=(
                "predict_labels",
                "confusion_matrix",
                "iou_figures",
            ),
            functions=(
                Function(
                    "predict_labels",
                    ("scores",),
                    dtype="int64",
                    labels=("got", "expected"),
                    section=handout.IOU,
                ),
                Function(
                    "confusion_matrix",
                    ("prediction", "target", "num_classes", "ignore_index"),
                    dtype="int64",
                    labels=("prediction", "target"),
                    section=handout.IOU,
                ),
                Function("iou_per_class", ("confusion",), dtype="float64", section=handout.IOU),
                Function(
                    "mean_iou",
                    ("confusion",),
                    dtype="float64",
                    section=handout.IOU,
                    depends_on=("iou_per_class",),
                ),
            ),
            stand_ins=(
                StandInSpec(
                    "iou_per_class",
                    gives=Figures("confusion"),
                ),
            ),
        ),
    ),
)
