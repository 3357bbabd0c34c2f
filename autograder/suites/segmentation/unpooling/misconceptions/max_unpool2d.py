"""Misconceptions about `max_unpool2d`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text


def _check_shapes(x: Tensor, indices: Tensor) -> None:
    if indices.shape != x.shape:
        raise ValueError(f"indices {tuple(indices.shape)} do not fit x {tuple(x.shape)}")


def _check_indices(indices: Tensor, output_size: tuple[int, int], lowest: int = 0) -> None:
    if indices.min() < lowest or indices.max() >= output_size[0] * output_size[1]:
        raise ValueError(f"indices lie outside output_size {tuple(output_size)}")


def _planes(x: Tensor, output_size: tuple[int, int]) -> Tensor:
    return x.new_zeros(*x.shape[:2], output_size[0] * output_size[1])


def _unpooled(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    planes = _planes(x, output_size).scatter(2, indices.flatten(2), x.flatten(2))
    return planes.reshape(*x.shape[:2], *output_size)


@misconception(
    "max_unpool2d",
    explanation=Text(
        "You add up values that share an index. Where pooling windows overlapped, one maximum was "
        "found several times, with the same index and the same value: it belongs in its cell "
        "once.",
        "인덱스가 같은 값을 더했습니다. 풀링 창이 겹치면 한 최댓값이 같은 인덱스와 같은 값으로 "
        "여러 번 뽑힙니다. 그 값은 더하지 말고 제 칸에 한 번만 놓아야 합니다.",
    ),
    loses=("unpooling.max_unpool_overlap",),
)
def repeated_indices_added_up(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    _check_shapes(x, indices)
    _check_indices(indices, output_size)
    planes = _planes(x, output_size).scatter_add(2, indices.flatten(2), x.flatten(2))
    return planes.reshape(*x.shape[:2], *output_size)


@misconception(
    "max_unpool2d",
    explanation=Text(
        "You took output_size for (width, height). It is (H_out, W_out): the height comes first, "
        "as in the shape of a tensor.",
        "output_size를 (너비, 높이)로 읽었습니다. output_size는 (H_out, W_out)이며, 텐서의 "
        "shape처럼 높이가 먼저입니다.",
    ),
    loses=("unpooling.max_unpool_follows_indices", "unpooling.max_unpool_overlap"),
)
def height_and_width_swapped(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    _check_shapes(x, indices)
    _check_indices(indices, output_size)
    return _unpooled(x, indices, (output_size[1], output_size[0]))


@misconception(
    "max_unpool2d",
    explanation=Text(
        "You placed every channel by the indices of channel 0. Each channel has its maxima "
        "elsewhere, so each needs its own indices, sample by sample.",
        "모든 채널을 채널 0의 인덱스로 놓았습니다. 최댓값의 위치는 채널마다 다르므로, 샘플과 "
        "채널마다 자기 인덱스를 써야 합니다.",
    ),
    loses=("unpooling.max_unpool_follows_indices", "unpooling.max_unpool_overlap"),
)
def indices_of_the_first_channel_for_all(
    x: Tensor, indices: Tensor, output_size: tuple[int, int]
) -> Tensor:
    _check_shapes(x, indices)
    _check_indices(indices, output_size)
    return _unpooled(x, indices[:, :1].expand(x.shape), output_size)


@misconception(
    "max_unpool2d",
    explanation=Text(
        "You let the indices count through the whole result, so all samples and channels landed "
        "in the first plane. An index counts the cells of its own sample's and channel's plane, "
        "and starts at 0 in each of them.",
        "인덱스가 결과 텐서 전체를 가리킨다고 보아, 모든 샘플과 채널의 값이 첫 평면에 "
        "모였습니다. 인덱스는 자기 샘플, 자기 채널의 평면 안에서 0부터 셉니다.",
    ),
    loses=("unpooling.max_unpool_follows_indices", "unpooling.max_unpool_overlap"),
)
def indices_through_the_whole_tensor(
    x: Tensor, indices: Tensor, output_size: tuple[int, int]
) -> Tensor:
    _check_shapes(x, indices)
    _check_indices(indices, output_size)
    planes = _planes(x, output_size)
    everything = planes.flatten().scatter(0, indices.flatten(), x.flatten())
    return everything.reshape(*x.shape[:2], *output_size)


@misconception(
    "max_unpool2d",
    explanation=Text(
        "Your zeros have torch's default dtype and device, so integer maps and float64 become "
        "float32, and a result of GPU inputs lies on the CPU. Make the new tensor like x.",
        "0으로 채운 텐서가 torch의 기본 dtype과 장치로 만들어졌습니다. 그래서 정수나 float64 "
        "맵이 float32가 되고, GPU 입력의 결과가 CPU에 놓입니다. 새 텐서는 x와 같은 dtype과 "
        "장치로 만들어야 합니다.",
    ),
    loses=("unpooling.max_unpool_keeps_dtype_and_device",),
)
def planes_in_the_default_dtype(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    _check_shapes(x, indices)
    _check_indices(indices, output_size)
    n, c = x.shape[:2]
    y = torch.zeros(n, c, *output_size)
    samples = torch.arange(n)[:, None, None, None]
    channels = torch.arange(c)[:, None, None]
    width = output_size[1]
    y[samples, channels, indices // width, indices % width] = x.to(y.dtype)
    return y


@misconception(
    "max_unpool2d",
    explanation=Text(
        "You do not compare the shapes of x and indices, so values without an index are dropped "
        "silently, or torch stops with an error of its own. Every value needs an index: where the "
        "shapes differ, raise a ValueError that names x or indices.",
        "x와 indices의 shape을 비교하지 않아, 인덱스가 없는 값이 조용히 사라지거나 torch가 스스로 "
        "오류를 냅니다. 값마다 인덱스가 있어야 합니다. shape이 다르면 x나 indices를 언급하는 "
        "ValueError를 발생시키십시오.",
    ),
    loses=("unpooling.max_unpool_refuses_shapes",),
)
def shapes_not_compared(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    _check_indices(indices, output_size)
    return _unpooled(x, indices, output_size)


@misconception(
    "max_unpool2d",
    explanation=Text(
        "You leave an index outside the plane to torch, whose error does not say what is wrong. "
        "Compare the indices with 0 and H_out·W_out first, and raise a ValueError that names "
        "indices or output_size.",
        "평면을 벗어난 인덱스를 확인하지 않고 torch에 맡겼습니다. torch의 오류는 무엇이 잘못인지 "
        "알려 주지 않습니다. 먼저 인덱스를 0, H_out·W_out과 비교하고, indices나 output_size를 "
        "언급하는 ValueError를 발생시키십시오.",
    ),
    loses=("unpooling.max_unpool_refuses_indices",),
)
def indices_unchecked(x: Tensor, indices: Tensor, output_size: tuple[int, int]) -> Tensor:
    _check_shapes(x, indices)
    return _unpooled(x, indices, output_size)


@misconception(
    "max_unpool2d",
    explanation=Text(
        "You refuse indices that are too large and let negative ones pass: Python counts -1 from "
        "the end, so the value quietly lands in the last cell. The first cell of the plane is 0, "
        "and what lies below it is a ValueError too.",
        "너무 큰 인덱스만 막고 음수는 그대로 두었습니다. Python에서 -1은 끝에서부터 세므로 값이 "
        "조용히 마지막 칸에 놓입니다. 평면의 첫 칸은 0이며, 그보다 작은 인덱스도 ValueError입니다.",
    ),
    loses=("unpooling.max_unpool_refuses_indices",),
)
def negative_indices_count_from_the_end(
    x: Tensor, indices: Tensor, output_size: tuple[int, int]
) -> Tensor:
    cells = output_size[0] * output_size[1]
    _check_shapes(x, indices)
    _check_indices(indices, output_size, lowest=-cells)
    return _unpooled(x, indices % cells, output_size)
