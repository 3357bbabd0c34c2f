"""What is drawn of a counterexample: stamps, dots, and the sections to read again."""

from __future__ import annotations

import msgspec
import pytest

from autograder.document.result import Counterexample, Grid
from autograder.document.text import Language
from autograder.reports.differences import CELL, cell_map, difference_map, values_in_a_cell
from autograder.reports.handout import address, links
from autograder.reports.html import page
from autograder.reports.losses import Loss
from autograder.reports.stamps import stamps
from autograder.sandbox.protocol.errors import Verdict
from autograder.suites.segmentation.handout import ERRATUM, HAND_IN, TRANSPOSED, UNPOOLING
from corpus.results import KERNEL, SUM, X, lost, result, stamped


def convolved(x: Grid, weight: Grid, got: Grid | None, expected: Grid | None) -> Counterexample:
    return Counterexample("f(x, weight)", (x, weight), got, expected, drawing="stamps")


def worked() -> Counterexample:
    example = stamped().counterexample
    assert example is not None
    return example


def test_the_worked_example_adds_up_to_16_where_the_slide_errs() -> None:
    drawn = stamps(worked())
    assert drawn is not None
    assert [step.value for step in drawn.steps] == ["1", "2", "3", "4"]
    assert [step.rows[2][2].text for step in drawn.steps] == ["1", "1+4", "5+3", "8+8"]
    (wrong,) = drawn.wrong
    assert (wrong.row, wrong.column, wrong.right, wrong.got) == (3, 3, "16", "15")
    assert wrong.products == ("1·1", "2·2", "3·1", "4·2")


def test_a_cell_that_no_stamp_has_reached_is_empty() -> None:
    drawn = stamps(worked())
    assert drawn is not None
    assert drawn.steps[0].rows[3][3].text == ""
    assert not drawn.steps[0].rows[3][3].stamped


def test_the_stride_follows_from_the_sizes() -> None:
    x = Grid("x", (1, 1, 1, 2), "float32", (1, -2))
    weight = Grid("weight", (1, 1, 1, 2), "float32", (1, 3))
    expected = Grid("expected", (1, 1, 1, 5), "float32", (1, 3, 0, -2, -6))
    drawn = stamps(convolved(x, weight, None, expected))
    assert drawn is not None
    assert [cell.text for cell in drawn.steps[1].rows[0]] == ["1", "3", "", "-2", "-6"]


def test_what_is_subtracted_has_a_minus() -> None:
    x = Grid("x", (1, 1, 1, 2), "float32", (1, -2))
    weight = Grid("weight", (1, 1, 1, 2), "float32", (1, 3))
    expected = Grid("expected", (1, 1, 1, 3), "float32", (1, 1, -6))
    drawn = stamps(convolved(x, weight, None, expected))
    assert drawn is not None
    assert drawn.steps[1].rows[0][1].text == "3−2"


def expecting(shape: tuple[int, ...], values: tuple[float, ...] | None) -> Grid:
    return Grid("expected", shape, "float32", values)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        pytest.param(X, expecting((1, 1, 2, 2), (16, 22, 22, 16)), id="padding"),
        pytest.param(X, expecting((1, 1, 4, 4), tuple(v + 1 for v in SUM)), id="bias"),
        pytest.param(
            Grid("x", (1, 2, 1, 2), "float32", (1, 2, 3, 4)),
            expecting((1, 1, 3, 4), SUM[:12]),
            id="channels",
        ),
        pytest.param(
            Grid("x", (1, 1, 2, 2), "float32", (1, 2, 3, None)),
            expecting((1, 1, 4, 4), SUM),
            id="no number",
        ),
        pytest.param(
            Grid("x", (1, 1, 90, 90), "float32", None),
            expecting((1, 1, 92, 92), None),
            id="large",
        ),
        pytest.param(X, None, id="nothing expected"),
    ],
)
def test_stamps_are_drawn_only_where_they_explain_what_was_expected(
    x: Grid, expected: Grid | None
) -> None:
    assert stamps(convolved(x, KERNEL, None, expected)) is None


def test_an_example_that_asks_for_no_stamps_has_none() -> None:
    assert stamps(msgspec.structs.replace(worked(), drawing=None)) is None


def test_a_result_of_another_shape_has_no_sums() -> None:
    got = Grid("got", (1, 1, 2, 2), "float32", (1, 2, 3, 4))
    drawn = stamps(convolved(X, KERNEL, got, Grid("expected", (1, 1, 4, 4), "float32", SUM)))
    assert drawn is not None
    assert drawn.wrong == ()


def test_the_larger_a_difference_the_larger_its_dot() -> None:
    expected = Grid("expected", (1, 2, 4, 4), "float32", (0,) * 32)
    got = Grid("got", (1, 2, 4, 4), "float32", (1, *(0,) * 30, 9))
    drawn = difference_map(got, expected)
    assert drawn is not None
    first, second = drawn.slices
    assert (drawn.wrong, drawn.values) == (2, 32)
    assert first.dots[0].radius < second.dots[0].radius
    assert second.x > first.x
    assert second.dots[0].x <= drawn.width
    assert second.dots[0].y <= drawn.height


def test_what_is_no_number_has_a_dot_too() -> None:
    got = Grid("got", (5, 5), "float32", (None,) * 25)
    drawn = difference_map(got, Grid("expected", (5, 5), "float32", (0,) * 25))
    assert drawn is not None
    assert drawn.wrong == 25


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (None, Grid("e", (5, 5), "float32", (0,) * 25)),
        (Grid("g", (25,), "float32", (0,) * 25), Grid("e", (5, 5), "float32", (0,) * 25)),
        (Grid("g", (99, 9), "float32", None), Grid("e", (99, 9), "float32", None)),
        (Grid("g", (2,), "float32", (0, 1)), Grid("e", (2,), "float32", (0, 2))),
        (Grid("g", (0,), "float32", ()), Grid("e", (0,), "float32", ())),
    ],
    ids=["none", "shapes differ", "not kept", "few", "empty"],
)
def test_there_is_no_map_of_what_cannot_or_need_not_be_compared(
    got: Grid | None, expected: Grid | None
) -> None:
    assert difference_map(got, expected) is None


def test_anchors_are_those_of_github_and_jupyter() -> None:
    assert address(ERRATUM, "https://e.example/x/").startswith(
        "https://e.example/x/README.md#erratum-on-the-lecture-slide-%EA"
    )
    assert address(UNPOOLING, "https://e.example").startswith(
        "https://e.example/24_Segmentation_practice.ipynb#3.1-Unpooling-%C2%B7-"
    )


def test_the_sections_of_a_loss_are_named_once_in_their_order() -> None:
    first = lost(Verdict.MISSING, function="f", read_again=(HAND_IN, UNPOOLING))
    second = lost(Verdict.MISSING, function="g", read_again=(HAND_IN, TRANSPOSED))
    assert [link.title for link in links(Loss((first, second)), None, Language.EN)] == [
        "Handout: Hand in",
        "Notebook 3.1: Unpooling",
        "Notebook 3.2: Transposed convolution",
    ]
    assert links(Loss((lost(),)), None, Language.EN) == []


# --- maps that are too large to keep


def test_a_map_of_cells_has_a_dot_where_its_values_differ() -> None:
    drawn = cell_map(Grid("differences", (2, 3), "float64", (0, 0.5, 1e-9, 0, 0, 1)))
    assert drawn is not None
    assert (drawn.wrong, drawn.values) == (2, 6)
    small, large = drawn.slices[0].dots
    assert (small.x, small.y) == (1.5 * CELL, 0.5 * CELL)
    assert small.radius < large.radius
    assert cell_map(None) is None


def test_two_maps_that_are_too_large_are_drawn_as_cells() -> None:
    whole = Grid("got", (1, 5, 27, 33), "float64", None)
    cells = Grid("differences", (14, 11), "float64", (1.0, *(0.0,) * 153))
    assert values_in_a_cell(whole, cells) == (2, 3)
    check = lost(counterexample=Counterexample("f(x)", (), whole, whole, cells))
    for language, words in (
        ("en", "1 of 154 cells, each of 2 × 3 values"),
        ("ko", "칸 154개 중 1개. 한 칸은 값 2 × 3개"),
    ):
        drawn = page(result(check), language)  # type: ignore[arg-type]
        assert words in drawn
        assert drawn.count("<circle") == 1
