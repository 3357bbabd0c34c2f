"""What is said of wrong answers is proved by the calls, counts them, and is silent otherwise."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest
import torch
from torch import Tensor

from autograder.grading.describe_answers import describe
from autograder.grading.recorder import Recorder
from autograder.grading.trials import Trials
from autograder.sandbox.grader.inprocess import InProcess
from autograder.sandbox.grader.student import Student
from autograder.sandbox.protocol.errors import StudentFault
from autograder.suites.segmentation.families import FAMILIES
from autograder.suites.segmentation.right import RIGHT
from autograder.suites.segmentation.traits import TRAITS

Say = Callable[..., list[str]]
SIZES = ((3, 4), (4, 3), (5, 6), (4, 7), (6, 5), (7, 4))
HEAD = "import torch\nimport torch.nn.functional as F\n"


def maps(number: int, *shape: int) -> Tensor:
    generator = torch.Generator().manual_seed(number)
    return torch.randn(shape, generator=generator)


def calls_of_transposed_conv2d(student: Student) -> None:
    for number, (h, w) in enumerate(SIZES):
        x, weight, bias = maps(number, 2, 2, h, w), maps(9 + number, 2, 3, 3, 2), maps(99, 3)
        for stride, padding, given in ((1, 0, None), (2, 0, None), (1, 1, None), (2, 1, bias)):
            with suppress(StudentFault):
                student.transposed_conv2d(x, weight, given, stride, padding)
        with suppress(StudentFault):
            cotangent = torch.ones(2, 3, h + 2, w + 1)
            student.transposed_conv2d.vjp(cotangent, x, weight, wrt=(0, 1))
    with suppress(StudentFault):
        student.transposed_conv2d(x, weight, padding=-1)


def calls_of_iou(student: Student) -> None:
    for number in range(12):
        matrix = maps(number, 3, 3).mul(10).abs().long() + 1
        if number % 2:
            matrix[2], matrix[:, 2] = 0, 0
        with suppress(StudentFault):
            student.iou_per_class(matrix)


def calls_of_double_conv(student: Student) -> None:
    for channels in (2, 3):
        with suppress(StudentFault):
            student.DoubleConv.make(channels, 4)


@pytest.fixture
def say(tmp_path: Path) -> Say:
    """Everything that is said of a file's function, in both languages."""

    def say(function: str, source: str, ask: Callable[[Student], None]) -> list[str]:
        (tmp_path / "asked.py").write_text(HEAD + dedent(source))
        recorder = Recorder(InProcess(tmp_path))
        student = Student(recorder)
        student.load("asked")
        ask(student)
        trials = Trials(function, recorder.exchanges, RIGHT[function]).all
        said = describe(trials, TRAITS[function], FAMILIES.get(function, ()))
        assert all(statement.text.ko for statement in said)
        return [statement.text.en for statement in said]

    return say


RIGHT_STAMPS = """
def right(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    if padding < 0:
        raise ValueError("padding")
    return F.conv_transpose2d(x, weight, bias, stride, padding, output_padding)
"""
SIGNATURE = "x, weight, bias=None, stride=1, padding=0, output_padding=0"


def stamps(body: str) -> str:
    return RIGHT_STAMPS + f"def transposed_conv2d({SIGNATURE}):\n    {body}\n"


WRONG_STAMPS = {
    "return right(x, weight.flip(2, 3), bias, stride, padding)": "turned by 180°",
    "return right(x, weight, None, stride, padding)": "no bias were given",
    "return right(x, weight, bias, 1, padding)": "stride were always 1",
    "return 2 * right(x, weight, bias, stride, padding)": "2 times the right one",
    "return right(x, weight, bias, stride, padding).roll(1, 2)[:, :, :, :]": "1 row down",
    "return right(x, weight, bias, stride, padding)[:, :, :, :-1]": "1 column too few",
    "return right(x, weight, bias, stride, padding).flip(1)": "channels are in another order",
    "return right(x, weight, bias, stride, padding).detach()": "no gradient reaches x, weight",
    "return right(x, weight, bias, stride, padding).double()": "float64 where float32 is right",
    "return right(x, weight, bias, stride, padding).clamp(min=0)": "have become 0",
    "return right(x, weight, bias, stride, padding) * (1 if stride == 1 else 1.5)": "stride 1",
    "return right(x, weight, bias, stride, max(padding, 0))": "a negative padding",
    "return torch.ones(1, 1, 2, 2)": "always the same",
    "y = right(x, weight, bias, stride, padding); y[..., -1, :] = 0; return y": "the last row is",
    "return x": "x itself, as it came in",
}


@pytest.mark.parametrize(("body", "part"), WRONG_STAMPS.items(), ids=WRONG_STAMPS.values())
def test_a_wrong_function_is_described(say: Say, body: str, part: str) -> None:
    said = say("transposed_conv2d", stamps(body), calls_of_transposed_conv2d)
    assert said
    assert part.lower() in " ".join(said).lower()


def test_a_right_function_is_not_described(say: Say) -> None:
    right = stamps("return right(x, weight, bias, stride, padding)")
    assert say("transposed_conv2d", right, calls_of_transposed_conv2d) == []


def test_noise_is_not_described_as_anything(say: Say) -> None:
    noise = stamps("return right(x, weight, bias, stride, padding) + torch.randn(())")
    said = say("transposed_conv2d", noise, calls_of_transposed_conv2d)
    assert not any("times" in each or "moved" in each or "bias" in each for each in said)


def test_the_calls_it_holds_on_are_counted(say: Say) -> None:
    doubled = stamps("return 2 * right(x, weight, bias, stride, padding)")
    said = say("transposed_conv2d", doubled, calls_of_transposed_conv2d)
    assert "in all 30 calls" in said[0]  # four settings and one for gradients, six sizes each


WRONG_FIGURES = {
    "return (both / union).nan_to_num(0)": "absent classes count 0",
    "return both / (union + both)": "counts twice",
    "return both / confusion.sum(0)": "precision",
    "return (both + 1e-6) / (union + 1e-6)": "nearly right",
    "return (both / union).float()": "float32 where float64 is right",
}


@pytest.mark.parametrize(("body", "part"), WRONG_FIGURES.items(), ids=WRONG_FIGURES.values())
def test_a_wrong_figure_is_described(say: Say, body: str, part: str) -> None:
    source = f"""
    def iou_per_class(confusion):
        both = confusion.diagonal().double()
        union = confusion.sum(0) + confusion.sum(1) - both
        {body}
    """
    assert (
        part.lower()
        in " ".join(say("iou_per_class", inspect.cleandoc(source), calls_of_iou)).lower()
    )


WRONG_LAYERS = {
    "nn.Conv2d(i, o, 3, bias=False), nn.Conv2d(o, o, 3, bias=False)": "has no bias",
    "nn.Conv2d(i, o, 5), nn.Conv2d(o, o, 3)": "5 × 5, 3 × 3 was asked for",
    "nn.Conv2d(i, o, 3)": "2 were asked for",
    "nn.Conv2d(i, o, 3), nn.BatchNorm2d(o), nn.Conv2d(o, o, 3)": "was not asked for",
    "nn.Conv2d(i, i, 3), nn.Conv2d(i, o, 3)": "the weight of layer 1",
}


@pytest.mark.parametrize(("layers", "part"), WRONG_LAYERS.items(), ids=WRONG_LAYERS.values())
def test_a_wrong_structure_is_described(say: Say, layers: str, part: str) -> None:
    source = f"""
    from torch import nn
    def DoubleConv(i, o, padding=0):
        return nn.Sequential({layers})
    """
    assert (
        part.lower()
        in " ".join(say("DoubleConv", inspect.cleandoc(source), calls_of_double_conv)).lower()
    )
