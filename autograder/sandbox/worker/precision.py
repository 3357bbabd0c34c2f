"""How exactly float32 is multiplied: PyTorch's two ways to set it, read and put back together.

The older way has one word for matrix products and one switch for cuDNN, the newer a precision for
each library and operation. Where they disagree, PyTorch's own functions of the older way raise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch

# Each after those that it inherits from. One that was never set reads as what it inherits.
SCOPES: Final = (
    ("generic", "all"),
    *((library, "all") for library in ("cuda", "mkldnn")),
    *((library, what) for library in ("cuda", "mkldnn") for what in ("matmul", "conv", "rnn")),
)


@dataclass(frozen=True)
class Precision:
    """`products` and `cudnn_tf32` are of the older way; None where the newer contradicts them."""

    products: str | None
    cudnn_tf32: bool | None
    scopes: tuple[str, ...]


def read() -> Precision:
    return Precision(
        _products(),
        _cudnn_tf32(),
        tuple(torch._C._get_fp32_precision_getter(*scope) for scope in SCOPES),
    )


def write(value: Precision) -> None:
    """Set both ways. The newer comes last: the older sets some of its scopes, too."""
    if value.products is not None:
        torch.set_float32_matmul_precision(value.products)
    if value.cudnn_tf32 is not None:
        torch._C._set_cudnn_allow_tf32(value.cudnn_tf32)
    for scope, precision in zip(SCOPES, value.scopes, strict=True):
        torch._C._set_fp32_precision_setter(*scope, precision)


def _products() -> str | None:
    try:
        return torch.get_float32_matmul_precision()
    except RuntimeError:
        return None


def _cudnn_tf32() -> bool | None:
    try:
        return torch._C._get_cudnn_allow_tf32()
    except RuntimeError:
        return None
