"""DeconvNet: own backward."""

import torch
import torch.nn.functional as F
from torch import nn


class _Pool(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, sH, sW):
        N, C, H, W = x.shape
        h, w = H // sH, W // sW
        cells = x[:, :, : h * sH, : w * sW].reshape(N, C, h, sH, w, sW)
        cells = cells.permute(0, 1, 2, 4, 3, 5).reshape(N, C, h, w, sH * sW)
        values, place = cells.max(-1, keepdim=True)[0], None
        order = torch.arange(sH * sW, 0, -1, device=x.device)
        place = ((cells == values) * order).argmax(-1)
        i = torch.arange(h, device=x.device)[:, None]
        j = torch.arange(w, device=x.device)
        switches = (i * sH + place // sW) * W + j * sW + place % sW
        ctx.save_for_backward(switches)
        ctx.size = x.shape
        ctx.mark_non_differentiable(switches)
        return values[..., 0], switches

    @staticmethod
    def backward(ctx, g, _):
        (switches,) = ctx.saved_tensors
        back = g.new_zeros(*ctx.size[:2], ctx.size[2] * ctx.size[3])
        back.scatter_add_(2, switches.flatten(2), g.flatten(2))
        return back.view(ctx.size), None, None


def max_pool_with_switches(x, size):
    """An autograd.Function that hands gradients to the switches."""
    sH, sW = (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))
    if sH < 1 or sW < 1 or x.shape[2] // sH == 0 or x.shape[3] // sW == 0:
        raise ValueError("size가 올바르지 않습니다")
    return _Pool.apply(x, sH, sW)


def unpool_with_switches(x, switches, output_size):
    H, W = output_size
    if x.shape != switches.shape:
        raise ValueError("x and switches differ in shape")
    if ((switches < 0) | (switches >= H * W)).any():
        raise ValueError("switches point outside the plane")
    y = torch.zeros(x.size(0), x.size(1), H * W, dtype=x.dtype, device=x.device)
    y.scatter_(2, switches.reshape(*switches.shape[:2], -1), x.reshape(*x.shape[:2], -1))
    return y.view(x.size(0), x.size(1), H, W)


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
