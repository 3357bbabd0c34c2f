"""Misconceptions about `confusion_matrix`."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text

IGNORED = "iou.ignored_targets_do_not_count"
ANYTHING = "iou.anything_may_be_predicted_where_ignored"


def _expect_same_shape(prediction: Tensor, target: Tensor) -> None:
    if prediction.shape != target.shape:
        raise ValueError("prediction and target differ in shape")


def _expect_classes(i: Tensor, j: Tensor, num_classes: int) -> None:
    for name, labels in (("target", i), ("prediction", j)):
        if bool(((labels < 0) | (labels >= num_classes)).any()):
            raise ValueError(f"{name} has a label outside 0 ... num_classes - 1")


def _pairs(prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """The labels (i of the target, j of the prediction) of all pixels as int64."""
    _expect_same_shape(prediction, target)
    return target.long().flatten(), prediction.long().flatten()


def _tally(i: Tensor, j: Tensor, num_classes: int) -> Tensor:
    """Counts of pairs, each of which must be one of classes."""
    _expect_classes(i, j, num_classes)
    counts = torch.bincount(i * num_classes + j, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


def _right(prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int) -> Tensor:
    i, j = _pairs(prediction, target)
    counted = i != ignore_index
    return _tally(i[counted], j[counted], num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Rows and columns are exchanged: you count at (prediction, target). The row is the "
        "target's class, so a row tells what became of the pixels of one class.",
        "행과 열이 바뀌었습니다. (예측, 정답) 칸에 세고 있습니다. 행은 정답의 클래스입니다. "
        "그래서 한 행은 한 클래스의 픽셀들이 무엇으로 예측되었는지 보여 줍니다.",
    ),
    loses=("iou.rows_are_targets",),
)
def rows_and_columns_exchanged(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    return _right(prediction, target, num_classes, ignore_index).T


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Each pair of labels is counted once, however many pixels have it: adding 1 at a list of "
        "indices writes the same cell several times, but adds only once. Repeated indices need an "
        "operation that accumulates.",
        "같은 레이블 쌍을 가진 픽셀이 몇 개이든 한 번만 셉니다. 인덱스 목록에 1을 더하면 같은 "
        "칸에 여러 번 써도 한 번만 더해집니다. 반복되는 인덱스에는 누적하는 연산이 필요합니다.",
    ),
    loses=("iou.rows_are_targets",),
)
def each_pair_counted_once(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    return (_right(prediction, target, num_classes, ignore_index) > 0).long()


@misconception(
    "confusion_matrix",
    explanation=Text(
        "You took the number of classes from the labels you met. An image need not show every "
        "class, and then the matrix is too small to be added to the others. K is given.",
        "클래스 수를 실제로 나타난 레이블에서 구했습니다. 한 영상에 모든 클래스가 나오지는 "
        "않으므로, 그러면 행렬이 작아져 다른 영상의 행렬과 더할 수 없습니다. K는 인자로 "
        "주어집니다.",
    ),
    loses=("iou.absent_classes_keep_their_cells",),
)
def number_of_classes_from_the_data(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    counts = _right(prediction, target, num_classes, ignore_index)
    met = (counts.sum(0) + counts.sum(1)).nonzero()
    k = int(met.max()) + 1 if len(met) else num_classes
    return counts[:k, :k]


@misconception(
    "confusion_matrix",
    explanation=Text(
        "`bincount` is as long as the largest index it meets. Where the last pair of classes does "
        "not occur it is shorter than K·K and cannot become a K × K matrix: say how long it has "
        "to be at least.",
        "`bincount`의 길이는 나타난 가장 큰 인덱스까지입니다. 마지막 클래스 쌍이 없으면 K·K보다 "
        "짧아 K × K 행렬이 될 수 없습니다. 최소 길이를 지정해야 합니다.",
    ),
    loses=("iou.absent_classes_keep_their_cells", "iou.any_shape"),
)
def bincount_as_long_as_the_data(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    counts = _right(prediction, target, num_classes, ignore_index).flatten()
    length = int(counts.nonzero().max()) + 1 if bool(counts.any()) else 0
    return counts[:length].reshape(num_classes, num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "255 is always left out, whatever `ignore_index` is. It is only the default: another data "
        "set marks its unlabelled pixels by −1, or wants a class left out.",
        "`ignore_index`가 무엇이든 255만 제외합니다. 255는 기본값일 뿐입니다. 레이블이 없는 "
        "픽셀을 −1로 나타내거나 어떤 클래스를 제외하려는 데이터셋도 있습니다.",
    ),
    loses=(IGNORED,),
)
def always_255_ignored(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    return _right(prediction, target, num_classes, 255)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Ignored pixels end up in the last class. They belong to no class, nobody knows what they "
        "show: take them out of both label maps before you count.",
        "무시되는 픽셀을 마지막 클래스로 세었습니다. 그 픽셀은 어떤 클래스에도 속하지 않으며, "
        "무엇인지 아무도 모릅니다. 세기 전에 두 레이블 맵에서 모두 빼야 합니다.",
    ),
    loses=(IGNORED, ANYTHING),
)
def ignored_pixels_in_the_last_class(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = _pairs(prediction, target)
    return _tally(torch.where(i == ignore_index, num_classes - 1, i), j, num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "You also leave out pixels that were predicted as `ignore_index`. Only the target says "
        "that a pixel does not count: where it does count, such a prediction is a mistake like "
        "any other, or no class at all.",
        "예측이 `ignore_index`인 픽셀도 제외했습니다. 픽셀을 제외할지는 정답만이 정합니다. 세어야 "
        "할 픽셀에서 그런 예측은 다른 오답과 똑같은 오답이거나, 클래스가 아닌 번호입니다.",
    ),
    loses=(IGNORED,),
)
def ignored_predictions_left_out_too(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = _pairs(prediction, target)
    counted = (i != ignore_index) & (j != ignore_index)
    return _tally(i[counted], j[counted], num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "You look for `ignore_index` in the prediction. It is the annotator who marks a pixel as "
        "unknown, so it stands in the target; a network can predict anything there.",
        "`ignore_index`를 예측에서 찾았습니다. 픽셀을 알 수 없다고 표시하는 것은 정답을 만드는 "
        "사람이므로 이 번호는 정답에 있습니다. 네트워크는 그곳에 무엇이든 예측할 수 있습니다.",
    ),
    loses=(IGNORED, ANYTHING),
)
def ignore_index_looked_for_in_the_prediction(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = _pairs(prediction, target)
    counted = j != ignore_index
    return _tally(i[counted], j[counted], num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "You check the predictions at ignored pixels too, and refuse what need not be a class. "
        "Take the ignored pixels out first, then check what is left.",
        "무시되는 픽셀의 예측까지 검사하여, 클래스가 아니어도 되는 값에 오류를 냅니다. 무시되는 "
        "픽셀을 먼저 빼고 남은 것을 검사하십시오.",
    ),
    loses=(ANYTHING,),
)
def predictions_checked_where_ignored(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    _expect_classes(prediction.new_zeros(0), prediction.long(), num_classes)
    return _right(prediction, target, num_classes, ignore_index)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Labels that are none of the classes are dropped without a word. A wrong number of "
        "classes or a broken label map would then give figures that look fine: raise a "
        "ValueError.",
        "클래스가 아닌 레이블을 조용히 버립니다. 그러면 클래스 수가 틀렸거나 레이블 맵이 "
        "잘못되어도 결과가 그럴듯해 보입니다. ValueError를 발생시켜야 합니다.",
    ),
    loses=("iou.labels_out_of_range",),
)
def labels_out_of_range_dropped(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = _pairs(prediction, target)
    counted = (i != ignore_index) & (i >= 0) & (i < num_classes) & (j >= 0) & (j < num_classes)
    return _tally(i[counted], j[counted], num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Labels that are none of the classes are clamped to the nearest class and counted there. "
        "That invents pixels of a class; such a label is a mistake of the caller's, and a "
        "ValueError says so.",
        "클래스가 아닌 레이블을 가장 가까운 클래스로 잘라서 셉니다. 없던 픽셀이 그 클래스에 "
        "생깁니다. 그런 레이블은 호출한 쪽의 잘못이므로 ValueError로 알려야 합니다.",
    ),
    loses=("iou.labels_out_of_range",),
)
def labels_out_of_range_clamped(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = _pairs(prediction, target)
    i, j = i[i != ignore_index], j[i != ignore_index]
    return _tally(i.clamp(0, num_classes - 1), j.clamp(0, num_classes - 1), num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "The labels are not checked one by one. Combined into target · K + prediction, a label "
        "that is no class can land in the cell of another pair, and nothing shows. Check target "
        "and prediction each by itself before you combine them.",
        "레이블을 하나씩 검사하지 않습니다. 정답 · K + 예측으로 합치고 나면 클래스가 아닌 "
        "레이블이 다른 쌍의 칸에 들어가도 드러나지 않습니다. 합치기 전에 정답과 예측을 각각 "
        "검사하십시오.",
    ),
    loses=("iou.labels_out_of_range",),
)
def labels_not_checked_one_by_one(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = _pairs(prediction, target)
    cell = (i * num_classes + j)[i != ignore_index]
    if bool(((cell < 0) | (cell >= num_classes**2)).any()):
        raise ValueError("prediction or target has a label outside 0 ... num_classes - 1")
    return torch.bincount(cell, minlength=num_classes**2).reshape(num_classes, num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "You calculate in the labels' own dtype. A uint8 ends at 255: with 21 classes target · K "
        "+ prediction goes up to 440 and wraps around into another cell, and 0 equals an "
        "ignore_index of 256. Convert to int64 first.",
        "레이블의 원래 dtype으로 계산했습니다. uint8은 255까지입니다. 클래스가 21개이면 정답 · K "
        "+ 예측이 440까지 커져 한 바퀴 돌아 다른 칸에 들어가고, 0은 ignore_index 256과 "
        "같아집니다. 먼저 int64로 바꾸십시오.",
    ),
    loses=("iou.any_integer_dtype", "iou.labels_are_numbers"),
)
def cells_computed_in_a_small_dtype(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    _expect_same_shape(prediction, target)
    i, j = target[target != ignore_index], prediction[target != ignore_index]
    _expect_classes(i, j, num_classes)
    counts = torch.bincount(i * num_classes + j, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "You compare the target with `ignore_index` before converting it. PyTorch squeezes the "
        "number into the target's dtype, and in uint8 256 becomes 0: a whole class is left out. "
        "Convert to int64 first.",
        "정답을 변환하기 전에 `ignore_index`와 비교했습니다. PyTorch는 그 수를 정답의 dtype에 "
        "맞추므로 uint8에서는 256이 0이 되어 한 클래스가 통째로 빠집니다. 먼저 int64로 "
        "바꾸십시오.",
    ),
    loses=("iou.labels_are_numbers",),
)
def ignore_index_compared_in_a_small_dtype(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = _pairs(prediction, target)
    counted = (target != ignore_index).flatten()
    return _tally(i[counted], j[counted], num_classes)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Maps of different shapes are broadcast against each other. One row of labels would then "
        "be compared with every row of the image; shapes that differ are a ValueError.",
        "shape이 다른 두 맵을 broadcast합니다. 그러면 레이블 한 줄이 영상의 모든 줄과 비교됩니다. "
        "shape이 다르면 ValueError입니다.",
    ),
    loses=("iou.shape_mismatch",),
)
def shapes_broadcast(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    i, j = target.long(), prediction.long()
    try:
        i, j = i + 0 * j, j + 0 * i
    except RuntimeError as error:
        raise ValueError("prediction and target differ in shape") from error
    return _right(j, i, num_classes, ignore_index)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "Maps with equally many pixels pass, whatever their shapes. A 2 × 3 and a 3 × 2 map "
        "flatten to the same length, but their pixels do not belong together: compare the shapes.",
        "픽셀 수만 같으면 shape이 달라도 통과합니다. 2 × 3과 3 × 2 맵은 펼치면 길이가 같지만 서로 "
        "대응하는 픽셀이 아닙니다. shape을 비교하십시오.",
    ),
    loses=("iou.shape_mismatch",),
)
def as_many_pixels_taken_for_the_same_shape(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    return _right(prediction.flatten(), target.flatten(), num_classes, ignore_index)


@misconception(
    "confusion_matrix",
    explanation=Text(
        "The counts are float32, the dtype of a new tensor unless it is told otherwise. Above "
        "2^24 such a number no longer notices one pixel more: counts are int64.",
        "개수가 float32입니다. 새 텐서는 따로 지정하지 않으면 float32입니다. 2^24를 넘으면 이런 "
        "수는 픽셀 하나가 늘어도 변하지 않습니다. 개수는 int64입니다.",
    ),
    loses=("iou.counts_are_int64",),
)
def counts_in_float32(
    prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255
) -> Tensor:
    return _right(prediction, target, num_classes, ignore_index).float()
