"""Four figures for one label map, and what a class that is absent does to each.

Count all pixels in a K × K confusion matrix n, where n[i, j] is how many pixels of true class i
were given class j. With t[i] = Σ_j n[i, j], the pixels of class i, and its union
u[i] = t[i] + Σ_j n[j, i] − n[i, i]:

    pixel accuracy           Σ_i n[i, i] / Σ_i t[i]
    mean accuracy            mean of n[i, i] / t[i]                 over the classes with t[i] > 0
    mean IU                  mean of n[i, i] / u[i]                 over the classes with u[i] > 0
    frequency-weighted IU    Σ_i t[i] · n[i, i] / u[i] / Σ_i t[i]   over the classes with u[i] > 0

A class that nobody has and nobody predicts counts in none of them. One that was only predicted
makes the mean IU worse (it counts as 0), and leaves mean accuracy and the weights alone.

Source: Long, Shelhamer & Darrell 2015, "Fully Convolutional Networks for Semantic Segmentation",
section 5.
"""

from __future__ import annotations

import torch


def pixel_accuracy(confusion: torch.Tensor) -> torch.Tensor:
    """Divide the pixels that were given their class by all pixels.

    전체 픽셀 가운데 맞힌 픽셀의 비율을 냅니다. 넓은 클래스가 값을 좌우합니다.

    Args:
        confusion: (K, K) int64, rows are the target's class, entries 0 ... 10¹².

    Returns:
        A float64 scalar tensor (shape ()) on the device of `confusion`; NaN when there is no
        pixel.

    Example:
        [[3, 1, 0], [2, 4, 2], [0, 0, 0]] gives (3 + 4) / 12 = 0.583333.
    """
    raise NotImplementedError("pixel_accuracy")


def mean_accuracy(confusion: torch.Tensor) -> torch.Tensor:
    """Average each class's accuracy over the classes that the target has.

    정답에 나오는 클래스마다 맞힌 비율을 구하여 평균합니다.

    Args:
        confusion: (K, K) int64, rows are the target's class, entries 0 ... 10¹².

    Returns:
        A float64 scalar tensor (shape ()) on the device of `confusion`; NaN when the target has
        no class.

    Example:
        [[3, 1, 0], [2, 4, 2], [0, 0, 0]] gives (3/4 + 4/8) / 2 = 0.625: class 2 was predicted
        twice, but no pixel is of it.
    """
    raise NotImplementedError("mean_accuracy")


def mean_iu(confusion: torch.Tensor) -> torch.Tensor:
    """Average intersection over union over the classes that target or prediction have.

    정답이나 예측에 나오는 클래스들의 IU를 평균합니다. 예측에만 나온 클래스는 0으로 셉니다.

    Args:
        confusion: (K, K) int64, rows are the target's class, entries 0 ... 10¹².

    Returns:
        A float64 scalar tensor (shape ()) on the device of `confusion`; NaN when no class has a
        union.

    Example:
        [[3, 1, 0], [2, 4, 2], [0, 0, 0]] gives (3/6 + 4/9 + 0/2) / 3 = 17/54 = 0.314815.
    """
    raise NotImplementedError("mean_iu")


def frequency_weighted_iu(confusion: torch.Tensor) -> torch.Tensor:
    """Average intersection over union, each class weighted by its pixels in the target.

    정답의 픽셀 수를 가중치로 하여 IU를 평균합니다. 예측에만 나온 클래스의 가중치는 0입니다.

    Args:
        confusion: (K, K) int64, rows are the target's class, entries 0 ... 10¹². Mind that the
            product of two of them does not fit into int64.

    Returns:
        A float64 scalar tensor (shape ()) on the device of `confusion`; NaN when there is no
        pixel.

    Example:
        [[3, 1, 0], [2, 4, 2], [0, 0, 0]] gives (4 · 3/6 + 8 · 4/9 + 0 · 0/2) / 12 = 25/54
        = 0.462963.
    """
    raise NotImplementedError("frequency_weighted_iu")


def segmentation_scores(
    prediction: torch.Tensor, target: torch.Tensor, num_classes: int, ignore_index: int = 255
) -> torch.Tensor:
    """Compute all four figures from the labels.

    레이블 맵에서 네 가지 점수를 모두 구합니다. 정답이 ignore_index인 픽셀은 빼고 셉니다.

    Args:
        prediction: labels, of any shape (empty ones too); uint8, int8, int16, int32 or int64.
        target: labels, of the shape of `prediction`, but perhaps of another of these dtypes.
            Labels are compared as numbers: mind that a uint8 cannot hold a product above 255, and
            that −1 in int8 is not 255 in uint8.
        num_classes: K.
        ignore_index: pixels whose target is this number do not count, whatever is predicted
            there. It may be negative, or one of the classes.

    Returns:
        (4,) float64 on the inputs' device: pixel accuracy, mean accuracy, mean IU,
        frequency-weighted IU, from one confusion matrix of all pixels.

    Raises:
        ValueError: the shapes differ, or a label that counts lies outside 0 ... K − 1 (in either
            input); the message names one of the arguments involved.

    Example:
        prediction [0, 1, 1, 7], target [0, 0, 1, 255], K = 3 has the matrix
        [[1, 1, 0], [0, 1, 0], [0, 0, 0]] and gives [2/3, 3/4, 1/2, 1/2].
    """
    raise NotImplementedError("segmentation_scores")
