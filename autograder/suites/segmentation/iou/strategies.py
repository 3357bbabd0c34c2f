"""Cases for `iou.py`: score maps, pairs of label maps, confusion matrices."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from hypothesis import strategies as st
from torch import Tensor

SEEDS = st.integers(0, 2**31 - 1)


@dataclass(frozen=True)
class Labels:
    """A prediction and a target of one shape."""

    prediction: Tensor
    target: Tensor
    num_classes: int
    ignore_index: int = 255

    def to(self, prediction: torch.dtype, target: torch.dtype) -> Labels:
        return self._of(self.prediction.to(prediction), self.target.to(target))

    def swapped(self) -> Labels:
        return self._of(self.target, self.prediction)

    def reshape(self, shape: tuple[int, ...]) -> Labels:
        return self._of(self.prediction.reshape(shape), self.target.reshape(shape))

    def __getitem__(self, part: int | slice | Tensor) -> Labels:
        return self._of(self.prediction[part], self.target[part])

    def _of(self, prediction: Tensor, target: Tensor) -> Labels:
        return replace(self, prediction=prediction, target=target)


# --- scores


def distinct_scores(
    shape: tuple[int, int, int, int], seed: int, dtype: torch.dtype = torch.float32
) -> Tensor:
    """At every pixel the K whole numbers around zero in an order of its own.

    Neighbours differ by 1 and none is large, so that whatever keeps the order of such
    numbers (a softmax, for one) gives the same labels: what rounds has a check of its own.
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.rand(shape, generator=generator).argsort(dim=1)
    return (order - shape[1] // 2).to(dtype)


@st.composite
def clear_scores(draw: st.DrawFn) -> Tensor:
    """Scores without a tie for up to 5 classes, of other heights than widths."""
    n, k, h, w = draw(
        st.tuples(st.integers(1, 3), st.integers(2, 5), st.integers(1, 3), st.integers(1, 2))
    )
    return distinct_scores((n, k, h, h + w), draw(SEEDS))


@st.composite
def ties(draw: st.DrawFn) -> Tensor:
    return tied_scores(draw(st.integers(2, 6)), draw(SEEDS))


def tied_scores(classes: int, seed: int) -> Tensor:
    """At every pixel two classes or more share the highest score, 1; the others have less."""
    shape = (2, classes, 2, 3)
    generator = torch.Generator().manual_seed(seed)
    best = torch.rand(shape, generator=generator).argsort(dim=1)[:, :2]
    return torch.randint(-2, 2, shape, generator=generator).float().scatter(1, best, 1.0)


# Pairs of scores that only a comparison of the scores themselves tells apart: neighbours in
# float32, neighbours that are one number in float32, tiny ones (their exponentials are both
# 1), large ones (their exponentials overflow, or are both 0, or a sigmoid gives 1 for both).
CLOSE = {
    torch.float32: ((0.5, 0.50000006), (1e-20, 2e-20), (-1e-20, 1e-20), (300.0, 301.0),
                    (-301.0, -300.0), (1e30, 2e30), (100000.0, 100000.01)),
    torch.float64: ((1.0, 1.0 + 1e-12), (1e-20, 2e-20), (-1e-20, 1e-20), (3000.0, 3001.0),
                    (-3001.0, -3000.0), (1e200, 2e200), (2.0**24, 2.0**24 + 1)),
}  # fmt: skip


def close_scores(dtype: torch.dtype) -> Tensor:
    """The higher score of each pair of CLOSE stands once, after the lower one and before it."""
    low, high = torch.tensor(CLOSE[dtype], dtype=dtype).unbind(1)
    return torch.stack([torch.stack([low, high, low]), torch.stack([low, low, high])])[:, :, None]


# --- labels


def labels(
    shape: tuple[int, ...], num_classes: int, seed: int, ignore_index: int = 255, ignored: int = 0
) -> Labels:
    """Random labels, about half of them predicted rightly, with what a mistake needs.

    The last class is found at the first pixel. At the second (of at least five) it is taken
    for class 0, and class 0 is nowhere taken for it: the matrix is not symmetric. Of the
    pixels from the fourth on, `ignored` ones have the target `ignore_index`. Where that is
    one of the classes, it is predicted at the third, which counts all the same.
    """
    generator = torch.Generator().manual_seed(seed)
    size, last = math.prod(shape), num_classes - 1
    target = torch.randint(0, num_classes, (size,), generator=generator)
    other = torch.randint(0, num_classes, (size,), generator=generator)
    prediction = torch.where(torch.rand(size, generator=generator) < 0.5, target, other)
    prediction[(target == 0) & (prediction == last)] = 0
    target[0] = prediction[0] = last
    target[1], prediction[1] = last, 0
    if 0 <= ignore_index < num_classes:
        target[target == ignore_index] = (ignore_index + 1) % num_classes
        target[2], prediction[2] = (ignore_index + 1) % num_classes, ignore_index
    target[3 : 3 + ignored] = ignore_index
    return Labels(prediction.reshape(shape), target.reshape(shape), num_classes, ignore_index)


# What mistakes are told from each other by: who is wrong about these loses the check of the
# counting, or of the ignoring, and is not asked the same again elsewhere.
PLAIN = labels((2, 3, 4), 3, 1)


def plain_ignoring(number: int) -> Labels:
    return labels((2, 2, 3), 3, 1, number, ignored=2)


@st.composite
def label_maps(draw: st.DrawFn, min_classes: int = 2) -> Labels:
    """(N, H, W) labels of up to 5 classes, none of them ignored."""
    n, h, k = draw(st.tuples(st.integers(1, 3), st.integers(2, 3), st.integers(min_classes, 5)))
    return labels((n, h, h + 1), k, draw(SEEDS))


@st.composite
def ignoring(draw: st.DrawFn) -> Labels:
    """Labels of which one to three are ignored, under the default number and others."""
    k = draw(st.integers(2, 5))
    number = draw(st.sampled_from((255, -1, 0, k, -100, 1000)))
    return labels((2, 2, 4), k, draw(SEEDS), number, draw(st.integers(1, 3)))


# --- confusion matrices


@st.composite
def matrices(draw: st.DrawFn, low: int = 1) -> Tensor:
    """Counts of at least `low` for up to 5 classes: with 1, every class meets every other."""
    k, seed = draw(st.integers(2, 5)), draw(SEEDS)
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(low, 10, (k, k), generator=generator)


@st.composite
def matrices_with_absent(draw: st.DrawFn) -> Tensor:
    """A matrix of which one or more classes, but not all, have neither row nor column."""
    k, seed = draw(st.integers(2, 5)), draw(SEEDS)
    generator = torch.Generator().manual_seed(seed)
    confusion = torch.randint(1, 10, (k, k), generator=generator)
    absent = torch.randperm(k, generator=generator)[: draw(st.integers(1, k - 1))]
    confusion[absent] = 0
    confusion[:, absent] = 0
    return confusion


@st.composite
def large_matrices(draw: st.DrawFn) -> Tensor:
    """Counts between 2^24, where float32 stops counting, and 2^40, far above int32."""
    k, bits, seed = draw(st.integers(2, 5)), draw(st.integers(25, 40)), draw(SEEDS)
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(2**24, 2**bits, (k, k), generator=generator)
