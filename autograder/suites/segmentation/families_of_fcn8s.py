"""Results that FCN-8s would have with one thing done otherwise: an offset, a cut, a scale."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import torch.nn.functional as F
from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.authoring.traits import Relative
from autograder.document.text import Text
from autograder.suites.segmentation.fcn8s import oracle as fcn

Weights = dict[str, tuple[Tensor, ...]]


def fcn8s(trial: Trial) -> Iterator[Relative]:
    """Offsets, cuts and skips; what the trunk gives is computed once for all of them."""
    image, weights = trial.tensor("x"), dict(trial.parameters)
    if image is None or not {"features1", "classifier", "upscore8"} <= weights.keys():
        return
    maps = _Maps(image, weights)
    for k in range(14):
        if k != fcn.OFFSET_POOL4:
            text = Text(
                f"the scores of pool4 are fused at offset {k}, where 5 is right",
                f"pool4의 점수를 5가 아니라 오프셋 {k}에서 더했습니다",
            )
            yield Relative(("pool4", k), text, partial(maps.scores, pool4=k))
    for k in range(20):
        if k != fcn.OFFSET_POOL3:
            text = Text(
                f"the scores of pool3 are fused at offset {k}, where 9 is right",
                f"pool3의 점수를 9가 아니라 오프셋 {k}에서 더했습니다",
            )
            yield Relative(("pool3", k), text, partial(maps.scores, pool3=k))
    for k in range(64):
        if k != fcn.CUT:
            text = Text(
                f"the scores are cut at {k}, where 31 is right",
                f"최종 점수를 31이 아니라 {k}에서 잘랐습니다",
            )
            yield Relative(("cut", k), text, partial(maps.scores, cut=k))
    centre = Text("the scores are cut at the centre", "최종 점수를 가운데에서 잘랐습니다")
    yield Relative("centre", centre, partial(maps.scores, cut=-1))
    swapped = Text(
        "the offsets of pool4 and pool3 are exchanged", "pool4와 pool3의 오프셋이 바뀌었습니다"
    )
    yield Relative("swapped", swapped, partial(maps.scores, pool4=9, pool3=5))
    for key, four, three, en, ko in (
        ("no pool4", 0.0, 1.0, "the skip of pool4 is left out", "pool4의 skip이 빠져 있습니다"),
        ("no pool3", 1.0, 0.0, "the skip of pool3 is left out", "pool3의 skip이 빠져 있습니다"),
        ("no skips", 0.0, 0.0, "both skips are left out", "skip이 둘 다 빠져 있습니다"),
    ):
        left_out = partial(maps.scores, scale4=four, scale3=three)
        yield Relative(key, Text(en, ko), left_out)
    for key, a, b in (("0.01", 1e-2, 1e-4), ("0.01 both", 1e-2, 1e-2)):
        text = Text(
            f"the features of pool4 are multiplied by {a:g} and those of pool3 by {b:g}, "
            "where both should be left as they are",
            f"pool4의 특징에 {a:g}, pool3의 특징에 {b:g}을(를) 곱했습니다. 그대로 두어야 합니다",
        )
        yield Relative(key, text, partial(maps.scores, features4=a, features3=b))
    relu = Text("a ReLU stands behind each fusion", "점수를 더할 때마다 뒤에 ReLU가 있습니다")
    yield Relative("relu", relu, partial(maps.scores, relu=True))
    floor = Text(
        "pooling rounds sizes down, where ceil_mode rounds them up",
        "풀링이 크기를 내림합니다. ceil_mode로 올림해야 합니다",
    )
    yield Relative("floor", floor, partial(maps.scores, ceil=False))
    before = Text(
        "the skips are taken before pooling, where the pooled maps are right",
        "skip을 풀링하기 전의 맵에서 가져왔습니다. 풀링한 뒤의 맵이어야 합니다",
    )
    yield Relative("before pooling", before, maps.scores_of_unpooled_skips)
    linear = Text(
        "there is no ReLU between the layers of the classifier",
        "classifier의 층 사이에 ReLU가 없습니다",
    )
    yield Relative("classifier", linear, partial(maps.scores, relus=False))


class _Maps:
    """The maps of one network on one image."""

    def __init__(self, image: Tensor, weights: Weights) -> None:
        self._image, self._weights = image, weights
        self._trunks: dict[tuple[bool, bool], fcn.Trunk] = {}

    def _trunk(self, *, ceil: bool, relus: bool) -> fcn.Trunk:
        if (ceil, relus) not in self._trunks:
            given = fcn.given(self._weights)
            of = fcn.trunk(self._image, given, ceil=ceil)
            if not relus:
                hidden = given("classifier", 0, self._pool5(ceil=ceil), 0)
                hidden = given("classifier", 1, hidden, 0)
                of = fcn.Trunk(of.pool3, of.pool4, hidden)
            self._trunks[ceil, relus] = of
        return self._trunks[ceil, relus]

    def _pool5(self, *, ceil: bool) -> Tensor:
        x = self._trunk(ceil=ceil, relus=True).pool4
        for layer in range(fcn.DEPTHS[4]):
            x = F.relu(fcn.given(self._weights)("features5", layer, x, 1))
        return F.max_pool2d(x, 2, stride=2, ceil_mode=ceil)

    def scores_of_unpooled_skips(self) -> Tensor:
        given, of = fcn.given(self._weights), self._trunk(ceil=True, relus=True)
        x = self._image
        stages: list[Tensor] = []
        for stage in range(1, 5):
            for layer in range(fcn.DEPTHS[stage - 1]):
                padding = fcn.PAD if stage == 1 and layer == 0 else 1
                x = F.relu(given(f"features{stage}", layer, x, padding))
            stages.append(x)
            x = F.max_pool2d(x, 2, stride=2, ceil_mode=True)
        unpooled = fcn.Trunk(stages[2], stages[3], of.hidden)
        return fcn.cut(fcn.head(unpooled, self._weights), *self._image.shape[2:])

    def scores(
        self,
        *,
        pool4: int = fcn.OFFSET_POOL4,
        pool3: int = fcn.OFFSET_POOL3,
        cut: int = fcn.CUT,
        scale4: float = 1.0,
        scale3: float = 1.0,
        features4: float = 1.0,
        features3: float = 1.0,
        relu: bool = False,
        ceil: bool = True,
        relus: bool = True,
    ) -> Tensor:
        of = self._trunk(ceil=ceil, relus=relus)
        of = fcn.Trunk(of.pool3 * features3, of.pool4 * features4, of.hidden)
        steps = iter(((pool4, scale4), (pool3, scale3)))

        def fuse(coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
            at, scale = next(steps)
            fused = fcn.fuse_skip(coarse, scale * skip, at)
            return fused.clamp(min=0) if relu else fused

        scores = fcn.head(of, self._weights, fuse)
        h, w = self._image.shape[2:]
        if cut < 0:
            return fcn.window(scores, (scores.shape[2] - h) // 2, (scores.shape[3] - w) // 2, h, w)
        return fcn.window(scores, cut, cut, h, w)
