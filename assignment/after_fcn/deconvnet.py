"""DeconvNet: pooling remembers where each maximum lay, and unpooling puts it back there.

For a window of sH × sW rows and columns, in a plane of W columns read row by row:

    pooling      values[i, j] = max x[r, c]              over the window's rows r and columns c
                 switches[i, j] = r · W + c              of the first place that holds it
    unpooling    y[switches[i, j]] = values[i, j]        and 0 everywhere else
    DeconvNet    VGG-16 down to 1 × 1, then its mirror: unpooling n with the switches of pooling n

Source: Noh, Hong & Han 2015, "Learning Deconvolution Network for Semantic Segmentation": section
3.1 and figure 2 (the network), 3.2.1 (unpooling with switches), 4.1 (batch normalisation after
every layer), 6.1 (about 252 million parameters). The stages are those of VGG-16: Simonyan &
Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image Recognition".

Not allowed in this file: pooling and unpooling of the library (`max_pool...`, `MaxPool`,
`fractional_max_pool...`, `adaptive_...`, `Adaptive...`, `max_unpool...`, `MaxUnpool`), under
whatever name it is reached.
"""

from __future__ import annotations

import torch
from torch import nn


def max_pool_with_switches(
    x: torch.Tensor, size: int | tuple[int, int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Take the largest value of each window, and remember where it lay.

    창마다 가장 큰 값과 그 위치(switch)를 함께 냅니다. 같은 값이 여럿이면 행 순서로 처음 것입니다.

    Windows do not overlap: window (i, j) covers the rows sH·i ... sH·i + sH − 1 and the columns
    sW·j ... sW·j + sW − 1. A rest at the bottom or on the right that fills no window is left out.

    Args:
        x: (N, C, H, W), float32 or float64, possibly non-contiguous.
        size: the window's height and width, an int for both or a pair (sH, sW), a tuple or a
            list; at least 1 and at most (H, W).

    Returns:
        The pair (values, switches), both (N, C, floor(H / sH), floor(W / sW)) on the device of
        `x`: the values in the dtype of `x`, gradients reach `x` through them (they are graded
        where no window has a tie); the switches int64, counted through the (H, W) plane of their
        own sample and channel: switch = row · W + column. Of several largest values the first in
        row order counts.

    Raises:
        ValueError: `size` is smaller than 1, or larger than the map, in either direction; the
            message names `size`.

    Example:
        [[1, 5, 2, 0, 9],
         [5, 3, 4, 4, 8],
         [7, 6, 7, 1, 3]] with size 2 gives values [[5, 4]] and switches [[1, 7]]: 5 comes twice,
        first in row 0, column 1; 9, 8 and the last row are in no window.
    """
    raise NotImplementedError("max_pool_with_switches")


def unpool_with_switches(
    x: torch.Tensor, switches: torch.Tensor, output_size: tuple[int, int]
) -> torch.Tensor:
    """Put every value back where its switch points, zeros elsewhere.

    switch가 가리키는 자리에 값을 되돌려 놓고 나머지는 0으로 둡니다.

    The values need not be those that were pooled: in the network they come from further on, and
    only the places are those of the pooling.

    Args:
        x: (N, C, h, w), float32 or float64, possibly non-contiguous.
        switches: int64, of the shape of `x`, as `max_pool_with_switches` gives them; no plane has
            one twice.
        output_size: the pair (H_out, W_out), a tuple or a list, each at least 1.

    Returns:
        (N, C, H_out, W_out), dtype and device of `x`; gradients reach `x`.

    Raises:
        ValueError: `switches` is not of the shape of `x`, or a switch lies outside the plane
            (below 0, or H_out · W_out and more); the message names one of the arguments involved.

    Example:
        x = [[5, 4]] with switches = [[1, 7]] and output_size = (3, 5) gives [[0, 5, 0, 0, 0],
                                                                              [0, 0, 4, 0, 0],
                                                                              [0, 0, 0, 0, 0]].
    """
    raise NotImplementedError("unpool_with_switches")


class DeconvNet(nn.Module):
    """VGG-16 down to one value a channel, and its mirror back up to the image's size.

    VGG-16으로 1 × 1까지 줄인 뒤, 거울처럼 뒤집은 층들로 원래 크기까지 되돌립니다.

    Children, by these names; base is `base_channels`, K is `num_classes`; "+" is
    `nn.BatchNorm2d` with its default settings and ReLU after the layer:

        child         is                                                      parameters by default
        conv1         2 convolutions 3 × 3 to 1, 1 · base channels, each +                   38,976
        conv2         2 convolutions 3 × 3 to 2, 2 · base channels, each +                  221,952
        conv3         3 convolutions 3 × 3 to 4, 4, 4 · base channels, each +             1,476,864
        conv4         3 convolutions 3 × 3 to 8, 8, 8 · base channels, each +             5,902,848
        conv5         3 convolutions 3 × 3 to 8, 8, 8 · base channels, each +             7,082,496
        fc6           7 × 7 convolution to fc_channels, +                               102,772,736
        fc7           1 × 1 convolution to fc_channels, +                                16,789,504
        deconv_fc6    7 × 7 transposed convolution to 8 · base channels, +              102,761,984
        deconv5       3 transposed convolutions 3 × 3 to 8, 8, 8 · base, each +           7,082,496
        deconv4       3 transposed convolutions 3 × 3 to 8, 8, 4 · base, each +           5,902,080
        deconv3       3 transposed convolutions 3 × 3 to 4, 4, 2 · base, each +           1,476,480
        deconv2       2 transposed convolutions 3 × 3 to 2, 1 · base, each +                221,760
        deconv1       2 transposed convolutions 3 × 3 to 1, 1 · base, each +                 74,112
        score         1 × 1 convolution to K, nothing after it                                1,365
                                                                                        251,805,653

    (1,007.223 MB as float32. A layer from a to b channels has a·b·k² + b parameters and 2·b of
    batch normalisation; conv1 has 1,920 + 37,056.)

    - The 3 × 3 layers have stride 1 and padding 1, the 7 × 7 ones no padding. Every layer has a
      bias.
    - The layers after fc7 mirror those before it one by one, each going from its mirror's outputs
      to its mirror's inputs: conv4 is 4 → 8, 8 → 8, 8 → 8, so deconv4 is 8 → 8, 8 → 8, 8 → 4.
      Only the very last, the mirror of 3 → base, stays at base, because `score` follows.
    - Convolutions are `nn.Conv2d`, transposed ones `nn.ConvTranspose2d`, each followed by its
      batch normalisation, in forward order inside their child. There is no dropout.
    - `DeconvNet()` must also be possible under `with torch.device("meta"):`.

    Forward, with H = 224 as example:

        n = 1 ... 5                      conv n, then pooling n: 2 × 2 `max_pool_with_switches`
                                         224 → 112 → 56 → 28 → 14 → 7
        fc6, fc7, deconv_fc6             7 → 1 → 1 → 7
        n = 5 ... 1                      `unpool_with_switches` with the switches of pooling n, to
                                         the size that pooling n was given; then deconv n
                                         7 → 14 → 28 → 56 → 112 → 224
        score                            K maps of 224

    An odd size loses its last row in pooling n and gets it back, as zeros, in unpooling n. After
    five poolings floor(H / 32) rows are left; fc6 needs 7 of them, hence H, W ≥ 7 · 32 = 224.

    Args:
        num_classes: K, how many score maps come out.
        base_channels: channels of the first stage, 64 in VGG-16.
        fc_channels: channels of fc6 and fc7, 4096 in VGG-16.

    Example:
        DeconvNet() maps (2, 3, 224, 256) to (2, 21, 224, 256).
    """

    def __init__(
        self, num_classes: int = 21, base_channels: int = 64, fc_channels: int = 4096
    ) -> None:
        super().__init__()
        raise NotImplementedError("DeconvNet.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score every pixel for every class.

        모든 픽셀에 대해 클래스마다 점수를 냅니다. softmax는 쓰지 않습니다.

        Args:
            x: (N, 3, H, W) for any H, W ≥ 224. In training mode batch normalisation needs more
                than one value a channel: N ≥ 2 where fc6 gives a 1 × 1 map.

        Returns:
            (N, num_classes, H, W): raw scores, no softmax.

        Raises:
            ValueError: H or W is smaller than 224; the message holds the size, H or W as a
                number.
        """
        raise NotImplementedError("DeconvNet.forward")
