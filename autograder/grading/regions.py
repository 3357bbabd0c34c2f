"""The wrong region of a result: the last row, the border, all samples but the first."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.document.text import Text
from autograder.grading.agreement import APART
from autograder.grading.relations import Found, Outcome

PLURAL = ("samples", "channels", "maps", "cells")


def wrong_cells(mine: Tensor, right: Tensor) -> Tensor:
    """True where two results of one shape differ."""
    if not right.is_floating_point():
        return mine.double() != right.double()
    scale = max(float(right.nan_to_num(0, 0, 0).abs().max()) if right.numel() else 0.0, 1e-30)
    close = (mine.to(right.dtype) - right).abs() <= APART.get(right.dtype, 1e-4) * scale
    return ~(close | (mine.isnan() & right.isnan()) | (mine == right))


def _lines(shape: torch.Size) -> Iterator[tuple[str, str, Tensor]]:
    """Parts of a map by name, each as a mask over its rows and columns."""
    height, width = shape[-2:]
    rows, columns = torch.arange(height)[:, None], torch.arange(width)[None, :]
    for number, en, ko in (
        (1, "the last row", "마지막 행"),
        (2, "the last two rows", "마지막 두 행"),
    ):
        yield en, ko, (rows >= height - number).expand(height, width)
    yield "the first row", "첫 행", (rows == 0).expand(height, width)
    for number, en, ko in (
        (1, "the last column", "마지막 열"),
        (2, "the last two columns", "마지막 두 열"),
    ):
        yield en, ko, (columns >= width - number).expand(height, width)
    yield "the first column", "첫 열", (columns == 0).expand(height, width)
    last = (rows == height - 1) | (columns == width - 1)
    yield "the last row and the last column", "마지막 행과 마지막 열", last
    first = (rows == 0) | (columns == 0)
    yield "the first row and the first column", "첫 행과 첫 열", first
    yield "the border", "가장자리", first | last


def _parts(right: Tensor) -> Iterator[tuple[str, str, Tensor]]:
    shape = right.shape
    if right.dim() == 4:
        samples, maps = shape[:2]
        if samples > 1:
            mask = (torch.arange(samples) > 0)[:, None, None, None].expand(shape)
            yield "the samples behind the first", "첫 샘플 뒤의 샘플들", mask
        if maps > 1:
            number = torch.arange(maps)[None, :, None, None]
            yield "the channels behind the first", "첫 채널 뒤의 채널들", (number > 0).expand(shape)
            yield "the first channel", "첫 채널", (number == 0).expand(shape)
        if samples == maps > 1:
            off = torch.arange(samples)[:, None] != torch.arange(maps)[None, :]
            en, ko = "the maps between different channels", "서로 다른 채널 사이의 맵"
            yield en, ko, off[:, :, None, None].expand(shape)
    if right.dim() >= 2 and min(shape[-2:]) > 1:
        if right.dim() == 2 and shape[0] == shape[1]:
            diagonal = torch.eye(shape[0], dtype=torch.bool)
            yield "the diagonal", "대각선", diagonal
            yield "the cells off the diagonal", "대각선 밖의 칸", ~diagonal
        for en, ko, mask in _lines(shape):
            yield en, ko, mask.expand(shape)


def one_cell(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    """All is right but for one and the same cell."""
    wrong = wrong_cells(mine, right)
    if right.dim() < 2 or int(wrong.sum()) != 1 or right.numel() < 4:
        return []
    row, column = (1 + int(each) for each in wrong.nonzero()[0][-2:])
    held, wanted = f"{float(mine[wrong][0]):g}", f"{float(right[wrong][0]):g}"
    text = Text(
        f"all is right but for one value, in row {row}, column {column}: {held}, not {wanted}",
        f"값 하나만 틀립니다. {row}행 {column}열이 {wanted}이(가) 아니라 {held}입니다",
    )
    return [Found((row, column, held, wanted), text)]


def parts(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    """Every part that all wrong cells lie in, where the rest is right and is not empty."""
    wrong = wrong_cells(mine, right)
    holds_zeros = not bool(mine[wrong].any())
    found = []
    for en, ko, mask in _parts(right):
        rest = right[~mask]
        if bool(mask.all()) or bool((wrong & ~mask).any()) or not bool(rest.any()):
            continue
        be = "are" if en.split()[1] in PLURAL or " and " in en or "two" in en else "is"
        if holds_zeros:
            text = Text(
                f"only {en} {be} wrong: zeros stand there", f"{ko}만 틀립니다(0이 들어 있습니다)"
            )
            found.append(Found((en, "zeros"), text))
        found.append(Found(en, Text(f"only {en} {be} wrong", f"{ko}만 틀립니다")))
    # A result of which no part is right says that it is none of them.
    return found
