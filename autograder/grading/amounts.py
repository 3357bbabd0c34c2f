"""By how much a wrong result differs from the right one: in its last digits, always upwards."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.document.text import Text
from autograder.grading.relations import Found, Outcome, same

LARGE = Text("the wrong values are all too large", "틀린 값이 모두 너무 큽니다")
SMALL = Text("the wrong values are all too small", "틀린 값이 모두 너무 작습니다")


def whole_numbers(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    if not mine.is_floating_point() or bool((right == right.trunc()).all()):
        return []
    if not bool(mine.isfinite().all()) or not bool((mine == mine.trunc()).all()):
        return []
    text = Text(
        "the result holds whole numbers only, where fractions are right",
        "소수가 있어야 하는데 결과에 정수만 있습니다",
    )
    return [Found((), text)] if mine.numel() > 3 and bool(mine.any()) else None


def single_precision(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    if not mine.is_floating_point() or right.dtype != torch.float64:
        return []
    scale = float(right.nan_to_num(0).abs().max()) if right.numel() else 0.0
    near = bool(((mine - right).nan_to_num(0).abs() <= 3e-6 * scale).all())
    if not near or not torch.equal(mine.isnan(), right.isnan()):
        return []
    text = Text(
        "the values are right to the seven digits of float32 only, float64 is right",
        "값이 float32의 일곱 자리까지만 맞습니다. float64여야 합니다",
    )
    exact = bool((mine.nan_to_num(0) == mine.float().double().nan_to_num(0)).all())
    return [Found("float32", text)] if exact else []


def nearly(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    if not mine.is_floating_point() or not right.is_floating_point():
        return []
    scale = float(right.nan_to_num(0).abs().max()) if right.numel() else 0.0
    if scale == 0:
        return None
    odd = right.isnan()
    apart = float((mine.to(right.dtype) - right).masked_fill(odd, 0).abs().max()) / scale
    if not apart <= 1e-4:
        return []
    if not torch.equal(mine.isnan(), odd):
        return None  # what stands in the place of a NaN is another matter
    text = Text(
        "the values are nearly right, off by less than a ten-thousandth of the largest: something "
        "small is added, or digits are lost",
        "값이 거의 맞지만 가장 큰 값의 만분의 일보다 작은 차이가 있습니다. 작은 수가 더해졌거나 "
        "자릿수를 잃었습니다",
    )
    return [Found((), text)]


def one_sided(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    """All that is wrong is too large, or too small."""
    if right.numel() < 2:
        return None
    if not torch.equal(mine.isnan(), right.isnan()):
        return None
    apart = (mine.double() - right.double()).masked_fill(mine.isnan() | right.isnan(), 0)
    close = 1e-6 * float(right.double().nan_to_num(0).abs().max())
    more, less = bool((apart > close).any()), bool((apart < -close).any())
    if more == less:
        return []
    if more:
        return [Found("large", LARGE)]
    return [Found("small", SMALL)]


def by_channel(mine: Tensor, right: Tensor, trial: Trial) -> Outcome:
    """Each channel is off by one amount of its own, as by a bias that is not the right one."""
    if right.dim() != 4 or not right.is_floating_point():
        return []
    if right.shape[0] * right.shape[2] * right.shape[3] < 3:
        return None
    by = (mine.double() - right.double()).transpose(0, 1).flatten(1)[:, 0]
    if not bool(by.any()) or not same(mine.double() - by[:, None, None], right.double()):
        return []
    text = Text(
        "each channel is off by an amount of its own, the same at all places: a bias is not right",
        "채널마다 모든 위치에서 같은 양만큼 벗어나 있습니다. bias가 올바르지 않습니다",
    )
    return [Found((), text)]
