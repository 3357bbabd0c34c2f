"""`unet.py` of the solution beside its contract and torch's own functions."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tests.solutions.tensors import parameters, scattered


@pytest.fixture
def unet(segmentation: Any) -> Any:
    return segmentation["unet"]


@pytest.mark.parametrize("dtype", [torch.float64, torch.int32])
@pytest.mark.parametrize("size", [(7, 6), (6, 5), [5, 6], (1, 1), (2, 3)])
def test_center_crop_leaves_the_odd_row_at_the_bottom(
    unet: Any, size: Any, dtype: torch.dtype
) -> None:
    x = torch.arange(2 * 3 * 7 * 6).reshape(2, 3, 7, 6).to(dtype)
    y = unet.center_crop(x, size)
    above, left = math.floor((7 - size[0]) / 2), math.floor((6 - size[1]) / 2)
    assert y.shape == (2, 3, *size)
    assert y.dtype == dtype
    assert torch.equal(y, x[:, :, above : above + size[0], left : left + size[1]])


@pytest.mark.parametrize("size", [(8, 6), (7, 7), (0, 3), (3, 0), (-1, 2)])
def test_center_crop_refuses_a_window_that_does_not_fit(unet: Any, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="size"):
        unet.center_crop(torch.zeros(1, 1, 7, 6), size)


def test_concat_skip_crops_and_puts_the_skip_first(unet: Any) -> None:
    skip, upsampled = scattered(2, 3, 7, 8).requires_grad_(), scattered(2, 2, 4, 6).requires_grad_()
    joined = unet.concat_skip(skip, upsampled)
    assert torch.equal(joined[:, :3], skip[:, :, 1:5, 1:7])
    assert torch.equal(joined[:, 3:], upsampled)
    assert torch.autograd.gradcheck(unet.concat_skip, (skip, upsampled))


@pytest.mark.parametrize("skip", [(2, 3, 3, 9), (2, 3, 9, 5), (1, 3, 9, 9)])
def test_concat_skip_refuses_a_skip_that_does_not_fit(unet: Any, skip: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"skip|upsampled"):
        unet.concat_skip(torch.zeros(skip), torch.zeros(2, 2, 4, 6))


@pytest.mark.parametrize(("padding", "size"), [(0, (5, 8)), (1, (9, 12))])
def test_double_conv_is_two_convolutions_and_two_relus(
    unet: Any, padding: int, size: tuple[int, int]
) -> None:
    block = unet.DoubleConv(2, 3, padding)
    x = torch.randn(2, 2, 9, 12)
    first, second = (m for m in block.modules() if isinstance(m, nn.Conv2d))
    expected = F.relu(F.conv2d(x, first.weight, first.bias, padding=padding))
    expected = F.relu(F.conv2d(expected, second.weight, second.bias, padding=padding))
    assert block(x).shape == (2, 3, *size)
    torch.testing.assert_close(block(x), expected)


def test_an_up_block_is_upconv_concat_and_double_conv(unet: Any) -> None:
    block = unet.UpBlock(4)
    x, skip = torch.randn(2, 4, 3, 5), torch.randn(2, 2, 9, 13)
    up = F.conv_transpose2d(x, block.upconv.weight, block.upconv.bias, stride=2)
    expected = block.conv(torch.cat([skip[:, :, 1:7, 1:11], up], dim=1))
    assert [name for name, _ in block.named_children()] == ["upconv", "conv"]
    torch.testing.assert_close(block(x, skip), expected)


def test_the_unet_has_the_children_and_parameters_of_the_contract(unet: Any) -> None:
    with torch.device("meta"):
        model = unet.UNet()
    children = {name for name, child in model.named_children() if parameters(child)}
    assert children == {
        *(f"down{number}" for number in range(1, 5)),
        "bottleneck",
        *(f"up{number}" for number in range(1, 5)),
        "head",
    }
    assert parameters(model) == 31_030_658


def test_572_gives_388_by_the_full_unet_of_the_paper(unet: Any) -> None:
    with torch.device("meta"):
        scores = unet.UNet()(torch.zeros(1, 1, 572, 572))
    assert scores.shape == (1, 2, 388, 388)


@pytest.mark.parametrize(("padding", "size"), [(0, (188, 204)), (1, (16, 48))])
def test_the_unet_is_the_composition_of_its_children(
    unet: Any, padding: int, size: tuple[int, int]
) -> None:
    model = unet.UNet(3, 5, base_channels=2, padding=padding).double()
    x = torch.randn(2, 3, *size, dtype=torch.float64)
    downs, features = [], x
    for number in range(1, 5):
        downs.append(getattr(model, f"down{number}")(features))
        features = F.max_pool2d(downs[-1], 2)
    features = model.bottleneck(features)
    for number in range(4, 0, -1):
        block, skip = getattr(model, f"up{number}"), downs[number - 1]
        up = F.conv_transpose2d(features, block.upconv.weight, block.upconv.bias, stride=2)
        above = (skip.shape[2] - up.shape[2]) // 2
        left = (skip.shape[3] - up.shape[3]) // 2
        window = skip[:, :, above : above + up.shape[2], left : left + up.shape[3]]
        features = block.conv(torch.cat([window, up], dim=1))
    scores = model(x)
    lost = 0 if padding else 184
    assert scores.shape == (2, 5, size[0] - lost, size[1] - lost)
    torch.testing.assert_close(scores, model.head(features), rtol=1e-12, atol=1e-12)


def test_gradients_reach_the_contracting_path_through_the_skips(unet: Any) -> None:
    model = unet.UNet(1, 2, base_channels=2, padding=1)
    with torch.no_grad():
        model.up1.upconv.weight.zero_()  # the way from below is closed: only the skip is left
    model(torch.randn(1, 1, 32, 16)).sum().backward()
    assert any(parameter.grad.abs().sum() > 0 for parameter in model.down1.parameters())


@pytest.mark.parametrize("padding", [2, -1, "same"])
def test_the_unet_refuses_another_padding(unet: Any, padding: Any) -> None:
    with pytest.raises(ValueError, match="padding"):
        unet.UNet(base_channels=1, padding=padding)


@pytest.mark.parametrize("padding", [0, 1])
def test_exactly_the_contracts_sizes_pass_the_unet(unet: Any, padding: int) -> None:
    with torch.device("meta"):
        model, good = unet.UNet(base_channels=1, padding=padding), 204 if padding == 0 else 32
    for side in range(1, 240):
        fits = side % 16 == 12 and side >= 188 if padding == 0 else side % 16 == 0
        for size in ((side, good), (good, side)):
            x = torch.zeros(1, 1, *size, device="meta")
            if fits:
                assert model(x).shape[2:] == tuple(s - (184 if padding == 0 else 0) for s in size)
            else:
                with pytest.raises(ValueError, match=rf"\b{side}\b"):
                    model(x)
