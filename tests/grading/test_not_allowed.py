"""What unpooling.py may not reach, by every road that enlarges a map."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from autograder.grading.assignments import load_assignment
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import UsedForbidden

Load = Callable[..., Student]
X = torch.arange(6.0).reshape(1, 1, 2, 3)
FORBIDDEN = next(
    task.forbidden for task in load_assignment("segmentation").tasks if task.name == "unpooling"
)
GRID = "F.affine_grid(torch.eye(2, 3)[None], (1, 1, 4, 6), align_corners=False)"
ROADS = (
    "F.interpolate(x, scale_factor=2, mode='nearest-exact')",
    "F.interpolate(x, scale_factor=2, mode='area')",
    "F.interpolate(x[0], scale_factor=2)",
    "nn.Upsample(scale_factor=2, mode='bicubic')(x)",
    "F.max_unpool2d(x, torch.arange(6).reshape(1, 1, 2, 3), 2)",
    "F.adaptive_avg_pool1d(x[0], 6)",
    "F.adaptive_avg_pool2d(x, (4, 6))",
    "nn.AdaptiveAvgPool3d((1, 4, 6))(x)",
    "F.adaptive_max_pool1d(x[0], 6)",
    "nn.AdaptiveMaxPool2d((4, 6))(x)",
    "F.adaptive_max_pool3d(x, (1, 4, 6))",
    "torch.ops.aten._adaptive_avg_pool2d(x, [4, 6])",
    f"F.grid_sample(x, {GRID}, mode='nearest', align_corners=False)",
    f"torch.grid_sampler(x, {GRID}, 1, 0, False)",
    f"torch.ops.aten._grid_sampler_2d_cpu_fallback(x, {GRID}, 0, 0, False)",
)
HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"


@pytest.mark.parametrize("road", ROADS)
def test_enlarging_by_the_library_is_not_allowed_in_unpooling(load: Load, road: str) -> None:
    student = load(f"{HEAD}def f(x): return {road}", forbidden=FORBIDDEN)
    with pytest.raises(UsedForbidden):
        student.f(X)


@pytest.mark.parametrize("road", [ROADS[1], ROADS[6], ROADS[12]])
def test_a_comparison_while_the_file_is_imported_costs_nothing(load: Load, road: str) -> None:
    source = f"{HEAD}x = torch.ones(1, 1, 2, 3)\ny = {road}\ndef f(x): return x + 4"
    assert torch.equal(load(source, forbidden=FORBIDDEN).f(X), X + 4)


@pytest.mark.parametrize("road", [ROADS[1], ROADS[6], ROADS[12]])
def test_what_was_made_while_the_file_was_imported_is_not_allowed(load: Load, road: str) -> None:
    source = f"{HEAD}x = torch.ones(1, 1, 2, 3)\ny = {road}\ndef f(x): return x + y.shape[2]"
    with pytest.raises(UsedForbidden):
        load(source, forbidden=FORBIDDEN).f(X)


def test_pooling_of_other_kinds_stays_allowed_in_unpooling(load: Load) -> None:
    source = f"{HEAD}def f(x): return F.max_pool2d(x, 2, 1) + F.avg_pool2d(x, 2, 1)"
    assert load(source, forbidden=FORBIDDEN).f(X).shape == (1, 1, 1, 2)
