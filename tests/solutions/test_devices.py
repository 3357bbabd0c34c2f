"""Where the solution's results lie."""

from __future__ import annotations

from types import ModuleType

import torch


def test_results_stay_on_the_device_of_the_inputs(segmentation: dict[str, ModuleType]) -> None:
    # The meta device stands in for a GPU: a tensor made on the CPU on the way would not mix.
    x, y = torch.zeros(2, 4, 5, 6, device="meta"), torch.zeros(2, 4, 3, 3, device="meta")
    weight, bias = torch.zeros(4, 3, 3, 2, device="meta"), torch.zeros(3, device="meta")
    results = [
        segmentation["unpooling"].nearest_unpool2d(x, 2),
        segmentation["unpooling"].bed_of_nails_unpool2d(x, 2),
        segmentation["transposed_conv"].transposed_conv2d(x, weight, bias, 2, 1, 1),
        segmentation["fcn8s"].fuse_skip(y, x, 1),
        segmentation["unet"].center_crop(x, (3, 3)),
        segmentation["unet"].concat_skip(x, y),
        segmentation["iou"].predict_labels(x),
        segmentation["iou"].iou_per_class(torch.zeros(3, 3, dtype=torch.int64, device="meta")),
        segmentation["iou"].mean_iou(torch.zeros(3, 3, dtype=torch.int64, device="meta")),
    ]
    assert {result.device.type for result in results} == {"meta"}
