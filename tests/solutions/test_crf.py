"""`crf.py` of the solution beside the sums of the paper, written out pixel by pixel."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import pytest
import torch

from tests.solutions.tensors import scattered

H, W = 3, 4
PIXELS = list(product(range(H), range(W)))


@pytest.fixture
def crf(after_fcn: Any) -> Any:
    return after_fcn["crf"]


def test_the_kernels_are_gaussians_of_place_and_colour(crf: Any) -> None:
    image = 40 * scattered(3, H, W)
    appearance = crf.appearance_kernel(image, 2.5, 30.0)
    smoothness = crf.smoothness_kernel(H, W, 1.5)
    for (i, (a, b)), (j, (c, d)) in product(enumerate(PIXELS), enumerate(PIXELS)):
        apart = (a - c) ** 2 + (b - d) ** 2
        contrast = float(((image[:, a, b] - image[:, c, d]) ** 2).sum())
        expected = math.exp(-apart / (2 * 2.5**2) - contrast / (2 * 30**2))
        assert float(appearance[i, j]) == pytest.approx(expected, rel=1e-9)
        assert float(smoothness[i, j]) == pytest.approx(math.exp(-apart / (2 * 1.5**2)), rel=1e-12)


def test_a_step_is_the_update_of_every_pixel_from_the_others(crf: Any) -> None:
    classes = 3
    q, unary = scattered(classes, H, W).softmax(0), scattered(classes, H, W)
    kernel = scattered(len(PIXELS), len(PIXELS)).abs()
    got = crf.mean_field_step(q, unary, kernel)
    for i, (row, column) in enumerate(PIXELS):
        energies = []
        for own in range(classes):
            heard = sum(
                float(kernel[i, j] * q[other, a, b])
                for (j, (a, b)), other in product(enumerate(PIXELS), range(classes))
                if j != i and other != own
            )
            energies.append(math.exp(-float(unary[own, row, column]) - heard))
        for own in range(classes):
            expected = energies[own] / sum(energies)
            assert float(got[own, row, column]) == pytest.approx(expected, rel=1e-9)


def test_refining_repeats_the_step_with_the_energies_of_the_scores(crf: Any) -> None:
    scores, image = scattered(2, H, W), 30 * scattered(3, H, W)
    kernel = 2 * crf.appearance_kernel(image, 4.0, 20.0) + 0.5 * crf.smoothness_kernel(H, W, 1.0)
    q = scores.softmax(0)
    for _ in range(3):
        q = crf.mean_field_step(q, -scores.log_softmax(0), kernel)
    got = crf.refine(scores, image, 3, 2.0, 0.5, 4.0, 20.0, 1.0)
    torch.testing.assert_close(got, q)


def test_without_a_step_the_scores_become_probabilities(crf: Any) -> None:
    scores = scattered(4, H, W)
    torch.testing.assert_close(crf.refine(scores, scattered(3, H, W), 0), scores.softmax(0))


def test_a_pixel_that_differs_from_all_around_it_gives_way(crf: Any) -> None:
    scores, image = torch.zeros(2, H, W), torch.zeros(3, H, W)
    scores[0] = 1.0
    scores[:, 1, 2] = torch.tensor([0.0, 0.5])
    assert crf.refine(scores, image, 0).argmax(0)[1, 2] == 1
    assert crf.refine(scores, image, 5).argmax(0)[1, 2] == 0
