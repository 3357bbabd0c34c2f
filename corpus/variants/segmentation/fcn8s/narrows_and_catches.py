"""What torch refuses by itself is said again in the assignment's words."""

from torch import nn

from transposed_conv import bilinear_kernel


def convolutionalize(linear, channels, kernel_size):
    out_features = linear.out_features
    try:
        weight = (
            linear.weight.detach().clone().view(out_features, channels, kernel_size, kernel_size)
        )
    except RuntimeError:
        raise ValueError(
            f"linear ({linear}) does not read {channels} x {kernel_size} x {kernel_size} maps"
        ) from None
    conv = nn.Conv2d(channels, out_features, kernel_size, bias=linear.bias is not None)
    conv.weight = nn.Parameter(weight)
    if linear.bias is not None:
        conv.bias = nn.Parameter(linear.bias.detach().clone())
    return conv


def fuse_skip(coarse, skip, offset):
    (n, k, h, w), (n2, k2, _, _) = coarse.shape, skip.shape
    if (n, k) != (n2, k2):
        raise ValueError(f"coarse has N, K = {n}, {k} but skip {n2}, {k2}")
    if offset < 0:
        raise ValueError(f"negative offset {offset}")
    try:
        window = skip.narrow(2, offset, h).narrow(3, offset, w)
    except RuntimeError as error:
        raise ValueError(f"at offset {offset} skip ends too early: {error}") from error
    return coarse.add(window)


class FCN8s(nn.Module):
    STAGES = {
        "features1": (1, 2),
        "features2": (2, 2),
        "features3": (4, 3),
        "features4": (8, 3),
        "features5": (8, 3),
    }

    def __init__(self, num_classes=2, base_channels=64, fc_channels=4096):
        super().__init__()
        before = 3
        for name, (factor, depth) in self.STAGES.items():
            stage = nn.Sequential()
            for i in range(depth):
                pad = 100 if name == "features1" and i == 0 else 1
                stage.append(nn.Conv2d(before, factor * base_channels, 3, padding=pad))
                stage.append(nn.ReLU())
                before = factor * base_channels
            self.add_module(name, stage)
        self.maxpool = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.classifier = nn.Sequential(
            nn.Conv2d(before, fc_channels, 7),
            nn.ReLU(),
            nn.Dropout2d(0.5),
            nn.Conv2d(fc_channels, fc_channels, 1),
            nn.ReLU(),
            nn.Dropout2d(0.5),
            nn.Conv2d(fc_channels, num_classes, 1),
        )
        for name, k in (("upscore2", 4), ("upscore4", 4), ("upscore8", 16)):
            up = nn.ConvTranspose2d(num_classes, num_classes, k, k // 2, bias=False)
            up.weight.data.copy_(bilinear_kernel(num_classes, k))
            setattr(self, name, up)
        self.score_pool4 = nn.Conv2d(8 * base_channels, num_classes, kernel_size=1)
        self.score_pool3 = nn.Conv2d(4 * base_channels, num_classes, kernel_size=1)

    def forward(self, x):
        height, width = x.shape[2], x.shape[3]
        pools = []
        y = x
        for name in self.STAGES:
            y = self.maxpool(getattr(self, name)(y))
            pools.append(y)
        y = self.upscore2(self.classifier(y))
        y = self.upscore4(fuse_skip(y, self.score_pool4(pools[3]), 5))
        y = self.upscore8(fuse_skip(y, self.score_pool3(pools[2]), 9))
        return y.narrow(2, 31, height).narrow(3, 31, width)
