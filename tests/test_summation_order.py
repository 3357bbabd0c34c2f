"""Sums in random order: the same up to rounding, and each taken apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.grading.outline import read_outline
from corpus.random_order import RandomOrder, measure

X = torch.randn(2, 3, 7, 5, generator=torch.Generator().manual_seed(0))
W = torch.randn(4, 3, 3, 2, generator=torch.Generator().manual_seed(1))
B = torch.tensor([1.0, -2.0, 3.0, 0.5])
PLACES = torch.tensor([0, 2, 0, 1, 2, 2, 0])


def gradients(x: Tensor) -> Tensor:
    x, w = x.clone().requires_grad_(), W.clone().requires_grad_()
    with torch.enable_grad():
        loss = (F.conv2d(x, w, B) ** 3).flatten()[::2].sum()
    return torch.cat([each.flatten() for each in torch.autograd.grad(loss, (x, w))])


def accumulated(x: Tensor) -> Tensor:
    rows = x.movedim(2, 0).flatten(1)
    return torch.ones(3, rows.shape[1]).index_put((PLACES,), rows, accumulate=True)


SUMS: dict[str, Callable[[Tensor], Tensor]] = {
    "convolution": lambda x: F.conv2d(x, W, B),
    "its gradients": gradients,
    "matrix product": lambda x: x.flatten(1) @ x.flatten(1).T,
    "product and a start": lambda x: torch.addmm(torch.ones(2, 2), x.flatten(1), x.flatten(1).T),
    "product and a scaled start": lambda x: torch.addmm(
        torch.ones(2, 2), x.flatten(1), x.flatten(1).T, beta=3, alpha=0.5
    ),
    "products and a scaled start": lambda x: torch.baddbmm(
        torch.ones(2, 3, 3), x.flatten(2), x.flatten(2).mT, beta=0.25
    ),
    "product with a vector and a start": lambda x: torch.addmv(
        torch.ones(6), x.flatten(0, 1).flatten(1), B.repeat(9)[:35], beta=2
    ),
    "sum without NaN": lambda x: x.nansum(),
    "sum": lambda x: x.sum((0, 2)),
    "mean": lambda x: x.mean(),
    "accumulated by an index": accumulated,
    "index_add": lambda x: torch.ones(3, 5).index_add(0, PLACES, x[0, 0]),
    "scatter_add": lambda x: torch.ones(3, 5).scatter_add(0, PLACES[:, None].expand(7, 5), x[0, 0]),
}


@pytest.mark.parametrize("name", SUMS)
def test_a_sum_is_the_same_in_any_order_but_for_rounding(name: str) -> None:
    expected = SUMS[name](X)
    mode = RandomOrder(torch.Generator().manual_seed(3))
    seen = []
    for _ in range(3):
        with mode:
            seen.append(SUMS[name](X))
    assert mode.sums >= 3
    for got in seen:
        torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-4)
    assert any(not torch.equal(got, expected) for got in seen)


def test_what_adds_nothing_is_left_as_it_is() -> None:
    mode = RandomOrder(torch.Generator().manual_seed(3))
    with mode:
        put = torch.zeros(7, 5).index_put((torch.arange(7),), X[0, 0])
        counted = torch.ones(4, dtype=torch.int64).sum()
    assert mode.sums == 0
    assert torch.equal(put, X[0, 0])
    assert int(counted) == 4


@pytest.mark.parametrize(
    ("reduce", "name"),
    [
        (lambda x: F.avg_pool2d(x, 2), "avg_pool2d"),
        (lambda x: F.adaptive_avg_pool2d(x, 2), "_adaptive_avg_pool2d"),
        (lambda x: x.softmax(1), "_softmax"),
        (lambda x: x.log_softmax(1), "_log_softmax"),
        (lambda x: F.batch_norm(x, None, None, training=True), "native_batch_norm"),
        (lambda x: x.norm(), "linalg_vector_norm"),
        (lambda x: x.var(), "var"),
        (lambda x: x.cumsum(0), "cumsum"),
        (lambda x: F.interpolate(x, scale_factor=2.0, mode="bilinear"), "upsample_bilinear2d"),
    ],
)
def test_a_reduction_that_keeps_its_order_is_counted(
    reduce: Callable[[Tensor], Tensor], name: str
) -> None:
    mode = RandomOrder(torch.Generator().manual_seed(3))
    with mode:
        got = reduce(X)
    assert torch.equal(got, reduce(X))
    assert [left for left in mode.left if name in left]
    assert mode.sums == 0


def test_the_shares_of_a_tasks_checks_are_measured() -> None:
    found = measure("after_fcn", ["metrics"], runs=1, seed=1)
    (metrics,) = [task for task in read_outline("after_fcn").tasks if task.name == "metrics"]
    assert found.checks == len(metrics.checks)
    assert found.sums > 0
    assert not found.lost
    assert set(found.worst) == set(found.usual)
    assert 0 <= max(found.worst.values()) < 1
