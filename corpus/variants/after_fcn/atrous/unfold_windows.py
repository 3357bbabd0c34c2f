"""unfold로 구멍까지 포함한 창을 만들고, 창 안에서 rate 간격의 값만 쓴다."""

import torch
import torch.nn as nn


def effective_kernel_size(kernel_size, rate):
    if kernel_size < 1 or rate < 1:
        raise ValueError(f"kernel_size와 rate는 1 이상이어야 합니다: {kernel_size}, {rate}")
    return kernel_size + (kernel_size - 1) * (rate - 1)


def receptive_field(layers):
    rf, jump = 1, 1
    for layer in layers:
        if min(layer) < 1:
            raise ValueError(f"layers의 값은 1 이상이어야 합니다: {layer}")
        k, s, r = layer
        rf, jump = rf + (effective_kernel_size(k, r) - 1) * jump, jump * s
    return rf


def atrous_conv2d(x, weight, bias=None, rate=1, padding=0):
    rh, rw = rate if isinstance(rate, (tuple, list)) else (rate, rate)
    ph, pw = padding if isinstance(padding, (tuple, list)) else (padding, padding)
    if rh < 1 or rw < 1:
        raise ValueError("rate는 1 이상이어야 합니다")
    if ph < 0 or pw < 0:
        raise ValueError("padding은 0 이상이어야 합니다")
    if x.shape[1] != weight.shape[1]:
        raise ValueError("x와 weight의 채널 수가 다릅니다")
    if bias is not None and tuple(bias.shape) != (weight.shape[0],):
        raise ValueError("bias의 모양이 weight와 맞지 않습니다")
    kh, kw = weight.shape[-2:]
    eh, ew = effective_kernel_size(kh, rh), effective_kernel_size(kw, rw)
    n, c, h, w = x.shape
    if h + 2 * ph < eh or w + 2 * pw < ew:
        raise ValueError("weight가 x보다 큽니다")
    big = torch.zeros((n, c, h + 2 * ph, w + 2 * pw), dtype=x.dtype, device=x.device)
    big[:, :, ph : ph + h, pw : pw + w] = x
    windows = big.unfold(2, eh, 1).unfold(3, ew, 1)[..., ::rh, ::rw]
    y = torch.tensordot(windows, weight, dims=([1, 4, 5], [1, 2, 3])).permute(0, 3, 1, 2)
    if bias is not None:
        y = y + bias.reshape(1, -1, 1, 1)
    return y


def with_output_stride(layers, output_stride):
    if output_stride < 1:
        raise ValueError("output_stride는 1 이상이어야 합니다")
    now, more = 1, 1
    out = []
    for k, s, r in layers:
        if min(k, s, r) < 1:
            raise ValueError("kernel, stride, rate는 1 이상이어야 합니다")
        if now == output_stride:
            out.append([k, 1, r * more])
            more = more * s
            continue
        now = now * s
        if now > output_stride:
            raise ValueError(f"output_stride {output_stride}을(를) 건너뜁니다")
        out.append([k, s, r])
    if now < output_stride:
        raise ValueError(f"output_stride={output_stride}에 이르지 못합니다")
    return out


class ASPP(nn.Module):
    def __init__(self, in_channels, out_channels, rates=(6, 12, 18, 24)):
        super().__init__()
        if not rates:
            raise ValueError("rates가 비어 있습니다")
        for r in rates:
            if r < 1:
                raise ValueError(f"rates의 {r}은(는) 1보다 작습니다")
        self.rates = rates
        for i, _ in enumerate(rates):
            self.__setattr__(f"branch{i + 1}", nn.Conv2d(in_channels, out_channels, (3, 3)))

    def forward(self, x):
        out = None
        for i, r in enumerate(self.rates):
            p = self._modules[f"branch{i + 1}"]
            y = atrous_conv2d(x, p.weight, p.bias, rate=(r, r), padding=(r, r))
            out = y if out is None else out + y
        return out
