"""The headings of the handout and the notebook under which the functions are explained."""

from __future__ import annotations

from autograder.authoring.manifest import WorkedExample
from autograder.document.result import Section
from autograder.document.text import Text
from autograder.sandbox.protocol.errors import Verdict

README = "README.md"
NOTEBOOK = "24_Segmentation_practice.ipynb"


def _readme(en: str, ko: str) -> Section:
    return Section(README, f"{en} ({ko})", Text(f"Handout: {en}", f"안내문: {ko}"))


def _notebook(number: str, en: str, ko: str) -> Section:
    heading = f"{number} · {en} · {ko}" if "." not in number else f"{number} {en} · {ko}"
    return Section(NOTEBOOK, heading, Text(f"Notebook {number}: {en}", f"노트북 {number}: {ko}"))


ERRATUM = _readme("Erratum on the lecture slide", "강의 슬라이드 정오표")
ALLOWED = _readme("What is allowed", "허용과 금지")
POINTS = _readme("How points are given", "채점")
HAND_IN = _readme("Hand in", "제출")

CONVOLUTION = _notebook("2", "Fully connected is convolution", "완전연결층은 합성곱이다")
UNPOOLING = _notebook("3.1", "Unpooling", "언풀링")
TRANSPOSED = _notebook("3.2", "Transposed convolution", "전치 합성곱")
SKIPS = _notebook("3.3", "Skips", "스킵")
STRUCTURE = _notebook("4.1", "The structure", "구조")
IOU = _notebook("5.1", "From K score maps to a number", "점수 맵 K장에서 숫자 하나로")
U = _notebook("7.1", "The U", "U자 구조")
CONCATENATE = _notebook("7.2", "Crop and concatenate", "자르고 이어 붙이기")

OF_VERDICTS = {
    Verdict.FORBIDDEN: ALLOWED,
    Verdict.TIMEOUT: POINTS,
    Verdict.MEMORY: POINTS,
    Verdict.MISSING: HAND_IN,
    Verdict.BAD_SUBMISSION: HAND_IN,
}
# The lecture's worked example; its slide prints another number than 16 in row 3, column 3.
WORKED = WorkedExample((1, 4, 7, 6, 5, 16, 22, 14, 9, 22, 16, 6, 9, 18, 11, 4), ERRATUM)
