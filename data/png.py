"""Writing PNG files whose bytes depend on the pixels alone.

A compressor may choose other bytes in every version (zlib and zlib-ng do). So the deflate stream is
written in stored blocks, which leave nothing to choose: larger files, the same ones everywhere.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np

_GREY, _RGB, _PALETTE = 0, 2, 3  # the colour types of the PNG specification, section 11.2.2
_STORED_BLOCK = 0xFFFF  # the longest stored block (RFC 1951, section 3.2.4)


def encode(pixels: np.ndarray, palette: Sequence[tuple[int, int, int]] | None = None) -> bytes:
    """A PNG of (H, W) grey values, (H, W, 3) colours, or (H, W) indices into a palette; uint8."""
    if pixels.dtype != np.uint8 or pixels.shape[2:] not in ((), (3,)):
        raise ValueError(f"pixels must be uint8, (H, W) or (H, W, 3), got {pixels.shape}")
    height, width = pixels.shape[:2]
    colours = _RGB if pixels.ndim == 3 else _GREY if palette is None else _PALETTE
    rows = pixels.reshape(height, -1)
    # Every row begins with the number of its filter: 0, none.
    scanlines = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    chunks = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0))]
    if palette is not None:
        chunks.append(_chunk(b"PLTE", bytes(value for colour in palette for value in colour)))
    chunks += [_chunk(b"IDAT", _stored(scanlines)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", _crc(name, content))


def _crc(name: bytes, content: bytes) -> int:
    return zlib.crc32(content, zlib.crc32(name))


def _stored(content: bytes) -> bytes:
    """A zlib stream (RFC 1950) of stored blocks."""
    stream = bytearray(b"\x78\x01")
    for start in range(0, len(content), _STORED_BLOCK):
        block = content[start : start + _STORED_BLOCK]
        last = start + _STORED_BLOCK >= len(content)
        stream += struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF) + block
    return bytes(stream) + struct.pack(">I", zlib.adler32(content))
