"""fcn8s.py와 unet.py가 같이 쓰는 부품."""

from itertools import pairwise

from torch import nn


def conv_relu(channels, padding=1):
    """3×3 convolutions through the given channels, a ReLU behind each."""
    layers = []
    for c_in, c_out in pairwise(channels):
        layers.append(nn.Conv2d(c_in, c_out, kernel_size=3, padding=padding))
        layers.append(nn.ReLU())
    return layers
