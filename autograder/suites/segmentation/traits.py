"""Traits that may separate wrong calls from right ones, function by function."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from autograder.authoring.answers import Trial
from autograder.authoring.traits import Trait
from autograder.suites.segmentation.traits_of_labels import COUNTS, FIGURES, LABELS
from autograder.suites.segmentation.traits_of_maps import (
    DEFAULT_DTYPE,
    above,
    apart,
    float64,
    maps,
    more,
    negative,
    odd,
    of,
    pair,
    square,
    trait,
    whole,
)

# --- unpooling


def _repeats(trial: Trial) -> bool | None:
    indices = trial.tensor("indices")
    if indices is None or indices.dim() != 4:
        return None
    planes = indices.flatten(2).flatten(0, 1)
    return any(len(plane.unique()) < len(plane) for plane in planes)


def _same_indices(trial: Trial) -> bool | None:
    indices = trial.tensor("indices")
    if indices is None or indices.dim() != 4:
        return None
    planes = indices.flatten(0, 1)
    return bool((planes != planes[:1]).any())


UNPOOLING = (
    trait(("an index that comes twice", "같은 인덱스가 두 번 나옴"),
           ("every index once", "모든 인덱스가 한 번씩"), _repeats),
    trait(("other indices in every channel", "채널마다 인덱스가 다름"),
           ("the same indices in all channels", "모든 채널의 인덱스가 같음"), _same_indices),
    apart("output_size"),
)  # fmt: skip


# --- transposed convolution


def _kernel(trial: Trial) -> tuple[tuple[int, int], tuple[int, int]] | None:
    weight, stride = trial.tensor("weight"), pair(trial.get("stride"))
    if weight is None or weight.dim() != 4 or stride is None:
        return None
    return (weight.shape[2], weight.shape[3]), stride


def _overlap(trial: Trial) -> bool | None:
    sizes, x = _kernel(trial), trial.tensor("x")
    if sizes is None or x is None or x.dim() != 4:
        return None
    (kernel, stride) = sizes
    return any(kernel[a] > stride[a] and x.shape[a + 2] > 1 for a in range(2))


def _gaps(trial: Trial) -> bool | None:
    sizes, x = _kernel(trial), trial.tensor("x")
    if sizes is None or x is None or x.dim() != 4:
        return None
    (kernel, stride) = sizes
    return any(kernel[a] < stride[a] and x.shape[a + 2] > 1 for a in range(2))


def _beyond(trial: Trial) -> bool | None:
    sizes, padding = _kernel(trial), pair(trial.get("padding"))
    if sizes is None or padding is None:
        return None
    return any(padding[a] > sizes[0][a] - 1 for a in range(2))


def _more_uncovered(trial: Trial) -> bool | None:
    padding, extra = pair(trial.get("padding")), pair(trial.get("output_padding"))
    if padding is None or extra is None:
        return None
    return any(extra[a] > padding[a] for a in range(2))


def _other_channels(trial: Trial) -> bool | None:
    weight = trial.tensor("weight")
    return None if weight is None or weight.dim() < 2 else weight.shape[0] != weight.shape[1]


def _symmetric(weight: Tensor) -> bool:
    return not bool((weight == weight.flip(-2, -1)).all())


def _biased(trial: Trial) -> bool | None:
    return trial.tensor("bias") is not None


TRANSPOSED = (
    above("stride", 1),
    above("padding", 0),
    above("output_padding", 0),
    trait(("a bias", "bias가 있음"), ("no bias", "bias가 없음"), _biased),
    more("x", 0, "sample", "샘플이"),
    more("x", 1, "input channel", "입력 채널이"),
    more("weight", 1, "output channel", "출력 채널이"),
    trait(("different numbers of channels in and out", "입력과 출력 채널 수가 다름"),
           ("as many channels out as in", "입력과 출력 채널 수가 같음"), _other_channels),
    trait(("stamps that overlap", "도장이 겹침"),
           ("stamps that do not overlap", "도장이 겹치지 않음"), _overlap),
    trait(("gaps between the stamps", "도장 사이에 틈이 있음"),
           ("no gaps between the stamps", "도장 사이에 틈이 없음"), _gaps),
    trait(("padding above kernel size - 1", "padding이 커널 크기 - 1보다 큼"),
           ("padding of at most kernel size - 1", "padding이 커널 크기 - 1 이하"), _beyond),
    trait(("output_padding above padding", "output_padding이 padding보다 큼"),
           ("output_padding of at most padding", "output_padding이 padding 이하"), _more_uncovered),
    trait(("a kernel that a turn by 180° changes", "180° 돌리면 달라지는 커널"),
           ("a kernel that looks the same turned by 180°", "180° 돌려도 같은 커널"),
           of("weight", _symmetric)),
    square("weight"),
    square("x"),
    apart("stride"),
    apart("padding"),
    apart("output_padding"),
    whole("x"),
    negative("x"),
    float64("x"),
)  # fmt: skip


# --- fcn8s and unet


def _tied(a: str, b: str, axis: int, en: str, ko: str) -> Trait:
    def holds(trial: Trial) -> bool | None:
        one, other = trial.tensor(a), trial.tensor(b)
        if one is None or other is None:
            return None
        return one.shape[axis] != other.shape[axis]

    return trait(
        (f"another {en} in {a} than in {b}", f"{a}와 {b}의 {ko}가 다름"),
        (f"the same {en} in {a} and {b}", f"{a}와 {b}의 {ko}가 같음"),
        holds,
    )


def _margins(trial: Trial) -> tuple[int, int] | None:
    x, size = trial.tensor("x"), pair(trial.get("size"))
    if x is None:
        x, upsampled = trial.tensor("skip"), trial.tensor("upsampled")
        size = None if upsampled is None else (upsampled.shape[2], upsampled.shape[3])
    if x is None or size is None or x.dim() != 4:
        return None
    return x.shape[2] - size[0], x.shape[3] - size[1]


def _odd_margin(trial: Trial) -> bool | None:
    margins = _margins(trial)
    return None if margins is None else any(margin % 2 for margin in margins)


def _any_margin(trial: Trial) -> bool | None:
    margins = _margins(trial)
    return None if margins is None else any(margins)


MARGINS = (
    trait(("an odd margin", "홀수인 여백"), ("even margins", "짝수인 여백"), _odd_margin),
    trait(("a margin to be removed", "버릴 여백이 있음"),
           ("nothing to be removed", "버릴 것이 없음"), _any_margin),
    apart("size"),
)  # fmt: skip


def _silent(child: str) -> Trait:
    def holds(trial: Trial) -> bool | None:
        values = trial.parameters.get(child)
        return None if values is None else any(bool(value.any()) for value in values)

    return trait(
        (f"weights in {child} that are not 0", f"{child}의 가중치가 0이 아님"),
        (f"{child} set to 0", f"{child}의 가중치가 0"),
        holds,
    )


def _negative_right(trial: Trial) -> bool | None:
    value = trial.right.value
    return None if value is None else bool((value < 0).any())


NEGATIVE = trait(
    ("negative scores to be given", "결과에 음수가 있어야 함"),
    ("no negative scores to be given", "결과에 음수가 없어야 함"),
    _negative_right,
)


def _padded(trial: Trial) -> bool | None:
    value = trial.get("padding")
    return value == 1 if isinstance(value, int) else None


PADDED = trait(("padding 1", "padding이 1"), ("padding 0", "padding이 0"), _padded)


CHILDREN_FCN = ("classifier", "score_pool4", "score_pool3", "upscore2", "upscore4", "upscore8")
CONVOLUTIONS = (more("x", 0, "sample", "샘플이"), PADDED, NEGATIVE)

TRAITS: Mapping[str, tuple[Trait, ...]] = {
    "nearest_unpool2d": (*maps("x"), above("scale", 1), above("scale", 2), odd("scale")),
    "bed_of_nails_unpool2d": (*maps("x"), above("scale", 1), above("scale", 2), odd("scale")),
    "max_unpool2d": (*UNPOOLING, *maps("x")),
    "transposed_conv2d": TRANSPOSED,
    "bilinear_kernel": (odd("kernel_size"), above("channels", 1), DEFAULT_DTYPE),
    "convolutionalize": maps("x")[:2],
    "fuse_skip": (
        above("offset", 0),
        *maps("coarse"),
        _tied("coarse", "skip", 2, "height", "높이"),
    ),
    "FCN8s": (*map(_silent, CHILDREN_FCN), NEGATIVE),
    "center_crop": (*MARGINS, *maps("x")),
    "concat_skip": (*MARGINS, *maps("skip"), _tied("skip", "upsampled", 1, "C", "C")),
    "DoubleConv": CONVOLUTIONS,
    "UpBlock": (*CONVOLUTIONS, _tied("skip", "x", 1, "C", "C")),
    "UNet": CONVOLUTIONS,
    "predict_labels": LABELS,
    "confusion_matrix": COUNTS,
    "iou_per_class": FIGURES,
    "mean_iou": FIGURES,
}
