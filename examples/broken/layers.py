"""fcn8s.py와 unet.py가 같이 쓰는 작은 부품들."""

from itertools import pairwise

from torch import Tensor, nn


def conv_relu(channels: list[int], padding: list[int] | int) -> list[nn.Module]:
    """3×3 convolutions through the given channels, a ReLU behind each.

    channels [3, 64, 64] makes two convolutions; padding is one number for all or one for each.
    """
    pairs = list(pairwise(channels))
    if isinstance(padding, int):
        padding = [padding] * len(pairs)
    layers: list[nn.Module] = []
    for (c_in, c_out), p in zip(pairs, padding, strict=True):
        layers += [nn.Conv2d(c_in, c_out, kernel_size=3, padding=p), nn.ReLU()]
    return layers


def window(x: Tensor, top: int, left: int, height: int, width: int) -> Tensor:
    """높이 height, 너비 width인 창을 (top, left)에서 잘라낸다. 복사 없이 view로."""
    return x.narrow(2, top, height).narrow(3, left, width)
