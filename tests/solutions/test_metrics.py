"""`metrics.py` of the solution beside scikit-learn's figures."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import torch
from sklearn.metrics import accuracy_score, balanced_accuracy_score, jaccard_score

FIGURES = ("pixel_accuracy", "mean_accuracy", "mean_iu", "frequency_weighted_iu")


@pytest.fixture
def metrics(after_fcn: Any) -> Any:
    return after_fcn["metrics"]


def sklearns(prediction: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The four figures, each of the classes that it is about."""
    pair, there = (target, prediction), sorted(set(target.tolist()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes that are predicted and not there
        either = sorted({*there, *prediction.tolist()})
        figures = [
            accuracy_score(*pair),
            balanced_accuracy_score(*pair),
            jaccard_score(*pair, labels=either, average="macro"),
            jaccard_score(*pair, labels=there, average="weighted"),
        ]
    return torch.tensor(figures, dtype=torch.float64)


@pytest.mark.parametrize("seed", range(8))
def test_the_four_figures_are_those_of_scikit_learn(metrics: Any, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    # Of six classes some are missed, some only predicted, some nowhere.
    target = torch.randint(1 + seed % 2, 4, (40,), generator=generator)
    prediction = torch.randint(0, 5 - seed % 3, (40,), generator=generator)
    got = metrics.segmentation_scores(prediction, target, 6)
    torch.testing.assert_close(got, sklearns(prediction, target), rtol=1e-12, atol=0)


def test_ignored_pixels_count_nowhere(metrics: Any) -> None:
    target, prediction = torch.tensor([0, 1, 255, 2]), torch.tensor([0, 2, 77, 2])
    got = metrics.segmentation_scores(prediction, target, 3)
    kept = target != 255
    torch.testing.assert_close(got, sklearns(prediction[kept], target[kept]), rtol=1e-12, atol=0)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_of_no_pixel_is_nan(metrics: Any, figure: str) -> None:
    assert getattr(metrics, figure)(torch.zeros(3, 3, dtype=torch.int64)).isnan()


@pytest.mark.parametrize("figure", FIGURES)
def test_a_million_times_the_counts_give_the_same_figure(metrics: Any, figure: str) -> None:
    counts = torch.tensor([[300_000, 1, 0], [20, 400_001, 2], [0, 5, 600_007]])
    got = getattr(metrics, figure)
    torch.testing.assert_close(got(counts * 10**6), got(counts), rtol=1e-15, atol=0)
