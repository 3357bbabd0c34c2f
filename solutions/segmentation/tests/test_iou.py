"""Public tests of iou.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import math

import pytest
import torch
from iou import confusion_matrix, iou_per_class, mean_iou, predict_labels


def test_the_highest_score_wins_and_on_a_tie_the_lowest_class() -> None:
    scores = torch.tensor([[[[0.2, 3.0]], [[0.7, 1.0]], [[0.7, 2.0]]]])  # K = 3, one row of two
    labels = predict_labels(scores)
    assert labels.dtype == torch.int64, f"labels are int64, not {labels.dtype}"
    assert labels.tolist() == [[[1, 0]]], "class 1 ties with class 2 and wins; then class 0 leads"


def test_rows_are_the_target_and_columns_the_prediction() -> None:
    prediction = torch.tensor([[0, 1, 1], [2, 2, 1]])
    target = torch.tensor([[0, 0, 1], [2, 0, 1]])
    assert confusion_matrix(prediction, target, 3).tolist() == [[1, 1, 1], [0, 2, 0], [0, 0, 1]], (
        "entry (i, j) counts the pixels of true class i that were given class j"
    )


def test_ignored_pixels_do_not_count_whatever_is_predicted_there() -> None:
    prediction = torch.tensor([0, 99, 1], dtype=torch.uint8)
    target = torch.tensor([0, 255, 0], dtype=torch.uint8)
    assert confusion_matrix(prediction, target, 2).tolist() == [[1, 1], [0, 0]]
    assert confusion_matrix(prediction.flip(0), target, 2, ignore_index=255).sum() == 2


def test_many_classes_in_uint8_do_not_overflow() -> None:
    labels = torch.tensor([20, 20, 3], dtype=torch.uint8)
    confusion = confusion_matrix(labels, labels, 21)
    counts = [int(count) for count in (confusion[20, 20], confusion[3, 3], confusion.sum())]
    assert counts == [2, 1, 3], (
        "20·21 + 20 = 440 does not fit into a uint8: convert before you calculate"
    )


def test_a_label_outside_the_classes_and_a_shape_mismatch_are_refused_by_name() -> None:
    zeros = torch.zeros(2, 3, dtype=torch.int64)
    with pytest.raises(ValueError, match=r"(?i)prediction|num_classes|ignore_index"):
        confusion_matrix(zeros + 2, zeros, 2)
    with pytest.raises(ValueError, match=r"(?i)prediction|target"):
        confusion_matrix(zeros, zeros[:, :2], 2)


def test_iou_is_intersection_over_union_and_nan_for_an_absent_class() -> None:
    iou = iou_per_class(torch.tensor([[3, 1, 0], [2, 4, 0], [0, 0, 0]]))
    assert iou.dtype == torch.float64, f"IoU is float64, not {iou.dtype}"
    assert iou[:2].tolist() == pytest.approx([3 / 6, 4 / 7]), (
        "the union is target + prediction - intersection, so 3 / (4 + 5 - 3) for class 0"
    )
    assert math.isnan(iou[2]), "class 2 occurs nowhere: 0 / 0 is NaN, neither 0 nor 1"


def test_the_mean_leaves_out_classes_that_do_not_occur() -> None:
    mean = mean_iou(torch.tensor([[3, 1, 0], [0, 4, 0], [0, 0, 0]]))
    assert (mean.shape, mean.dtype) == ((), torch.float64), "a float64 scalar tensor is asked for"
    assert mean.item() == pytest.approx((3 / 4 + 4 / 5) / 2)
    assert math.isnan(mean_iou(torch.zeros(2, 2, dtype=torch.int64)))
