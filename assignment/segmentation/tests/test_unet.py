"""Public tests of unet.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from unet import DoubleConv, UNet, UpBlock, center_crop, concat_skip


def parameters(module: nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize(
    ("size", "rows", "columns"),
    [((3, 4), slice(1, 4), slice(1, 5)), ([2, 3], slice(1, 3), slice(1, 4))],
    ids=["even margins", "odd margins"],
)
def test_the_window_is_centred_and_an_odd_margin_is_left_at_the_bottom_right(
    size, rows, columns
) -> None:
    x = torch.arange(2 * 2 * 5 * 6).reshape(2, 2, 5, 6)
    assert torch.equal(center_crop(x, size), x[:, :, rows, columns]), (
        f"from 5 x 6 to {size}: the window starts at row 1 and column 1"
    )


@pytest.mark.parametrize("size", [(6, 2), (2, 7), (0, 2)])
def test_a_window_that_does_not_fit_is_refused_by_name(size) -> None:
    with pytest.raises(ValueError, match=r"(?i)\b(size|x)(?![a-z])"):
        center_crop(torch.zeros(1, 1, 5, 6), size)


def test_the_cropped_skip_comes_first() -> None:
    skip, upsampled = torch.rand(2, 3, 6, 8), torch.rand(2, 2, 4, 4)
    joined = concat_skip(skip, upsampled)
    assert joined.shape == (2, 5, 4, 4), f"(N, C_skip + C_up, h, w), not {tuple(joined.shape)}"
    assert torch.equal(joined[:, :3], skip[:, :, 1:5, 2:6]), "the skip, cropped, comes first"
    assert torch.equal(joined[:, 3:], upsampled), "the upsampled map comes second, as it is"


def test_a_skip_that_is_too_small_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"(?i)skip|upsampled"):
        concat_skip(torch.zeros(1, 2, 4, 8), torch.zeros(1, 2, 5, 6))


@pytest.mark.parametrize(("padding", "size"), [(0, (6, 9)), (1, (10, 13))])
def test_double_conv_and_padding(padding, size) -> None:
    block = DoubleConv(2, 5, padding)
    y = block(torch.randn(3, 2, 10, 13))
    assert y.shape == (3, 5, *size), f"padding {padding} gives 10 x 13 -> {tuple(y.shape[2:])}"
    assert (y >= 0).all(), "a ReLU follows the second convolution too"
    assert parameters(block) == (2 * 9 + 1) * 5 + (5 * 9 + 1) * 5


def test_an_up_block_doubles_the_size_and_halves_the_channels() -> None:
    block = UpBlock(8)
    y = block(torch.randn(2, 8, 5, 6), torch.randn(2, 4, 14, 15))
    assert y.shape == (2, 4, 6, 8), f"5 x 6 doubles to 10 x 12 and loses 4: {tuple(y.shape)}"
    children = dict(block.named_children())
    assert {"upconv", "conv"} <= set(children), "the children are called upconv and conv"


def test_the_unet_of_the_paper_has_31_million_parameters() -> None:
    assert parameters(UNet()) == 31_030_658


def test_572_gives_388_as_in_the_paper_and_padding_keeps_the_size() -> None:
    with torch.no_grad():
        paper = UNet(base_channels=2)(torch.randn(1, 1, 572, 188))
        same = UNet(3, 4, base_channels=2, padding=1)(torch.randn(2, 3, 32, 48))
    assert paper.shape == (1, 2, 388, 4), f"572 x 188 gives 388 x 4: {tuple(paper.shape)}"
    assert same.shape == (2, 4, 32, 48), f"padding=1 keeps 32 x 48: {tuple(same.shape)}"


@pytest.mark.parametrize(
    ("padding", "height", "width"), [(0, 572, 570), (0, 172, 188), (1, 40, 32)]
)
def test_a_size_that_cannot_pass_is_refused_and_named(padding, height, width) -> None:
    model = UNet(base_channels=1, padding=padding)
    with pytest.raises(ValueError, match=f"{height}|{width}"):
        model(torch.zeros(1, 1, height, width))


def test_another_padding_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"(?i)padding"):
        UNet(padding=2)
