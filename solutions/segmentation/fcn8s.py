"""FCN-8s: an image classifier turned into a network that labels every pixel.

    fully connected as convolution    out[o] = Σ W[o, c·k² + a·k + b] · x[c, a, b]
                                      is a k × k convolution with the same numbers, reshaped
    skip combination                  fused = upsampled coarse scores + scores of a finer stage
    FCN-8s                            2 × (pool5), 2 × (+ pool4), 8 × (+ pool3), cut to H × W

Source: Long, Shelhamer & Darrell 2015, "Fully Convolutional Networks for Semantic Segmentation":
section 3.1 (classifiers as convolutions), 3.3 (upsampling), 4.2 (the skips). The stages are those
of VGG-16: Simonyan & Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image
Recognition".
"""

from __future__ import annotations

import torch
from torch import nn
from transposed_conv import bilinear_kernel


def convolutionalize(linear: nn.Linear, channels: int, kernel_size: int) -> nn.Conv2d:
    """Turn a fully connected layer into the convolution that computes the same numbers.

    완전연결층을 같은 값을 내는 합성곱층으로 바꿉니다. 가중치는 복사해서 옮깁니다.

    `linear` reads a (channels, kernel_size, kernel_size) map flattened: all of channel 0 row by
    row, then channel 1, and so on. On a map of that size the convolution gives the same answer
    as a 1 × 1 map; on a larger one it gives one answer for every place the window fits.

    Args:
        linear: its `in_features` is channels · kernel_size².
        channels: channels of the map that `linear` reads.
        kernel_size: height and width of that map, and of the new kernel.

    Returns:
        `nn.Conv2d(channels, linear.out_features, kernel_size)` with a bias exactly when `linear`
        has one, of `linear`'s dtype and device. Its parameters are copies: changing one layer
        later leaves the other alone.

    Raises:
        ValueError: `linear.in_features` is not channels · kernel_size²; the message names
            `linear`, `channels` or `kernel_size`.

    Example:
        nn.Linear(512·7·7, 4096) becomes nn.Conv2d(512, 4096, 7): for x of shape (N, 512, 7, 7),
        conv(x).flatten(1) equals linear(x.flatten(1)).
    """
    ### BEGIN SOLUTION
    if linear.in_features != channels * kernel_size**2:
        raise ValueError(
            f"linear has {linear.in_features} in_features, but channels * kernel_size**2 is "
            f"{channels * kernel_size**2}"
        )
    conv = nn.Conv2d(
        channels,
        linear.out_features,
        kernel_size,
        bias=linear.bias is not None,
        device=linear.weight.device,
        dtype=linear.weight.dtype,
    )
    with torch.no_grad():
        conv.weight.copy_(linear.weight.reshape(conv.weight.shape))
        if linear.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv
    ### END SOLUTION


def fuse_skip(coarse: torch.Tensor, skip: torch.Tensor, offset: int) -> torch.Tensor:
    """Add a window of the finer scores to the coarse ones.

    더 세밀한 점수 맵에서 offset 위치의 창을 잘라 거친 점수 맵에 더합니다.

    Args:
        coarse: (N, K, h, w), scores that were upsampled.
        skip: (N, K, H, W), scores of a finer stage, at least as large.
        offset: row and column of `skip` where the window's upper left corner lies.

    Returns:
        (N, K, h, w): `coarse` plus the h × w window of `skip` at (offset, offset); dtype and
        device of the inputs; gradients reach both.

    Raises:
        ValueError: the window does not fit into `skip` (a negative offset never fits), or N or K
            differ; the message names one of the arguments involved.

    Example:
        coarse = [[10, 20]], skip = [[1, 2, 3], [4, 5, 6]], offset 1: the window is [[5, 6]] and
        the result [[15, 26]].
    """
    ### BEGIN SOLUTION
    if coarse.shape[:2] != skip.shape[:2]:
        raise ValueError(
            f"coarse and skip differ in N or K: {tuple(coarse.shape)} and {tuple(skip.shape)}"
        )
    h, w = coarse.shape[2:]
    H, W = skip.shape[2:]
    if offset < 0 or offset + h > H or offset + w > W:
        raise ValueError(f"a window of {h} x {w} at offset {offset} does not fit into {H} x {W}")
    return coarse + skip[:, :, offset : offset + h, offset : offset + w]
    ### END SOLUTION


class FCN8s(nn.Module):
    """VGG-16 made convolutional, with scores of three depths combined.

    VGG-16을 합성곱만으로 바꾸고, 세 깊이의 점수를 합쳐 모든 픽셀의 클래스 점수를 냅니다.

    Children, by these names; base is `base_channels`, K is `num_classes`:

        child            is                                                   parameters by default
        features1        2 convolutions 3 × 3 to 1·base channels, each + ReLU                38,720
        features2        2 convolutions 3 × 3 to 2·base channels, each + ReLU               221,440
        features3        3 convolutions 3 × 3 to 4·base channels, each + ReLU             1,475,328
        features4        3 convolutions 3 × 3 to 8·base channels, each + ReLU             5,899,776
        features5        3 convolutions 3 × 3 to 8·base channels, each + ReLU             7,079,424
        maxpool          2 × 2, stride 2, ceil_mode=True                                          0
        classifier       7 × 7 convolution to fc_channels, ReLU, dropout,
                         1 × 1 convolution to fc_channels, ReLU, dropout,
                         1 × 1 convolution to K                                         119,554,050
        upscore2         transposed convolution K to K, kernel 4, stride 2                       64
        upscore4         transposed convolution K to K, kernel 4, stride 2                       64
        upscore8         transposed convolution K to K, kernel 16, stride 8                   1,024
        score_pool4      1 × 1 convolution from 8·base channels to K                          1,026
        score_pool3      1 × 1 convolution from 4·base channels to K                            514
                                                                                        134,271,430

    (537.086 MB as float32: the lecture's summary table.)

    - The 3 × 3 convolutions have padding 1, except the very first one of the network: 100. The
      classifier's have none.
    - Every convolution has a bias; the three transposed ones (`upscore...`) have none, and start
      as `bilinear_kernel(K, 4)` and `bilinear_kernel(K, 16)`. The other initial weights are free.
    - Convolutions are `nn.Conv2d`, transposed ones `nn.ConvTranspose2d`, in forward order inside
      their child. Dropout is `nn.Dropout` or `nn.Dropout2d` at any rate above 0.
    - `FCN8s()` must also be possible under `with torch.device("meta"):`.

    Forward, for an image of H × W:

        pool1 ... pool5     each stage's features, then maxpool; the input of the next stage
        up2                 upscore2 of the classifier's scores of pool5
        up4                 upscore4 of up2 fused with the scores of pool4, at offset 5
        up8                 upscore8 of up4 fused with the scores of pool3, at offset 9
        result              the H × W window of up8 whose upper left corner is (31, 31)

    Where 5, 9 and 31 come from: follow one axis, and ask at which image coordinate u the centre
    of output number i of each layer lies.

        first convolution   kernel 3, padding 100: u = i + 1 − 100 = i − 99
        padding 1           a 3 × 3 convolution with padding 1 moves nothing
        pool 1 ... n        each covers 2i and 2i + 1, so 2i + 0.5: u = 2ⁿ·i + (2ⁿ − 1)/2 − 99
                            pool3: 8i − 95.5      pool4: 16i − 91.5      pool5: 32i − 83.5
        7 × 7, padding 0    output i is centred on input i + 3: u = 32(i + 3) − 83.5 = 32i + 12.5
        upscore2, upscore4  kernel 4, stride 2: output j belongs to input (j − 1.5) / 2
        upscore8            kernel 16, stride 8: output j belongs to input (j − 7.5) / 8

        up2:  u = 32 · (j − 1.5)/2 + 12.5 = 16j − 11.5 = 16(j + 5) − 91.5,  which is pool4's j + 5
        up4:  u = 16 · (j − 1.5)/2 − 11.5 =  8j − 23.5 =  8(j + 9) − 95.5,  which is pool3's j + 9
        up8:  u =  8 · (j − 7.5)/8 − 23.5 =  j − 31,              so the image starts at j = 31

    Args:
        num_classes: K, how many score maps come out.
        base_channels: channels of the first stage, 64 in VGG-16.
        fc_channels: channels of the classifier's two hidden layers, 4096 in VGG-16.

    Example:
        FCN8s(num_classes=21) maps (1, 3, 375, 500) to (1, 21, 375, 500).
    """

    def __init__(
        self, num_classes: int = 2, base_channels: int = 64, fc_channels: int = 4096
    ) -> None:
        super().__init__()
        ### BEGIN SOLUTION

        def stage(channels: int, width: int, depth: int, first_padding: int = 1) -> nn.Sequential:
            layers: list[nn.Module] = []
            for number in range(depth):
                padding = first_padding if number == 0 else 1
                layers += [nn.Conv2d(channels, width, 3, padding=padding), nn.ReLU(inplace=True)]
                channels = width
            return nn.Sequential(*layers)

        def upscore(kernel_size: int, stride: int) -> nn.ConvTranspose2d:
            up = nn.ConvTranspose2d(
                num_classes, num_classes, kernel_size, stride=stride, bias=False
            )
            with torch.no_grad():
                up.weight.copy_(bilinear_kernel(num_classes, kernel_size))
            return up

        base = base_channels
        self.features1 = stage(3, base, depth=2, first_padding=100)
        self.features2 = stage(base, 2 * base, depth=2)
        self.features3 = stage(2 * base, 4 * base, depth=3)
        self.features4 = stage(4 * base, 8 * base, depth=3)
        self.features5 = stage(8 * base, 8 * base, depth=3)
        self.maxpool = nn.MaxPool2d(2, stride=2, ceil_mode=True)

        self.classifier = nn.Sequential(
            nn.Conv2d(8 * base, fc_channels, 7),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Conv2d(fc_channels, fc_channels, 1),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Conv2d(fc_channels, num_classes, 1),
        )

        self.upscore2 = upscore(kernel_size=4, stride=2)
        self.upscore4 = upscore(kernel_size=4, stride=2)
        self.upscore8 = upscore(kernel_size=16, stride=8)
        self.score_pool4 = nn.Conv2d(8 * base, num_classes, 1)
        self.score_pool3 = nn.Conv2d(4 * base, num_classes, 1)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score every pixel for every class.

        모든 픽셀에 대해 클래스마다 점수를 냅니다. softmax는 쓰지 않습니다.

        Args:
            x: (N, 3, H, W) for any H, W ≥ 1.

        Returns:
            (N, num_classes, H, W): raw scores, no softmax.
        """
        ### BEGIN SOLUTION
        H, W = x.shape[2:]
        pool1 = self.maxpool(self.features1(x))
        pool2 = self.maxpool(self.features2(pool1))
        pool3 = self.maxpool(self.features3(pool2))
        pool4 = self.maxpool(self.features4(pool3))
        pool5 = self.maxpool(self.features5(pool4))

        score = self.classifier(pool5)
        up2 = self.upscore2(score)
        up4 = self.upscore4(fuse_skip(up2, self.score_pool4(pool4), 5))
        up8 = self.upscore8(fuse_skip(up4, self.score_pool3(pool3), 9))
        return up8[:, :, 31 : 31 + H, 31 : 31 + W]
        ### END SOLUTION
