"""The reference solution beside other people's code, where their conventions coincide.

Where they differ is written down in docs/conventions.md, and the differences are tested here, so
that the table stays true.
"""

from __future__ import annotations

import importlib.util
import math
from types import ModuleType

import pytest
import torch
from sklearn.metrics import confusion_matrix as sklearn_confusion_matrix
from sklearn.metrics import jaccard_score
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.opinfo.core import SampleInput
from torchmetrics.functional.classification import (
    multiclass_confusion_matrix,
    multiclass_jaccard_index,
)
from torchmetrics.functional.segmentation import mean_iou as torchmetrics_mean_iou

from corpus.paths import SOLUTIONS


def solution(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"solution_{name}", SOLUTIONS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


iou = solution("iou")


def samples(operation: str) -> list[SampleInput]:
    found = [op for op in op_db if op.name == operation and op.variant_test_name == ""]
    return list(found[0].sample_inputs("cpu", torch.float64, requires_grad=False))


def test_transposed_convolution_agrees_with_pytorchs_own_samples() -> None:
    transposed_conv2d = solution("transposed_conv").transposed_conv2d
    compared = 0
    for sample in samples("nn.functional.conv_transpose2d"):
        weight, *rest = sample.args
        kwargs = {"bias": rest[0] if rest else None, **sample.kwargs}
        # The contract has neither groups nor dilation, and takes batches only.
        if sample.input.dim() != 4 or kwargs.pop("groups", 1) != 1:
            continue
        if kwargs.pop("dilation", 1) not in (1, (1, 1)):
            continue
        expected = torch.nn.functional.conv_transpose2d(sample.input, weight, **kwargs)
        torch.testing.assert_close(transposed_conv2d(sample.input, weight, **kwargs), expected)
        compared += 1
    assert compared >= 3


def test_max_unpooling_agrees_with_pytorchs_own_samples() -> None:
    max_unpool2d = solution("unpooling").max_unpool2d
    compared = 0
    for sample in samples("nn.functional.max_unpool2d"):
        if sample.input.dim() != 4 or sample.input.numel() == 0:
            continue
        indices, *rest = sample.args
        expected = torch.nn.functional.max_unpool2d(sample.input, indices, *rest, **sample.kwargs)
        got = max_unpool2d(sample.input, indices, tuple(expected.shape[2:]))
        torch.testing.assert_close(got, expected)
        compared += 1
    assert compared >= 3


@pytest.fixture(params=range(5))
def labels(request: pytest.FixtureRequest) -> tuple[torch.Tensor, torch.Tensor, int]:
    """(prediction, target, number of classes); every class occurs."""
    generator = torch.Generator().manual_seed(request.param)
    classes = 3 + request.param
    prediction = torch.randint(0, classes, (2, 9, 11), generator=generator)
    target = torch.randint(0, classes, (2, 9, 11), generator=generator)
    return prediction, target, classes


Labels = tuple[torch.Tensor, torch.Tensor, int]


def test_the_confusion_matrix_is_sklearns_and_torchmetrics(labels: Labels) -> None:
    prediction, target, classes = labels
    ours = iou.confusion_matrix(prediction, target, classes)
    sklearn = sklearn_confusion_matrix(
        target.flatten(), prediction.flatten(), labels=range(classes)
    )
    assert ours.tolist() == sklearn.tolist()
    assert torch.equal(ours, multiclass_confusion_matrix(prediction, target, classes))


def test_ignored_pixels_count_as_in_torchmetrics(labels: Labels) -> None:
    prediction, target, classes = labels
    target[:, ::3] = 255
    ours = iou.confusion_matrix(prediction, target, classes)
    theirs = multiclass_confusion_matrix(prediction, target, classes, ignore_index=255)
    assert torch.equal(ours, theirs)


def test_iou_of_classes_that_occur_is_everybodys(labels: Labels) -> None:
    prediction, target, classes = labels
    confusion = iou.confusion_matrix(prediction, target, classes)
    sklearn = jaccard_score(target.flatten(), prediction.flatten(), average=None)
    assert iou.iou_per_class(confusion).tolist() == pytest.approx(sklearn.tolist(), abs=1e-12)
    theirs = multiclass_jaccard_index(prediction, target, classes, average="none")
    torch.testing.assert_close(iou.iou_per_class(confusion).float(), theirs)
    assert float(iou.mean_iou(confusion)) == pytest.approx(float(sklearn.mean()), abs=1e-12)


def test_a_class_that_occurs_nowhere_is_nan_here_and_0_elsewhere() -> None:
    prediction, target = torch.tensor([0, 0, 1]), torch.tensor([0, 1, 1])
    confusion = iou.confusion_matrix(prediction, target, 3)
    assert math.isnan(iou.iou_per_class(confusion)[2])
    assert float(iou.mean_iou(confusion)) == pytest.approx(0.5)
    sklearn = jaccard_score(target, prediction, labels=[0, 1, 2], average=None, zero_division=0)
    assert sklearn[2] == 0
    assert sklearn.mean() == pytest.approx(1 / 3)
    assert multiclass_jaccard_index(prediction, target, 3, average="none")[2] == 0


def test_a_data_sets_mean_iou_is_not_the_mean_of_its_images() -> None:
    prediction = torch.tensor([[[0, 0, 0, 1]], [[1, 1, 0, 0]]])
    target = torch.tensor([[[0, 0, 0, 0]], [[1, 1, 1, 1]]])
    matrices = [iou.confusion_matrix(p, t, 2) for p, t in zip(prediction, target, strict=True)]
    whole = float(iou.mean_iou(matrices[0] + matrices[1]))
    images = sum(float(iou.mean_iou(matrix)) for matrix in matrices) / 2
    theirs = torchmetrics_mean_iou(prediction, target, 2, input_format="index").mean()
    assert whole != pytest.approx(images)
    assert float(theirs) == pytest.approx(images)


def test_torchmetrics_mean_leaves_out_the_class_its_list_counts_0() -> None:
    prediction, target = torch.tensor([0, 0, 1, 0]), torch.tensor([0, 1, 1, 0])
    each = multiclass_jaccard_index(prediction, target, 3, average="none")
    mean = multiclass_jaccard_index(prediction, target, 3, average="macro")
    ours = iou.mean_iou(iou.confusion_matrix(prediction, target, 3))
    assert each[2] == 0
    assert float(mean) == pytest.approx(float(ours))
    assert float(mean) != pytest.approx(float(each.mean()))


def test_an_unknown_label_is_refused_here_and_dropped_or_moved_elsewhere() -> None:
    prediction, target = torch.tensor([0, 3, 1]), torch.tensor([0, 1, 2])
    with pytest.raises(ValueError, match="prediction"):
        iou.confusion_matrix(prediction, target, 3)
    sklearn = sklearn_confusion_matrix(target, prediction, labels=range(3))
    assert sklearn.tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 0]]
    theirs = multiclass_confusion_matrix(prediction, target, 3)
    assert theirs.tolist() == [[1, 0, 0], [0, 0, 0], [1, 1, 0]]


def test_sklearn_drops_a_pixel_in_one_function_and_not_in_the_other() -> None:
    target, prediction = [0, 0, 1, 2, 1], [0, 2, 1, 2, 0]
    counts = sklearn_confusion_matrix(target, prediction, labels=[0, 1])
    assert counts.tolist() == [[1, 0], [1, 1]]  # the second pixel is in no cell
    of_counts = iou.iou_per_class(torch.from_numpy(counts)).tolist()
    score = jaccard_score(target, prediction, labels=[0, 1], average=None)
    assert of_counts == [0.5, 0.5]
    assert score.tolist() == pytest.approx([1 / 3, 0.5])
