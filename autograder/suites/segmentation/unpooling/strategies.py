"""Cases for `unpooling.py`: maps to enlarge, and what max pooling leaves of a map."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from torch import Tensor

from autograder.authoring.maps import VALUES, fill

# int8 has no room for more than 127 different values; the maps below are smaller.
DTYPES = (
    torch.float32,
    torch.float64,
    torch.int64,
    torch.int32,
    torch.int16,
    torch.int8,
    torch.uint8,
)


def enlargement(
    shape: tuple[int, int, int, int], scale: int, kind: str = "counting", seed: int = 1
) -> dict[str, object]:
    """A map and how many rows and columns one of its values becomes."""
    return {"x": fill(shape, kind, seed), "scale": scale}


NO_SCALES = tuple(enlargement((1, 2, 2, 3), scale) for scale in (-1, 0, -2, -3))


@st.composite
def enlargements(draw: st.DrawFn) -> dict[str, object]:
    """Maps of up to 2 × 3 × 3 × 4 values, scales of up to 4."""
    n, c, h, w, scale = draw(
        st.tuples(
            st.integers(1, 2),
            st.integers(1, 3),
            st.integers(1, 3),
            st.integers(1, 4),
            st.integers(1, 4),
        )
    )
    kind, seed = draw(st.sampled_from(VALUES)), draw(st.integers(0, 2**31 - 1))
    return enlargement((n, c, h, w), scale, kind, seed)


def pool(
    n: int,
    c: int,
    size: tuple[int, int],
    kernel: int,
    stride: int,
    seed: int,
    *,
    extra: int = 0,
    kind: str = "pooled",
) -> dict[str, object]:
    """What max pooling leaves of a map of negative and positive numbers that are all different.

    The values may be others than those pooled; of `extra` rows nothing was pooled.
    """
    generator = torch.Generator().manual_seed(seed)
    planes = n * c * size[0] * size[1]
    order = torch.randperm(planes, generator=generator).to(torch.float32)
    source = (order - planes // 2).reshape(n, c, *size)
    x, indices = F.max_pool2d(source, kernel, stride, return_indices=True)
    if kind != "pooled":
        x = fill(tuple(x.shape), kind, seed)
    return {"x": x, "indices": indices, "output_size": (size[0] + extra, size[1])}


@st.composite
def pooled(
    draw: st.DrawFn, overlapping: bool = False, kinds: tuple[str, ...] = ("pooled", "normal")
) -> dict[str, object]:
    """Maps of up to 7 × 8 that windows do not divide evenly, of other heights than widths.

    Windows that overlap find their largest value more than once: with stride 1 and kernel 3
    the largest of a plane lies in several windows of most planes, so some index repeats.
    """
    n, c, h, w, extra = draw(
        st.tuples(
            st.integers(1, 2),
            st.integers(1, 3),
            st.integers(4, 6),
            st.integers(1, 2),
            st.integers(0, 0 if overlapping else 2),
        )
    )
    kernel, seed = draw(st.integers(2, 3)), draw(st.integers(0, 2**31 - 1))
    kind = "pooled" if overlapping else draw(st.sampled_from(kinds))
    stride = 1 if overlapping else kernel
    return pool(n, c, (h, h + w), kernel, stride, seed, extra=extra, kind=kind)


def of_other_shapes() -> tuple[dict[str, object], ...]:
    """Indices of another N, C, H or W than x, some as many as before.

    All have four axes and are not empty, as pooling gives them: an unpacking of the shape or
    a look at the smallest index, before the shapes are compared, is no mistake.
    """
    case = pool(2, 3, (5, 7), 2, 2, 1)
    indices = case["indices"]
    assert isinstance(indices, Tensor)
    n, c, h, w = indices.shape
    others = [
        *(torch.cat([indices, indices], axis) for axis in range(4)),
        *(indices.narrow(axis, 0, length - 1) for axis, length in enumerate((n, c, h, w))),
        indices.transpose(0, 1),
        indices.transpose(2, 3),
        indices.reshape(n, c, 1, h * w),
    ]
    return tuple(
        {**case, "indices": each} for each in others if each.numel() and each.shape != indices.shape
    )


def with_index(*indices: int) -> tuple[dict[str, object], ...]:
    """Pooled maps of which one index, at the first, a middle and the last place, is replaced."""
    case = pool(2, 3, (4, 5), 2, 2, 1)
    replaced = []
    for index in indices:
        for place in (0, 10, -1):
            changed = torch.as_tensor(case["indices"]).clone()
            changed.view(-1)[place] = index
            replaced.append({**case, "x": torch.ones(changed.shape), "indices": changed})
    return tuple(replaced)
