"""The page of a result: all that there is to learn, and nothing that a student's text can do."""

from __future__ import annotations

import pytest

from autograder.grading.text import Text
from autograder.reports.html import fragment, page
from tests.reports.test_terminal import lost, result


def test_a_page_asks_the_network_for_nothing() -> None:
    document = page(result(lost()), "en")
    assert "<script" not in document
    assert "src=" not in document
    assert "url(" not in document


def test_students_text_is_never_markup() -> None:
    text = page(result(lost(message=Text("<script>alert(1)</script>", "<b>"))), "en")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_a_fragment_is_one_task() -> None:
    text = fragment(result(lost()), "iou", "ko")
    assert "평균은 평균이다" in text
    assert "<html" not in text
    with pytest.raises(KeyError):
        fragment(result(lost()), "unet", "en")
