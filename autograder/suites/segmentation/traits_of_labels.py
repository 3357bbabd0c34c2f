"""Traits that may separate wrong calls from right ones, for the functions of `iou.py`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.suites.segmentation.traits_of_maps import more, of, square, trait


def _ties(scores: Tensor) -> bool:
    return bool(((scores == scores.amax(1, keepdim=True)).sum(1) > 1).any())


def _all_negative(scores: Tensor) -> bool:
    return bool(((scores.amax(1) < 0) & (scores.argmax(1) > 0)).any())


def _close_scores(scores: Tensor) -> bool:
    if scores.shape[1] < 2:
        return False
    top = scores.double().topk(2, 1).values
    gap = top[:, 0] - top[:, 1]
    return bool(((gap > 0) & (gap < 1e-5 * top.abs().amax(1).clamp(min=1))).any())


def _one_long(scores: Tensor) -> bool:
    return 1 in (scores.shape[0], *scores.shape[2:])


LABELS = (
    trait(("two classes that share the highest score", "최고 점수가 같은 클래스가 둘 이상"),
           ("one highest score at every pixel", "픽셀마다 최고 점수가 하나"), of("scores", _ties)),
    trait(("a pixel where another class than 0 wins with a negative score",
            "0이 아닌 클래스가 음의 점수로 최고인 픽셀이 있음"),
           ("no pixel where another class than 0 wins with a negative score",
            "0이 아닌 클래스가 음의 점수로 최고인 픽셀이 없음"),
           of("scores", _all_negative)),
    trait(("scores that differ in their last digits only", "마지막 자리만 다른 점수가 있음"),
           ("scores that are well apart", "점수의 차이가 뚜렷함"), of("scores", _close_scores)),
    trait(("an axis of length 1", "길이가 1인 축이 있음"),
           ("no axis of length 1", "길이가 1인 축이 없음"), of("scores", _one_long)),
    more("scores", 0, "sample", "샘플이"),
    square("scores"),
)  # fmt: skip


def _ignored(trial: Trial) -> bool | None:
    target, number = trial.tensor("target"), trial.get("ignore_index")
    if target is None or not isinstance(number, int):
        return None
    return bool((target.long() == number).any())


def _not_255(trial: Trial) -> bool | None:
    number = trial.get("ignore_index")
    return number != 255 if isinstance(number, int) else None


def _has_255(trial: Trial) -> bool | None:
    target = trial.tensor("target")
    return None if target is None else bool((target.long() == 255).any())


def _predicted_ignore(trial: Trial) -> bool | None:
    prediction, number = trial.tensor("prediction"), trial.get("ignore_index")
    if prediction is None or not isinstance(number, int):
        return None
    return bool((prediction.long() == number).any())


def _last_absent(trial: Trial) -> bool | None:
    right = trial.right.value
    if right is None or right.dim() != 2 or not len(right):
        return None
    return not bool(right[-1].any()) or not bool(right[:, -1].any())


def _counts_twice(trial: Trial) -> bool | None:
    right = trial.right.value
    return None if right is None else bool((right > 1).any())


def _asymmetric(matrix: Tensor) -> bool:
    return matrix.dim() == 2 and not torch.equal(matrix, matrix.T)


def _small_dtype(trial: Trial) -> bool | None:
    tensors = [trial.tensor("prediction"), trial.tensor("target")]
    return any(each is not None and each.dtype.itemsize < 4 for each in tensors)


def _mixed_dtypes(trial: Trial) -> bool | None:
    prediction, target = trial.tensor("prediction"), trial.tensor("target")
    if prediction is None or target is None:
        return None
    return prediction.dtype != target.dtype


def _empty(trial: Trial) -> bool | None:
    target = trial.tensor("target")
    return None if target is None else target.numel() == 0


COUNTS = (
    trait(("pixels to be ignored", "무시할 픽셀이 있음"),
           ("no pixel to be ignored", "무시할 픽셀이 없음"), _ignored),
    trait(("another ignore_index than 255", "ignore_index가 255가 아님"),
           ("ignore_index 255", "ignore_index가 255"), _not_255),
    trait(("255 in the target", "정답에 255가 있음"),
           ("no 255 in the target", "정답에 255가 없음"), _has_255),
    trait(("ignore_index in the prediction", "예측에 ignore_index가 있음"),
           ("no ignore_index in the prediction", "예측에 ignore_index가 없음"), _predicted_ignore),
    trait(("the last class absent from target or prediction",
            "마지막 클래스가 정답이나 예측에 없음"),
           ("the last class in target and prediction", "마지막 클래스가 정답과 예측에 있음"),
           _last_absent),
    trait(("a pair of classes that comes more than once", "두 번 이상 나오는 클래스 쌍이 있음"),
           ("every pair of classes at most once", "클래스 쌍이 많아야 한 번씩"), _counts_twice),
    trait(("labels of 8 or 16 bits", "레이블이 8비트나 16비트"),
           ("labels of 32 or 64 bits", "레이블이 32비트나 64비트"), _small_dtype),
    trait(("two different dtypes", "두 dtype이 다름"),
           ("one dtype", "dtype이 같음"), _mixed_dtypes),
    trait(("no pixels at all", "픽셀이 하나도 없음"), ("pixels", "픽셀이 있음"), _empty),
)  # fmt: skip


def _diagonal(matrix: Tensor) -> bool:
    return matrix.dim() == 2 and bool((matrix - torch.diag(matrix.diagonal())).any())


def _absent(matrix: Tensor) -> bool:
    return bool(((matrix.sum(0) + matrix.sum(1)) == 0).any())


def _only_predicted(matrix: Tensor) -> bool:
    return bool(((matrix.sum(1) == 0) & (matrix.sum(0) > 0)).any())


def _missed(matrix: Tensor) -> bool:
    return bool(((matrix.diagonal() == 0) & (matrix.sum(0) + matrix.sum(1) > 0)).any())


FIGURES = (
    trait(("a class that occurs nowhere", "어디에도 없는 클래스가 있음"),
           ("every class present", "모든 클래스가 있음"), of("confusion", _absent)),
    trait(("a class that is predicted but not in the target", "예측에만 있는 클래스가 있음"),
           ("no class that is only predicted", "예측에만 있는 클래스가 없음"),
           of("confusion", _only_predicted)),
    trait(("a class that is never hit", "한 번도 맞히지 못한 클래스가 있음"),
           ("every class that occurs hit", "나타나는 클래스를 모두 맞힘"),
           of("confusion", _missed)),
    trait(("mistakes in the matrix", "행렬에 오답이 있음"),
           ("no mistakes in the matrix", "행렬에 오답이 없음"), of("confusion", _diagonal)),
    trait(("a matrix that is not symmetric", "대칭이 아닌 행렬"),
           ("a symmetric matrix", "대칭 행렬"), of("confusion", _asymmetric)),
    trait(("no pixels at all", "픽셀이 하나도 없음"), ("pixels", "픽셀이 있음"),
           of("confusion", lambda matrix: not bool(matrix.any()))),
)  # fmt: skip
