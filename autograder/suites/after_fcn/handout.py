"""The headings of the handout and the notebook under which the functions are explained."""

from __future__ import annotations

from autograder.document.result import Section
from autograder.document.text import Text
from autograder.sandbox.protocol.errors import Verdict

README = "README.md"
NOTEBOOK = "25_After_FCN_practice.ipynb"


def _readme(en: str, ko: str) -> Section:
    return Section(README, f"{en} ({ko})", Text(f"Handout: {en}", f"안내문: {ko}"))


def _notebook(number: int, en: str, ko: str) -> Section:
    heading = f"{number} · {en} · {ko}"
    return Section(NOTEBOOK, heading, Text(f"Notebook {number}: {en}", f"노트북 {number}: {ko}"))


ALLOWED = _readme("What is allowed", "허용과 금지")
POINTS = _readme("How points are given", "채점")
HAND_IN = _readme("Hand in", "제출")

PYRAMID = _notebook(1, "What the pyramid sees", "피라미드가 보는 것")
METRICS = _notebook(2, "Four figures for one map", "한 장의 맵, 네 가지 점수")
DECONVNET = _notebook(3, "Switches", "스위치")
ATROUS = _notebook(4, "Seeing further", "더 멀리 보기")
CRF = _notebook(5, "Every pixel asks every other", "모든 픽셀이 서로에게 묻다")

OF_VERDICTS = {
    Verdict.FORBIDDEN: ALLOWED,
    Verdict.TIMEOUT: POINTS,
    Verdict.MEMORY: POINTS,
    Verdict.MISSING: HAND_IN,
    Verdict.BAD_SUBMISSION: HAND_IN,
}
