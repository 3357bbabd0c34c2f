"""Intersection over union: how well one label map agrees with another.

Count all pixels in a K × K confusion matrix n, where n[i, j] is how many pixels of true class i
were given class j. For class i

    IoU[i] = n[i, i] / (Σ_j n[i, j] + Σ_j n[j, i] − n[i, i])

and the mean IoU is the mean over the classes that occur in target or prediction. For a data set,
add up the images' matrices first: the mean of the images' figures is another (worse) number.

Source: Everingham et al. 2010, "The PASCAL Visual Object Classes (VOC) Challenge"; Long, Shelhamer
& Darrell 2015, "Fully Convolutional Networks for Semantic Segmentation", section 5 (the formula).
"""

from __future__ import annotations

import torch


def predict_labels(scores: torch.Tensor) -> torch.Tensor:
    """Make one label map out of K score maps: the class with the highest score at every pixel.

    픽셀마다 점수가 가장 높은 클래스의 번호를 고릅니다. 같은 점수이면 번호가 작은 쪽입니다.

    Args:
        scores: (N, K, H, W), floating, without NaN, possibly non-contiguous.

    Returns:
        (N, H, W) int64, on the device of `scores`; on a tie the lowest class.

    Example:
        Scores of 0.2, 0.7, 0.7 for the classes 0, 1, 2 give label 1.
    """
    ### BEGIN SOLUTION
    return scores.argmax(dim=1)  # of several highest values it gives the first
    ### END SOLUTION


def confusion_matrix(
    prediction: torch.Tensor, target: torch.Tensor, num_classes: int, ignore_index: int = 255
) -> torch.Tensor:
    """Count for every pair of classes how many pixels of the one were given the other.

    정답이 i이고 예측이 j인 픽셀의 수를 (i, j)에 셉니다. 정답이 ignore_index인 픽셀은 빼고 셉니다.

    Args:
        prediction: labels, of any shape (empty ones too); uint8, int8, int16, int32 or int64.
        target: labels, of the shape of `prediction`, but perhaps of another of these dtypes.
            Labels are compared as numbers: mind that a uint8 cannot hold a product above 255, and
            that −1 in int8 is not 255 in uint8.
        num_classes: K.
        ignore_index: pixels whose target is this number do not count, whatever is predicted
            there. It may be negative, or one of the classes.

    Returns:
        (K, K) int64 on the inputs' device: rows are the target's class, columns the prediction's.

    Raises:
        ValueError: the shapes differ, or a label that counts lies outside 0 ... K − 1 (in either
            input); the message names one of the arguments involved.

    Example:
        prediction [0, 1, 1, 7], target [0, 0, 1, 255], K = 2 gives [[1, 1],
                                                                     [0, 1]].
    """
    ### BEGIN SOLUTION
    if prediction.shape != target.shape:
        raise ValueError(
            f"prediction and target differ in shape: {tuple(prediction.shape)} and "
            f"{tuple(target.shape)}"
        )
    # int64 before any arithmetic or comparison: i · K + j overflows a small dtype.
    j, i = prediction.long(), target.long()
    counted = i != ignore_index
    i, j = i[counted], j[counted]
    for name, labels in (("target", i), ("prediction", j)):
        if labels.numel() and (labels.min() < 0 or labels.max() >= num_classes):
            raise ValueError(f"{name} has a label outside 0 ... {num_classes - 1}")
    counts = torch.bincount(i * num_classes + j, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)
    ### END SOLUTION


def iou_per_class(confusion: torch.Tensor) -> torch.Tensor:
    """Divide intersection by union for each class.

    클래스마다 교집합을 합집합으로 나눕니다. 합집합이 비어 있으면 NaN입니다.

    Args:
        confusion: (K, K) int64, rows are the target's class.

    Returns:
        (K,) float64 on the device of `confusion`: the IoU of each class, NaN for a class that
        occurs neither in target nor in prediction.

    Example:
        [[3, 1], [2, 4]] gives [3 / (3 + 1 + 2), 4 / (4 + 1 + 2)] = [0.5, 0.5714...].
    """
    ### BEGIN SOLUTION
    intersection = confusion.diagonal()
    union = confusion.sum(dim=1) + confusion.sum(dim=0) - intersection
    return intersection.double() / union.double()  # 0 / 0 is NaN
    ### END SOLUTION


def mean_iou(confusion: torch.Tensor) -> torch.Tensor:
    """Average the IoU over the classes whose union is not empty.

    합집합이 비어 있지 않은 클래스들의 IoU를 평균합니다. 데이터셋에서는 행렬을 먼저 모두 더합니다.

    For a data set, call it once on the sum of the images' matrices.

    Args:
        confusion: (K, K) int64, rows are the target's class.

    Returns:
        A float64 scalar tensor (shape ()) on the device of `confusion`; NaN when no class has a
        union.

    Example:
        [[3, 1, 0], [0, 4, 0], [0, 0, 0]] gives (3/4 + 4/5) / 2 = 0.775: class 2 does not occur.
    """
    ### BEGIN SOLUTION
    return iou_per_class(confusion).nanmean()
    ### END SOLUTION
