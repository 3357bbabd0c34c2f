"""전치 합성곱. 검사는 checks.py, 크기 계산은 sizes.py에 있다."""

import torch
from checks import check_arguments
from sizes import as_pair, output_size


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    stride, padding, output_padding = map(as_pair, (stride, padding, output_padding))
    check_arguments(x, weight, bias, stride, padding, output_padding)
    H_out, W_out = output_size(x, weight, stride, padding, output_padding)
    canvas = Canvas(x, weight, stride, output_padding)
    for a in range(weight.shape[2]):
        for b in range(weight.shape[3]):
            canvas.add(a, b)
    y = canvas.values[:, :, padding[0] : padding[0] + H_out, padding[1] : padding[1] + W_out]
    return y if bias is None else y + bias[:, None, None]


class Canvas:
    """도장을 모두 담을 만큼 큰 출력."""

    def __init__(self, x, weight, stride, output_padding):
        self.x, self.weight, self.stride = x, weight, stride
        height, width = output_size(x, weight, stride, (0, 0), output_padding)
        self.values = x.new_zeros(x.shape[0], weight.shape[1], height, width)

    def add(self, a, b):
        """커널의 (a, b) 칸을 모든 입력값에 대해 한꺼번에 더한다."""
        (sH, sW), (H, W) = self.stride, self.x.shape[2:]
        mixed = (self.x.movedim(1, -1) @ self.weight[:, :, a, b]).movedim(-1, 1)
        self.values[:, :, a : a + (H - 1) * sH + 1 : sH, b : b + (W - 1) * sW + 1 : sW] += mixed


def bilinear_kernel(channels, kernel_size):
    from sizes import triangle

    t = torch.tensor(triangle(kernel_size), dtype=torch.float32)
    kernel = torch.zeros(channels, channels, kernel_size, kernel_size, dtype=torch.float32)
    for channel in range(channels):
        kernel[channel, channel] = t.reshape(-1, 1) * t.reshape(1, -1)
    return kernel
