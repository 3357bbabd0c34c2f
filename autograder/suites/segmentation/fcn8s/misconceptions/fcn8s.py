"""Misconceptions about `FCN8s`; those about the steps it takes are in `fcn8s_steps`."""

# ruff: noqa: N801 -- the name of a class is the misconception's name, in words.
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.authoring.marks import misconception
from autograder.document.text import Text
from autograder.suites.segmentation.fcn8s.misconceptions.right_fcn8s import RightFCN8s


class _AlwaysDropping(nn.Module):
    """Drops as `F.dropout(x)` does, whose `training` is True by default."""

    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(x)


@misconception(
    "FCN8s",
    explanation=Text(
        "Your max pooling rounds the size down, which is PyTorch's default, and loses the last "
        "row or column of an odd map. The offsets 5, 9 and 31 and the smallest images count on "
        "pooling that rounds up: look at ceil_mode.",
        "max pooling이 PyTorch의 기본값대로 크기를 내림하여, 홀수 크기 맵의 마지막 행이나 열을 "
        "잃습니다. 작은 이미지도 통과하려면 올림하는 풀링이 필요합니다. ceil_mode를 확인하십시오.",
    ),
    loses=("fcn8s.scores_at_every_pixel", "fcn8s.pooling_rounds_up"),
)
class pooling_that_rounds_down(RightFCN8s):
    ceil_mode = False


@misconception(
    "FCN8s",
    explanation=Text(
        "You cut the final scores at 33 instead of 31, so that every score lies two pixels away "
        "from its place. Follow the centres of the outputs through the layers: the image begins "
        "at row and column 31.",
        "최종 점수를 31이 아니라 33에서 잘라서 모든 점수가 두 픽셀씩 어긋납니다. 각 층에서 출력의 "
        "중심이 어디에 놓이는지 따라가 보면 이미지는 31번째 행과 열에서 시작합니다.",
    ),
    loses=("fcn8s.cut_at_31", "fcn8s.three_depths_add_up"),
)
class crop_at_33(RightFCN8s):
    last_offset = 33


@misconception(
    "FCN8s",
    explanation=Text(
        "You cut the final scores out of the centre of the map. What is left over at the bottom "
        "and on the right depends on how often pooling rounded up, but the image always begins at "
        "row and column 31: cut there.",
        "최종 점수를 맵의 가운데에서 잘랐습니다. 아래쪽과 오른쪽에 남는 크기는 풀링이 올림한 "
        "횟수에 따라 달라지지만, 이미지는 항상 31번째 행과 열에서 시작합니다. 그 위치에서 잘라야 "
        "합니다.",
    ),
    loses=("fcn8s.cut_at_31", "fcn8s.three_depths_add_up"),
)
class final_scores_cut_at_the_centre(RightFCN8s):
    def cut(self, scores: Tensor, h: int, w: int) -> Tensor:
        top, left = (scores.shape[2] - h) // 2, (scores.shape[3] - w) // 2
        return scores[:, :, top : top + h, left : left + w]


@misconception(
    "FCN8s",
    explanation=Text(
        "With network and image on a GPU your scores lie on the CPU, as a map made by torch.zeros "
        "does, whatever is copied into it. A slice of the upsampled scores stays where they are.",
        "네트워크와 이미지가 GPU에 있어도 점수가 CPU에 놓입니다. torch.zeros로 만든 맵은 무엇을 "
        "복사해 넣든 CPU에 있습니다. 업샘플링한 점수를 슬라이싱하면 같은 장치에 머뭅니다.",
    ),
    loses=("fcn8s.network_keeps_dtype_and_device",),
)
class scores_copied_to_the_cpu(RightFCN8s):
    def cut(self, scores: Tensor, h: int, w: int) -> Tensor:
        window = torch.zeros(*scores.shape[:2], h, w, dtype=scores.dtype)
        window[:] = super().cut(scores, h, w)
        return window


@misconception(
    "FCN8s",
    explanation=Text(
        "You fuse the scores of pool4 at offset 4; they meet the upsampled scores at 5. One step "
        "there is 16 pixels of the image.",
        "pool4의 점수를 오프셋 4에서 더했습니다. 업샘플링한 점수와 만나는 위치는 5입니다. 이 맵의 "
        "한 칸은 이미지의 16픽셀에 해당합니다.",
    ),
    loses=("fcn8s.pool4_alone", "fcn8s.three_depths_add_up"),
)
class pool4_at_offset_4(RightFCN8s):
    pool4_offset = 4


@misconception(
    "FCN8s",
    explanation=Text(
        "You fuse the scores of pool3 at offset 5, where those of pool4 belong. The maps of pool3 "
        "have another step and another margin: theirs is 9.",
        "pool3의 점수를 pool4의 오프셋인 5에서 더했습니다. pool3의 맵은 간격도 여백도 다르므로 "
        "오프셋은 9입니다.",
    ),
    loses=("fcn8s.pool3_alone", "fcn8s.three_depths_add_up"),
)
class pool3_at_offset_5(RightFCN8s):
    pool3_offset = 5


@misconception(
    "FCN8s",
    explanation=Text(
        "You put a ReLU behind each fusion. These are scores, and a negative score says that a "
        "class is unlikely: nothing comes between a fusion and the next transposed convolution.",
        "점수를 결합할 때마다 ReLU를 적용했습니다. 음의 점수는 그 클래스일 가능성이 낮다는 "
        "뜻이므로 지우면 안 됩니다. 결합과 다음 전치 합성곱 사이에는 아무것도 두지 않습니다.",
    ),
    loses=("fcn8s.three_depths_add_up",),
)
class relu_after_each_fusion(RightFCN8s):
    def fused(self, coarse: Tensor, skip: Tensor, offset: int) -> Tensor:
        return F.relu(super().fused(coarse, skip, offset))


@misconception(
    "FCN8s",
    explanation=Text(
        "Your skips start from the features before pooling, which are twice as large, so that the "
        "windows lie in another part of the image. Score pool3 and pool4, the maps after pooling.",
        "skip을 풀링하기 전의 특징에서 가져왔습니다. 이 맵은 두 배로 커서 창이 이미지의 다른 "
        "부분에 놓입니다. 풀링한 뒤의 맵인 pool3와 pool4에서 점수를 내야 합니다.",
    ),
    loses=("fcn8s.pool4_alone", "fcn8s.pool3_alone", "fcn8s.three_depths_add_up"),
)
class skips_from_before_pooling(RightFCN8s):
    skips_before_pooling = True


@misconception(
    "FCN8s",
    explanation=Text(
        "You multiply the pool features by 0.01 and 0.0001, as the authors' published network "
        "does. Here the skips are unscaled: leave the features as they are.",
        "원저자가 공개한 네트워크처럼 pool4와 pool3의 특징에 0.01과 0.0001을 곱했습니다. 이 "
        "과제에서는 skip의 크기를 바꾸지 않으므로 특징을 그대로 사용해야 합니다.",
    ),
    loses=("fcn8s.pool4_alone", "fcn8s.pool3_alone", "fcn8s.three_depths_add_up"),
)
class scaled_pool_features(RightFCN8s):
    pool4_scale, pool3_scale = 0.01, 0.0001


@misconception(
    "FCN8s",
    explanation=Text(
        "Your forward ends in a softmax. The network gives raw scores; the loss function applies "
        "the softmax itself, and twice would flatten its gradients.",
        "forward의 마지막에 softmax를 적용했습니다. 네트워크는 점수를 그대로 내보내야 합니다. 손실 "
        "함수가 softmax를 적용하므로, 두 번 적용하면 gradient가 약해집니다.",
    ),
    loses=("fcn8s.coarse_scores_alone", "fcn8s.three_depths_add_up"),
)
class softmax_in_forward(RightFCN8s):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).softmax(1)


@misconception(
    "FCN8s",
    explanation=Text(
        "There is no ReLU between the layers of your classifier. Convolutions without one between "
        "them are together a single linear map, so the two hidden layers add nothing: put a ReLU "
        "behind each of the two.",
        "classifier의 층 사이에 ReLU가 없습니다. ReLU 없이 이어진 합성곱은 하나의 선형 변환과 "
        "같아서 은닉층을 둔 의미가 없습니다. 두 은닉층 뒤에 각각 ReLU를 두어야 합니다.",
    ),
    loses=("fcn8s.coarse_scores_alone", "fcn8s.three_depths_add_up"),
)
class classifier_without_relu(RightFCN8s):
    hidden = (nn.Dropout,)


@misconception(
    "FCN8s",
    explanation=Text(
        "Your classifier has no dropout. Its hidden layers hold most of the parameters and overfit "
        "easily: a dropout follows the ReLU of each of the two.",
        "classifier에 dropout이 없습니다. 은닉층은 파라미터의 대부분을 차지하여 과적합되기 "
        "쉽습니다. 두 은닉층의 ReLU 뒤에 각각 dropout을 두어야 합니다.",
    ),
    loses=("fcn8s.dropout_in_train_mode_only",),
)
class no_dropout(RightFCN8s):
    hidden = (nn.ReLU,)


@misconception(
    "FCN8s",
    explanation=Text(
        "Your dropout goes on in eval mode, so that one image gets other scores each time. A "
        "functional dropout does not know the network's mode unless it is told; a dropout layer "
        "does.",
        "평가 모드에서도 dropout이 작동하여 같은 이미지의 점수가 매번 달라집니다. 함수형 dropout은 "
        "알려 주지 않으면 네트워크의 모드를 모르지만, dropout 층은 모드를 압니다.",
    ),
    loses=("fcn8s.dropout_in_train_mode_only", "fcn8s.coarse_scores_alone"),
)
class dropout_that_never_stops(RightFCN8s):
    hidden = (nn.ReLU, _AlwaysDropping)


@misconception(
    "FCN8s",
    explanation=Text(
        "Your transposed convolutions start with PyTorch's random weights. They should start as "
        "bilinear interpolation, which is a sensible upsampling from the first step on: copy the "
        "bilinear kernels into them.",
        "전치 합성곱이 PyTorch의 무작위 가중치로 시작합니다. 학습 첫 단계부터 제대로 "
        "업샘플링하도록 이중선형 보간으로 시작해야 합니다. bilinear 커널을 가중치에 복사하십시오.",
    ),
    loses=("fcn8s.upscore_starts_bilinear",),
)
class upsampling_that_starts_at_random(RightFCN8s):
    def initialise(self, weight: Tensor) -> None:
        pass
