"""Misconceptions about the cells of `confusion_matrix` and the pixels that count in them."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.segmentation.iou.misconceptions.right_confusion_matrix import (
    expect_classes,
    pairs,
    right_counts,
    tally,
)

IGNORED = "iou.ignored_targets_do_not_count"
ANYTHING = "iou.anything_may_be_predicted_where_ignored"


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
    return right_counts(prediction, target, num_classes, ignore_index).T


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
    return (right_counts(prediction, target, num_classes, ignore_index) > 0).long()


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
    counts = right_counts(prediction, target, num_classes, ignore_index)
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
    counts = right_counts(prediction, target, num_classes, ignore_index).flatten()
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
    return right_counts(prediction, target, num_classes, 255)


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
    i, j = pairs(prediction, target)
    return tally(torch.where(i == ignore_index, num_classes - 1, i), j, num_classes)


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
    i, j = pairs(prediction, target)
    counted = (i != ignore_index) & (j != ignore_index)
    return tally(i[counted], j[counted], num_classes)


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
    i, j = pairs(prediction, target)
    counted = j != ignore_index
    return tally(i[counted], j[counted], num_classes)


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
    expect_classes(prediction.new_zeros(0), prediction.long(), num_classes)
    return right_counts(prediction, target, num_classes, ignore_index)
