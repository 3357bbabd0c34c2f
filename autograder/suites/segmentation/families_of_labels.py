"""Label maps and figures with one thing done otherwise: another axis, another figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.authoring.traits import Relative
from autograder.document.text import Text
from autograder.suites.segmentation import right

Figure = Callable[[Tensor], Tensor]


def labels(trial: Trial) -> Iterator[Relative]:
    """Other ways to make one label map out of the scores."""
    scores = trial.tensor("scores")
    if scores is None or scores.dim() != 4:
        return
    n, k, h, w = scores.shape
    ways: tuple[tuple[str, Callable[[], Tensor], str, str], ...] = (
        ("last axis", lambda: scores.argmax(3),
         "the classes are compared along the last axis (W), not along the class axis",
         "클래스 축이 아니라 마지막 축(W)을 따라 비교합니다"),
        ("rows", lambda: scores.argmax(2),
         "the classes are compared along the axis of the rows (H), not along the class axis",
         "클래스 축이 아니라 행 축(H)을 따라 비교합니다"),
        ("samples", lambda: scores.argmax(0),
         "the samples are compared with one another, not the classes",
         "클래스가 아니라 샘플끼리 비교합니다"),
        ("reshape", lambda: scores.reshape(n, h, w, k).argmax(3),
         "the scores are reshaped to (N, H, W, K) instead of moved, so scores of different pixels "
         "are compared",
         "점수의 축을 옮기지 않고 (N, H, W, K)로 reshape하여 서로 다른 픽셀의 점수를 비교합니다"),
        ("score", lambda: scores.amax(1),
         "the highest score itself is returned, not the class that has it",
         "최고 점수의 클래스가 아니라 그 점수 자체를 반환합니다"),
        ("lowest", lambda: scores.argmin(1), "the class with the lowest score is taken",
         "점수가 가장 낮은 클래스를 고릅니다"),
        ("last tie", lambda: k - 1 - scores.flip(1).argmax(1),
         "of classes that tie the last one is taken, where the first is right",
         "동점이면 첫 클래스가 아니라 마지막 클래스를 고릅니다"),
        ("from one", lambda: scores.argmax(1) + 1, "the classes are counted from 1",
         "클래스 번호를 1부터 셉니다"),
        ("magnitude", lambda: scores.abs().argmax(1), "the magnitudes of the scores are compared",
         "점수의 절댓값을 비교합니다"),
        ("softmax", lambda: scores.softmax(1).argmax(1),
         "a softmax is taken before the comparison, and its rounding makes close scores equal",
         "비교하기 전에 softmax를 적용하여 반올림 때문에 가까운 점수들이 같아집니다"),
        ("from zero", lambda: torch.where(scores.amax(1) > 0, scores.argmax(1), 0),
         "where no score is above 0 class 0 is taken",
         "0보다 큰 점수가 없으면 클래스 0을 고릅니다"),
        ("threshold", lambda: (scores[:, -1] > 0).long(),
         "the last class's score is compared with 0", "마지막 클래스의 점수를 0과 비교합니다"),
    )  # fmt: skip
    for key, compute, en, ko in ways:
        yield Relative(key, Text(en, ko), compute)


def counts(trial: Trial) -> Iterator[Relative]:
    """Other ways to count pairs."""
    prediction, target = trial.tensor("prediction"), trial.tensor("target")
    classes, ignored = trial.arguments.get("num_classes"), trial.arguments.get("ignore_index")
    if prediction is None or target is None or not isinstance(classes, int):
        return
    assert isinstance(ignored, int)

    def count(prediction: Tensor, target: Tensor, ignore: int) -> Tensor:
        return right.confusion_matrix(prediction, target, classes, ignore)

    def without(number: Tensor) -> Tensor:
        counted = (target.long() != ignored) & (number.long() != ignored)
        return count(prediction[counted], target[counted], ignored)

    nowhere = -(2**40)
    ways: tuple[tuple[str, Callable[[], Tensor], str, str], ...] = (
        ("transposed", lambda: count(prediction, target, ignored).T,
         "rows and columns are exchanged: rows are the prediction's class",
         "행과 열이 바뀌었습니다. 행이 예측의 클래스입니다"),
        ("255", lambda: count(prediction, target, 255),
         "255 is left out whatever ignore_index is", "ignore_index와 무관하게 255를 제외합니다"),
        ("none", lambda: count(prediction, target, nowhere), "ignore_index leaves nothing out",
         "ignore_index인 픽셀을 제외하지 않습니다"),
        ("prediction", lambda: right.confusion_matrix(target, prediction, classes, ignored).T,
         "ignore_index is looked for in the prediction, not in the target",
         "ignore_index를 정답이 아니라 예측에서 찾습니다"),
        ("both", lambda: without(prediction),
         "pixels predicted as ignore_index are left out too",
         "ignore_index로 예측된 픽셀도 제외합니다"),
        ("once", lambda: count(prediction, target, ignored).clamp(max=1),
         "every pair of classes is counted at most once", "클래스 쌍마다 많아야 한 번만 셉니다"),
        ("diagonal", lambda: torch.diag(count(prediction, target, ignored).diagonal()),
         "only the pixels that are right are counted", "맞은 픽셀만 셉니다"),
    )  # fmt: skip
    for key, compute, en, ko in ways:
        yield Relative(key, Text(en, ko), compute)


def _areas(confusion: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    counts = confusion.double()
    return counts.diagonal(), counts.sum(1), counts.sum(0)


def _iou(confusion: Tensor) -> Tensor:
    both, target, prediction = _areas(confusion)
    return both / (target + prediction - both)


def _dice(confusion: Tensor) -> Tensor:
    both, target, prediction = _areas(confusion)
    return 2 * both / (target + prediction)


def _twice(confusion: Tensor) -> Tensor:
    both, target, prediction = _areas(confusion)
    return both / (target + prediction)


def _recall(confusion: Tensor) -> Tensor:
    both, target, _ = _areas(confusion)
    return both / target


def _precision(confusion: Tensor) -> Tensor:
    both, _, prediction = _areas(confusion)
    return both / prediction


def _share(confusion: Tensor) -> Tensor:
    both, _, _ = _areas(confusion)
    return both / confusion.double().sum()


FIGURES: dict[str, tuple[Figure, Text]] = {
    "dice": (_dice, Text("the figures are Dice coefficients, 2 · intersection over the sum of both "
                         "areas", "값이 IoU가 아니라 Dice 계수입니다")),
    "twice": (_twice, Text("the intersection is not taken off the union, so it counts twice",
                           "합집합에서 교집합을 빼지 않아 두 번 셉니다")),
    "recall": (_recall, Text("the figures are intersection over target: recall, or the class's "
                             "accuracy", "값이 IoU가 아니라 재현율(교집합 / 정답)입니다")),
    "precision": (_precision, Text("the figures are intersection over prediction: precision",
                                   "값이 IoU가 아니라 정밀도(교집합 / 예측)입니다")),
    "share": (_share, Text("the intersection is divided by all pixels",
                           "교집합을 전체 픽셀 수로 나누었습니다")),
}  # fmt: skip


def _zero(figures: Tensor) -> Tensor:
    return figures.nan_to_num(0)


def _one(figures: Tensor) -> Tensor:
    return figures.nan_to_num(1)


ABSENT = (
    ("nan", lambda figures: figures, "", ""),
    ("zero", _zero, "absent classes count 0", "없는 클래스를 0으로 셉니다"),
    ("one", _one, "absent classes count 1", "없는 클래스를 1로 셉니다"),
)


def figures(trial: Trial) -> Iterator[Relative]:
    """Other figures than IoU, and other values for a class that is absent."""
    confusion = trial.tensor("confusion")
    if confusion is None:
        return
    for name, (figure, text) in {"iou": (_iou, Text("", "")), **FIGURES}.items():
        for absent, fill, en, ko in ABSENT:
            if (name, absent) == ("iou", "nan"):
                continue

            def value(figure: Figure = figure, fill: Figure = fill) -> Tensor:
                return fill(figure(confusion))

            both = _both(text, Text(en, ko))
            yield Relative((name, absent), both, value)


def _both(first: Text, second: Text) -> Text:
    return Text(
        "; ".join(each for each in (first.en, second.en) if each),
        "; ".join(each for each in (first.ko, second.ko) if each),
    )


def means(trial: Trial) -> Iterator[Relative]:
    """Other means, and means of other figures."""
    confusion = trial.tensor("confusion")
    if confusion is None:
        return
    both, target, prediction = _areas(confusion)
    iou, total = _iou(confusion), target.sum()
    union = target + prediction - both
    ways: tuple[tuple[str, Callable[[], Tensor], str, str], ...] = (
        ("all", lambda: iou.mean(), "NaN is not left out: one absent class makes the mean NaN",
         "NaN을 빼지 않아, 없는 클래스 하나 때문에 평균이 NaN이 됩니다"),
        ("zeros", lambda: _zero(iou).mean(), "absent classes count as 0 in the mean",
         "없는 클래스가 평균에서 0으로 계산됩니다"),
        ("ones", lambda: _one(iou).mean(), "absent classes count as 1 in the mean",
         "없는 클래스가 평균에서 1로 계산됩니다"),
        ("target", lambda: iou[target > 0].mean(),
         "only classes of the target count; one that is only predicted is left out",
         "정답에 있는 클래스만 셉니다. 예측에만 있는 클래스가 빠집니다"),
        ("hit", lambda: iou[both > 0].mean(), "classes that are never hit are left out",
         "한 번도 맞히지 못한 클래스가 빠집니다"),
        ("weighted", lambda: (_zero(iou) * target).sum() / total,
         "the mean is weighted by the classes' frequencies", "클래스의 빈도로 가중한 평균입니다"),
        ("accuracy", lambda: both.sum() / total, "the result is the share of right pixels",
         "결과가 맞은 픽셀의 비율입니다"),
        ("ratio", lambda: both.sum() / union.sum(),
         "all intersections together are divided by all unions together",
         "교집합의 총합을 합집합의 총합으로 나누었습니다"),
        ("foreground", lambda: iou[1:].nanmean(), "class 0 is left out of the mean",
         "클래스 0이 평균에서 빠집니다"),
        ("empty zero", lambda: iou.nanmean().nan_to_num(0),
         "the mean is 0 where no class is there, NaN is right",
         "클래스가 하나도 없을 때 NaN이 아니라 0입니다"),
        *((name, lambda figure=figure: figure(confusion).nanmean(),
           f"a mean of other figures: {text.en}", f"다른 값의 평균입니다: {text.ko}")
          for name, (figure, text) in FIGURES.items()),
    )  # fmt: skip
    for key, compute, en, ko in ways:
        yield Relative(key, Text(en, ko), compute)
