"""Each rule of `autograder lint` finds its own fault in a suite that is right otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from autograder.authoring.manifest import Function, Knowledge
from autograder.document.faults import SuiteError
from autograder.document.result import Section
from autograder.document.text import Text
from autograder.release.errors import ReleaseError
from tests.support.linted_suite import (
    CHECKS,
    CONTRACT,
    HINT,
    IN_NOTEBOOK,
    SECTION,
    SOLUTION,
    TASK,
    WRONG,
    Made,
    missing,
    notes,
    of,
)


def test_nothing_is_missing_in_a_suite_that_lacks_nothing(made: Callable[..., Made]) -> None:
    assert missing(made()) == []


def test_points_that_do_not_add_up_are_found(made: Callable[..., Made]) -> None:
    found = missing(made(replace(TASK, points=4)))
    assert found == ["made: its checks add up to 3 points, not to 4"]


def test_a_test_module_that_is_not_listed_is_found(made: Callable[..., Made]) -> None:
    suite = made(replace(TASK, modules=()))
    assert missing(suite) == ["made/test_double.py is not listed in the manifest"]


def test_a_listed_module_that_is_not_there_is_found(made: Callable[..., Made]) -> None:
    suite = made(replace(TASK, modules=("double", "more")))
    assert missing(suite) == ["made/test_more.py is not there"]


def test_a_function_without_a_check_of_values_is_found(made: Callable[..., Made]) -> None:
    suite = made(checks={**CHECKS, "made.values": of("form", 2)})
    assert missing(suite) == ["made: double has no check of values"]


def test_an_error_of_a_docstring_without_a_check_is_found(made: Callable[..., Made]) -> None:
    suite = made(checks={**CHECKS, "made.errors": of("form")})
    found = "made: double has no check of errors, and its docstring lists a ValueError"
    assert missing(suite) == [found]


def test_an_error_of_the_contract_without_a_check_is_found(made: Callable[..., Made]) -> None:
    suite = made(checks={**CHECKS, "made.errors": of("form")})
    path = suite.solutions / "made.py"
    path.write_text(SOLUTION.replace("ValueError: `by`", "Nothing: `by`"))
    found = "made: double has no check of errors, and the contract lists a ValueError"
    assert missing(suite) == [found]


def test_what_contract_and_manifest_do_not_share_is_found(made: Callable[..., Made]) -> None:
    suite = made()
    suite.contract.write_text(CONTRACT.replace("double(", "halve("))
    assert missing(suite) == [
        "made: double is not in the contract",
        "halve is in the contract and not in the manifest",
    ]


def test_a_check_of_no_function_of_the_manifest_is_found(made: Callable[..., Made]) -> None:
    suite = made(replace(TASK, points=4), {**CHECKS, "made.x": of("form", function="halve")})
    assert missing(suite) == ["made.x is a check of halve, which is not in the manifest"]


def test_without_a_contract_a_note_says_so(made: Callable[..., Made]) -> None:
    suite = made()
    suite.contract.unlink()
    assert missing(suite) == []
    assert notes(suite)[0].startswith("there is no docs/contracts/made.md: the docstrings of")


@pytest.mark.parametrize("sign", ["*", "+"])
def test_a_contract_with_other_signs_for_its_points_is_read(
    made: Callable[..., Made], sign: str
) -> None:
    suite = made()
    text = CONTRACT.replace("\n- ", f"\n{sign} ")
    suite.contract.write_text(text.replace("double(", "halve("))
    assert notes(suite) == notes(made())
    assert "halve is in the contract and not in the manifest" in missing(suite)


def test_a_contract_in_which_no_point_was_found_has_a_note(made: Callable[..., Made]) -> None:
    suite = made()
    suite.contract.write_text("## `double(x, by)`\n\nTwice the values.\n")
    assert missing(suite) == []
    assert notes(suite)[0].startswith("docs/contracts/made.md was not read: no point in it")


@pytest.mark.parametrize("text", [SOLUTION + "def f(:\n", SOLUTION + "\0"])
def test_a_solution_that_does_not_parse_is_named_in_one_line(
    made: Callable[..., Made], text: str
) -> None:
    suite = made()
    (suite.solutions / "made.py").write_text(text)
    with pytest.raises(ReleaseError, match=r"^solutions/made/made\.py\b.* does not parse: .+$"):
        missing(suite)


def test_a_solution_that_is_not_text_is_named_in_one_line(made: Callable[..., Made]) -> None:
    suite = made()
    (suite.solutions / "made.py").write_bytes(b"# \xff\n")
    with pytest.raises(ReleaseError, match=r"^solutions/made/made\.py\b.* does not parse: .+$"):
        missing(suite)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SyntaxError("invalid syntax", ("misconceptions.py", 7, 1, "def f(:")), "line 7"),
        (NameError("name 'Tensr' is not defined"), "NameError: name 'Tensr' is not defined"),
        (ImportError("no\nsuch"), "ImportError: no such"),
    ],
)
def test_knowledge_that_cannot_be_imported_is_told_in_one_line(
    made: Callable[..., Made], error: Exception, said: str
) -> None:
    def knowledge() -> Knowledge:
        raise error

    whole = made()
    suite = replace(whole, assignment=replace(whole.assignment, knowledge=knowledge))
    with pytest.raises(SuiteError) as caught:
        missing(suite)
    assert str(caught.value).startswith("the knowledge of made cannot be imported: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_function_without_a_misconception_is_found(made: Callable[..., Made]) -> None:
    assert missing(made(wrong=())) == ["made: double has no misconception"]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"loses": ()}, "misconception 'tripled' loses no check"),
        ({"loses": ("made.gone",)}, "misconception 'tripled' loses made.gone, which is no check"),
        (
            {"function": "halve"},
            "misconception 'tripled' of halve loses made.values, a check of double",
        ),
        (
            {"function": "halve"},
            "misconception 'tripled' is of halve, which is not in the manifest",
        ),
    ],
)
def test_a_misconception_that_loses_wrongly_is_found(
    made: Callable[..., Made], changed: dict[str, Any], found: str
) -> None:
    assert found in missing(made(wrong=(WRONG, replace(WRONG, **changed))))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (Text("", "두 배"), "is not in English"),
        (Text("두 배", "두 배입니다"), "is not in English"),
        (Text("twice", ""), "is not in Korean"),
        (Text("twice", "double"), "is not in Korean"),
        (Text("twice", "twice"), "is the same in both languages"),
    ],
)
def test_a_text_without_its_other_language_is_found(
    made: Callable[..., Made], text: Text, found: str
) -> None:
    check = replace(CHECKS["made.values"], title=text)
    assert missing(made(checks={**CHECKS, "made.values": check})) == [
        f"the title of made.values {found}"
    ]
    check = replace(CHECKS["made.values"], hint=text)
    assert missing(made(checks={**CHECKS, "made.values": check})) == [
        f"the hint of made.values {found}"
    ]
    wrong = replace(WRONG, explanation=text)
    assert missing(made(wrong=(wrong,))) == [f"the explanation of 'tripled' {found}"]
    section = Section(SECTION.file, SECTION.heading, text)
    suite = made(replace(TASK, functions=(Function("double", section=section),)))
    assert missing(suite) == [f"the title of the section of double {found}"]


@pytest.mark.parametrize(
    ("hint", "given"),
    [
        ('Write raise ValueError(f"by must be 2, got {by}") first.', "raise ValueError(f"),
        ("torch has add(x, x) for that.", "add"),
        ("Say y = x + x.", "y = x"),
        ("Say y[0] += x.", "y[0] += x."),
        ("Say n = 2*k.", "n = 2*k."),
    ],
)
def test_a_hint_that_gives_code_is_found(made: Callable[..., Made], hint: str, given: str) -> None:
    for text in (Text(hint, HINT.ko), Text(HINT.en, f"{hint} 코드입니다")):
        check = replace(CHECKS["made.values"], hint=text)
        (found,) = missing(made(checks={**CHECKS, "made.values": check}))
        assert found.startswith(f"the hint of made.values gives code: {given}")


@pytest.mark.parametrize(
    "hint",
    [
        "For k = 4 the filter is 0.25, 0.75.",
        "With stride=2, is a == b?",
        "How do double(x) and floor(x) differ?",
        "the same, added to itself",
    ],
)
def test_a_hint_that_gives_no_code_is_left_alone(made: Callable[..., Made], hint: str) -> None:
    check = replace(CHECKS["made.values"], hint=Text(hint, HINT.ko))
    assert missing(made(checks={**CHECKS, "made.values": check})) == []


def test_a_section_that_stands_nowhere_is_found(made: Callable[..., Made]) -> None:
    section = Section("README.md", "Doubling", SECTION.title)
    suite = made(replace(TASK, functions=(Function("double", section=section),)))
    assert missing(suite) == ["the section of double: README.md has no heading 'Doubling'"]


def test_a_section_of_a_notebook_is_looked_for_in_its_text(made: Callable[..., Made]) -> None:
    suite = made(replace(TASK, functions=(Function("double", section=IN_NOTEBOOK),)))
    assert missing(suite) == ["the section of double: there is no practice.ipynb in the solutions"]
    (suite.solutions / "practice.py").write_text("# %% [markdown]\n# ## 1 · Doubling\n")
    assert missing(suite) == []


def test_a_function_without_a_section_is_found(made: Callable[..., Made]) -> None:
    suite = made(replace(TASK, functions=(Function("double"),)))
    assert missing(suite) == ["made: double has no section"]


def test_checks_that_cannot_be_collected_are_found(made: Callable[..., Made]) -> None:
    suite = replace(made(), checks={"made": {}}, broken=("made: no check can be collected: x",))
    assert missing(suite)[0] == "made: no check can be collected: x"
