"""Misconceptions about `DeconvNet`: which switches, which layers, in which order."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.after_fcn.deconvnet.right_deconvnet import (
    RightDeconvNet,
    unpool_with_switches,
)

NET = "DeconvNet"
SCORES = ("deconvnet.deconvnet_scores", "deconvnet.deconvnet_odd_sizes")


@misconception(
    NET,
    explanation=Text(
        "You unpool in the order of pooling: deconv n needs the switches of pooling n, and "
        "pooling 5 is the first on the way back.",
        "풀링한 순서대로 언풀링했습니다. deconv n에는 풀링 n의 switch가 필요하며, 되돌아올 "
        "때는 풀링 5가 먼저입니다.",
    ),
    loses=SCORES,
)
class SwitchesOfTheirOrder(RightDeconvNet):
    def mirror(self, n: int) -> int:
        return 6 - n


@misconception(
    NET,
    explanation=Text(
        "You unpool with switches that were kept from an earlier call. Each call has its own: "
        "begin forward with an empty list.",
        "앞선 호출에서 남은 switch로 언풀링했습니다. switch는 호출마다 새로 구해야 하므로 "
        "forward를 시작할 때 목록을 비워야 합니다.",
    ),
    loses=("deconvnet.deconvnet_after_training",),
)
class SwitchesOfTheFirstCall(RightDeconvNet):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept: list[Tensor] = []

    def pool(self, x: Tensor, size: int) -> tuple[Tensor, Tensor]:
        values, switches = super().pool(x, size)
        self.kept.append(switches)
        return values, self.kept[(len(self.kept) - 1) % 5]


@misconception(
    NET,
    explanation=Text(
        "You put every value at the upper left of its window; the switches say where.",
        "모든 값을 창의 왼쪽 위에 놓았습니다. 자리는 switch가 알려 줍니다.",
    ),
    loses=SCORES,
)
class SwitchesForgotten(RightDeconvNet):
    def unpool(self, x: Tensor, switches: Tensor, size: tuple[int, int]) -> Tensor:
        y = x.new_zeros(*x.shape[:2], *size)
        y[:, :, : 2 * x.shape[2] : 2, : 2 * x.shape[3] : 2] = x
        return y


@misconception(
    NET,
    explanation=Text(
        "You unpool to twice the size, where pooling dropped a row or column too: remember "
        "the size of what was pooled.",
        "풀링에서 행이나 열이 버려졌을 때도 두 배 크기로 언풀링했습니다. 풀링하기 전의 크기를 "
        "기억해 두어야 합니다.",
    ),
    loses=("deconvnet.deconvnet_odd_sizes",),
)
class OddSizesForgotten(RightDeconvNet):
    def unpool(self, x: Tensor, switches: Tensor, size: tuple[int, int]) -> Tensor:
        return unpool_with_switches(x, switches, (2 * x.shape[2], 2 * x.shape[3]))


@misconception(
    NET,
    explanation=Text(
        "No batch normalisation: every layer but score has one before its ReLU.",
        "배치 정규화가 없습니다. score를 뺀 모든 층에서 ReLU 앞에 옵니다.",
    ),
    loses=("deconvnet.deconvnet_layers",),
)
class WithoutNormalisation(RightDeconvNet):
    def layer(self, name: str, a: int, b: int, kernel: int) -> list[nn.Module]:
        return super().layer(name, a, b, kernel)[::2]


@misconception(
    NET,
    explanation=Text(
        "ReLU stands before batch normalisation; it is convolution, normalisation, ReLU.",
        "ReLU가 배치 정규화보다 먼저 옵니다. 합성곱, 정규화, ReLU 순서입니다.",
    ),
    loses=SCORES,
)
class ReluBeforeNormalisation(RightDeconvNet):
    def layer(self, name: str, a: int, b: int, kernel: int) -> list[nn.Module]:
        linear, norm, relu = super().layer(name, a, b, kernel)
        return [linear, relu, norm]


@misconception(
    NET,
    explanation=Text(
        "No ReLU on the way up: the mirrored layers have one each as well.",
        "올라가는 길에 ReLU가 없습니다. 거울에 비친 층에도 하나씩 있습니다.",
    ),
    loses=SCORES,
)
class NoReluOnTheWayUp(RightDeconvNet):
    def layer(self, name: str, a: int, b: int, kernel: int) -> list[nn.Module]:
        return super().layer(name, a, b, kernel)[: 2 if name.startswith("deconv") else 3]


@misconception(
    NET,
    explanation=Text(
        "On the way up you change channels in a stage's first layer; a mirror does in its last.",
        "올라갈 때 단계의 첫 층에서 채널 수를 바꿨습니다. 거울에서는 마지막 층이 바꿉니다.",
    ),
    loses=("deconvnet.deconvnet_layers",),
)
class ChannelsNotMirrored(RightDeconvNet):
    def table(self, b: int, fc: int):  # type: ignore[no-untyped-def]
        for name, widths, kernel in super().table(b, fc):
            up = name.startswith("deconv") and len(widths) > 2
            yield name, [widths[0], *widths[-1:] * (len(widths) - 1)] if up else widths, kernel


@misconception(
    NET,
    explanation=Text(
        "Without bias: batch normalisation would allow it, but here every layer has one.",
        "bias가 없습니다. 배치 정규화가 있으면 없어도 되지만 여기서는 모든 층에 있습니다.",
    ),
    loses=("deconvnet.deconvnet_layers",),
)
class WithoutBias(RightDeconvNet):
    def layer(self, name: str, a: int, b: int, kernel: int) -> list[nn.Module]:
        layers = super().layer(name, a, b, kernel)
        layers[0].register_parameter("bias", None)
        return layers


@misconception(
    NET,
    explanation=Text(
        "fc6 is padded and deconv_fc6 too, so the map stays 7 × 7; unpadded it becomes 1 × 1.",
        "fc6과 deconv_fc6에 padding이 있어 맵이 7 × 7로 남습니다. padding이 없어야 1 × 1이 됩니다.",
    ),
    loses=SCORES,
)
class PaddedFc6(RightDeconvNet):
    def layer(self, name: str, a: int, b: int, kernel: int) -> list[nn.Module]:
        layers = super().layer(name, a, b, kernel)
        layers[0].padding = (kernel // 2, kernel // 2)  # type: ignore[assignment]
        return layers


@misconception(
    NET,
    explanation=Text(
        "forward ends in softmax. Scores are raw, as score gives them.",
        "forward가 softmax로 끝납니다. 점수는 score가 낸 그대로입니다.",
    ),
    loses=SCORES,
)
class SoftmaxAtTheEnd(RightDeconvNet):
    def finish(self, x: Tensor) -> Tensor:
        return super().finish(x).softmax(1)


@misconception(
    NET,
    explanation=Text(
        "Batch normalisation always takes the batch's statistics, in eval mode too.",
        "평가 모드에서도 배치 정규화가 언제나 배치의 통계를 씁니다.",
    ),
    loses=(*SCORES, "deconvnet.deconvnet_after_training"),
)
class NoRunningStatistics(RightDeconvNet):
    def layer(self, name: str, a: int, b: int, kernel: int) -> list[nn.Module]:
        linear, _, relu = super().layer(name, a, b, kernel)
        return [linear, nn.BatchNorm2d(b, track_running_stats=False), relu]


@misconception(
    NET,
    explanation=Text(
        "A small image is left to fc6, whose error does not say which size was too small.",
        "작은 이미지를 확인하지 않아, 어떤 크기가 문제인지 알려 주지 않는 fc6의 오류가 납니다.",
    ),
    loses=("deconvnet.deconvnet_refuses_small_images",),
)
class SizeOfTheImageUnchecked(RightDeconvNet):
    def check(self, H: int, W: int) -> None:
        pass


@misconception(
    NET,
    explanation=Text(
        "dropout after fc6 and fc7, as in VGG-16: with batch normalisation there is none.",
        "VGG-16처럼 fc6과 fc7 뒤에 dropout을 두었습니다. 배치 정규화를 쓰므로 dropout은 없습니다.",
    ),
    loses=("deconvnet.deconvnet_in_training",),
)
class DropoutAfterFc(RightDeconvNet):
    def layer(self, name: str, a: int, b: int, kernel: int) -> list[nn.Module]:
        layers = super().layer(name, a, b, kernel)
        return [*layers, nn.Dropout()] if name.startswith("fc") else layers
