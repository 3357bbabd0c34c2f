"""`iou.py` of the solution beside its contract and torch's own functions."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
import torch

from tests.solutions.tensors import scattered


@pytest.fixture
def iou(segmentation: Any) -> Any:
    return segmentation["iou"]


INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]


def test_labels_are_int64_and_ties_go_to_the_lowest_class(iou: Any) -> None:
    scores = scattered(2, 4, 3, 5, dtype=torch.float32).round()  # rounding makes ties
    labels = iou.predict_labels(scores)
    assert (labels.dtype, labels.shape) == (torch.int64, (2, 3, 5))
    for n, row, column in itertools.product(range(2), range(3), range(5)):
        values = scores[n, :, row, column].tolist()
        assert labels[n, row, column] == values.index(max(values))


@pytest.mark.parametrize(
    ("prediction_dtype", "target_dtype"), list(itertools.product(INTEGERS, INTEGERS))
)
def test_the_confusion_matrix_counts_pixel_by_pixel_in_any_two_dtypes(
    iou: Any, prediction_dtype: torch.dtype, target_dtype: torch.dtype
) -> None:
    prediction = torch.randint(0, 21, (2, 5, 6)).to(prediction_dtype).transpose(1, 2)
    target = torch.randint(0, 21, (2, 5, 6)).to(target_dtype).transpose(1, 2)
    expected = torch.zeros(21, 21, dtype=torch.int64)
    for i, j in zip(target.flatten().tolist(), prediction.flatten().tolist(), strict=True):
        expected[i, j] += 1
    confusion = iou.confusion_matrix(prediction, target, 21)
    assert confusion.dtype == torch.int64
    assert torch.equal(confusion, expected)


@pytest.mark.parametrize(
    ("ignore_index", "dtype", "target"),
    [
        (255, torch.uint8, [255, 0, 1, 255]),
        (-1, torch.int8, [-1, 0, 1, -1]),
        (-100, torch.int64, [-100, 0, 1, -100]),
        (2, torch.uint8, [2, 0, 1, 2]),
    ],
)
def test_ignored_targets_do_not_count_whatever_is_predicted(
    iou: Any, ignore_index: int, dtype: torch.dtype, target: list[int]
) -> None:
    prediction = torch.tensor([99, 0, 0, 200], dtype=torch.uint8)
    confusion = iou.confusion_matrix(
        prediction, torch.tensor(target, dtype=dtype), 3, ignore_index=ignore_index
    )
    assert confusion.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 0]]


def test_minus_1_in_int8_is_not_255(iou: Any) -> None:
    prediction = torch.zeros(2, dtype=torch.uint8)
    with pytest.raises(ValueError, match="target"):
        iou.confusion_matrix(prediction, torch.tensor([0, -1], dtype=torch.int8), 2)


@pytest.mark.parametrize("shape", [(0,), (2, 0, 3), (), (1, 2, 3, 4, 5)])
def test_the_confusion_matrix_takes_any_shape(iou: Any, shape: tuple[int, ...]) -> None:
    labels = torch.ones(shape, dtype=torch.uint8)
    confusion = iou.confusion_matrix(labels, labels.long(), 3)
    assert confusion.tolist() == [[0, 0, 0], [0, math.prod(shape), 0], [0, 0, 0]]


def test_all_pixels_may_be_ignored(iou: Any) -> None:
    target = torch.full((2, 3), 255, dtype=torch.uint8)
    assert iou.confusion_matrix(target, target, 2).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("prediction", "target"),
    [([0, 2], [0, 1]), ([0, -1], [0, 1]), ([0, 1], [0, 2]), ([0, 1], [0, -1]), ([0], [0, 1])],
)
def test_the_confusion_matrix_refuses_what_it_cannot_count(
    iou: Any, prediction: list[int], target: list[int]
) -> None:
    with pytest.raises(ValueError, match=r"prediction|target|num_classes"):
        iou.confusion_matrix(torch.tensor(prediction), torch.tensor(target), 2)


def test_iou_is_float64_and_nan_where_the_union_is_empty(iou: Any) -> None:
    confusion = torch.tensor([[3, 1, 0, 0], [2, 4, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]])
    values = iou.iou_per_class(confusion)
    assert (values.dtype, values.shape) == (torch.float64, (4,))
    assert values.tolist() == pytest.approx([3 / 6, 4 / 8, math.nan, 0.0], nan_ok=True)


def test_large_counts_keep_their_digits(iou: Any) -> None:
    n = 2**40 + 1
    confusion = torch.tensor([[n, 1], [0, 1]])
    assert iou.iou_per_class(confusion)[0].item() == n / (n + 1)


def test_the_mean_is_over_the_classes_that_occur(iou: Any) -> None:
    mean = iou.mean_iou(torch.tensor([[3, 1, 0], [0, 4, 0], [0, 0, 0]]))
    assert (mean.dtype, mean.shape) == (torch.float64, ())
    assert mean.item() == pytest.approx(0.775)
    assert iou.mean_iou(torch.zeros(3, 3, dtype=torch.int64)).isnan()


def test_a_data_sets_mean_comes_from_the_sum_of_its_matrices(iou: Any) -> None:
    images = [torch.tensor([[8, 1], [1, 0]]), torch.tensor([[0, 0], [2, 8]])]
    together = iou.mean_iou(images[0] + images[1])
    assert together.item() == pytest.approx((8 / 12 + 8 / 12) / 2)
    apart = torch.stack([iou.mean_iou(image) for image in images]).mean()
    assert abs(together - apart) > 0.1
