"""Training networks that label pixels for the same processor time, and measuring them.

픽셀마다 레이블을 내는 네트워크를 똑같은 프로세서 시간 동안 학습하고, 여러분의 `metrics.py`로
평가합니다.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.nn import functional as F
from tqdm import tqdm

IGNORE = 255
WARM_UP = 0.15  # the share of the time in which the learning rate rises
# A training of fewer steps than this teaches nothing: it ends with its first step.
FEWEST_STEPS = 10

Pair = tuple[torch.Tensor, torch.Tensor]
Pairs = Sequence[Pair]


@dataclass
class History:
    """What a training saw: after every step the processor seconds gone by, and its loss."""

    seconds: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    images: int = 0
    too_slow: bool = False


def train(
    model: nn.Module,
    pairs: Pairs,
    *,
    seconds: float,
    learning_rate: float = 3e-3,
    batch: int = 1,
    seed: int = 0,
) -> History:
    """Train with Adam for this many processor seconds.

    The learning rate rises for a short while and then falls to nothing (Smith & Topin 2018). Half
    of the batches are mirrored. Where one step takes a tenth of the time, training ends with it:
    loops over pixels are right, but too slow to train with.

    Args:
        model: maps (N, C, H, W) to scores (N, K, H, W).
        pairs: images (C, H, W) and label maps (H, W), which may differ in size.
        seconds: processor time of all threads, in which nothing else is counted.
        learning_rate: the highest one.
        batch: how many images of one size a step sees, at most.
        seed: the weights, the order of the images and the mirroring come from it. How many steps
            fit into the time depends on the machine.
    """
    torch.manual_seed(seed)
    initialise(model)
    # Convolutions of few channels are faster with the channels last in memory.
    model.to(memory_format=torch.channels_last)
    model.train()
    optimiser = torch.optim.Adam(model.parameters(), learning_rate)
    history, steps = History(), _batches(pairs, batch)
    start = time.process_time()
    # On stdout: what Jupyter gets from stderr it paints red.
    with tqdm(total=round(seconds), unit="s", file=sys.stdout, mininterval=0.5) as progress:
        while (gone := time.process_time() - start) < seconds and not history.too_slow:
            for group in optimiser.param_groups:
                group["lr"] = learning_rate * _share_of_rate(gone / seconds)
            images, labels = _mirrored(*next(steps))
            loss = pixel_loss(model(images.contiguous(memory_format=torch.channels_last)), labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            history.losses.append(loss.item())
            history.seconds.append(time.process_time() - start)
            history.images += len(images)
            history.too_slow = (history.seconds[-1] - gone) * FEWEST_STEPS > seconds
            progress.set_postfix_str(f"loss {history.losses[-1]:.3f}", refresh=False)
            progress.update(min(int(history.seconds[-1]), progress.total) - progress.n)
    return history


def initialise(model: nn.Module) -> None:
    """Draw the convolutions' weights as He et al. 2015 do, so that deep ReLU networks learn."""
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def pixel_loss(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross entropy, averaged over all pixels that count."""
    return F.cross_entropy(scores, labels, ignore_index=IGNORE)


@torch.no_grad()
def predicted(model: nn.Module, image: torch.Tensor) -> torch.Tensor:
    """The label map (H, W) of one image (C, H, W)."""
    return scores_of(model, image).max(dim=0).indices


@torch.no_grad()
def scores_of(model: nn.Module, image: torch.Tensor) -> torch.Tensor:
    """The scores (K, H, W) of one image (C, H, W)."""
    model.eval()
    scores: torch.Tensor = model(image[None])[0]
    return scores


def evaluate(model: nn.Module, pairs: Pairs, num_classes: int) -> torch.Tensor:
    """Your four figures (4,) of a whole data set: all its pixels are counted in one matrix."""
    from metrics import segmentation_scores

    prediction = torch.cat([predicted(model, image).flatten() for image, _ in pairs])
    target = torch.cat([labels.flatten() for _, labels in pairs])
    return segmentation_scores(prediction, target, num_classes, IGNORE)


def _share_of_rate(share: float) -> float:
    """How much of the learning rate holds when this share of the time has gone."""
    if share < WARM_UP:
        return 0.04 + 0.96 * share / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (share - WARM_UP) / (1 - WARM_UP)))


def _batches(pairs: Pairs, batch: int) -> Iterator[Pair]:
    """Batches without end, of one size each; an epoch sees every image once."""
    groups: dict[torch.Size, list[int]] = {}
    for number, (image, _) in enumerate(pairs):
        groups.setdefault(image.shape, []).append(number)
    while True:
        batches = []
        for group in groups.values():
            shuffled = [group[place] for place in torch.randperm(len(group)).tolist()]
            batches += [shuffled[at : at + batch] for at in range(0, len(shuffled), batch)]
        for place in torch.randperm(len(batches)).tolist():
            images, labels = zip(*(pairs[number] for number in batches[place]), strict=True)
            yield torch.stack(images), torch.stack(labels)


def _mirrored(images: torch.Tensor, labels: torch.Tensor) -> Pair:
    """The same, or with left and right exchanged."""
    return (images.flip(3), labels.flip(2)) if torch.rand(()) < 0.5 else (images, labels)
