from typing import List, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F

IntPair = Union[int, Tuple[int, int], List[int]]


def transposed_conv2d(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: Optional[torch.Tensor] = None,
    stride: IntPair = 1,
    padding: IntPair = 0,
    output_padding: IntPair = 0,
) -> torch.Tensor:
    """conv2d = unfold, then matrix product. Backwards: matrix product, then fold."""
    stride = nn.modules.utils._pair(stride)
    padding = nn.modules.utils._pair(padding)
    output_padding = nn.modules.utils._pair(output_padding)
    batch, in_channels, height, width = x.shape
    out_channels, kernel = weight.shape[1], weight.shape[2:]

    if in_channels != weight.shape[0]:
        raise ValueError(f"x has {in_channels} channels, weight wants {weight.shape[0]}")
    if bias is not None and list(bias.shape) != [out_channels]:
        raise ValueError(f"bias has shape {list(bias.shape)}, expected {[out_channels]}")
    if any(s < 1 for s in stride):
        raise ValueError(f"invalid stride {stride}")
    if any(p < 0 for p in padding):
        raise ValueError(f"invalid padding {padding}")
    if any(not 0 <= o < s for o, s in zip(output_padding, stride)):
        raise ValueError(f"invalid output_padding {output_padding} for stride {stride}")

    canvas = [(n - 1) * s + k for n, s, k in zip((height, width), stride, kernel)]
    result = [c - 2 * p + o for c, p, o in zip(canvas, padding, output_padding)]
    if any(r < 1 for r in result):
        raise ValueError(f"output size {result} with padding {padding}")

    columns = weight.reshape(in_channels, -1).t() @ x.reshape(batch, in_channels, -1)
    y = F.fold(columns, canvas, kernel, stride=stride)
    y = F.pad(y, (0, output_padding[1], 0, output_padding[0]))
    y = y[..., padding[0] :, padding[1] :][..., : result[0], : result[1]]
    return y if bias is None else y + bias[None, :, None, None]


def bilinear_kernel(channels: int, kernel_size: int) -> torch.Tensor:
    f = (kernel_size + 1) // 2
    c = f - 1 if kernel_size % 2 == 1 else f - 0.5
    t = torch.tensor([1 - abs(i - c) / f for i in range(kernel_size)], dtype=torch.float32)
    identity = torch.eye(channels, dtype=torch.float32)
    return torch.einsum("oc,i,j->ocij", identity, t, t).requires_grad_()
