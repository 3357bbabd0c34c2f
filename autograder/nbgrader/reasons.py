"""Why written questions wait for a person, and what was the matter with a notebook."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.document.text import Text
from autograder.nbgrader.read_cells import CELLS_CAP, SIZE_CAP, SOURCE_CAP

FOUND_BY_ID = Text(
    "cell metadata was lost; the answer was found by the cell's id",
    "셀 메타데이터가 없어져 셀 id로 답을 찾았습니다",
)
FOUND_BY_TEXT = Text(
    "cell metadata was lost; the answer was found by the question's text",
    "셀 메타데이터가 없어져 문제의 글로 답을 찾았습니다",
)
FOUND_BY_PLACE = Text(
    "the question's cell was lost; the answer was found by its place",
    "문제의 셀이 없어져 위치로 답을 찾았습니다",
)
MERGED = Text(
    "several questions stood in one cell, which was taken apart",
    "여러 문제가 한 셀에 들어 있어 나누었습니다",
)
COPIED = Text(
    "the question's cell was copied or split; the part with the answer is shown",
    "문제의 셀이 복사되거나 나뉘어 답이 적힌 것을 보여 줍니다",
)
DIFFERENT = Text(
    "the question stood there several times, with different answers; all of them are shown",
    "문제가 여러 번 들어 있고 답이 서로 달라 모두 보여 줍니다",
)
OWN_CELLS = Text(
    "no answer stands in its cell, but text of one's own stands in other cells",
    "이 셀에는 답이 없지만 다른 셀에 직접 쓴 글이 있습니다",
)
OTHER_QUESTIONS = Text(
    "no answer stands in its cell, but there are answers to other questions",
    "이 셀에는 답이 없지만 다른 문제에는 답이 있습니다",
)
NOT_WHOLE = Text(
    "no answer was found, but not all of what was handed in could be read",
    "답을 찾지 못했지만 제출물을 모두 읽지는 못했습니다",
)
OTHER_FILES = Text(
    "no answer was found, but there are other files that may hold it",
    "답을 찾지 못했지만 답이 있을 수 있는 다른 파일이 있습니다",
)

NOT_HANDED_IN = Text("{name} was not handed in.", "{name}이(가) 제출되지 않았습니다.")
RENAMED = Text(
    "{name} was not handed in, but {names}, which was read in its place.",
    "{name}이(가) 제출되지 않아 대신 {names}을(를) 읽었습니다.",
)
SEVERAL = Text(
    "{name} was not handed in, but {names}; {read} was read in its place, as it is most like it.",
    "{name}이(가) 제출되지 않았습니다 (제출된 파일: {names}). 가장 비슷한 {read}을(를) 읽었습니다.",
)
IN_ITS_PLACE = Text(
    "{name} holds no answer, or cannot be read; {read} was read in its place.",
    "{name}에 답이 없거나 읽을 수 없어 대신 {read}을(를) 읽었습니다.",
)
TEXTS_SHOWN = Text("What stands in {names} is shown below.", "{names}의 내용을 아래에 보여 줍니다.")
NOT_SHOWN = Text("Not shown here: {names}.", "여기에 보이지 않는 파일: {names}.")

ENCODED = Text(
    "{name} is stored in {encoding}, not in UTF-8; it was read all the same.",
    "{name}이(가) UTF-8이 아니라 {encoding}(으)로 저장되어 있지만 읽었습니다.",
)
TOO_MUCH = {
    "bytes": Text(
        f"it is larger than {SIZE_CAP >> 20} MiB", f"크기가 {SIZE_CAP >> 20} MiB를 넘습니다"
    ),
    "cells": Text(f"it has more than {CELLS_CAP} cells", f"셀이 {CELLS_CAP}개를 넘습니다"),
    "characters": Text(
        f"its cells hold more than {SOURCE_CAP:,} characters",
        f"셀의 글자 수가 {SOURCE_CAP:,}자를 넘습니다",
    ),
    "memory": Text("it takes too much memory", "메모리가 너무 많이 필요합니다"),
    "time": Text("it takes too long", "시간이 너무 오래 걸립니다"),
    "damage": Text("it is damaged", "손상되었습니다"),
}
DAMAGE = {
    "empty": Text("{name} holds no text at all.", "{name}에는 글이 전혀 없습니다."),
    "rest": Text(
        "In {name} more text follows the notebook; it is shown below it.",
        "{name}의 노트북 뒤에 다른 글이 있어 아래에 보여 줍니다.",
    ),
    "broken": Text(
        "{name} is damaged; what could be saved of it is shown.",
        "{name}이(가) 손상되어 살릴 수 있는 것만 보여 줍니다.",
    ),
    "text": Text(
        "{name} is no notebook; its text is shown.",
        "{name}은(는) 노트북이 아니어서 글을 그대로 보여 줍니다.",
    ),
    "binary": Text(
        "{name} is neither a notebook nor a text.", "{name}은(는) 노트북도 텍스트도 아닙니다."
    ),
}


def joined(texts: Iterable[Text]) -> Text | None:
    """One sentence of several, None of none."""
    some = list(texts)
    if not some:
        return None
    return Text("; ".join(text.en for text in some), "; ".join(text.ko for text in some))


def about(text: Text, **values: str) -> Text:
    """The sentence with names put in."""
    return Text(text.en.format(**values), text.ko.format(**values))
