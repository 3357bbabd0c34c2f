"""Misconceptions about `DoubleConv`, `UpBlock` and `UNet`; the crops are in `unet_crops`."""

# ruff: noqa: N801 -- the name of a class is the misconception's name, in words.
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.segmentation.unet.misconceptions.right_unet import (
    RightDoubleConv,
    RightUNet,
    RightUpBlock,
)


@misconception(
    "DoubleConv",
    explanation=Text(
        "There is no ReLU behind your second convolution. Both convolutions have one: the next "
        "layer is linear too, and two of them in a row are no more than one.",
        "두 번째 합성곱 뒤에 ReLU가 없습니다. 다음 층도 선형이므로 ReLU 없이 이어지면 하나의 층과 "
        "다르지 않습니다. 두 합성곱 뒤에 모두 ReLU를 두어야 합니다.",
    ),
    loses=("unet.double_conv", "unet.padded_double_conv"),
)
class second_relu_missing(RightDoubleConv):
    relus = (True, False)


@misconception(
    "DoubleConv",
    explanation=Text(
        "There is no ReLU between your two convolutions, which are then a single linear map. A "
        "ReLU follows each of them.",
        "두 합성곱 사이에 ReLU가 없어서 둘이 하나의 선형 변환과 같습니다. 각 합성곱 뒤에 ReLU가 "
        "와야 합니다.",
    ),
    loses=("unet.double_conv", "unet.padded_double_conv"),
)
class first_relu_missing(RightDoubleConv):
    relus = (False, True)


@misconception(
    "DoubleConv",
    explanation=Text(
        "Your convolutions never learn of the padding that is given. Hand it on to both of them.",
        "인자로 받은 padding이 합성곱에 전달되지 않습니다. 두 합성곱 모두에 전달해야 합니다.",
    ),
    loses=("unet.padded_double_conv",),
)
class padding_not_handed_on(RightDoubleConv):
    paddings = (False, False)


@misconception(
    "DoubleConv",
    explanation=Text(
        "Only your first convolution gets the padding, so the second one still takes two rows and "
        "two columns away. Hand it on to both of them.",
        "첫 번째 합성곱에만 padding이 전달되어, 두 번째 합성곱에서 행과 열이 두 줄씩 줄어듭니다. "
        "두 합성곱 모두에 전달해야 합니다.",
    ),
    loses=("unet.padded_double_conv",),
)
class padding_of_the_first_convolution_only(RightDoubleConv):
    paddings = (True, False)


@misconception(
    "UpBlock",
    explanation=Text(
        "You detached the skip from the graph. The scores stay right, but the contracting path "
        "learns nothing through its skips.",
        "skip을 graph에서 떼어냈습니다. 점수는 맞지만 수축 경로가 skip을 통해 아무것도 배우지 "
        "못합니다.",
    ),
    loses=("unet.step_up_gradients",),
)
class step_up_with_a_detached_skip(RightUpBlock):
    def crop(self, skip: Tensor, upsampled: Tensor) -> Tensor:
        return super().crop(skip.detach(), upsampled)


@misconception(
    "UpBlock",
    explanation=Text(
        "You join the upsampled map in front of the skip. The convolution behind it expects the "
        "channels of the skip first, as `concat_skip` gives them.",
        "upsampled를 skip보다 앞에 이어 붙였습니다. 뒤의 합성곱은 concat_skip이 내는 순서대로 "
        "skip의 채널이 먼저 오기를 기대합니다.",
    ),
    loses=("unet.step_up",),
)
class step_up_with_the_skip_last(RightUpBlock):
    def joined(self, skip: Tensor, upsampled: Tensor) -> Tensor:
        return torch.cat([upsampled, self.crop(skip, upsampled)], 1)


@misconception(
    "UpBlock",
    explanation=Text(
        "You resize the skip by interpolation until it fits. That moves its pixels to other places "
        "of the image: crop it at the centre.",
        "skip을 보간으로 줄여서 크기를 맞추었습니다. 그러면 픽셀이 이미지의 다른 위치로 "
        "옮겨집니다. 가운데에서 잘라야 합니다.",
    ),
    loses=("unet.step_up",),
)
class step_up_with_an_interpolated_skip(RightUpBlock):
    def crop(self, skip: Tensor, upsampled: Tensor) -> Tensor:
        h, w = upsampled.shape[2:]
        return F.interpolate(skip, size=(h, w), mode="bilinear", align_corners=False)


@misconception(
    "UpBlock",
    explanation=Text(
        "You put a ReLU behind the transposed convolution. In the U-Net nothing comes between it "
        "and the concatenation; the ReLUs belong to the convolutions of `DoubleConv`.",
        "전치 합성곱 뒤에 ReLU를 두었습니다. U-Net에서는 전치 합성곱과 이어 붙이기 사이에 아무것도 "
        "없습니다. ReLU는 DoubleConv의 합성곱에 속합니다.",
    ),
    loses=("unet.step_up",),
)
class relu_after_upsampling(RightUpBlock):
    def joined(self, skip: Tensor, upsampled: Tensor) -> Tensor:
        return super().joined(skip, F.relu(upsampled))


@misconception(
    "UpBlock",
    explanation=Text(
        "With the block and its inputs on a GPU something that you compute with lies on the CPU, "
        "as a map made by torch.zeros does, and where it meets the others the block stops. "
        "torch.cat joins skip and upsampled where they are.",
        "블록과 입력이 GPU에 있어도 계산에 쓰는 텐서 일부가 CPU에 있습니다. torch.zeros로 만든 "
        "맵이 그렇습니다. 다른 텐서와 만나면 중단됩니다. torch.cat은 skip과 upsampled를 같은 "
        "장치에서 이어 붙입니다.",
    ),
    loses=("unet.step_up_keeps_what_it_is_given",),
)
class step_up_joined_on_the_cpu(RightUpBlock):
    def joined(self, skip: Tensor, upsampled: Tensor) -> Tensor:
        parts = super().joined(skip, upsampled)
        joined = torch.zeros(parts.shape, dtype=parts.dtype)
        joined[:] = parts
        return joined


@misconception(
    "UNet",
    explanation=Text(
        "With network and image on a GPU some of your maps lie on the CPU: made there, or moved "
        "there to save memory, as skips sometimes are. Where they meet the others the network "
        "stops. Leave them where they are, or move them back before they are joined.",
        "네트워크와 이미지가 GPU에 있어도 일부 맵이 CPU에 있습니다. 거기에서 만들었거나, 메모리를 "
        "아끼려고 skip을 옮긴 경우입니다. 다른 맵과 만나면 중단됩니다. 그대로 두거나, 이어 붙이기 "
        "전에 다시 옮기십시오.",
    ),
    loses=("unet.paper_sizes",),
)
class network_with_skips_on_the_cpu(RightUNet):
    def skip(self, down: Tensor) -> Tensor:
        return down.cpu()


@misconception(
    "UNet",
    explanation=Text(
        "You hand the skips on detached from the graph. The scores are right, but the contracting "
        "path gets no gradient through its skips.",
        "skip을 graph에서 떼어 전달했습니다. 점수는 맞지만 수축 경로가 skip을 통해 gradient를 받지 "
        "못합니다.",
    ),
    loses=("unet.network_gradients",),
)
class network_with_detached_skips(RightUNet):
    def skip(self, down: Tensor) -> Tensor:
        return down.detach()


@misconception(
    "UNet",
    explanation=Text(
        "You pool by the average. The U-Net keeps the largest value of every 2 × 2 block.",
        "평균 풀링을 사용했습니다. U-Net은 2 × 2 블록마다 가장 큰 값을 남기는 max pooling을 "
        "사용합니다.",
    ),
    loses=("unet.unpadded_network", "unet.padded_network"),
)
class average_pooling(RightUNet):
    def pooled(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 2)


@misconception(
    "UNet",
    explanation=Text(
        "You put a ReLU behind the head. Scores are raw: a negative one says that a class is "
        "unlikely, and where all are negative a ReLU leaves nothing to tell them apart.",
        "head 뒤에 ReLU를 두었습니다. 점수는 그대로 내보내야 합니다. 음의 점수는 그 클래스일 "
        "가능성이 낮다는 뜻이고, 모두 음수이면 ReLU 뒤에는 구별할 수 없습니다.",
    ),
    loses=("unet.unpadded_network", "unet.padded_network"),
)
class relu_after_the_head(RightUNet):
    def forward(self, x: Tensor) -> Tensor:
        return F.relu(super().forward(x))


@misconception(
    "UNet",
    explanation=Text(
        "Your forward ends in a softmax. The head gives raw scores; the loss function applies the "
        "softmax itself.",
        "forward의 마지막에 softmax를 적용했습니다. head의 점수를 그대로 내보내야 합니다. "
        "softmax는 손실 함수가 적용합니다.",
    ),
    loses=("unet.unpadded_network", "unet.padded_network"),
)
class softmax_after_the_head(RightUNet):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


@misconception(
    "UNet",
    explanation=Text(
        "You do not ask whether the image's size fits. A pooling that meets an odd size drops a "
        "row in silence, and the skips no longer lie where they should: refuse such an image with "
        "a ValueError that says its size.",
        "이미지의 크기가 맞는지 확인하지 않습니다. 풀링이 홀수 크기를 만나면 한 줄이 조용히 "
        "버려지고 skip의 위치가 어긋납니다. 크기를 알려 주는 ValueError로 거절해야 합니다.",
    ),
    loses=("unet.unpadded_sizes", "unet.padded_sizes"),
)
class sizes_not_checked(RightUNet):
    def check_size(self, h: int, w: int) -> None:
        pass


@misconception(
    "UNet",
    explanation=Text(
        "Your constructor accepts a padding of 2 and more. Only with 0 or 1 do the sizes of all "
        "levels fit together: refuse any other with a ValueError that names padding.",
        "생성자가 0과 1이 아닌 padding도 받아들입니다. 모든 단계의 크기가 맞는 것은 0과 1뿐입니다. "
        "다른 값은 padding을 언급하는 ValueError로 거절해야 합니다.",
    ),
    loses=("unet.other_paddings",),
)
class any_padding_accepted(RightUNet):
    paddings = tuple(range(-9, 10))


@misconception(
    "UNet",
    explanation=Text(
        "Your network takes a padding but does not hand it on to its convolutions, so every level "
        "shrinks with padding 1, too. All the 3 × 3 convolutions need it.",
        "네트워크가 받은 padding을 합성곱에 전달하지 않아서 padding이 1이어도 단계마다 크기가 "
        "줄어듭니다. 모든 3 × 3 합성곱에 전달해야 합니다.",
    ),
    loses=("unet.padded_network", "unet.padded_sizes", "unet.network_gradients"),
)
class padding_that_reaches_no_convolution(RightUNet):
    def convolutions_padding(self, padding: int) -> int:
        return 0
