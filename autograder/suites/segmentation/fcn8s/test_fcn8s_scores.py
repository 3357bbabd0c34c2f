"""Checks of the scores of `FCN8s`, one depth at a time and all together.

The scores are the sum of three depths. With the other two silenced, one is seen alone, and
what is lost says which.
"""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.authoring.expect import expect_form
from autograder.authoring.maps import fill
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.fcn8s.expect_fcn8s import expect_scores
from autograder.suites.segmentation.fcn8s.networks import (
    SENSITIVE,
    SIDES,
    Network,
    even_networks,
    images,
    networks,
    only,
)

ALONE = networks(images(SIDES, SIDES, samples=(1,)), positive=True)


@check(
    "FCN8s",
    points=1,
    about="form",
    title=Text(
        "An image of any size, however small, is scored at every pixel",
        "아무리 작은 이미지라도 모든 픽셀에 점수가 나옵니다",
    ),
    hint=Text(
        "Follow the height of a tiny image through the layers: which padding, and which "
        "rounding, leave the 7 × 7 convolution a map it fits into?",
        "아주 작은 이미지의 높이를 층마다 따라가 보십시오. 7 × 7 합성곱이 들어갈 맵이 "
        "남으려면 padding과 반올림이 어떠해야 합니까?",
    ),
)
@settings(max_examples=2)
@given(h=st.integers(1, 60), w=st.integers(1, 60))
@example(h=1, w=3)
@example(h=1, w=1)
@example(h=25, w=2)
@example(h=3, w=58)
def test_scores_at_every_pixel(student: Student, h: int, w: int) -> None:
    image = fill((1 + h % 2, 3, h, w), "normal", h + w)
    got = student.FCN8s.make(5, 1, 7).eval()(image)
    expect_form(student, got, got.new_zeros(len(image), 5, h, w))


@check(
    "FCN8s",
    points=2,
    title=Text(
        "The five stages and the classifier give the coarse scores",
        "다섯 단계와 classifier가 거친 점수를 만듭니다",
    ),
    hint=Text(
        "With the skips silenced, only the classifier's scores are left. What comes after each "
        "convolution, where is the padding 100, and are scores left raw?",
        "skip을 끄면 classifier의 점수만 남습니다. 각 합성곱 뒤에 무엇이 오고, padding 100은 "
        "어디에 있으며, 점수는 그대로 내보냅니까?",
    ),
)
@settings(max_examples=3)  # any image shows a layer that differs
@given(case=ALONE)
def test_coarse_scores_alone(student: Student, case: Network) -> None:
    expect_scores(student, only(case, "classifier"), forgive=("rounding", "cut"))


@check(
    "FCN8s",
    points=1,
    title=Text(
        "Pooling rounds the size up, so no last row or column is lost",
        "풀링은 크기를 올림하므로 마지막 행과 열이 버려지지 않습니다",
    ),
    hint=Text(
        "A map of 225 rows becomes one of 113. What becomes of row 225 otherwise?",
        "225행인 맵은 113행이 됩니다. 그렇지 않으면 225번째 행은 어떻게 됩니까?",
    ),
)
@settings(max_examples=2)
@given(case=even_networks(images(st.just(SENSITIVE), st.integers(1, 9), samples=(1,))))
def test_pooling_rounds_up(student: Student, case: Network) -> None:
    expect_scores(student, case, forgive=("cut",))


@check(
    "FCN8s",
    points=1,
    title=Text(
        "The final scores are cut at offset 31, to the height and width of the image",
        "최종 점수는 오프셋 31에서 이미지의 높이와 너비로 잘립니다",
    ),
    hint=Text(
        "At which row and column of the last map does the image begin? The centre is another "
        "place for most sizes.",
        "마지막 맵의 몇 번째 행과 열에서 이미지가 시작합니까? 대부분의 크기에서 가운데와는 "
        "다른 위치입니다.",
    ),
)
@settings(max_examples=2)
@given(case=even_networks(images(SIDES, SIDES, samples=(1,))))
def test_cut_at_31(student: Student, case: Network) -> None:
    expect_scores(student, case, forgive=("rounding",))


@check(
    "FCN8s",
    points=1,
    title=Text(
        "The scores of pool4 join at offset 5, after pooling, unscaled",
        "pool4의 점수는 풀링 뒤의 값 그대로 오프셋 5에서 더해집니다",
    ),
    hint=Text(
        "With everything else silenced, score_pool4 of the pooled fourth stage is left. "
        "Where does its window begin, and what happens to it before and after?",
        "나머지를 모두 끄면 네 번째 단계를 풀링한 값의 score_pool4만 남습니다. "
        "창은 어디에서 시작하고, 그 앞뒤로 무엇을 합니까?",
    ),
)
@settings(max_examples=2)
@given(case=ALONE)
def test_pool4_alone(student: Student, case: Network) -> None:
    expect_scores(student, only(case, "score_pool4"), forgive=("rounding", "cut"))


@check(
    "FCN8s",
    points=1,
    title=Text(
        "The scores of pool3 join at offset 9, after pooling, unscaled",
        "pool3의 점수는 풀링 뒤의 값 그대로 오프셋 9에서 더해집니다",
    ),
    hint=Text(
        "With everything else silenced, score_pool3 of the pooled third stage is left. "
        "Where does its window begin, and what happens to it before and after?",
        "나머지를 모두 끄면 세 번째 단계를 풀링한 값의 score_pool3만 남습니다. "
        "창은 어디에서 시작하고, 그 앞뒤로 무엇을 합니까?",
    ),
)
@settings(max_examples=2)
@given(case=ALONE)
def test_pool3_alone(student: Student, case: Network) -> None:
    expect_scores(student, only(case, "score_pool3"), forgive=("rounding", "cut"))


@check(
    "FCN8s",
    points=2,
    title=Text(
        "The scores are the sum of the three depths, for every sample",
        "점수는 샘플마다 세 깊이의 합입니다",
    ),
    hint=Text(
        "Nothing comes between a fusion and the next transposed convolution. "
        "First repair what the checks of the single depths found.",
        "결합과 다음 전치 합성곱 사이에는 아무것도 없습니다. "
        "각 깊이를 따로 본 검사에서 드러난 것부터 고치십시오.",
    ),
)
@settings(max_examples=4)
@given(case=networks(images(samples=(2, 1))))  # the first example has two samples
def test_three_depths_add_up(student: Student, case: Network) -> None:
    expect_scores(student, case)
