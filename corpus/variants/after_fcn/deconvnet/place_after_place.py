"""DeconvNet: place after place."""

import torch
import torch.nn.functional as F
from torch import nn


def max_pool_with_switches(x, size):
    """A pass for every place of the window, best so far kept with torch.where."""
    a, b = [size] * 2 if isinstance(size, int) else size
    height, width = x.shape[-2:]
    if min(a, b) < 1 or a > height or b > width:
        raise ValueError("Size: not between 1 and the map")
    h, w = height // a, width // b
    best = where = None
    for p in range(a * b):
        r, c = divmod(p, b)
        tap = x[..., r : r + a * (h - 1) + 1 : a, c : c + b * (w - 1) + 1 : b]
        place = (torch.arange(h, device=x.device) * a + r)[:, None] * width
        place = (place + torch.arange(w, device=x.device) * b + c).expand(tap.shape)
        if best is None:
            best, where = tap, place
        else:
            larger = tap > best
            where = torch.where(larger, place, where)
            best = torch.where(larger, tap, best)
    return best, where.contiguous()


def unpool_with_switches(x, switches, output_size):
    N, C = x.shape[0], x.shape[1]
    cells = output_size[0] * output_size[1]
    if switches.shape != x.shape:
        raise ValueError(f"switches {tuple(switches.shape)} != x {tuple(x.shape)}")
    if not bool(((0 <= switches) & (switches < cells)).all()):
        raise ValueError("output_size has no such cell")
    start = torch.arange(N * C, device=x.device).mul(cells).view(N, C, 1, 1)
    flat = torch.zeros(N * C * cells, dtype=x.dtype, device=x.device)
    flat = flat.index_add(0, (switches + start).flatten(), x.flatten())
    return flat.reshape(N, C, *output_size)


class Stage(nn.Module):
    """Layers of one stage; a transposed convolution is run as a convolution with turned kernels."""

    def __init__(self, up, *channels, kernel=3):
        super().__init__()
        kind = nn.ConvTranspose2d if up else nn.Conv2d
        self.up, self.padding = up, (kernel - 1 if up else 0) if kernel != 3 else 1
        self.layers = nn.ModuleList()
        for a, b in zip(channels[:-1], channels[1:]):
            self.layers.extend(
                [kind(a, b, kernel, padding=1 if kernel == 3 else 0), nn.BatchNorm2d(b)]
            )

    def forward(self, x):
        for conv, norm in zip(self.layers[::2], self.layers[1::2]):
            weight = conv.weight.flip(2, 3).transpose(0, 1) if self.up else conv.weight
            x = F.relu(norm(F.conv2d(x, weight, conv.bias, padding=self.padding)), inplace=True)
        return x


class DeconvNet(nn.Module):
    def __init__(self, num_classes=21, base_channels=64, fc_channels=4096):
        super().__init__()
        one, two, four, eight = (base_channels * f for f in (1, 2, 4, 8))
        self.conv1, self.deconv1 = Stage(False, 3, one, one), Stage(True, one, one, one)
        self.conv2, self.deconv2 = Stage(False, one, two, two), Stage(True, two, two, one)
        self.conv3, self.deconv3 = (
            Stage(False, two, four, four, four),
            Stage(True, four, four, four, two),
        )
        self.conv4, self.deconv4 = (
            Stage(False, four, eight, eight, eight),
            Stage(True, eight, eight, eight, four),
        )
        self.conv5, self.deconv5 = Stage(False, *[eight] * 4), Stage(True, *[eight] * 4)
        self.fc6 = Stage(False, eight, fc_channels, kernel=7)
        self.fc7 = Stage(False, fc_channels, fc_channels, kernel=1)
        self.deconv_fc6 = Stage(True, fc_channels, eight, kernel=7)
        self.score = nn.Conv2d(one, num_classes, 1)

    def forward(self, x):
        for side in x.shape[2:]:
            if side < 224:
                raise ValueError(f"a side of {side} is below 224")
        return self.score(self.between(x, 1))

    def between(self, x, n):
        """Down through stage n, everything further on, and back up through its mirror."""
        if n == 6:
            return self.deconv_fc6(self.fc7(self.fc6(x)))
        features = getattr(self, f"conv{n}")(x)
        pooled, switches = max_pool_with_switches(features, 2)
        inner = self.between(pooled, n + 1)
        return getattr(self, f"deconv{n}")(
            unpool_with_switches(inner, switches, features.shape[2:])
        )
