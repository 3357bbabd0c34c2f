"""DeconvNet: columns of windows."""

import torch
import torch.nn.functional as F
from torch import nn


def max_pool_with_switches(x, size):
    """F.unfold of values; the place in the plane follows from column and offset."""
    try:
        kh, kw = size
    except TypeError:
        kh = kw = size
    n, c, H, W = x.shape
    if not (0 < kh <= H and 0 < kw <= W):
        raise ValueError(f"size {size}: 맵보다 크거나 1보다 작습니다")
    columns = F.unfold(x.reshape(n * c, 1, H, W), (kh, kw), stride=(kh, kw))
    values = columns.amax(1, keepdim=True)
    offset = (columns == values).to(torch.uint8).argmax(1)
    values = columns.gather(1, offset[:, None])
    h, w = H // kh, W // kw
    block = torch.arange(h * w, device=x.device)
    row, column = block // w * kh + offset // kw, block % w * kw + offset % kw
    return [values.reshape(n, c, h, w), (row * W + column).reshape(n, c, h, w)]


def unpool_with_switches(x, switches, output_size):
    if tuple(x.shape) != tuple(switches.shape):
        raise ValueError("switches와 x의 shape이 다릅니다")
    height, width = output_size[0], output_size[1]
    lowest, highest = switches.min().item(), switches.max().item()
    if lowest < 0 or highest > height * width - 1:
        raise ValueError("output_size보다 큰 위치입니다")
    n = torch.arange(x.shape[0], device=x.device)[:, None, None, None]
    c = torch.arange(x.shape[1], device=x.device)[None, :, None, None]
    result = x.new_zeros((x.shape[0], x.shape[1], height, width))
    result[n, c, switches // width, switches % width] = x
    return result


def cbr(i, o, k=3, p=1):
    return [nn.Conv2d(i, o, k, padding=p), nn.BatchNorm2d(o), nn.ReLU()]


def dbr(i, o, k=3, p=1):
    return [nn.ConvTranspose2d(i, o, k, padding=p), nn.BatchNorm2d(o), nn.ReLU()]


class DeconvNet(nn.Module):
    def __init__(self, num_classes=21, base_channels=64, fc_channels=4096):
        super().__init__()
        c = base_channels
        self.conv1 = nn.Sequential(*cbr(3, c), *cbr(c, c))
        self.conv2 = nn.Sequential(*cbr(c, c * 2), *cbr(c * 2, c * 2))
        self.conv3 = nn.Sequential(*cbr(c * 2, c * 4), *cbr(c * 4, c * 4), *cbr(c * 4, c * 4))
        self.conv4 = nn.Sequential(*cbr(c * 4, c * 8), *cbr(c * 8, c * 8), *cbr(c * 8, c * 8))
        self.conv5 = nn.Sequential(*cbr(c * 8, c * 8), *cbr(c * 8, c * 8), *cbr(c * 8, c * 8))
        self.fc6 = nn.Sequential(*cbr(c * 8, fc_channels, 7, 0))
        self.fc7 = nn.Sequential(*cbr(fc_channels, fc_channels, 1, 0))
        self.deconv_fc6 = nn.Sequential(*dbr(fc_channels, c * 8, 7, 0))
        self.deconv5 = nn.Sequential(*dbr(c * 8, c * 8), *dbr(c * 8, c * 8), *dbr(c * 8, c * 8))
        self.deconv4 = nn.Sequential(*dbr(c * 8, c * 8), *dbr(c * 8, c * 8), *dbr(c * 8, c * 4))
        self.deconv3 = nn.Sequential(*dbr(c * 4, c * 4), *dbr(c * 4, c * 4), *dbr(c * 4, c * 2))
        self.deconv2 = nn.Sequential(*dbr(c * 2, c * 2), *dbr(c * 2, c))
        self.deconv1 = nn.Sequential(*dbr(c, c), *dbr(c, c))
        self.score = nn.Conv2d(c, num_classes, 1)
        for m in self.modules():
            if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.kaiming_normal_(m.weight)
                nn.init.zeros_(m.bias)

    def forward(self, x):
        H, W = x.shape[2], x.shape[3]
        if min(H, W) < 224:
            raise ValueError(f"{H} × {W} 이미지는 너무 작습니다")
        f1 = self.conv1(x)
        p1, s1 = max_pool_with_switches(f1, 2)
        f2 = self.conv2(p1)
        p2, s2 = max_pool_with_switches(f2, 2)
        f3 = self.conv3(p2)
        p3, s3 = max_pool_with_switches(f3, 2)
        f4 = self.conv4(p3)
        p4, s4 = max_pool_with_switches(f4, 2)
        f5 = self.conv5(p4)
        p5, s5 = max_pool_with_switches(f5, 2)
        y = self.deconv_fc6(self.fc7(self.fc6(p5)))
        y = self.deconv5(unpool_with_switches(y, s5, f5.shape[2:]))
        y = self.deconv4(unpool_with_switches(y, s4, f4.shape[2:]))
        y = self.deconv3(unpool_with_switches(y, s3, f3.shape[2:]))
        y = self.deconv2(unpool_with_switches(y, s2, f2.shape[2:]))
        y = self.deconv1(unpool_with_switches(y, s1, f1.shape[2:]))
        return self.score(y)
