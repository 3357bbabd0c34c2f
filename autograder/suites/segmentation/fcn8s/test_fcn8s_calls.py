"""Checks of how `FCN8s` behaves: modes, gradients, dtypes, devices, kinds of calls."""

from __future__ import annotations

from functools import partial

import torch
from hypothesis import given, settings

from autograder.authoring.expect import expect_form, expect_unmodified, fail, matches
from autograder.authoring.invariants import expect_module_device, expect_values
from autograder.authoring.maps import fill, with_layout
from autograder.authoring.marks import check
from autograder.authoring.titles import FORM
from autograder.document.text import Text
from autograder.sandbox.grader.student import Student
from autograder.suites.segmentation.fcn8s.expect_fcn8s import expect_gradients
from autograder.suites.segmentation.fcn8s.narrow_fcn8s import (
    Built,
    is_single,
)
from autograder.suites.segmentation.fcn8s.networks import (
    SIDES,
    Network,
    flat,
    images,
    networks,
    only,
    with_balance,
)
from autograder.suites.segmentation.fcn8s.strategies import (
    SEEDS,
)


@check(
    "FCN8s",
    points=1,
    about="form",
    title=Text(
        "Dropout follows both hidden layers of the classifier, in train mode only",
        "dropout은 classifier의 두 은닉층 뒤에서 학습 모드일 때만 작동합니다",
    ),
    hint=Text(
        "Two dropouts, each after a ReLU of the classifier. What tells a functional dropout "
        "which mode the network is in?",
        "classifier의 두 ReLU 뒤에 각각 dropout이 있습니다. 함수형 dropout은 현재 모드를 "
        "어떻게 압니까?",
    ),
)
@settings(max_examples=1)  # the worker's generator is seeded alike at every call
@given(seed=SEEDS)
def test_dropout_in_train_mode_only(student: Student, seed: int) -> None:
    # Layers 2 and 3 of the classifier are such that dropping anything changes the scores, but
    # not dropping does not. 4 samples × 512 channels: that a rate of 1 % drops nothing has
    # probability 0.99 ^ 2048 < 2e-9, at 50 % it is 0.5 ^ 2048 (with Dropout2d as well).
    plain = flat(fill((4, 3, 26, 27), "normal", seed), (3, 1, 512), seed, 1.0)
    silent = only(plain, "score_pool4", "score_pool3")
    bias = plain.weights["classifier"][5]
    built = Built(student, plain)

    def scores(case: Network, training: bool) -> torch.Tensor:
        built.set({"classifier": case.weights["classifier"]})
        return built.net.train(training)(case.image).float()

    def constant(value: torch.Tensor) -> Network:
        """The classifier gives this, whatever is dropped."""
        hidden = silent.weights["classifier"][:5]
        return silent.with_head(classifier=(*hidden, value))

    second = plain.weights["classifier"]
    without = (*second[:2], torch.zeros_like(second[2]), *second[3:])
    cases = (
        ("first", "첫", with_balance(plain, seed), constant(bias)),
        (
            "second",
            "두",
            plain.with_head(classifier=without),
            constant(bias + second[4].flatten(1).sum(1)),
        ),
    )
    for which, ko, case, still in cases:
        undropped = scores(still, training=False)
        scale = 10 * float(undropped.abs().max())
        if not matches(scores(case, training=False), undropped, scale):
            fail(
                student,
                Text(
                    f"In eval mode the {which} dropout changes the scores.",
                    f"평가 모드에서 {ko} 번째 dropout이 점수를 바꿉니다.",
                ),
            )
        if matches(scores(case, training=True), undropped, scale):
            fail(
                student,
                Text(
                    f"In train mode nothing is dropped after the {which} hidden layer.",
                    f"학습 모드에서 {ko} 번째 은닉층 뒤에 dropout이 작동하지 않습니다.",
                ),
            )
    if not matches(scores(still, training=True), undropped, scale):
        fail(
            student,
            Text(
                "In train mode something besides the classifier's hidden layers changes.",
                "학습 모드에서 classifier의 은닉층이 아닌 곳의 값이 바뀝니다.",
            ),
        )


@check(
    "FCN8s",
    points=1,
    about="form",
    title=Text(
        "Gradients reach the image and the parameters of every child",
        "gradient가 이미지와 모든 child의 파라미터까지 전달됩니다",
    ),
    hint=Text(
        "Every layer is trained, through the skips too. What would cut a connection: detach, "
        ".data, no_grad in forward, requires_grad set to False?",
        "skip을 포함해 모든 층이 학습됩니다. 무엇이 연결을 끊습니까(detach, .data, forward의 "
        "no_grad, requires_grad=False)?",
    ),
)
@settings(max_examples=2)
@given(case=networks(images(SIDES, SIDES, samples=(1,))), seed=SEEDS)
def test_gradients_reach_every_child(student: Student, case: Network, seed: int) -> None:
    shape = (len(case.image), case.num_classes, *case.image.shape[2:])
    expect_gradients(student, case, fill(shape, "normal", seed, torch.float64))


@check(
    "FCN8s",
    points=0.5,
    about="form",
    title=FORM,
    hint=Text(
        "What is made inside forward has a dtype and a device of its own.",
        "forward 안에서 새로 만든 것에도 dtype과 장치가 있습니다.",
    ),
)
@settings(max_examples=1)
@given(image=images(SIDES, SIDES, samples=(1,)))
def test_network_keeps_dtype_and_device(student: Student, image: torch.Tensor) -> None:
    for dtype in (torch.float64, torch.float32):
        got = Built(student, flat(image.to(dtype), (5, 1, 7), 0, 1.0)).net(image.to(dtype))
        expect_form(student, got, got.new_zeros(got.shape, dtype=dtype))
        if dtype == torch.float64 and is_single(got):
            fail(
                student,
                Text(
                    "The result is float64, but only as precise as float32.",
                    "결과의 dtype은 float64이지만 정밀도는 float32입니다.",
                ),
                got=got,
            )
    expect_module_device(
        student, partial(student.FCN8s.make_on_fake_cuda, 5, 1, 7), (image.float(),)
    )


@check(
    "FCN8s",
    points=0.5,
    about="form",
    title=Text(
        "Memory layout and no_grad change nothing, and the image stays as it was",
        "메모리 배치와 no_grad와 무관하게 결과가 같고, 이미지는 바뀌지 않습니다",
    ),
    hint=Text(
        "Not every image lies contiguously in memory. Is it written to, by an operation in "
        "place for example?",
        "모든 이미지가 메모리에 연속으로 놓인 것은 아닙니다. in-place 연산 등으로 이미지에 "
        "값을 쓰지는 않습니까?",
    ),
)
@settings(max_examples=1)
@given(case=networks(images(SIDES, SIDES, samples=(1,))))
def test_network_takes_any_call(student: Student, case: Network) -> None:
    built = Built(student, case.to(torch.float32))
    net, image = built.net, built.case.image
    call = net.call(image)
    expect_unmodified(student, call)
    plain = call.value
    assert isinstance(plain, torch.Tensor)
    for layout in ("transposed", "sliced"):
        call = net.call(with_layout(image, layout))
        expect_unmodified(student, call)
        assert isinstance(call.value, torch.Tensor)
        expect_values(student, call.value, plain, scale=built.scale(plain))
    expect_values(student, net.no_grad(image), plain, scale=built.scale(plain))
