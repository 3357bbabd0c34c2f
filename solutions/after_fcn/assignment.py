"""This assignment: its name, its notebook, your files and what stands in them.

이 과제의 이름과 노트북, 여러분이 작성할 파일과 그 안의 함수입니다.
"""

NAME = "after_fcn"
NOTEBOOK = "25_After_FCN_practice.ipynb"
WRITTEN_ANSWERS = False  # whether the notebook asks for any
# Your files in the order of the handout, with what stands in them.
FUNCTIONS = {
    "pyramid_pooling": ("bin_pool2d", "bilinear_resize", "PyramidPooling"),
    "metrics": (
        "pixel_accuracy",
        "mean_accuracy",
        "mean_iu",
        "frequency_weighted_iu",
        "segmentation_scores",
    ),
    "deconvnet": ("max_pool_with_switches", "unpool_with_switches", "DeconvNet"),
    "atrous": (
        "effective_kernel_size",
        "receptive_field",
        "atrous_conv2d",
        "with_output_stride",
        "ASPP",
    ),
    "crf": ("appearance_kernel", "smoothness_kernel", "mean_field_step", "refine"),
}
# Everybody has these, too: they are handed in only where one of your files imports them.
GIVEN = {"pictures.py", "systems.py", "training.py"}
