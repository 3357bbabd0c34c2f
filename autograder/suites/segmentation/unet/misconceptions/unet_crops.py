"""Misconceptions about `center_crop` and `concat_skip`."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.authoring.marks import misconception
from autograder.document.text import Text

Size = tuple[int, int]


def _margins(x: Tensor, size: Size) -> Size:
    (h, w), (H, W) = size, x.shape[2:]
    if not (1 <= h <= H and 1 <= w <= W):
        raise ValueError(f"size must lie between 1 x 1 and {H} x {W}, got {h} x {w}")
    return H - h, W - w


def _window(x: Tensor, size: Size, top: int, left: int) -> Tensor:
    return x[:, :, top : top + size[0], left : left + size[1]]


def _crop(x: Tensor, size: Size) -> Tensor:
    below, right = _margins(x, size)
    return _window(x, size, below // 2, right // 2)


@misconception(
    "center_crop",
    explanation=Text(
        "Your window begins in the upper left corner of the map. It has to lie in the middle: "
        "half of the rows to be removed go above it, half of the columns to its left.",
        "창이 맵의 왼쪽 위 모서리에서 시작합니다. 창은 가운데에 있어야 하므로, 버릴 행의 절반은 "
        "위에서, 버릴 열의 절반은 왼쪽에서 버려야 합니다.",
    ),
    loses=("unet.even_margins", "unet.odd_margins"),
)
def crop_at_the_upper_left(x: Tensor, size: Size) -> Tensor:
    _margins(x, size)
    return _window(x, size, 0, 0)


@misconception(
    "center_crop",
    explanation=Text(
        "Where a margin is odd you remove the extra row or column at the top or on the left. It is "
        "to be removed at the bottom or on the right: halve the margin and round down.",
        "여백이 홀수일 때 남는 한 줄을 위쪽이나 왼쪽에서 버립니다. 남는 줄은 아래쪽이나 오른쪽에서 "
        "버려야 하므로, 여백의 절반을 내림해야 합니다.",
    ),
    loses=("unet.odd_margins",),
)
def extra_row_removed_at_the_top(x: Tensor, size: Size) -> Tensor:
    below, right = _margins(x, size)
    return _window(x, size, (below + 1) // 2, (right + 1) // 2)


@misconception(
    "center_crop",
    explanation=Text(
        "You halve the margin with round(), which goes to the even neighbour: 0.5 becomes 0, but "
        "1.5 becomes 2. So the extra row is now at the bottom, now at the top: round down always.",
        "여백의 절반을 round()로 구했습니다. round()는 0.5를 0으로, 1.5를 2로 바꾸듯 가까운 짝수를 "
        "고르므로 남는 한 줄이 아래쪽에 있기도 하고 위쪽에 있기도 합니다. 항상 내림해야 합니다.",
    ),
    loses=("unet.odd_margins",),
)
def margins_rounded_to_even(x: Tensor, size: Size) -> Tensor:
    below, right = _margins(x, size)
    return _window(x, size, round(below / 2), round(right / 2))


@misconception(
    "center_crop",
    explanation=Text(
        "You remove the same number of rows above and below. Where the margin is odd, one row or "
        "column too many is left: count h rows from where the window begins.",
        "위와 아래에서 같은 수의 행을 버립니다. 여백이 홀수이면 행이나 열이 하나 더 남습니다. 창이 "
        "시작하는 곳에서부터 h개의 행을 세어야 합니다.",
    ),
    loses=("unet.odd_margins",),
)
def same_margin_on_both_sides(x: Tensor, size: Size) -> Tensor:
    below, right = (margin // 2 for margin in _margins(x, size))
    return x[:, :, below : x.shape[2] - below, right : x.shape[3] - right]


@misconception(
    "center_crop",
    explanation=Text(
        "You do not ask whether the window lies inside the map. Slicing never complains; it gives "
        "a window of another size, or an empty one. Say so with a ValueError that names size.",
        "창이 맵 안에 들어가는지 확인하지 않습니다. 슬라이싱은 오류 없이 다른 크기의 창이나 빈 "
        "창을 냅니다. size를 언급하는 ValueError로 알려야 합니다.",
    ),
    loses=("unet.window_outside",),
)
def window_not_checked(x: Tensor, size: Size) -> Tensor:
    (h, w), (H, W) = size, x.shape[2:]
    return _window(x, size, (H - h) // 2, (W - w) // 2)


@misconception(
    "center_crop",
    explanation=Text(
        "You read size as (width, height). In PyTorch the height, the number of rows, always comes "
        "first, as it does in the shape of a map.",
        "size를 (너비, 높이)로 읽었습니다. PyTorch에서는 맵의 shape과 마찬가지로 항상 높이, 즉 "
        "행의 수가 먼저 옵니다.",
    ),
    loses=("unet.even_margins", "unet.odd_margins", "unet.window_outside"),
)
def width_before_height(x: Tensor, size: Size) -> Tensor:
    return _crop(x, (size[1], size[0]))


def _check_pair(skip: Tensor, upsampled: Tensor) -> Size:
    h, w = upsampled.shape[2:]
    if skip.shape[0] != upsampled.shape[0] or skip.shape[2] < h or skip.shape[3] < w:
        raise ValueError("skip is smaller than upsampled, or of another N")
    return h, w


@misconception(
    "concat_skip",
    explanation=Text(
        "You put the upsampled map in front of the skip. Both orders could be learned, but weights "
        "fit only one of them: here the skip comes first.",
        "upsampled를 skip보다 앞에 놓았습니다. 어느 순서로도 학습할 수 있지만 가중치는 한 순서에만 "
        "맞습니다. 여기서는 skip이 먼저입니다.",
    ),
    loses=("unet.skip_comes_first",),
)
def upsampled_before_skip(skip: Tensor, upsampled: Tensor) -> Tensor:
    size = _check_pair(skip, upsampled)
    return torch.cat([upsampled, _crop(skip, size)], 1)


@misconception(
    "concat_skip",
    explanation=Text(
        "You shrink the skip by interpolation until it fits. That moves every pixel to another "
        "place of the image; a crop at the centre leaves all of them where they are.",
        "skip을 보간으로 줄여서 크기를 맞추었습니다. 그러면 모든 픽셀이 다른 위치로 옮겨집니다. "
        "가운데를 잘라내야 픽셀이 제자리에 있습니다.",
    ),
    loses=("unet.skip_comes_first",),
)
def skip_interpolated_to_fit(skip: Tensor, upsampled: Tensor) -> Tensor:
    size = _check_pair(skip, upsampled)
    skip = F.interpolate(skip, size=size, mode="bilinear", align_corners=False)
    return torch.cat([skip, upsampled], 1)


@misconception(
    "concat_skip",
    explanation=Text(
        "You padded the upsampled map until it is as large as the skip. The result is to have the "
        "upsampled map's size: it is the skip that is cropped.",
        "upsampled에 padding을 더해 skip의 크기에 맞추었습니다. 결과는 upsampled와 크기가 같아야 "
        "하므로, 크기를 바꿀 것은 skip입니다. skip을 잘라야 합니다.",
    ),
    loses=("unet.skip_comes_first",),
)
def upsampled_padded_to_fit(skip: Tensor, upsampled: Tensor) -> Tensor:
    below, right = _margins(skip, _check_pair(skip, upsampled))
    top, left = below // 2, right // 2
    return torch.cat([skip, F.pad(upsampled, (left, right - left, top, below - top))], 1)


@misconception(
    "concat_skip",
    explanation=Text(
        "You cut the skip out of its upper left corner. Unpadded convolutions take as much from "
        "every side of the upsampled map, so its place in the skip is the centre.",
        "skip을 왼쪽 위 모서리에서 잘랐습니다. padding 없는 합성곱은 네 변에서 똑같이 줄어들므로 "
        "upsampled에 해당하는 곳은 skip의 가운데입니다.",
    ),
    loses=("unet.skip_comes_first",),
)
def skip_cropped_at_the_upper_left(skip: Tensor, upsampled: Tensor) -> Tensor:
    size = _check_pair(skip, upsampled)
    return torch.cat([_window(skip, size, 0, 0), upsampled], 1)


@misconception(
    "concat_skip",
    explanation=Text(
        "You detached the skip from the graph. The values are right, but the contracting path "
        "learns nothing through its skips: join the map itself.",
        "skip을 graph에서 떼어냈습니다. 값은 맞지만 수축 경로가 skip을 통해 아무것도 배우지 "
        "못합니다. skip을 그대로 이어 붙여야 합니다.",
    ),
    loses=("unet.gradients_reach_both",),
)
def skip_without_gradient(skip: Tensor, upsampled: Tensor) -> Tensor:
    size = _check_pair(skip, upsampled)
    return torch.cat([_crop(skip.detach(), size), upsampled], 1)


@misconception(
    "concat_skip",
    explanation=Text(
        "You leave it to the crop and to torch.cat to find out that the maps do not fit, and their "
        "errors name neither skip nor upsampled, or are no ValueError. Compare height, width and N "
        "of the two first.",
        "두 맵이 맞지 않는 경우를 crop과 torch.cat에 맡겼습니다. 그 오류는 skip이나 upsampled를 "
        "언급하지 않거나 ValueError가 아닙니다. 먼저 두 맵의 높이, 너비, N을 비교해야 합니다.",
    ),
    loses=("unet.maps_that_do_not_fit",),
)
def maps_not_compared(skip: Tensor, upsampled: Tensor) -> Tensor:
    h, w = upsampled.shape[2:]
    return torch.cat([_crop(skip, (h, w)), upsampled], 1)
