"""Where the handout and the notebook speak of what was lost.

A function of an assignment that is not named here has no section, and nothing is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from autograder.document.text import Language, Text
from autograder.reports.losses import Loss
from autograder.reports.stamps import is_worked_example
from autograder.sandbox.protocol.errors import Verdict

README = "README.md"
NOTEBOOK = "24_Segmentation_practice.ipynb"


@dataclass(frozen=True)
class Section:
    """A heading of a file that students have, word for word, and how it is called."""

    file: str
    heading: str
    title: Text

    @property
    def anchor(self) -> str:
        """The heading's id, as GitHub gives it to Markdown and Jupyter to a notebook."""
        if self.file == NOTEBOOK:
            return quote(self.heading.replace(" ", "-"))
        return quote(re.sub(r"[^\w\- ]", "", self.heading.lower()).replace(" ", "-"))

    def address(self, folder: str) -> str:
        return f"{folder.rstrip('/')}/{self.file}#{self.anchor}"


def _readme(en: str, ko: str) -> Section:
    return Section(README, f"{en} ({ko})", Text(f"Handout: {en}", f"안내문: {ko}"))


def _notebook(number: str, en: str, ko: str) -> Section:
    heading = f"{number} · {en} · {ko}" if "." not in number else f"{number} {en} · {ko}"
    return Section(NOTEBOOK, heading, Text(f"Notebook {number}: {en}", f"노트북 {number}: {ko}"))


ERRATUM = _readme("Erratum on the lecture slide", "강의 슬라이드 정오표")
ALLOWED = _readme("What is allowed", "허용과 금지")
POINTS = _readme("How points are given", "채점")
HAND_IN = _readme("Hand in", "제출")

_CONVOLUTION = _notebook("2", "Fully connected is convolution", "완전연결층은 합성곱이다")
_UNPOOLING = _notebook("3.1", "Unpooling", "언풀링")
_TRANSPOSED = _notebook("3.2", "Transposed convolution", "전치 합성곱")
_SKIPS = _notebook("3.3", "Skips", "스킵")
_FCN = _notebook("4.1", "The structure", "구조")
_IOU = _notebook("5.1", "From K score maps to a number", "점수 맵 K장에서 숫자 하나로")
_UNET = _notebook("7.1", "The U", "U자 구조")
_CONCATENATE = _notebook("7.2", "Crop and concatenate", "자르고 이어 붙이기")

OF_FUNCTION: dict[str, Section] = {
    "nearest_unpool2d": _UNPOOLING,
    "bed_of_nails_unpool2d": _UNPOOLING,
    "max_unpool2d": _UNPOOLING,
    "transposed_conv2d": _TRANSPOSED,
    "bilinear_kernel": _TRANSPOSED,
    "convolutionalize": _CONVOLUTION,
    "fuse_skip": _SKIPS,
    "FCN8s": _FCN,
    "center_crop": _CONCATENATE,
    "concat_skip": _CONCATENATE,
    "DoubleConv": _UNET,
    "UpBlock": _UNET,
    "UNet": _UNET,
    "predict_labels": _IOU,
    "confusion_matrix": _IOU,
    "iou_per_class": _IOU,
    "mean_iou": _IOU,
}
OF_VERDICT: dict[Verdict, Section] = {
    Verdict.FORBIDDEN: ALLOWED,
    Verdict.TIMEOUT: POINTS,
    Verdict.MEMORY: POINTS,
    Verdict.MISSING: HAND_IN,
    Verdict.BAD_SUBMISSION: HAND_IN,
}


def sections(loss: Loss) -> list[Section]:
    """What to read again, the most telling first."""
    found = [ERRATUM] if is_worked_example(loss.first) else []
    if loss.first.verdict in OF_VERDICT:
        found.append(OF_VERDICT[loss.first.verdict])
    found += [OF_FUNCTION[name] for name in loss.functions if name in OF_FUNCTION]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Link:
    title: str
    address: str | None


def links(loss: Loss, folder: str | None, language: Language) -> list[Link]:
    """The sections of a loss; with addresses where it is known in which folder they lie."""
    return [
        Link(section.title.in_(language), None if folder is None else section.address(folder))
        for section in sections(loss)
    ]


def check_folder(folder: str) -> None:
    """Raises ValueError for an address that is not of the web."""
    if urlsplit(folder).scheme not in ("http", "https"):
        raise ValueError(f"the handout's folder is no http or https address: {folder}")
