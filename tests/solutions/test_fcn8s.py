"""`fcn8s.py` of the solution beside its contract and torch's own functions."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tests.solutions.tensors import parameters, scattered


@pytest.fixture
def fcn8s(segmentation: Any) -> Any:
    return segmentation["fcn8s"]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_convolutionalize_equals_the_linear_layer(
    fcn8s: Any, bias: bool, dtype: torch.dtype
) -> None:
    linear = nn.Linear(3 * 4 * 4, 5, bias=bias, dtype=dtype)
    conv = fcn8s.convolutionalize(linear, channels=3, kernel_size=4)
    x = scattered(2, 3, 4, 4, dtype=dtype)
    assert (conv.bias is not None) == bias
    assert conv.weight.dtype == dtype
    torch.testing.assert_close(conv(x).flatten(1), linear(x.flatten(1)))


def test_convolutionalize_copies(fcn8s: Any) -> None:
    linear = nn.Linear(2 * 3 * 3, 4)
    conv = fcn8s.convolutionalize(linear, 2, 3)
    shared = {parameter.data_ptr() for parameter in linear.parameters()}
    assert not shared & {parameter.data_ptr() for parameter in conv.parameters()}
    assert all(parameter.requires_grad for parameter in conv.parameters())


def test_convolutionalize_stays_on_the_device_of_the_linear_layer(fcn8s: Any) -> None:
    conv = fcn8s.convolutionalize(nn.Linear(8, 3, device="meta"), 2, 2)
    assert {parameter.device.type for parameter in conv.parameters()} == {"meta"}


def test_convolutionalize_refuses_a_layer_of_another_size(fcn8s: Any) -> None:
    with pytest.raises(ValueError, match=r"linear|channels|kernel_size"):
        fcn8s.convolutionalize(nn.Linear(19, 4), 2, 3)


@pytest.mark.parametrize("offset", [0, 2, 3])
def test_fuse_skip_adds_the_window_and_hands_gradients_back(fcn8s: Any, offset: int) -> None:
    coarse, skip = scattered(2, 3, 2, 4).requires_grad_(), scattered(2, 3, 5, 7).requires_grad_()
    fused = fcn8s.fuse_skip(coarse, skip, offset)
    for row, column in itertools.product(range(2), range(4)):
        expected = coarse[:, :, row, column] + skip[:, :, offset + row, offset + column]
        assert torch.equal(fused[:, :, row, column], expected)
    assert torch.autograd.gradcheck(lambda *maps: fcn8s.fuse_skip(*maps, offset), (coarse, skip))


@pytest.mark.parametrize(
    ("skip", "offset"),
    [
        ((2, 3, 5, 7), -1),
        ((2, 3, 5, 7), 4),
        ((2, 3, 9, 5), 2),
        ((1, 3, 5, 7), 1),
        ((2, 1, 5, 7), 1),
    ],
    ids=["negative", "too low", "too far right", "N differs", "K differs"],
)
def test_fuse_skip_refuses_a_window_that_does_not_fit(
    fcn8s: Any, skip: tuple[int, ...], offset: int
) -> None:
    with pytest.raises(ValueError, match=r"coarse|skip|offset"):
        fcn8s.fuse_skip(torch.zeros(2, 3, 2, 4), torch.zeros(skip), offset)


FCN8S_TABLE = {
    "features1": 38_720,
    "features2": 221_440,
    "features3": 1_475_328,
    "features4": 5_899_776,
    "features5": 7_079_424,
    "maxpool": 0,
    "classifier": 119_554_050,
    "upscore2": 64,
    "upscore4": 64,
    "upscore8": 1_024,
    "score_pool4": 1_026,
    "score_pool3": 514,
}


def test_fcn8s_has_the_children_and_parameters_of_the_contract(fcn8s: Any) -> None:
    with torch.device("meta"):
        model = fcn8s.FCN8s()
    assert {name: parameters(child) for name, child in model.named_children()} == FCN8S_TABLE
    assert parameters(model) == sum(FCN8S_TABLE.values()) == 134_271_430
    assert round(4 * parameters(model) / 1e6, 3) == 537.086  # float32, MB of 10^6 bytes


def test_fcn8s_is_vgg16_with_padding_100_in_front(fcn8s: Any) -> None:
    with torch.device("meta"):
        model = fcn8s.FCN8s()
    stages = [getattr(model, f"features{number}") for number in range(1, 6)]
    convolutions = [
        [child for child in stage.modules() if isinstance(child, nn.Conv2d)] for stage in stages
    ]
    assert [len(stage) for stage in convolutions] == [2, 2, 3, 3, 3]
    assert [stage[-1].out_channels for stage in convolutions] == [64, 128, 256, 512, 512]
    flat = [convolution for stage in convolutions for convolution in stage]
    assert {convolution.kernel_size for convolution in flat} == {(3, 3)}
    assert [convolution.padding[0] for convolution in flat] == [100] + [1] * 12


@pytest.mark.parametrize("child", ["upscore2", "upscore4", "upscore8"])
def test_upscoring_starts_bilinear_in_the_models_dtype(
    fcn8s: Any, segmentation: Any, child: str
) -> None:
    torch.set_default_dtype(torch.float64)
    try:
        layer = getattr(fcn8s.FCN8s(3, 1, 2), child)
    finally:
        torch.set_default_dtype(torch.float32)
    kernel_size, stride = (16, 8) if child == "upscore8" else (4, 2)
    assert (layer.kernel_size, layer.stride) == ((kernel_size,) * 2, (stride,) * 2)
    assert layer.bias is None
    assert layer.weight.dtype == torch.float64
    assert torch.equal(
        layer.weight, segmentation["transposed_conv"].bilinear_kernel(3, kernel_size).double()
    )


@pytest.mark.parametrize("size", [(1, 1), (1, 33), (26, 2), (31, 32), (59, 90)])
def test_fcn8s_gives_scores_of_the_images_size(fcn8s: Any, size: tuple[int, int]) -> None:
    model = fcn8s.FCN8s(num_classes=3, base_channels=1, fc_channels=2)
    assert model(torch.randn(2, 3, *size)).shape == (2, 3, *size)


def test_fcn8s_is_the_sum_of_its_three_depths(fcn8s: Any) -> None:
    # Another road to the same scores: plain functions, each depth upsampled by itself.
    model = fcn8s.FCN8s(num_classes=2, base_channels=2, fc_channels=3).double().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.4)
    x = torch.randn(2, 3, 40, 61, dtype=torch.float64)
    features, pools = x, []
    for number in range(1, 6):
        stage = getattr(model, f"features{number}")
        for place, layer in enumerate(m for m in stage.modules() if isinstance(m, nn.Conv2d)):
            padding = 100 if (number, place) == (1, 0) else 1
            features = F.relu(F.conv2d(features, layer.weight, layer.bias, padding=padding))
        features = F.max_pool2d(features, 2, 2, ceil_mode=True)
        pools.append(features)
    hidden, last = features, [m for m in model.classifier.modules() if isinstance(m, nn.Conv2d)]
    for layer in last[:-1]:
        hidden = F.relu(F.conv2d(hidden, layer.weight, layer.bias))
    score = F.conv2d(hidden, last[-1].weight, last[-1].bias)

    up2, up4, up8 = (model.upscore2.weight, model.upscore4.weight, model.upscore8.weight)
    from5 = F.conv_transpose2d(score, up2, stride=2)
    rows, columns = from5.shape[2:]
    from4 = F.conv2d(pools[3], model.score_pool4.weight, model.score_pool4.bias)
    from4 = from4[:, :, 5 : 5 + rows, 5 : 5 + columns]
    from5, from4 = (F.conv_transpose2d(part, up4, stride=2) for part in (from5, from4))
    rows, columns = from5.shape[2:]
    from3 = F.conv2d(pools[2], model.score_pool3.weight, model.score_pool3.bias)
    from3 = from3[:, :, 9 : 9 + rows, 9 : 9 + columns]
    from5, from4, from3 = (
        F.conv_transpose2d(part, up8, stride=8) for part in (from5, from4, from3)
    )
    expected = (from5 + from4 + from3)[:, :, 31:71, 31:92]

    scores = model(x)
    scale = max(part.abs().max() for part in (from5, from4, from3))
    assert (scores - expected).abs().max() <= 1e-12 * scale
    scores.sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_dropout_sleeps_in_eval_mode_only(fcn8s: Any) -> None:
    model, x = fcn8s.FCN8s(2, 1, 64), torch.randn(1, 3, 5, 6)
    assert not torch.equal(model.train()(x), model.train()(x))
    assert torch.equal(model.eval()(x), model.eval()(x))
