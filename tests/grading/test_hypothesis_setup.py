"""What Hypothesis draws in a suite hangs on the seed alone; a version that does otherwise fails."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.configuration import storage_directory
from hypothesis.internal.conjecture import providers

from autograder.document.faults import SuiteError
from autograder.grading.hypothesis_setup import EVERY_SETTING, drawn_from_seeds, settle

# Among so many numbers none is drawn by chance; those beside a bound are.
LITERALS = range(14 * 10**8, 14 * 10**8 + 1000)
NUMBERS = st.integers(10**9, 2 * 10**9)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loaded module outside site-packages that is full of literals."""
    module = ModuleType("lengthy")
    module.__file__ = str(tmp_path / "lengthy" / "numbers.py")
    Path(module.__file__).parent.mkdir()
    Path(module.__file__).write_text(f"NUMBERS = {list(LITERALS)}\n")
    monkeypatch.setitem(sys.modules, "lengthy", module)


def drawn(numbers: st.SearchStrategy[int] = NUMBERS) -> list[int]:
    """What a test draws by one seed."""
    seen: list[int] = []

    @settings(max_examples=200, database=None, suppress_health_check=list(HealthCheck))
    @given(number=numbers)
    def look(number: int) -> None:
        seen.append(number)

    hypothesis.seed(1)(look)
    look()
    return seen


@pytest.mark.usefixtures("elsewhere")
def test_hypothesis_by_itself_draws_the_literals_of_loaded_modules() -> None:
    # Where this fails, Hypothesis no longer does it, and what is replaced there may go.
    assert set(drawn()) & set(LITERALS)


@pytest.mark.usefixtures("elsewhere")
def test_no_literal_of_a_loaded_module_is_drawn_by_a_suite() -> None:
    drawn()  # and remembered by Hypothesis
    with drawn_from_seeds():
        assert not set(drawn()) & set(LITERALS)


@pytest.mark.usefixtures("elsewhere")
def test_what_other_tests_draw_is_as_before_when_a_suite_is_over() -> None:
    with drawn_from_seeds():
        drawn()
    assert set(drawn()) & set(LITERALS)


@pytest.mark.parametrize("name", ["_get_local_constants", "CONSTANTS_CACHE"])
def test_a_hypothesis_that_collects_otherwise_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(providers, name)
    with pytest.raises(SuiteError, match="collects literals in a way"), drawn_from_seeds():
        pass


def test_the_profile_names_every_setting() -> None:
    parameters = set(inspect.signature(settings.__init__).parameters)
    assert parameters - {"self", "parent"} == set(EVERY_SETTING)


def test_the_profile_is_the_same_on_a_server_that_integrates() -> None:
    program = (
        "from hypothesis import settings\n"
        "import autograder.grading.hypothesis_setup\n"
        "print(settings().derandomize, repr(settings.get_profile('autograder')))"
    )
    said = []
    for variables in ({}, {"CI": "true", "GITHUB_ACTIONS": "true"}):
        plain = {name: os.environ[name] for name in os.environ if name != "CI"}
        done = subprocess.run(
            [sys.executable, "-c", program], env=plain | variables, capture_output=True, check=True
        )
        said.append(done.stdout.decode().split(" ", 1))
    assert [each[0] for each in said] == ["False", "True"]
    assert said[0][1] == said[1][1]


@pytest.mark.parametrize(("own", "examples"), [(None, 25), (settings(max_examples=7), 7)])
def test_a_test_imported_under_another_profile_is_held_to_ours(
    own: settings | None, examples: int
) -> None:
    current = settings.get_current_profile_name()
    settings.register_profile("another", max_examples=10)
    settings.load_profile("another")
    try:

        @given(st.integers())
        def look(number: int) -> None: ...

        test: Any = look if own is None else own(look)
    finally:
        settings.load_profile(current)
    for _ in range(2):
        settle(test, 3)
        kept = test._hypothesis_internal_use_settings
        wanted = {**EVERY_SETTING, "max_examples": examples}
        assert {name: getattr(kept, name) for name in EVERY_SETTING} == wanted


def test_files_of_hypothesis_do_not_outlive_a_suite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with drawn_from_seeds():
        drawn(st.text().map(len))  # of which Hypothesis keeps a table of characters
        home = storage_directory().path
        assert tmp_path not in home.parents
    assert (home.exists(), list(tmp_path.iterdir())) == (False, [])
