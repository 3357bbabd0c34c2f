"""A sentence in the two languages of the course."""

from __future__ import annotations

from typing import Literal

import msgspec

Language = Literal["en", "ko"]


class Text(msgspec.Struct, frozen=True):
    """The same sentence in English and Korean."""

    en: str
    ko: str

    def in_(self, language: Language) -> str:
        return self.en if language == "en" else self.ko
