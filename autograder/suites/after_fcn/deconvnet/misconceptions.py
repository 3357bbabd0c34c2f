"""Small wrong implementations of the functions of `deconvnet.py`, with names."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.after_fcn.deconvnet.right_deconvnet import (
    RightDeconvNet,
    check_shapes,
    check_switches,
    max_pool_with_switches,
    unpool_with_switches,
)

POOL, UNPOOL, NET = "max_pool_with_switches", "unpool_with_switches", "DeconvNet"
PLACES = ("deconvnet.pool_switches", "deconvnet.pool_counts_the_rest")
SCORES = ("deconvnet.deconvnet_scores", "deconvnet.deconvnet_odd_sizes")
FOLLOWS = ("deconvnet.unpool_follows_switches", "deconvnet.unpool_has_the_size_asked_for")
Size = int | tuple[int, int]
Pooled = tuple[Tensor, Tensor]


def _pair(size: Size) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])


@misconception(
    POOL,
    explanation=Text(
        "Of equal values you take the last: a comparison with >= lets a later one win.",
        "같은 값 중 마지막 것을 골랐습니다. >=로 비교하면 나중 값이 이깁니다.",
    ),
    loses=("deconvnet.pool_ties",),
)
def last_of_a_tie(x: Tensor, size: Size) -> Pooled:
    return max_pool_with_switches(x, _pair(size), torch.ge)


@misconception(
    POOL,
    explanation=Text(
        "You round up: what is left at the bottom and right becomes a window of its own.",
        "올림을 했습니다. 아래와 오른쪽에 남는 부분까지 창이 되었습니다.",
    ),
    loses=("deconvnet.pool_leaves_a_rest", "deconvnet.pool_counts_the_rest"),
)
def windows_of_the_rest(x: Tensor, size: Size) -> Pooled:
    max_pool_with_switches(x, _pair(size))
    (sH, sW), (H, W) = _pair(size), x.shape[2:]
    padded = F.pad(x, (0, -W % sW, 0, -H % sH), value=-torch.inf)
    values, switches = max_pool_with_switches(padded, (sH, sW))
    wide = padded.shape[3]
    return values, switches // wide * W + switches % wide


@misconception(
    POOL,
    explanation=Text(
        "Your switches count through the whole tensor. They begin at 0 in each plane.",
        "switch를 텐서 전체에서 셌습니다. switch는 평면마다 0부터 시작합니다.",
    ),
    loses=PLACES,
)
def switches_through_the_whole_tensor(x: Tensor, size: Size) -> Pooled:
    values, switches = max_pool_with_switches(x, _pair(size))
    planes = torch.arange(x.shape[0] * x.shape[1], device=x.device)
    return values, switches + planes.reshape(*x.shape[:2], 1, 1) * (x.shape[2] * x.shape[3])


@misconception(
    POOL,
    explanation=Text(
        "Your switches count within the window. Add where the window begins in the plane.",
        "switch를 창 안에서 셌습니다. 창이 평면의 어디에서 시작하는지 더해야 합니다.",
    ),
    loses=PLACES,
)
def switches_within_the_window(x: Tensor, size: Size) -> Pooled:
    (sH, sW), W = _pair(size), x.shape[3]
    values, switches = max_pool_with_switches(x, (sH, sW))
    return values, switches // W % sH * sW + switches % W % sW


@misconception(
    POOL,
    explanation=Text(
        "Your switches are column · H + row. In row order they are row · W + column.",
        "switch가 열 · H + 행입니다. 행 순서로는 행 · W + 열입니다.",
    ),
    loses=PLACES,
)
def switches_in_column_order(x: Tensor, size: Size) -> Pooled:
    values, switches = max_pool_with_switches(x, _pair(size))
    return values, switches % x.shape[3] * x.shape[2] + switches // x.shape[3]


@misconception(
    POOL,
    explanation=Text(
        "Your rows are as wide as the windows together. The plane is W wide, with its rest.",
        "행의 너비를 창들의 너비 합으로 계산했습니다. 남는 열까지 합친 W가 평면의 너비입니다.",
    ),
    loses=("deconvnet.pool_counts_the_rest",),
)
def switches_in_the_cropped_map(x: Tensor, size: Size) -> Pooled:
    values, switches = max_pool_with_switches(x, _pair(size))
    W = x.shape[3]
    return values, switches // W * (W // _pair(size)[1] * _pair(size)[1]) + switches % W


@misconception(
    POOL,
    explanation=Text(
        "You took size for (width, height). It is (sH, sW), height first.",
        "size를 (너비, 높이)로 읽었습니다. 높이가 먼저인 (sH, sW)입니다.",
    ),
    loses=("deconvnet.pool_values", *PLACES, "deconvnet.pool_leaves_a_rest"),
)
def window_on_its_side(x: Tensor, size: Size) -> Pooled:
    max_pool_with_switches(x, _pair(size))
    return max_pool_with_switches(x, _pair(size)[::-1])


@misconception(
    POOL,
    explanation=Text(
        "The search starts from 0, so a window of negative values gives 0.",
        "0에서 찾기 시작하여, 음수뿐인 창이 0이 됩니다.",
    ),
    loses=("deconvnet.pool_values",),
)
def nothing_below_zero(x: Tensor, size: Size) -> Pooled:
    values, switches = max_pool_with_switches(x, _pair(size))
    return values.clamp(min=0), switches


@misconception(
    POOL,
    explanation=Text(
        "The values are cut off from x (detach, .data, no_grad): no gradient comes back.",
        "값이 x와 끊어져(detach, .data, no_grad) gradient가 돌아오지 않습니다.",
    ),
    loses=("deconvnet.pool_gradients",),
)
def pooled_values_detached(x: Tensor, size: Size) -> Pooled:
    return max_pool_with_switches(x.detach(), _pair(size))


@misconception(
    POOL,
    explanation=Text(
        "Your switches are int32. Indices are int64 in PyTorch, and so is the contract.",
        "switch가 int32입니다. PyTorch의 인덱스와 과제의 switch는 int64입니다.",
    ),
    loses=("deconvnet.pool_switches_are_int64",),
)
def switches_as_int32(x: Tensor, size: Size) -> Pooled:
    values, switches = max_pool_with_switches(x, _pair(size))
    return values, switches.to(torch.int32)


@misconception(
    POOL,
    explanation=Text(
        "You do not check size: a window that does not fit gives an empty map or torch's error.",
        "size를 확인하지 않아, 맞지 않는 창이 빈 맵이나 torch의 오류가 됩니다.",
    ),
    loses=("deconvnet.pool_refuses_size",),
)
def size_unchecked(x: Tensor, size: Size) -> Pooled:
    (sH, sW), (H, W) = _pair(size), x.shape[2:]
    if H // sH < 1 or W // sW < 1:
        return x[:, :, :0, :0], torch.zeros_like(x[:, :, :0, :0], dtype=torch.int64)
    return max_pool_with_switches(x, (sH, sW))


@misconception(
    UNPOOL,
    explanation=Text(
        "You double the size of x. Only output_size knows how large the map was.",
        "x의 크기를 두 배로 했습니다. 맵의 원래 크기는 output_size만이 알고 있습니다.",
    ),
    loses=("deconvnet.unpool_has_the_size_asked_for",),
)
def size_doubled(x: Tensor, switches: Tensor, output_size: tuple[int, int]) -> Tensor:
    check_shapes(x, switches)
    check_switches(switches, output_size)
    H, W = 2 * x.shape[2], 2 * x.shape[3]
    return unpool_with_switches(x, switches.clamp(max=H * W - 1), (H, W))


@misconception(
    UNPOOL,
    explanation=Text(
        "You let switches count through the whole result, so all land in the first plane.",
        "switch가 결과 전체를 가리킨다고 보아 모든 값이 첫 평면에 모였습니다.",
    ),
    loses=FOLLOWS,
)
def everything_into_the_first_plane(
    x: Tensor, switches: Tensor, output_size: tuple[int, int]
) -> Tensor:
    check_shapes(x, switches)
    check_switches(switches, output_size)
    y = x.new_zeros(x.shape[0] * x.shape[1] * output_size[0] * output_size[1])
    return y.scatter(0, switches.flatten(), x.flatten()).reshape(*x.shape[:2], *output_size)


@misconception(
    UNPOOL,
    explanation=Text(
        "You find row and column by H_out. A row has W_out cells: divide by W_out.",
        "H_out으로 행과 열을 구했습니다. 한 행은 W_out칸이므로 W_out으로 나누어야 합니다.",
    ),
    loses=FOLLOWS,
)
def rows_of_h_out_cells(x: Tensor, switches: Tensor, output_size: tuple[int, int]) -> Tensor:
    check_shapes(x, switches)
    check_switches(switches, output_size)
    H, W = output_size
    return unpool_with_switches(x, switches % H * W + switches // H, output_size)


@misconception(
    UNPOOL,
    explanation=Text(
        "You make zeros of the default dtype, on the CPU. They must be like x.",
        "0을 기본 dtype으로 CPU에 만들었습니다. x와 dtype과 장치가 같아야 합니다.",
    ),
    loses=("deconvnet.unpool_keeps_dtype_and_device",),
)
def zeros_in_the_default_dtype(x: Tensor, switches: Tensor, output_size: tuple[int, int]) -> Tensor:
    check_shapes(x, switches)
    check_switches(switches, output_size)
    y = torch.zeros(*x.shape[:2], output_size[0] * output_size[1])
    return y.scatter(2, switches.flatten(2), x.flatten(2).to(y.dtype)).reshape(
        *x.shape[:2], *output_size
    )


@misconception(
    UNPOOL,
    explanation=Text(
        "You do not compare the shapes of x and switches: values without a switch get lost.",
        "x와 switches의 shape을 비교하지 않아, switch가 없는 값이 사라집니다.",
    ),
    loses=("deconvnet.unpool_refuses_shapes",),
)
def shapes_of_switches_not_compared(
    x: Tensor, switches: Tensor, output_size: tuple[int, int]
) -> Tensor:
    check_switches(switches, output_size)
    y = x.new_zeros(*x.shape[:2], output_size[0] * output_size[1])
    return y.scatter(2, switches.flatten(2), x.flatten(2)).reshape(*x.shape[:2], *output_size)


@misconception(
    UNPOOL,
    explanation=Text(
        "Negative switches pass: Python counts them from the end. The first cell is 0.",
        "음수 switch를 막지 않아 Python이 끝에서부터 셉니다. 첫 칸은 0입니다.",
    ),
    loses=("deconvnet.unpool_refuses_switches",),
)
def negative_switches_from_the_end(
    x: Tensor, switches: Tensor, output_size: tuple[int, int]
) -> Tensor:
    check_switches(switches.abs(), output_size)
    return unpool_with_switches(x, switches % (output_size[0] * output_size[1]), output_size)


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
