"""Hypothesis for suites: what it draws hangs on the seed, the check and its own version alone.

Left to itself it also draws from where it runs:

- It collects the literals of every loaded module outside site-packages and draws them. So what was
  imported, how this package was installed, and a line added anywhere would change the inputs of a
  seed. No setting turns this off: `drawn_from_seeds` replaces the one function that collects.
- A setting that a profile leaves out is taken from the profile that happens to be current, which
  under `CI=true` is another one. `EVERY_SETTING` leaves none out, and `settle` holds a test to it
  that was imported while another profile was current.
- It keeps files in a folder `.hypothesis` where it runs. Here that folder is a temporary one.

`tests/grading/test_hypothesis_setup.py` fails when a version of Hypothesis does otherwise.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from autograder.document.faults import SuiteError

EVERY_SETTING: Mapping[str, Any] = MappingProxyType(
    {
        "max_examples": 25,
        "derandomize": False,  # the seed decides
        "database": None,
        "verbosity": Verbosity.normal,
        # The explain phase traces every line, for a text that nobody here reads.
        "phases": (Phase.explicit, Phase.generate, Phase.shrink),
        "stateful_step_count": 50,
        "report_multiple_bugs": False,
        "suppress_health_check": tuple(HealthCheck),
        "deadline": None,
        "print_blob": False,
        "backend": "hypothesis",
    }
)
settings.register_profile("autograder", None, **EVERY_SETTING)

# What Hypothesis has of its own to collect literals, and to remember which of them may be drawn.
COLLECTS, REMEMBERS = "_get_local_constants", "CONSTANTS_CACHE"


@contextmanager
def drawn_from_seeds() -> Iterator[None]:
    """Inside, tests draw by their seed alone and leave no file behind.

    Raises SuiteError when this version of Hypothesis collects literals in another way: inputs that
    differ from machine to machine would be worse than none.
    """
    if not (hasattr(providers, COLLECTS) and hasattr(providers, REMEMBERS)):
        raise SuiteError(
            f"Hypothesis {hypothesis.__version__} collects literals in a way that "
            f"{__name__} does not know: the inputs of a seed would differ from place to place"
        )
    profile, collect = settings.get_current_profile_name(), getattr(providers, COLLECTS)
    with tempfile.TemporaryDirectory(prefix="autograder-hypothesis-") as home:
        set_hypothesis_home_dir(home)
        setattr(providers, COLLECTS, Constants)
        # It may remember literals from tests that ran before in this process.
        providers.CONSTANTS_CACHE.cache.clear()
        settings.load_profile("autograder")
        try:
            yield
        finally:
            settings.load_profile(profile)
            providers.CONSTANTS_CACHE.cache.clear()
            setattr(providers, COLLECTS, collect)
            set_hypothesis_home_dir(None)


def settle(test: Any, seed: int) -> None:
    """Let a test draw by this seed, with every setting of ours but its own number of examples."""
    own: settings = test._hypothesis_internal_use_settings
    hypothesis.seed(seed)(test)
    # Without @settings, a test keeps whatever was current where it was imported.
    chosen = hasattr(test, "_hypothesis_internal_settings_applied")
    examples = own.max_examples if chosen else EVERY_SETTING["max_examples"]
    test._hypothesis_internal_use_settings = settings(
        settings.get_profile("autograder"), max_examples=examples
    )
