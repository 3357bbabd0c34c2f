"""Frames between grader and worker: a MessagePack header and the raw bytes of tensors.

    uint32 header length | uint64 payload length | header | payload     (big endian)

There is no pickle and no evaluation on either side. Every length is checked against a cap
before memory is taken for it, every number of a tensor's header against the payload.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import torch

from autograder.sandbox.protocol.errors import WireError
from autograder.sandbox.protocol.messages import (
    MAX_DIMENSIONS,
    DtypeName,
    Items,
    Made,
    Reply,
    Request,
    TensorHeader,
    Value,
)

Buffer = bytes | bytearray | memoryview

PREFIX: Final = struct.Struct("!IQ")
HEADER_CAP: Final = 1024 * 1024
# An empty tensor has a shape too, and torch multiplies its lengths.
MAX_VOLUME: Final = 2**48
# A grader sends values of the shapes that a module is said to have. FCN-8s has half as many.
MAX_PARAMETERS: Final = 2**28

DTYPES: Final[dict[DtypeName, torch.dtype]] = {
    "float32": torch.float32,
    "float64": torch.float64,
    "int8": torch.int8,
    "int16": torch.int16,
    "int32": torch.int32,
    "int64": torch.int64,
    "uint8": torch.uint8,
}
DTYPE_NAMES: Final[dict[torch.dtype, DtypeName]] = {dtype: name for name, dtype in DTYPES.items()}

_encoder = msgspec.msgpack.Encoder()
_request_decoder: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_reply_decoder: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


class Payload:
    """Collects the bytes of a frame's tensors and gives each its header."""

    def __init__(self) -> None:
        self.chunks: list[memoryview] = []
        self.size = 0

    def _append(self, flat: torch.Tensor) -> tuple[int, int]:
        start = self.size
        if flat.numel():
            # The bytes of a negative that is still to be computed are those of the positive.
            chunk = memoryview(flat.resolve_neg().view(torch.uint8).numpy().data)
            self.chunks.append(chunk)
            self.size += chunk.nbytes
        return start, self.size - start

    def add(self, tensor: torch.Tensor) -> TensorHeader:
        """Add the values in row-major order. The dtype must be one of DTYPES."""
        # as_strided: one element counts as contiguous whatever its stride, and reshape keeps it.
        flat = tensor.detach().cpu().contiguous().as_strided((tensor.numel(),), (1,))
        start, size = self._append(flat)
        return TensorHeader(DTYPE_NAMES[tensor.dtype], tuple(tensor.shape), start, size)

    def add_strided(self, tensor: torch.Tensor) -> TensorHeader:
        """Add a tensor with its memory layout, so that a view arrives as the same view."""
        if tensor.is_contiguous() or not tensor.numel():
            return self.add(tensor)
        last = sum((n - 1) * s for n, s in zip(tensor.shape, tensor.stride(), strict=True))
        storage = torch.as_strided(
            tensor.detach(), (last + 1,), (1,), tensor.storage_offset()
        ).contiguous()
        start, size = self._append(storage)
        name = DTYPE_NAMES[tensor.dtype]
        return TensorHeader(name, tuple(tensor.shape), start, size, tensor.stride())


def encode(message: Request | Reply, payload: Payload | None = None) -> list[Buffer]:
    """The parts of one frame, in order."""
    header = _encoder.encode(message)
    size, chunks = (payload.size, payload.chunks) if payload else (0, [])
    return [PREFIX.pack(len(header), size), header, *chunks]


def parse_prefix(prefix: Buffer, payload_cap: int) -> tuple[int, int]:
    """(header length, payload length), each within its cap."""
    header, payload = PREFIX.unpack(prefix)
    if not 0 < header <= HEADER_CAP:
        raise WireError(f"a header of {header} bytes (at most {HEADER_CAP} are accepted)")
    if payload > payload_cap:
        raise WireError(f"a payload of {payload} bytes (at most {payload_cap} are accepted)")
    return header, payload


def decode_request(header: Buffer) -> Request:
    return _request_decoder.decode(header)


def decode_reply(header: Buffer) -> Reply:
    """Decode what a worker sent. Raises WireError for anything but a well-formed reply."""
    try:
        return _reply_decoder.decode(header)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(f"a malformed reply: {error}") from None


def is_plausible(shape: Sequence[int]) -> bool:
    """Whether a tensor of this shape may cross: torch itself must be able to handle it."""
    return (
        len(shape) <= MAX_DIMENSIONS
        and all(n >= 0 for n in shape)
        and math.prod(n for n in shape if n) <= MAX_VOLUME
    )


def can_be_set(made: Made) -> bool:
    """Whether a grader may make values for all parameters that a worker says this module has."""
    if not has_plausible_parameters(made):
        return False
    return max(made.own.count, sum(child.count for child in made.children)) <= MAX_PARAMETERS


def has_plausible_parameters(made: Made) -> bool:
    """Whether a module could have these parameters, if only on the meta device."""
    children = (made.own, *made.children)
    return all(is_plausible(info.shape) for child in children for info in child.parameters)


def read_tensor(header: TensorHeader, payload: Buffer) -> torch.Tensor:
    """The tensor a header describes, as a copy of its own.

    Raises:
        WireError: when shape, stride and size do not fit together or the payload.
    """
    dtype = DTYPES[header.dtype]
    if not is_plausible(header.shape):
        raise WireError(f"a tensor of shape {header.shape}")
    if header.start < 0 or header.size < 0 or header.size % dtype.itemsize:
        raise WireError(f"a tensor of {header.size} bytes at {header.start}")
    if header.start + header.size > memoryview(payload).nbytes:
        raise WireError("a tensor that reaches beyond its payload")
    count = header.size // dtype.itemsize
    if header.stride is None:
        if math.prod(header.shape) != count:
            raise WireError(f"{count} values for shape {header.shape}")
    elif len(header.stride) != len(header.shape) or not _fits(header, count):
        raise WireError(f"stride {header.stride} for shape {header.shape} and {count} values")
    if count == 0:
        return torch.empty(header.shape, dtype=dtype)
    flat = torch.frombuffer(payload, dtype=torch.uint8, count=header.size, offset=header.start)
    values = flat.clone().view(dtype)
    if header.stride is None:
        return values.reshape(header.shape)
    return values.as_strided(header.shape, header.stride, header.offset)


def _fits(header: TensorHeader, count: int) -> bool:
    assert header.stride is not None
    last = header.offset
    for length, step in zip(header.shape, header.stride, strict=True):
        if length < 1 or step < 0:
            return False
        last += (length - 1) * step
    return header.offset >= 0 and last < count


def pack_value(value: object, payload: Payload, refer: Callable[[object], Value | None]) -> Value:
    """A call's argument as it crosses the wire; `refer` names objects that live in the worker."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, torch.Tensor):
        return payload.add_strided(value)
    if isinstance(value, tuple | list):
        items = tuple(pack_value(item, payload, refer) for item in value)
        return Items(items, "tuple" if isinstance(value, tuple) else "list")
    reference = refer(value)
    if reference is None:
        raise TypeError(f"a {type(value).__name__} does not cross the wire")
    return reference


def unpack_value(value: Value, payload: Buffer, resolve: Callable[[int], object]) -> object:
    """The inverse of pack_value, in the worker."""
    if isinstance(value, TensorHeader):
        return read_tensor(value, payload)
    if isinstance(value, Items):
        items = [unpack_value(item, payload, resolve) for item in value.items]
        return tuple(items) if value.kind == "tuple" else items
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return resolve(value.handle)


def join(parts: Sequence[Buffer]) -> bytes:
    """One frame as bytes."""
    return b"".join(parts)
