"""The page of a result: all that there is to learn, and nothing that a student's text can do."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from autograder.document.result import Counterexample, Grid, Result
from autograder.document.text import Language, Text
from autograder.reports.feedback import Feedback, withhold
from autograder.reports.html import fragment, page
from autograder.sandbox.protocol.errors import Verdict
from autograder.suites.segmentation.handout import UNPOOLING
from corpus.results import HOSTILE, MULTILINE, filled_with, lost, result, stamped

VOID = {"meta", "rect", "path", "circle", "br"}


class Structure(HTMLParser):
    """The elements and attributes of a document, without its words, and the words apart."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def iou_fragment(document: Result, language: Language) -> str:
    return fragment(document, "iou", language)


@pytest.mark.parametrize("made", [page, iou_fragment])
@pytest.mark.parametrize("text", [HOSTILE, MULTILINE])
def test_students_text_adds_no_element_and_no_attribute(
    made: Callable[[Result, Language], str], text: str
) -> None:
    hostile, plain = Structure(made(filled_with(text), Language.EN)), filled_with("plain")
    assert hostile.elements == Structure(made(plain, Language.EN)).elements
    assert not [element for element in hostile.elements if element[0] in ("script", "img")]
    assert " ".join(text.split()) in hostile.text


def test_a_page_asks_the_network_for_nothing() -> None:
    document = page(result(stamped(), lost()), Language.EN)
    structure = Structure(document)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in structure.elements}
    assert all(address.startswith("#") for address in structure.addresses)
    assert "url(" not in document
    assert "@import" not in document
    assert not structure.open


def test_every_link_within_the_page_leads_somewhere() -> None:
    document = page(result(lost()), Language.EN)
    for address in Structure(document).addresses:
        assert f'id="{address[1:]}"' in document


def test_a_lost_check_is_told_with_all_there_is_to_learn() -> None:
    text = Structure(page(result(lost()), Language.EN)).text
    for part in (
        "0 / 2",
        "The mean is a mean",
        "1 of 4 values differs.",
        "mean_iou(confusion)",
        "You divided twice.",
        "Count them.",
        "iou.py:12",
        "return x[0]",
    ):
        assert part in text


def test_the_same_is_told_in_korean() -> None:
    document = page(result(lost(read_again=(UNPOOLING,))), Language.KO)
    text = Structure(document).text
    assert '<html lang="ko">' in document
    for part in ("평균은 평균이다", "힌트", "틀림", "기대값", "다시 읽어 볼 곳"):
        assert part in text
    assert "Hint" not in text
    assert "Count them" not in text


def test_a_differing_value_is_framed_and_said_beside_the_right_one() -> None:
    document = page(result(lost()), Language.EN)
    assert '<td class="off">15<span class="aloud">, not 16</span></td>' in document


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_verdict_has_a_page(verdict: Verdict, language: Language) -> None:
    earned = 2.0 if verdict is Verdict.PASSED else 0.0
    check = lost(verdict, earned=earned, counterexample=None, traceback=(), diagnosis=None)
    assert not Structure(page(result(check), language)).open
    assert "평균은 평균이다" in page(result(check), Language.KO)


def test_the_worked_example_is_stamped_step_by_step() -> None:
    text = Structure(page(result(stamped()), Language.EN)).text
    assert "Step 4: row 2, column 2 holds 4" in text
    assert "row 3, column 3 1·1 + 2·2 + 3·1 + 4·2 16 15" in text
    assert "8+8" in text
    assert "Handout: Erratum on the lecture slide" in text


def test_label_maps_have_a_colour_for_each_class_and_its_number() -> None:
    example = Counterexample(
        "predict_labels(scores)",
        (Grid("scores", (1, 2, 1, 2), "float32", (0, 1, 2, 3)),),
        Grid("got", (1, 1, 3), "int64", (0, 1, 1), kind="labels"),
        Grid("expected", (1, 1, 3), "int64", (1, 255, 1), kind="labels"),
    )
    document = page(result(lost(counterexample=example)), Language.EN)
    assert '<td class="class-1">1</td>' in document
    assert '<td class="off class-more">255<span' in document
    assert '<td class="off class-0">0<span' in document
    assert document.count("each number is a class") == 2


def test_whole_numbers_that_are_no_classes_have_no_colour() -> None:
    assert 'class="class-' not in page(result(lost()), Language.EN)


def test_a_large_grid_is_drawn_with_a_dot_where_it_differs() -> None:
    values = tuple(range(256))
    wrong = (*values[:255], 0)
    example = Counterexample(
        "f(x)",
        (Grid("x", (1, 900, 900), "float32", None),),
        Grid("got", (16, 16), "int64", wrong),
        Grid("expected", (16, 16), "int64", values),
    )
    document = page(result(lost(counterexample=example)), Language.EN)
    assert document.count('<circle class="dot"') == 1
    assert "1 of 256 values" in document
    assert "too large to print" in document


def test_slices_beyond_the_first_are_folded_and_none_is_lost() -> None:
    grid = Grid("x", (2, 3, 1, 2), "float32", tuple(range(12)))
    document = page(result(lost(counterexample=Counterexample("f(x)", (grid,)))), Language.EN)
    assert "3 more" in document
    assert all(f"[{n}, {c}]" in document for n in (0, 1) for c in (0, 1, 2))


@pytest.mark.parametrize(
    ("shape", "values", "text"),
    [((), (None,), "nan"), ((0, 3), (), "empty"), ((3,), (1, None, 2), "nan")],
)
def test_grids_of_any_form_are_drawn(
    shape: tuple[int, ...], values: tuple[float | None, ...], text: str
) -> None:
    grid = Grid("got", shape, "float32", values)
    example = Counterexample("f(x)", (), grid, grid)
    assert text in Structure(page(result(lost(counterexample=example)), Language.EN)).text


def test_a_full_score_says_so() -> None:
    passed = lost(Verdict.PASSED, earned=2.0, message=None)
    assert "Every check passed." in page(result(passed), Language.EN)
    assert "Every check passed." not in page(result(passed, lost()), Language.EN)


def test_an_empty_result_is_a_page() -> None:
    assert "0 / 0" in Structure(page(result(), Language.EN)).text


def test_a_check_kept_despite_a_mistake_elsewhere_says_so() -> None:
    message = Text("Right but for center_crop.", "center_crop을 빼면 맞습니다.")
    spared = lost(Verdict.PASSED, earned=2.0, message=message)
    document = page(result(spared, lost()), Language.EN)
    assert "Not lost through a mistake elsewhere" in document
    assert "Right but for center_crop." in document
    assert "center_crop을 빼면 맞습니다." in page(result(spared), Language.KO)


def test_a_result_without_a_sandbox_is_never_taken_for_one_of_record() -> None:
    unsafe = result(lost(), level="none")
    assert "NOT ISOLATED" in page(unsafe, Language.EN)
    assert "NOT ISOLATED" in fragment(unsafe, "iou", Language.EN)
    assert "NOT ISOLATED" not in page(result(lost()), Language.EN)


def test_feedback_can_withhold_inputs_and_values() -> None:
    text = Structure(page(withhold(result(stamped()), Feedback.HINT), Language.EN)).text
    assert "Count them." in text
    assert "1 of 4 values" not in text
    assert "transposed_conv2d(x, weight)" not in text
    assert "Step 1" not in text


def test_feedback_can_withhold_all_but_the_points() -> None:
    text = Structure(page(withhold(result(lost()), Feedback.SCORE), Language.EN)).text
    assert "0 / 2" in text
    assert "The mean" not in text
    assert "Every check passed" not in text


def test_a_fragment_is_one_task_with_its_own_style() -> None:
    other = lost(task="unet", title=Text("Another", "다른 것"))
    text = fragment(result(lost(), other), "iou", Language.KO)
    assert "평균은 평균이다" in text
    assert "다른 것" not in text
    assert "<html" not in text
    assert text.count("<style>") == 1
    assert " id=" not in text  # several fragments may stand on one page


def test_a_fragment_of_a_task_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="unet"):
        fragment(result(lost()), "unet", Language.EN)


def test_a_handout_is_linked_where_it_is_known_where_it_lies() -> None:
    document = page(result(stamped()), Language.EN, "https://example.org/course/")
    assert 'href="https://example.org/course/README.md#erratum-on-the-lecture-slide-' in document
    assert "example.org" not in page(result(stamped()), Language.EN)


def test_a_handout_that_is_no_web_address_is_refused() -> None:
    with pytest.raises(ValueError, match="no http or https address: javascript:x"):
        page(result(), Language.EN, "javascript:x")


def test_classes_have_no_distance_to_draw() -> None:
    example = Counterexample(
        "predict_labels(scores)",
        (),
        Grid("got", (1, 5, 5), "int64", (0,) * 25, kind="labels"),
        Grid("expected", (1, 5, 5), "int64", (2,) * 25, kind="labels"),
    )
    assert "<circle" not in page(result(lost(counterexample=example)), Language.EN)
