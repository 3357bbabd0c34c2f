"""What other libraries make of the same small label maps: the tables of docs/conventions.md.

    python -m venv others
    others/bin/python -m pip install torchmetrics==1.9.0 scikit-learn==1.9.1 kornia==0.9.0 \
        segmentation-models-pytorch==0.6.0 monai==1.6.1 medpy==0.5.2 miseval==1.3.0
    others/bin/python -m quality.conventions

Runs without this project's package; only iou.py and metrics.py of the solutions are loaded. A
library that is not installed has a row that says so. After this file's table come those of
quality/four_figures.py. The figures here are of:

- class 2 occurs nowhere: prediction 0 0 1 0, target 0 1 1 0, three classes;
- class 2 is only predicted: prediction 0 2 1 0, target 0 1 1 0, three classes;
- two empty masks of 2 × 2;
- a label that is none of three classes: prediction 0 3 1, target 0 1 2.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable
from importlib.metadata import version

import torch
from torch import Tensor

from corpus.paths import SOLUTIONS
from quality.four_figures import loaded, tables

K = 3
TARGET = torch.tensor([[0, 1, 1, 0]])
NOWHERE = torch.tensor([[0, 0, 1, 0]])
ONLY_PREDICTED = torch.tensor([[0, 2, 1, 0]])
EMPTY = torch.zeros(1, 1, 2, 2, dtype=torch.int64)
STRANGE, OF_THREE = torch.tensor([[0, 3, 1]]), torch.tensor([[0, 1, 2]])
COLUMNS = (
    "library",
    "class 2 occurs nowhere: each class, mean",
    "class 2 is only predicted: each class, mean",
    "two empty masks: Dice, IoU",
    "a predicted label 3 of 3 classes",
)
Cell = Callable[[], str]


def figure(value: object) -> str:
    """Three digits of a number; NaN by its name."""
    number = float(value)  # type: ignore[arg-type]
    return "NaN" if number != number else f"{number:.3g}"


def figures(each: Iterable[object], mean: object) -> str:
    return " ".join(figure(value) for value in each) + f", {figure(mean)}"


def fate(confusion: Tensor) -> str:
    """Where the pixel of a label without a class went: (0, 0) and (2, 1) are the other two."""
    rest = confusion.clone()
    rest[0, 0] -= 1
    rest[2, 1] -= 1
    found = rest.nonzero().tolist()
    return f"counted in row {found[0][0]}, column {found[0][1]}" if found else "dropped"


def here() -> tuple[Cell, ...]:
    iou = loaded(SOLUTIONS / "iou.py")

    def of(prediction: Tensor) -> str:
        confusion = iou.confusion_matrix(prediction, TARGET, K)
        return figures(iou.iou_per_class(confusion), iou.mean_iou(confusion))

    def empty() -> str:
        mask = iou.iou_per_class(iou.confusion_matrix(EMPTY, EMPTY, 2))[1]
        return f"–, {figure(mask)}"

    return (
        lambda: of(NOWHERE),
        lambda: of(ONLY_PREDICTED),
        empty,
        lambda: fate(iou.confusion_matrix(STRANGE, OF_THREE, K)),
    )


def scikit_learn() -> tuple[Cell, ...]:
    from sklearn.metrics import confusion_matrix, f1_score, jaccard_score

    def of(prediction: Tensor) -> str:
        pair = TARGET.flatten(), prediction.flatten()
        settings = {"labels": list(range(K)), "zero_division": 0}
        each = jaccard_score(*pair, average=None, **settings)
        return figures(each, jaccard_score(*pair, average="macro", **settings))

    empty = EMPTY.flatten()
    strange = confusion_matrix(OF_THREE.flatten(), STRANGE.flatten(), labels=range(K))
    return (
        lambda: of(NOWHERE),
        lambda: of(ONLY_PREDICTED),
        lambda: f"{figure(f1_score(empty, empty))}, {figure(jaccard_score(empty, empty))}",
        lambda: fate(torch.from_numpy(strange)),
    )


def torchmetrics() -> tuple[Cell, ...]:
    from torchmetrics.functional.classification import (
        binary_f1_score,
        binary_jaccard_index,
        multiclass_confusion_matrix,
        multiclass_jaccard_index,
    )

    def of(prediction: Tensor) -> str:
        each = multiclass_jaccard_index(prediction, TARGET, K, average="none")
        return figures(each, multiclass_jaccard_index(prediction, TARGET, K, average="macro"))

    return (
        lambda: of(NOWHERE),
        lambda: of(ONLY_PREDICTED),
        lambda: ", ".join(map(figure, (binary_f1_score(EMPTY, EMPTY),
                                       binary_jaccard_index(EMPTY, EMPTY)))),
        lambda: fate(multiclass_confusion_matrix(STRANGE, OF_THREE, K)),
    )  # fmt: skip


def segmentation_models_pytorch() -> tuple[Cell, ...]:
    from segmentation_models_pytorch.metrics import f1_score, get_stats, iou_score

    def of(prediction: Tensor) -> str:
        stats = get_stats(prediction[None], TARGET[None], mode="multiclass", num_classes=K)
        return figures(iou_score(*stats, reduction="none")[0], iou_score(*stats, reduction="macro"))

    def empty() -> str:
        stats = get_stats(EMPTY, EMPTY, mode="binary")
        return " ".join(
            f"{figure(f1_score(*stats, reduction=way))}, "
            f"{figure(iou_score(*stats, reduction=way))} ({way})"
            for way in ("macro", "micro")
        )

    def strange() -> str:
        stats = get_stats(STRANGE[None], OF_THREE[None], mode="multiclass", num_classes=K)
        false_negative = stats[2][0].tolist()
        return f"missed: false negatives {false_negative}"

    return lambda: of(NOWHERE), lambda: of(ONLY_PREDICTED), empty, strange


def kornia() -> tuple[Cell, ...]:
    from kornia.metrics import confusion_matrix, mean_iou

    def of(prediction: Tensor) -> str:
        each = mean_iou(prediction, TARGET, K)[0]
        return figures(each, each.mean())  # its mean_iou does not average, whatever its name

    return (
        lambda: of(NOWHERE),
        lambda: of(ONLY_PREDICTED),
        lambda: f"–, {figure(mean_iou(EMPTY[0], EMPTY[0], 2)[0, 1])}",
        lambda: fate(confusion_matrix(STRANGE, OF_THREE, K)[0]),
    )


def monai() -> tuple[Cell, ...]:
    from monai.metrics import MeanIoU, compute_dice, compute_iou

    def of(prediction: Tensor) -> str:
        maps = [torch.nn.functional.one_hot(each, K).movedim(-1, 1)
                for each in (prediction, TARGET)]  # fmt: skip
        metric = MeanIoU()
        metric(*maps)
        return figures(compute_iou(*maps)[0], metric.aggregate())

    mask = EMPTY.float()
    return (
        lambda: of(NOWHERE),
        lambda: of(ONLY_PREDICTED),
        lambda: f"{figure(compute_dice(mask, mask))}, {figure(compute_iou(mask, mask))}",
        lambda: "– (takes one map a class)",
    )


def medpy() -> tuple[Cell, ...]:
    from medpy.metric.binary import dc, jc

    def of(prediction: Tensor) -> str:
        maps = prediction.numpy(), TARGET.numpy()
        each = [jc(*(labels == k for labels in maps)) for k in range(K)]
        return figures(each, sum(each) / K)

    mask = EMPTY.numpy()
    return (
        lambda: of(NOWHERE),
        lambda: of(ONLY_PREDICTED),
        lambda: f"{figure(dc(mask, mask))}, {figure(jc(mask, mask))}",
        lambda: "– (takes one mask a class)",
    )


def miseval() -> tuple[Cell, ...]:
    from miseval import evaluate

    def of(prediction: Tensor) -> str:
        maps = TARGET.numpy(), prediction.numpy()
        each = evaluate(*maps, metric="IoU", multi_class=True, n_classes=K)
        return figures(each, each.mean())

    def strange() -> str:
        maps = OF_THREE.numpy(), STRANGE.numpy()
        each = evaluate(*maps, metric="IoU", multi_class=True, n_classes=K)
        return f"missed: IoU {' '.join(map(figure, each))}"

    mask = EMPTY.numpy()
    return (
        lambda: of(NOWHERE),
        lambda: of(ONLY_PREDICTED),
        lambda: ", ".join(figure(evaluate(mask, mask, metric=name)) for name in ("DSC", "IoU")),
        strange,
    )


LIBRARIES: dict[str, Callable[[], tuple[Cell, ...]]] = {
    "scikit-learn": scikit_learn,
    "torchmetrics": torchmetrics,
    "segmentation-models-pytorch": segmentation_models_pytorch,
    "kornia": kornia,
    "monai": monai,
    "medpy": medpy,
    "miseval": miseval,
}


def rows() -> Iterable[tuple[str, ...]]:
    yield "this assignment", *_said(here)
    for name, library in LIBRARIES.items():
        try:
            yield f"{name} {version(name)}", *_said(library)
        except ImportError as missing:
            yield name, f"not installed: {missing}", *[""] * (len(COLUMNS) - 2)


def _said(library: Callable[[], tuple[Cell, ...]]) -> list[str]:
    """What a library answers; an error is an answer too."""
    said = []
    for cell in library():
        try:
            said.append(cell())
        except Exception as error:
            said.append(f"an error ({type(error).__name__})")
    return said


def write(*table: tuple[str, ...]) -> None:
    """Print a table, its first row the header."""
    header, *rest = table
    for row in (header, ("---",) * len(header), *rest):
        sys.stdout.write(f"| {' | '.join(row)} |\n")


def main() -> None:
    # Divisions by zero are what is asked about; the libraries' warnings would hide the table.
    warnings.simplefilter("ignore")
    write(COLUMNS, *rows())
    for table in tables():
        sys.stdout.write("\n")
        write(*table)


if __name__ == "__main__":
    main()
