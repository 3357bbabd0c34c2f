"""Gradients of a wrong function, held against that function's own values."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from autograder.authoring.fitting_gradients import Vjp, fits_itself

INPUTS = {"x": torch.linspace(-1, 2, 24).reshape(2, 3, 4), "w": torch.linspace(1, 2, 4)}


def vjp_of(dtype: torch.dtype, x_scale: float, w_scale: float) -> Vjp:
    """The vjp of a curved function that computes in `dtype`, with its gradients scaled."""

    def vjp(
        cotangent: Tensor, tensors: Mapping[str, Tensor]
    ) -> tuple[Tensor, tuple[Tensor | None, ...]]:
        x, w = (each.clone().requires_grad_() for each in tensors.values())
        value = ((x * w).sin() + x * x).to(dtype)
        if cotangent.shape != value.shape:
            return value.detach(), ()
        to_x, to_w = torch.autograd.grad((value * cotangent).sum(), (x, w))
        return value.detach(), (x_scale * to_x, w_scale * to_w)

    return vjp


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_right_gradients_fit_in_either_dtype(dtype: torch.dtype) -> None:
    assert fits_itself(vjp_of(dtype, 1, 1), INPUTS)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("scales", [(1, 0), (0, 1), (2, 1), (1, 0.5), (-1, 1)])
def test_wrong_gradients_fit_in_neither_dtype(
    dtype: torch.dtype, scales: tuple[float, float]
) -> None:
    assert not fits_itself(vjp_of(dtype, *scales), INPUTS)


def test_integers_have_no_gradients_that_fit() -> None:
    def vjp(cotangent: Tensor, tensors: Mapping[str, Tensor]) -> tuple[Tensor, tuple[None, ...]]:
        return tensors["x"].long(), (None, None)

    assert not fits_itself(vjp, INPUTS)
