"""Choices that several commands offer."""

from __future__ import annotations

import enum


class Feedback(enum.StrEnum):
    FULL = "full"
    HINT = "hint"
    SCORE = "score"


class Lang(enum.StrEnum):
    EN = "en"
    KO = "ko"
