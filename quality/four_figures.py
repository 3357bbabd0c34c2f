"""What other libraries give for pixel accuracy, mean accuracy, mean IU and frequency-weighted IU.

Printed by `python -m quality.conventions`, for docs/conventions.md. Each of five confusion matrices
of three classes is laid out as label maps, and three ignored pixels (label 255, predicted 0, 1 and
2) are added. They go to a library with its `ignore_index` where the call has one, and are left out
beforehand where it has none. A figure in bold is not the contract's.

The figures are those of Long, Shelhamer & Darrell 2015, "Fully Convolutional Networks for Semantic
Segmentation", section 5. Of a library stands here whatever comes nearest to each, under its own
name, or a name that a reader may take for it.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from corpus.paths import SOLUTIONS

K = 3
IGNORED = 255
CASES: dict[str, list[list[int]]] = {
    "plain": [[3, 1, 0], [2, 4, 1], [0, 1, 2]],
    "class 2 absent": [[3, 1, 0], [2, 4, 0], [0, 0, 0]],
    "class 2 only predicted": [[3, 1, 0], [2, 4, 2], [0, 0, 0]],
    "class 2 only in the target": [[3, 1, 0], [2, 4, 0], [1, 2, 0]],
    "all pixels ignored": [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
}
FIGURES = ("pixel accuracy", "mean accuracy", "mean IU", "frequency-weighted IU")
PIXEL, MEAN, IU, WEIGHTED = FIGURES


@dataclass(frozen=True)
class Maps:
    """The prediction and the target of one image, each (1, 1, n) int64."""

    prediction: Tensor
    target: Tensor

    @classmethod
    def of(cls, confusion: Tensor) -> Maps:
        """Lay a (K, K) matrix out as label maps, the ignored pixels last."""
        target = torch.arange(K).repeat_interleave(confusion.sum(dim=1))
        prediction = torch.arange(K).repeat(K).repeat_interleave(confusion.flatten())
        target = torch.cat([target, torch.full((K,), IGNORED)])
        prediction = torch.cat([prediction, torch.arange(K)])
        return cls(prediction[None, None], target[None, None])

    def counted(self) -> Maps:
        """The same without the ignored pixels."""
        kept = self.target != IGNORED
        return Maps(self.prediction[kept][None, None], self.target[kept][None, None])


@dataclass(frozen=True)
class Call:
    """One call of a library: the figure that it comes near to, its text, its value."""

    figure: str
    text: str
    value: Callable[[Maps], Any]


def call(function: Any, *rest: str, **settings: object) -> str:
    """The text of a call without the maps: its settings, then what is given as text."""
    given = [f"{name}={value!r}".replace("'", '"') for name, value in settings.items()]
    return f"{function.__name__}({', '.join([*given, *rest])})"


def scikit_learn() -> list[Call]:
    from sklearn import metrics

    def of(figure: str, function: Any, **settings: object) -> Call:
        def value(maps: Maps) -> Any:
            counted = maps.counted()
            return function(counted.target.flatten(), counted.prediction.flatten(), **settings)

        return Call(figure, call(function, **settings), value)

    every = list(range(K))
    return [
        of(PIXEL, metrics.accuracy_score),
        of(MEAN, metrics.balanced_accuracy_score),
        of(MEAN, metrics.recall_score, average="macro"),
        of(MEAN, metrics.recall_score, average="macro", labels=every),
        of(IU, metrics.jaccard_score, average="macro"),
        of(IU, metrics.jaccard_score, average="macro", labels=every),
        of(WEIGHTED, metrics.jaccard_score, average="weighted"),
    ]


def torchmetrics() -> list[Call]:
    from torchmetrics.functional import classification
    from torchmetrics.functional.segmentation import mean_iou

    def of(figure: str, function: Any, average: str) -> Call:
        settings = {"average": average, "num_classes": K, "ignore_index": IGNORED}
        return Call(
            figure,
            call(function, **settings),
            lambda maps: function(maps.prediction, maps.target, **settings),
        )

    def of_segmentation(maps: Maps) -> Any:
        counted = maps.counted()
        return mean_iou(counted.prediction, counted.target, K, input_format="index")

    return [
        of(PIXEL, classification.multiclass_accuracy, "micro"),
        of(MEAN, classification.multiclass_accuracy, "macro"),
        of(IU, classification.multiclass_jaccard_index, "macro"),
        Call(IU, call(mean_iou, num_classes=K, input_format="index"), of_segmentation),
        of(WEIGHTED, classification.multiclass_jaccard_index, "weighted"),
    ]


def monai() -> list[Call]:
    from monai.metrics import ConfusionMatrixMetric, MeanIoU

    def layers(labels: Tensor) -> Tensor:
        """(1, 1, n) to (1, K, n), one map a class; an ignored pixel is in none of them."""
        return one_hot(labels, IGNORED + 1)[..., :K].movedim(-1, 1)[:, :, 0]

    def of(figure: str, kind: Any, **settings: object) -> Call:
        def value(maps: Maps) -> Any:
            metric = kind(**settings, ignore_index=IGNORED)
            metric(layers(maps.prediction), layers(maps.target))
            found = metric.aggregate()
            return found[0] if isinstance(found, list) else found

        return Call(figure, call(kind, **settings, ignore_index=IGNORED), value)

    rate = {"metric_name": "sensitivity"}
    return [
        of(PIXEL, ConfusionMatrixMetric, metric_name="accuracy"),
        of(PIXEL, ConfusionMatrixMetric, **rate),
        of(MEAN, ConfusionMatrixMetric, **rate, compute_sample=True),
        of(IU, MeanIoU),
        of(IU, MeanIoU, ignore_empty=False),
    ]


def segmentation_models_pytorch() -> list[Call]:
    from segmentation_models_pytorch import metrics

    def stats(maps: Maps) -> Any:
        settings = {"num_classes": K, "ignore_index": IGNORED}
        return metrics.get_stats(maps.prediction, maps.target, mode="multiclass", **settings)

    def of(figure: str, function: Any, **settings: object) -> Call:
        return Call(
            figure, call(function, **settings), lambda maps: function(*stats(maps), **settings)
        )

    def weighted(maps: Maps) -> Any:
        true_positive, false_positive, false_negative, true_negative = stats(maps)
        return metrics.iou_score(
            true_positive, false_positive, false_negative, true_negative,
            reduction="weighted", class_weights=(true_positive + false_negative)[0].tolist(),
        )  # fmt: skip

    by_target = call(metrics.iou_score, "class_weights=t", reduction="weighted")
    return [
        of(PIXEL, metrics.accuracy, reduction="micro"),
        of(PIXEL, metrics.sensitivity, reduction="micro"),
        of(MEAN, metrics.balanced_accuracy, reduction="macro"),
        of(MEAN, metrics.sensitivity, reduction="macro"),
        of(MEAN, metrics.sensitivity, reduction="macro", zero_division=0.0),
        of(IU, metrics.iou_score, reduction="macro"),
        of(IU, metrics.iou_score, reduction="macro", zero_division=0.0),
        Call(WEIGHTED, by_target, weighted),
    ]


def kornia() -> list[Call]:
    from kornia.metrics import accuracy, mean_iou

    def correct(maps: Maps) -> Any:
        counted = maps.counted()
        scores = one_hot(counted.prediction.flatten(), K)
        return accuracy(scores, counted.target.flatten())[0]

    def union(maps: Maps) -> Any:
        counted = maps.counted()
        return mean_iou(counted.prediction[0], counted.target[0], K).mean()

    return [
        Call(PIXEL, f"{call(accuracy)}[0]", correct),
        Call(IU, f"{call(mean_iou, num_classes=K)}.mean()", union),
    ]


LIBRARIES: dict[str, Callable[[], list[Call]]] = {
    "scikit-learn": scikit_learn,
    "torchmetrics": torchmetrics,
    "monai": monai,
    "segmentation-models-pytorch": segmentation_models_pytorch,
    "kornia": kornia,
}


def loaded(path: Path) -> ModuleType:
    """A file of a solution, which needs nothing else of this project."""
    spec = importlib.util.spec_from_file_location(f"solution_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tables() -> Iterator[list[tuple[str, ...]]]:
    """The matrices, then a table for each figure; the first row of each is its header."""
    yield [("case", "confusion matrix n"), *((name, str(n)) for name, n in CASES.items())]
    calls = {library: _calls(library) for library in LIBRARIES}
    for figure in FIGURES:
        contract = _contract(figure)
        yield [
            (figure, "call", *CASES),
            ("this assignment", f"`{_function(figure)}(n)`", *contract),
            *chain.from_iterable(_rows(name, calls[name], figure, contract) for name in LIBRARIES),
        ]


def _function(figure: str) -> str:
    """The name that the contract gives to a figure."""
    return re.sub(r"\W", "_", figure.lower())


def _contract(figure: str) -> list[str]:
    metrics = loaded(SOLUTIONS.parent / "after_fcn" / "metrics.py")
    function = getattr(metrics, _function(figure))
    return [_digits(function(torch.tensor(n))) for n in CASES.values()]


def _calls(library: str) -> list[Call] | None:
    """The library's calls, or None where it is not installed."""
    try:
        return LIBRARIES[library]()
    except ImportError:
        return None


def _rows(
    library: str, calls: list[Call] | None, figure: str, contract: list[str]
) -> Iterator[tuple[str, ...]]:
    if calls is None:
        yield library, "not installed", *[""] * len(CASES)
        return
    name = f"{library} {version(library)}"
    near = [each for each in calls if each.figure == figure]
    if not near:
        yield name, "none", *["–"] * len(CASES)
    for each in near:
        said = [_answer(each, n) for n in CASES.values()]
        marked = [s if s == c else f"**{s}**" for s, c in zip(said, contract, strict=True)]
        yield name, f"`{each.text}`", *marked


def _answer(each: Call, confusion: list[list[int]]) -> str:
    """What a library answers; an error is an answer too."""
    try:
        return _digits(each.value(Maps.of(torch.tensor(confusion))))
    except Exception as error:
        return f"an error ({type(error).__name__})"


def _digits(value: Any) -> str:
    """Four digits of a number; NaN by its name."""
    number = float(value)
    return "NaN" if number != number else f"{number:.4g}"
