"""Checks of `iou.py`."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.expect import expect_close
from autograder.grading.marks import check
from autograder.grading.text import Text
from autograder.sandbox.student import Student
from autograder.suites.maps import tensors


@check(
    "predict_labels",
    points=20,
    title=Text("The class with the highest score wins", "점수가 가장 높은 클래스가 선택된다"),
    hint=Text("Which axis holds the classes?", "클래스는 어느 축에 있습니까?"),
)
@given(data=st.data(), classes=st.integers(1, 5), height=st.integers(1, 4))
def test_highest_score_wins(
    student: Student, data: st.DataObject, classes: int, height: int
) -> None:
    scores = data.draw(tensors((2, classes, height, 3)))
    got = student.predict_labels(scores)
    expect_close(student, got, torch.argmax(scores, 1))
