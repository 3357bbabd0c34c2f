"""0과 1로 된 텐서가 '입력 i행의 도장 a행은 출력 r행에 놓인다'를 말해 준다. 나머지는 einsum."""

import torch


def selection(n, k, s, p, out, like):
    S = torch.zeros(n, k, out, dtype=like.dtype, device=like.device)
    for i in range(n):
        for a in range(k):
            r = i * s + a - p
            if 0 <= r < out:
                S[i, a, r] = 1
    return S


def transposed_conv2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    if not isinstance(stride, (tuple, list)):
        stride = (stride, stride)
    if not isinstance(padding, (tuple, list)):
        padding = (padding, padding)
    if not isinstance(output_padding, (tuple, list)):
        output_padding = (output_padding, output_padding)
    if weight.shape[0] != x.shape[1]:
        raise ValueError("weight 입력 채널 오류")
    if bias is not None and bias.shape != (weight.shape[1],):
        raise ValueError("bias shape 오류")
    if min(stride) < 1:
        raise ValueError("stride 오류")
    if min(padding) < 0:
        raise ValueError("padding 오류")
    if min(output_padding) < 0 or any(o >= s for o, s in zip(output_padding, stride)):
        raise ValueError("output_padding 오류")

    size = []
    for d in range(2):
        n, k = x.shape[2 + d], weight.shape[2 + d]
        size.append((n - 1) * stride[d] - 2 * padding[d] + k + output_padding[d])
    if size[0] < 1 or size[1] < 1:
        raise ValueError("padding 오류 (출력 크기)")

    R = selection(x.shape[2], weight.shape[2], stride[0], padding[0], size[0], x)
    Q = selection(x.shape[3], weight.shape[3], stride[1], padding[1], size[1], x)
    y = torch.einsum("ncij,coab,iar,jbq->norq", x, weight, R, Q)
    if bias is not None:
        y = y + bias[None, :, None, None]
    return y


def bilinear_kernel(channels, kernel_size):
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    t = torch.tensor([1 - abs(i - c) / f for i in range(kernel_size)], dtype=torch.float32)
    eye = torch.eye(channels, dtype=torch.float32)
    return torch.einsum("ab,i,j->abij", eye, t, t)
