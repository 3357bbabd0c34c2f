"""Misconceptions about `atrous_conv2d` and `ASPP`."""

# ruff: noqa: N801 -- the name of a class is the misconception's name, in words.

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.after_fcn.atrous.misconceptions.right_conv import conv

CHEN = (6, 12, 18, 24)


@misconception(
    "atrous_conv2d",
    explanation=Text(
        "You flip the kernel, as the convolution of mathematics does. Networks do not.",
        "수학의 합성곱처럼 커널을 뒤집습니다. 네트워크의 합성곱은 뒤집지 않습니다.",
    ),
    loses=("atrous.taps_lie_rate_apart",),
)
def kernel_flipped(*args: Any, **kwargs: Any) -> Tensor:
    return conv(*args, **{**kwargs, "mistake": "flipped"})


@misconception(
    "atrous_conv2d",
    explanation=Text(
        "A pair of rates is taken as (horizontal, vertical). The vertical one comes first.",
        "rate의 쌍을 (가로, 세로)로 읽습니다. 세로가 먼저입니다.",
    ),
    loses=("atrous.rate_is_vertical_and_horizontal",),
)
def rates_swapped(*args: Any, **kwargs: Any) -> Tensor:
    return conv(*args, **{**kwargs, "mistake": "swapped"})


@misconception(
    "atrous_conv2d",
    explanation=Text(
        "All zeros stand above and to the left. Half of them belong below and to the right.",
        "0을 모두 위와 왼쪽에 덧붙입니다. 절반은 아래와 오른쪽에 있어야 합니다.",
    ),
    loses=("atrous.padding_adds_zeros_on_every_side",),
)
def padding_on_one_side(*args: Any, **kwargs: Any) -> Tensor:
    return conv(*args, **{**kwargs, "mistake": "one side"})


@misconception(
    "atrous_conv2d",
    explanation=Text(
        "The bias is added once a tap. It belongs to the sum, once.",
        "bias를 탭마다 더합니다. 합에 한 번만 더해야 합니다.",
    ),
    loses=("atrous.bias_belongs_to_its_output_channel",),
)
def bias_added_for_every_tap(*args: Any, **kwargs: Any) -> Tensor:
    return conv(*args, **{**kwargs, "mistake": "bias a tap"})


@misconception(
    "atrous_conv2d",
    explanation=Text(
        "No gradient reaches weight: a detached copy of it is multiplied.",
        "weight까지 gradient가 전달되지 않습니다. 떼어 낸 사본을 곱했습니다.",
    ),
    loses=("atrous.conv_gradients",),
)
def weight_detached(*args: Any, **kwargs: Any) -> Tensor:
    return conv(*args, **{**kwargs, "mistake": "detached"})


@misconception(
    "atrous_conv2d",
    explanation=Text(
        "The result is float32 whatever comes in. A new tensor has a dtype of its own.",
        "입력과 관계없이 결과가 float32입니다. 새로 만든 텐서에도 dtype이 있습니다.",
    ),
    loses=("atrous.conv_keeps_dtype_and_device",),
)
def zeros_of_the_default_dtype(*args: Any, **kwargs: Any) -> Tensor:
    return conv(*args, **{**kwargs, "mistake": "float32"})


@misconception(
    "atrous_conv2d",
    explanation=Text(
        "A rate of 0 or a negative padding passes. Neither has a meaning: ValueError.",
        "0인 rate나 음수 padding이 통과합니다. 뜻이 없는 값이므로 ValueError입니다.",
    ),
    loses=("atrous.conv_refuses_settings",),
)
def settings_unchecked(*args: Any, **kwargs: Any) -> Tensor:
    return conv(*args, **{**kwargs, "mistake": "settings"})


class _Branches(nn.Module):
    """Right; a subclass makes one mistake."""

    def __init__(self, in_channels: int, out_channels: int, rates: Sequence[int] = CHEN) -> None:
        super().__init__()
        if not rates or min(rates) < 1:
            raise ValueError("rates must be at least one number of at least 1")
        self.rates = tuple(rates)
        for i in range(1, len(rates) + 1):
            self.add_module(f"branch{i}", nn.Conv2d(in_channels, out_channels, 3))

    def maps(self, x: Tensor) -> list[Tensor]:
        held = [branch.parameters() for branch in self.children()]
        return [conv(x, w, b, r, r) for (w, b), r in zip(held, self.rates, strict=True)]

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack(self.maps(x)).sum(0)


@misconception(
    "ASPP",
    explanation=Text(
        "You average the branches. They are added up, however many there are.",
        "가지들을 평균했습니다. 몇 개이든 더합니다.",
    ),
    loses=("atrous.branches_are_added_up",),
)
class branches_averaged(_Branches):
    def forward(self, x: Tensor) -> Tensor:
        return torch.stack(self.maps(x)).mean(0)


@misconception(
    "ASPP",
    explanation=Text(
        "A ReLU follows each branch. The scores are raw: nothing stands behind the convolution.",
        "가지마다 ReLU가 있습니다. 점수는 그대로여야 하므로 합성곱 뒤에는 아무것도 없습니다.",
    ),
    loses=("atrous.branches_are_added_up",),
)
class relu_behind_each_branch(_Branches):
    def forward(self, x: Tensor) -> Tensor:
        return torch.stack(self.maps(x)).relu().sum(0)


@misconception(
    "ASPP",
    explanation=Text(
        "All branches use the weights of the first. Each has its own.",
        "모든 가지가 첫 가지의 가중치를 씁니다. 가지마다 자기 가중치가 있습니다.",
    ),
    loses=("atrous.branches_are_added_up", "atrous.aspp_gradients"),
)
class first_weights_for_all(_Branches):
    def maps(self, x: Tensor) -> list[Tensor]:
        weight, bias = self.get_submodule("branch1").parameters()
        return [conv(x, weight, bias, rate, rate) for rate in self.rates]


@misconception(
    "ASPP",
    explanation=Text(
        "Branches whose rate exceeds the map are left out. Their middle tap still sees it.",
        "rate가 맵보다 큰 가지를 뺍니다. 그 가지의 가운데 탭은 여전히 맵을 봅니다.",
    ),
    loses=("atrous.rates_may_exceed_the_map",),
)
class large_rates_left_out(_Branches):
    def forward(self, x: Tensor) -> Tensor:
        maps, least = self.maps(x), min(x.shape[2:])
        kept = [y for y, rate in zip(maps, self.rates, strict=True) if rate <= least]
        return torch.stack(kept or maps).sum(0)
