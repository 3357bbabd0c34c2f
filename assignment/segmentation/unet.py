"""U-Net: a contracting path that sees context, an expanding path that finds the place again.

    double convolution    H → H − 4 without padding (two 3 × 3), H → H with padding 1
    down                  H → H / 2 by 2 × 2 max pooling, channels × 2
    up                    H → 2·H by a 2 × 2 transposed convolution, channels / 2; then the
                          contracting path's map of that level, cropped, is put in front of it

Source: Ronneberger, Fischer & Brox 2015, "U-Net: Convolutional Networks for Biomedical Image
Segmentation", section 2 and figure 1.
"""

from __future__ import annotations

import torch
from torch import nn


def center_crop(x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Cut the centred (h, w) window out of every map.

    가운데에서 (h, w) 크기의 창을 잘라냅니다. 여백이 홀수이면 남는 한 줄은 아래쪽과 오른쪽에 둡니다.

    Where the margin H − h (or W − w) is odd, the window cannot sit in the middle: the extra row
    (column) is left over at the bottom (on the right).

    Args:
        x: (N, C, H, W), floating or integer.
        size: the pair (h, w), a tuple or a list.

    Returns:
        (N, C, h, w), dtype and device of `x`; it may be a view. Gradients reach `x`.

    Raises:
        ValueError: unless 1 ≤ h ≤ H and 1 ≤ w ≤ W; the message names `size`.

    Example:
        [[1, 2, 3, 4]] with size (1, 2) gives [[2, 3]]; with size (1, 1) it gives [[2]].
    """
    raise NotImplementedError("center_crop")


def concat_skip(skip: torch.Tensor, upsampled: torch.Tensor) -> torch.Tensor:
    """Crop the skip at its centre to the upsampled map's size and put both along the channels.

    skip을 가운데에서 잘라 upsampled와 크기를 맞춘 뒤, skip을 앞에 두고 채널 방향으로 이어 붙입니다.

    Args:
        skip: (N, C_skip, H, W), from the contracting path.
        upsampled: (N, C_up, h, w), from the level below, no larger than `skip`.

    Returns:
        (N, C_skip + C_up, h, w), the channels of `skip` first; gradients reach both.

    Raises:
        ValueError: `skip` is smaller than `upsampled` in height or width, or N differs; the
            message names `skip` or `upsampled`.

    Example:
        (1, 64, 568, 568) and (1, 64, 392, 392) give (1, 128, 392, 392); the skip's window starts
        at row and column (568 − 392) / 2 = 88.
    """
    raise NotImplementedError("concat_skip")


class DoubleConv(nn.Module):
    """3 × 3 convolution, ReLU, 3 × 3 convolution, ReLU.

    3 × 3 합성곱과 ReLU를 두 번 거듭합니다.

    The first convolution goes from `in_channels` to `out_channels`, the second one keeps them;
    both have a bias and the given padding. They are `nn.Conv2d`, in forward order.

    Example:
        DoubleConv(1, 64) maps (1, 1, 572, 572) to (1, 64, 568, 568); with padding=1 the height
        and width stay 572.
    """

    def __init__(self, in_channels: int, out_channels: int, padding: int = 0) -> None:
        super().__init__()
        raise NotImplementedError("DoubleConv.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (N, in_channels, H, W) to (N, out_channels, H − 4, W − 4), or H, W with padding 1.

        합성곱과 ReLU를 두 번 적용한 결과를 냅니다.
        """
        raise NotImplementedError("DoubleConv.forward")


class UpBlock(nn.Module):
    """One step of the expanding path: upsample, concatenate the skip, convolve twice.

    업샘플링한 뒤 skip을 이어 붙이고 합성곱을 두 번 적용합니다.

    Children, by these names:

        upconv    2 × 2 `nn.ConvTranspose2d` of stride 2 with a bias, from `in_channels` to
                  in_channels // 2
        conv      DoubleConv(in_channels, in_channels // 2, padding)

    `in_channels` is even. The skip has in_channels // 2 channels, so that after concatenation
    there are `in_channels` again.

    Example:
        UpBlock(1024) with x (1, 1024, 28, 28) and skip (1, 512, 64, 64): upconv gives
        (1, 512, 56, 56), the concatenation (1, 1024, 56, 56), conv (1, 512, 52, 52).
    """

    def __init__(self, in_channels: int, padding: int = 0) -> None:
        super().__init__()
        raise NotImplementedError("UpBlock.__init__")

    def forward(self, x: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
        """Bring x (N, in_channels, h, w) to twice its size and let it meet skip.

        x를 두 배로 키워 skip과 합칩니다.

        Args:
            x: (N, in_channels, h, w), from the level below.
            skip: (N, in_channels // 2, H, W) from the contracting path, H ≥ 2·h and W ≥ 2·w.

        Returns:
            (N, in_channels // 2, 2·h − 4, 2·w − 4), or 2·h, 2·w with padding 1.
        """
        raise NotImplementedError("UpBlock.forward")


class UNet(nn.Module):
    """The U-Net, with the paper's unpadded convolutions or with padding that keeps the size.

    논문 그대로의 U-Net입니다. padding=1이면 입력과 출력의 크기가 같습니다.

    Children, by these names; base is `base_channels`:

        down1 ... down4    DoubleConv to 1, 2, 4, 8 · base channels
        bottleneck         DoubleConv to 16 · base channels
        up4 ... up1        UpBlock, from 16, 8, 4, 2 · base channels down to 8, 4, 2, 1 · base
        head               1 × 1 convolution with a bias, from base channels to `num_classes`

    Between two neighbours on the way down lies a 2 × 2 max pooling of stride 2 (a child of yours
    if you like, under any name). Each `up` is fed what came out of the `down` of its number,
    before pooling. By default there are 31,030,658 parameters.

    What fits through: with padding 0, H and W must be ≡ 12 (mod 16) and at least 188, or some
    pooling would meet an odd size, or a level would be empty; the output is smaller by 184. With
    padding 1, H and W must be positive multiples of 16, and the output has their size.

    Args:
        in_channels: channels of the image.
        num_classes: how many score maps come out.
        base_channels: channels of the first level, 64 in the paper.
        padding: 0 (the paper's) or 1, for every 3 × 3 convolution.

    Raises:
        ValueError: for any other padding; the message names `padding`.

    Example:
        UNet() maps (1, 1, 572, 572) to (1, 2, 388, 388); UNet(padding=1) maps (1, 1, 96, 64) to
        (1, 2, 96, 64).
    """

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 2,
        base_channels: int = 64,
        padding: int = 0,
    ) -> None:
        super().__init__()
        raise NotImplementedError("UNet.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score every pixel that the network sees whole for every class.

        픽셀마다 클래스별 점수를 냅니다. padding=0이면 가장자리는 줄어듭니다.

        Args:
            x: (N, in_channels, H, W), of a size that fits (see above).

        Returns:
            (N, num_classes, H − 184, W − 184) with padding 0, (N, num_classes, H, W) with
            padding 1: raw scores.

        Raises:
            ValueError: H or W does not fit; the message holds the size, H or W as a number.
        """
        raise NotImplementedError("UNet.forward")
