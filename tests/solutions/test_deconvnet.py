"""`deconvnet.py` of the solution beside the library's pooling and unpooling."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional as F

from tests.solutions.tensors import parameters, scattered


@pytest.fixture
def deconvnet(after_fcn: Any) -> Any:
    return after_fcn["deconvnet"]


@pytest.mark.parametrize("size", [1, 2, (2, 3), (3, 1), [4, 2]])
@pytest.mark.parametrize("ties", [False, True])
def test_pooling_gives_the_librarys_values_and_switches(
    deconvnet: Any, size: Any, ties: bool
) -> None:
    x = scattered(2, 3, 9, 7)
    x = x.round() if ties else x
    values, switches = deconvnet.max_pool_with_switches(x, size)
    expected, places = F.max_pool2d(x, size, return_indices=True)
    assert torch.equal(values, expected)
    assert torch.equal(switches, places)


@pytest.mark.parametrize("size", [(9, 7), (8, 6), (12, 11)])
def test_unpooling_is_the_librarys(deconvnet: Any, size: tuple[int, int]) -> None:
    values, switches = F.max_pool2d(scattered(2, 3, *size), 2, return_indices=True)
    got = deconvnet.unpool_with_switches(values, switches, size)
    assert torch.equal(got, F.max_unpool2d(values, switches, (2, 2), output_size=size))


def test_pooling_and_unpooling_pass_gradcheck(deconvnet: Any) -> None:
    x = torch.randperm(60).double().reshape(2, 1, 6, 5).requires_grad_()

    def there_and_back(x: torch.Tensor) -> torch.Tensor:
        values, switches = deconvnet.max_pool_with_switches(x, 2)
        back: torch.Tensor = deconvnet.unpool_with_switches(values, switches, (6, 5))
        return back

    assert torch.autograd.gradcheck(there_and_back, x, fast_mode=True)


def test_the_network_has_the_parameters_of_the_contract(deconvnet: Any) -> None:
    with torch.device("meta"):
        assert parameters(deconvnet.DeconvNet()) == 251_805_653


@pytest.mark.parametrize("size", [(224, 224), (225, 256), (255, 230)])
def test_the_network_gives_scores_of_the_images_size(deconvnet: Any, size: tuple[int, int]) -> None:
    model = deconvnet.DeconvNet(3, 1, 2).eval()
    with torch.no_grad():
        assert model(torch.randn(2, 3, *size)).shape == (2, 3, *size)


@pytest.mark.parametrize("size", [(223, 256), (256, 220)])
def test_an_image_of_which_fc6_sees_nothing_is_refused(
    deconvnet: Any, size: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match=str(min(size))):
        deconvnet.DeconvNet(3, 1, 2).eval()(torch.randn(1, 3, *size))
