"""Training a network that labels pixels, one image at a time, and measuring it with your `iou.py`.

픽셀마다 레이블을 내는 네트워크를 한 장씩 학습하고, 여러분의 `iou.py`로 평가합니다.
"""

from __future__ import annotations

import copy
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

IGNORE = 255
# What iou.py raises while a function of it is a stub, or while it cannot be imported.
NOT_READY = (NotImplementedError, ImportError, SyntaxError)

Pairs = Dataset[tuple[torch.Tensor, torch.Tensor]]


@dataclass
class History:
    """What a training saw, a number for every epoch that was run."""

    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_iou: list[float] = field(default_factory=list)  # empty while iou.py is not ready
    best_epoch: int = 0
    seconds: float = 0.0


def choose_device() -> torch.device:
    """A GPU if there is one, the processor otherwise."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def initialise(model: nn.Module) -> None:
    """Draw the convolutions' weights as He et al. 2015 do, so that deep ReLU networks learn.

    PyTorch's own are too small for sixteen layers in a row: the signal dies on its way. The
    transposed convolutions keep what they have, bilinear in FCN-8s.
    """
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def train(
    model: nn.Module,
    train_set: Pairs,
    val_set: Pairs,
    *,
    epochs: int,
    learning_rate: float = 2e-3,
    seed: int = 0,
    patience: int = 8,
    fresh: bool = True,
    device: torch.device | None = None,
) -> History:
    """Train with Adam, batch size 1, and keep the weights of the epoch with the best validation.

    The learning rate rises for a short while and then falls to nothing (Smith & Topin 2018). Half
    of the images are mirrored. Training stops early when the validation loss has not fallen for
    `patience` epochs.

    Args:
        model: maps (1, C, H, W) to scores (1, K, H, W).
        train_set, val_set: pairs of image and label map.
        epochs: how often each training image is seen.
        learning_rate: the highest one.
        seed: the weights, the order of the images and the mirroring come from it.
        patience: how many epochs without progress end the training.
        fresh: draw new weights first (not for weights that were trained before).
        device: where to compute; a GPU if there is one.
    """
    device = device or choose_device()
    torch.manual_seed(seed)
    if fresh:
        initialise(model)
    # On a processor, convolutions of few channels are faster with the channels last in memory.
    model.to(device, memory_format=torch.channels_last)
    batches = DataLoader(train_set, batch_size=1, shuffle=True)
    optimiser = torch.optim.Adam(model.parameters(), learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, learning_rate, total_steps=epochs * len(batches), pct_start=0.15
    )
    history, best = History(), copy.deepcopy(model.state_dict())
    start = time.perf_counter()
    progress = _progress_bar(epochs * len(batches))
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for image, label in batches:
            if torch.rand(()) < 0.5:
                image, label = image.flip(3), label.flip(2)
            loss = pixel_loss(model(_placed(image, device)), label.to(device))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
            progress.update()
        history.train_loss.append(total / len(batches))
        _validate(model, val_set, history, device)
        progress.set_postfix_str(_last(history))
        if history.val_loss[-1] <= min(history.val_loss):
            history.best_epoch, best = epoch, copy.deepcopy(model.state_dict())
        elif epoch - history.best_epoch >= patience:
            break
    progress.close()
    model.load_state_dict(best)
    history.seconds = time.perf_counter() - start
    return history


def pixel_loss(scores: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    """Cross entropy, averaged over all pixels that count."""
    return F.cross_entropy(scores, label, ignore_index=IGNORE)


@torch.no_grad()
def evaluate(
    model: nn.Module, data: Pairs, num_classes: int, device: torch.device | None = None
) -> torch.Tensor:
    """The confusion matrix of a whole data set: the sum of its images' matrices."""
    from iou import confusion_matrix, predict_labels

    device = device or next(model.parameters()).device
    model.eval()
    total = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for image, label in DataLoader(data, batch_size=1):
        prediction = predict_labels(model(_placed(image, device))).cpu()
        total += confusion_matrix(prediction, label, num_classes)
    return total


@torch.no_grad()
def _validate(model: nn.Module, data: Pairs, history: History, device: torch.device) -> None:
    model.eval()
    losses, total = [], 0
    measured = True
    for image, label in DataLoader(data, batch_size=1):
        scores = model(_placed(image, device))
        losses.append(pixel_loss(scores, label.to(device)).item())
        if measured:
            try:
                total = total + _counted(scores, label)
            except NOT_READY:
                measured = False  # the loss is enough to train with
    history.val_loss.append(sum(losses) / len(losses))
    if measured:
        with suppress(*NOT_READY):
            from iou import mean_iou

            history.val_iou.append(float(mean_iou(total)))


def _counted(scores: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    from iou import confusion_matrix, predict_labels

    return confusion_matrix(predict_labels(scores).cpu(), label, scores.shape[1])


def _placed(image: torch.Tensor, device: torch.device) -> torch.Tensor:
    return image.to(device, memory_format=torch.channels_last)


def _progress_bar(steps: int) -> tqdm:
    # On stdout: what Jupyter gets from stderr it paints red.
    return tqdm(total=steps, unit="image", file=sys.stdout, mininterval=0.5)


def _last(history: History) -> str:
    iou = f", val mean IoU {history.val_iou[-1]:.3f}" if history.val_iou else ""
    return f"loss {history.train_loss[-1]:.3f}, val {history.val_loss[-1]:.3f}{iou}"
