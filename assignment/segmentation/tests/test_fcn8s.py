"""Public tests of fcn8s.py. The hidden ones ask the same with more numbers."""

from __future__ import annotations

import pytest
import torch
from fcn8s import FCN8s, convolutionalize, fuse_skip
from torch import nn


def parameters(module: nn.Module) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters())


def test_the_convolution_says_what_the_linear_layer_said() -> None:
    torch.manual_seed(0)
    linear = nn.Linear(3 * 4 * 4, 5, dtype=torch.float64)
    x = torch.randn(2, 3, 4, 4, dtype=torch.float64)
    conv = convolutionalize(linear, 3, 4)
    torch.testing.assert_close(
        conv(x).flatten(1),
        linear(x.flatten(1)),
        msg=lambda details: (
            "flatten(1) reads channel by channel, row by row: the weight must be cut up in the "
            f"same order.\n{details}"
        ),
    )
    assert conv(torch.zeros(1, 3, 6, 9, dtype=torch.float64)).shape == (1, 5, 3, 6), (
        "on a larger map there is one answer for every place the window fits, without padding"
    )


def test_the_convolution_owns_its_numbers_and_has_a_bias_only_if_the_linear_layer_has() -> None:
    linear = nn.Linear(2 * 3 * 3, 4, bias=False)
    conv = convolutionalize(linear, 2, 3)
    assert conv.bias is None, "linear has no bias, so the convolution has none either"
    before = conv.weight.detach().clone()
    with torch.no_grad():
        linear.weight.zero_()
    assert torch.equal(conv.weight, before), (
        "changing linear later changed the convolution: copy the numbers, do not share them"
    )


def test_a_linear_layer_of_another_size_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"(?i)linear|in_features|channels|kernel_size"):
        convolutionalize(nn.Linear(20, 4), 2, 3)


def test_the_skip_is_added_from_its_window_at_the_offset() -> None:
    coarse = torch.tensor([[[[100.0, 200.0]]]])
    skip = torch.arange(12.0).reshape(1, 1, 3, 4)
    torch.testing.assert_close(
        fuse_skip(coarse, skip, 2),
        torch.tensor([[[[110.0, 211.0]]]]),
        msg=lambda details: (
            "offset 2 means: row 2, column 2 of skip is the window's upper left corner; the "
            f"window is as large as coarse.\n{details}"
        ),
    )


@pytest.mark.parametrize("offset", [-1, 2, 3])
def test_a_window_that_does_not_fit_is_refused_by_name(offset) -> None:
    with pytest.raises(ValueError, match=r"(?i)coarse|skip|offset"):
        fuse_skip(torch.zeros(1, 2, 2, 3), torch.zeros(1, 2, 5, 4), offset)


def test_fcn8s_has_the_parameters_of_the_lectures_table() -> None:
    model = FCN8s()
    table = {
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
    children = dict(model.named_children())
    missing = [name for name in table if name not in children]
    assert not missing, f"the model needs children of these names: {missing}"
    counted = {name: parameters(children[name]) for name in table}
    wrong = {name: n for name, n in counted.items() if n != table[name]}
    assert not wrong, f"parameters of these children differ from the table: {wrong}"
    assert parameters(model) == 134_271_430


@pytest.mark.parametrize("size", [(1, 1), (33, 50), (64, 37)])
def test_scores_have_the_images_height_and_width(size) -> None:
    model = FCN8s(num_classes=3, base_channels=2, fc_channels=4).eval()
    with torch.no_grad():
        scores = model(torch.randn(2, 3, *size))
    assert scores.shape == (2, 3, *size), (
        f"an image of {size} gave scores of {tuple(scores.shape)}; think of ceil_mode, of padding "
        "100 and of the cut at 31"
    )


def pass_through(child: nn.Module) -> None:
    """Set a child's convolutions to hand on their first channel as it is."""
    with torch.no_grad():
        for parameter in child.parameters():
            parameter.zero_()
            if parameter.dim() == 4:
                middle = parameter.shape[-1] // 2
                parameter[0, 0, middle, middle] = 1


@pytest.mark.parametrize(
    ("path", "window"),
    [("score_pool3", 8), ("score_pool4", 16), ("classifier", 32)],
    ids=["pool3", "pool4", "pool5"],
)
def test_a_ramp_comes_out_where_it_went_in_by_each_of_the_three_depths(path, window) -> None:
    # The image grows by 1 a row and 2 a column. Max pooling over `window` pixels takes the last
    # pixel of each window, (window - 1) / 2 behind its centre; bilinear upsampling keeps a ramp.
    # So in the interior the scores are the image plus 3 · (window - 1) / 2, if offsets 5 and 9
    # and the cut at 31 are right: one pixel too far right is 2 too much.
    model = FCN8s(num_classes=1, base_channels=1, fc_channels=1).double().eval()
    for number in range(1, 6):
        pass_through(getattr(model, f"features{number}"))
    for name in ("classifier", "score_pool4", "score_pool3"):
        pass_through(getattr(model, name))
        if name != path:
            with torch.no_grad():
                for parameter in getattr(model, name).parameters():
                    parameter.zero_()

    height, width = 150, 180
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    image = (rows + 2 * columns).double()
    with torch.no_grad():
        scores = model(image.expand(1, 3, height, width))

    inside = (slice(64, height - 64), slice(64, width - 64))  # away from the padding's influence
    torch.testing.assert_close(
        scores[0, 0][inside],
        image[inside] + 3 * (window - 1) / 2,
        msg=lambda details: (
            f"The path by {path} comes out at another place than it went in: look at the offsets 5 "
            f"(pool4) and 9 (pool3), the cut at 31, and whether features feed the skips after "
            f"pooling.\n{details}"
        ),
    )
