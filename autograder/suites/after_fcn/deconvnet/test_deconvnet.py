"""Checks of `DeconvNet`: its layers by their shapes, its scores on narrow networks in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import example, given, settings

from autograder.authoring.called_module import Built, CalledModule, Parameters
from autograder.authoring.declared import Arguments
from autograder.authoring.declared_module import DeclaredModule
from autograder.authoring.marks import check
from autograder.document.text import Text
from autograder.sandbox.grader.functions import Module
from autograder.sandbox.grader.student import Student
from autograder.suites.after_fcn.deconvnet import oracle
from autograder.suites.after_fcn.deconvnet.strategies import (
    DIVIDED,
    ODD,
    SMALL,
    WIDE,
    network,
    networks,
)

STEPS = {"max_pool_with_switches": oracle.own_pool, "unpool_with_switches": oracle.own_unpool}
KNOWN: dict[str, Any] = {"steps": STEPS, "draw": oracle.suited}
EXAMPLES = (network(224, 256, n=2, classes=4), network(256, 224, base=2, fc=2, classes=3))
NET = DeclaredModule(
    "DeconvNet", oracle.children, oracle.scores, cases=networks(DIVIDED), examples=EXAMPLES, **KNOWN
)
SINGLE = DeclaredModule(
    "DeconvNet",
    oracle.children,
    oracle.scores,
    cases=networks(WIDE, most=1),
    examples=(network(224, 256),),
    **KNOWN,
)
WIDTHS: tuple[Arguments, ...] = ({}, EXAMPLES[0].made_with, EXAMPLES[1].made_with)


@dataclass(frozen=True, eq=False)
class InTraining(CalledModule):
    """Called in training mode; `after` that, with mirrored images, in eval mode."""

    after: bool = False

    def make(self, student: Student, case: Built) -> tuple[Module, Parameters]:
        module, parameters = super().make(student, case)
        module.train()
        if self.after:
            module(x=case.inputs["x"].flip(3))
            module.eval()
        return module, parameters


TRAINING = InTraining("DeconvNet", oracle.children, oracle.in_training, **KNOWN)
TRAINED = InTraining("DeconvNet", oracle.children, oracle.after_training, after=True, **KNOWN)


test_deconvnet_layers = NET.layers(
    points=3,
    made_with=WIDTHS,
    title=Text(
        "The children hold VGG-16's convolutions, and their mirror, each but score normalised",
        "자식 모듈에 VGG-16의 합성곱과 이를 뒤집은 층이 있고, score 외에는 배치 정규화가 따릅니다",
    ),
    hint=Text(
        "A mirror goes from its layer's outputs to its layer's inputs. Which layer of a stage "
        "changes the channels on the way down, and which on the way up? Each has a bias.",
        "거울에 비친 층은 원래 층의 출력에서 입력으로 갑니다. 내려갈 때는 한 단계의 몇 번째 층이, "
        "올라갈 때는 몇 번째 층이 채널 수를 바꿉니까? bias는 모두 있습니다.",
    ),
)
test_deconvnet_scores = NET.values(
    points=3,
    max_examples=2,
    title=Text(
        "The scores are right where 32 divides height and width",
        "높이와 너비가 32로 나누어질 때 점수가 올바릅니다",
    ),
    hint=Text(
        "Which pooling does deconv5 stand opposite to? What follows every convolution, in which "
        "order, and what after score?",
        "deconv5와 마주 보는 풀링은 몇 번째입니까? 합성곱 다음에는 무엇이 어떤 순서로 오며, score "
        "다음에는 무엇이 옵니까?",
    ),
)
test_deconvnet_odd_sizes = NET.values(
    points=1.5,
    max_examples=2,
    cases=networks(ODD, most=1),
    examples=(network(224, 255), network(227, 251, base=2, classes=3)),
    title=Text(
        "A map of an odd size comes back in its own size",
        "홀수 크기의 맵도 원래 크기로 되돌아옵니다",
    ),
    hint=Text(
        "15 rows and 14 rows are both pooled to 7. Who still knows which it was?",
        "15행도 14행도 풀링하면 7행이 됩니다. 어느 쪽이었는지 누가 알고 있습니까?",
    ),
)


@check(
    "DeconvNet",
    points=1,
    title=Text(
        "In training mode normalisation takes the batch's statistics, and nothing drops out",
        "학습 모드에서는 배치의 통계로 정규화하며 dropout은 없습니다",
    ),
    hint=Text(
        "nn.BatchNorm2d in training mode does so by itself. Does every layer know its mode?",
        "nn.BatchNorm2d는 학습 모드에서 스스로 그렇게 합니다. 모든 층에 모드가 전달됩니까?",
    ),
)
@settings(max_examples=1)
@given(case=networks(DIVIDED))
@example(case=network(224, 256, n=2))
def test_deconvnet_in_training(student: Student, case: Built) -> None:
    TRAINING.expect_value(student, case)


@check(
    "DeconvNet",
    points=1,
    title=Text(
        "In eval mode normalisation takes the running statistics of what was trained on",
        "평가 모드에서는 학습 중에 모은 이동 통계로 정규화합니다",
    ),
    hint=Text(
        "With its default settings nn.BatchNorm2d remembers a tenth of every batch. Nothing else "
        "outlives a call: are the switches those of these images?",
        "nn.BatchNorm2d는 기본 설정에서 배치마다 통계를 10분의 1씩 반영합니다. 그 밖에는 다음 "
        "호출까지 남는 것이 없습니다. switch는 지금 넣은 영상의 것입니까?",
    ),
)
@settings(max_examples=1)
@given(case=networks(DIVIDED))
@example(case=network(224, 256, n=2))
def test_deconvnet_after_training(student: Student, case: Built) -> None:
    TRAINED.expect_value(student, case)


test_deconvnet_gradients = SINGLE.gradients(points=1.5, max_examples=1)
test_deconvnet_keeps_what_it_is_given = SINGLE.keeps_what_it_is_given(points=1, max_examples=1)
test_deconvnet_refuses_small_images = SINGLE.refuses(
    points=1,
    invalid=SMALL,
    numbers=lambda case: case.inputs["x"].shape[2:],
    title=Text(
        "An image with H or W below 224 is a ValueError that holds the size",
        "H나 W가 224보다 작은 이미지는 크기를 알려 주는 ValueError입니다",
    ),
    hint=Text(
        "How many rows have to be left for fc6 after five poolings?",
        "다섯 번 풀링한 뒤 fc6에는 몇 행이 남아 있어야 합니까?",
    ),
)
