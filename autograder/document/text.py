"""A sentence in the two languages of the course."""

from __future__ import annotations

import enum

import msgspec


class Language(enum.StrEnum):
    EN = "en"
    KO = "ko"


class Text(msgspec.Struct, frozen=True):
    """The same sentence in English and Korean."""

    en: str
    ko: str

    def in_(self, language: Language) -> str:
        return self.en if language == Language.EN else self.ko
