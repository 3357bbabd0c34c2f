"""This assignment: its name, its notebook, your files and what stands in them.

이 과제의 이름과 노트북, 여러분이 작성할 파일과 그 안의 함수입니다.
"""

NAME = "segmentation"
NOTEBOOK = "24_Segmentation_practice.ipynb"
WRITTEN_ANSWERS = True  # whether the notebook asks for any
# Your files in the order of the handout, with what stands in them.
FUNCTIONS = {
    "unpooling": ("nearest_unpool2d", "bed_of_nails_unpool2d", "max_unpool2d"),
    "transposed_conv": ("transposed_conv2d", "bilinear_kernel"),
    "fcn8s": ("convolutionalize", "fuse_skip", "FCN8s"),
    "unet": ("center_crop", "concat_skip", "DoubleConv", "UpBlock", "UNet"),
    "iou": ("predict_labels", "confusion_matrix", "iou_per_class", "mean_iou"),
}
# Everybody has these, too: they are handed in only where one of your files imports them.
GIVEN = {"diagrams.py", "networks.py", "pictures.py", "training.py"}
