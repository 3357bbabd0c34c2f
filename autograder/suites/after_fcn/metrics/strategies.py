"""Cases for `metrics.py`: confusion matrices, and pairs of label maps."""

from __future__ import annotations

import math
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor

SEEDS = st.integers(0, 2**31 - 1)
Case = dict[str, Any]

UNEVEN = torch.tensor([[90, 2], [3, 1]])
FULL = (torch.tensor([[3, 1], [2, 4]]), UNEVEN, torch.tensor([[7]]))
# A class that is only predicted; one that is nowhere; one that is missed; one of a single pixel.
ABSENT = tuple(
    torch.tensor(each)
    for each in (
        [[3, 1, 0], [2, 4, 2], [0, 0, 0]],
        [[3, 1, 0], [0, 4, 0], [0, 0, 0]],
        [[0, 2, 0], [0, 3, 0], [0, 1, 4]],
        [[3, 1, 0], [0, 4, 0], [0, 0, 1]],
    )
)
# Where a number that is added to a denominator shows; where float32 does not tell counts apart;
# where products of two counts do not fit into int64.
LARGE = (
    torch.tensor([[1, 1], [1, 4]]),
    torch.tensor([[3 * 2**31, 2**31], [1, 2**24 + 1]]),
    torch.tensor([[3 * 10**11, 10**11 + 1], [2 * 10**11, 7 * 10**10]]),
)


def _counts(low: int, high: int, k: int, seed: int, nowhere: int = 0, invented: int = 0) -> Tensor:
    """Random counts; the first classes are nowhere, the next are only predicted."""
    counts = torch.randint(low, high, (k, k), generator=torch.Generator().manual_seed(seed))
    counts[: nowhere + invented] = 0
    counts[:, :nowhere] = 0
    return counts


def matrices(low: int, high: int) -> st.SearchStrategy[Tensor]:
    """Every class of up to 5 meets every other."""
    return st.builds(_counts, st.just(low), st.just(high), st.integers(2, 5), SEEDS)


MATRICES_WITH_ABSENT = st.builds(
    _counts, st.just(1), st.just(9), st.integers(3, 5), SEEDS, st.just(1), st.integers(0, 1)
)


def labels(
    shape: tuple[int, ...], k: int, seed: int, ignore_index: int = 255, ignored: int = 2
) -> Case:
    """Random labels, half of them right; class K − 1 is once taken for 0, never the other way.

    Of at least 8 pixels some have the target `ignore_index`, and anything predicted there. Where
    that is one of the classes, it is predicted elsewhere, too, which counts.
    """
    generator = torch.Generator().manual_seed(seed)
    size = math.prod(shape)
    target, other = torch.randint(0, k, (2, size), generator=generator)
    prediction = torch.where(torch.rand(size, generator=generator) < 0.5, target, other)
    prediction[(target == 0) & (prediction == k - 1)] = 0
    target[:1], prediction[:1] = k - 1, 0
    if size >= 8 and ignored:
        target[target == ignore_index] = (ignore_index + 1) % k
        prediction[1] = ignore_index if 0 <= ignore_index < k else 0
        target[4 : 4 + ignored], prediction[4 : 4 + ignored] = ignore_index, 99
        prediction[4] = 0
    maps = {"prediction": prediction.reshape(shape), "target": target.reshape(shape)}
    return {**maps, "num_classes": k, "ignore_index": ignore_index}


def of_dtypes(case: Case, prediction: torch.dtype, target: torch.dtype) -> Case:
    return {
        **case,
        "prediction": case["prediction"].to(prediction),
        "target": case["target"].to(target),
    }


def plain(prediction: Tensor, target: Tensor, ignore_index: int = 255) -> Case:
    """Labels of 3 classes."""
    maps = {"prediction": prediction, "target": target}
    return {**maps, "num_classes": 3, "ignore_index": ignore_index}
