"""Whether the contract's sentences have checks: the manifest's functions, their values, errors.

The contract is docs/contracts/NAME.md where there is one, each function in a point of its own that
begins with its call in backticks, and the docstrings of the solution.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.lint.suite import Suite

# "- `bin_pool2d(x, bins)`, 6 points: ..." up to the next point or heading; Markdown's other two
# signs for a point do as well.
_POINT = re.compile(r"^[-*+] +`(\w+)\(.*?(?=^[-*+] |^#|\Z)", re.MULTILINE | re.DOTALL)
ERROR = "ValueError"


def contract_without_checks(suite: Suite) -> Iterator[str]:
    """Functions without a check of values, or of errors that are promised; checks of no function.

    What several errors of one function have in common, one check may ask: that there is one is
    seen here, and whether it asks for each of them is not.
    """
    written = _contract(suite)
    for task, function in suite.functions:
        about = {spec.about for spec in suite.checks_of(task, function)}
        place = f"{task.name}: {function.name}"
        if "values" not in about:
            yield f"{place} has no check of values"
        if ERROR in suite.docstrings(task, function) and "errors" not in about:
            yield f"{place} has no check of errors, and its docstring lists a {ERROR}"
        elif ERROR in written.get(function.name, "") and "errors" not in about:
            yield f"{place} has no check of errors, and the contract lists a {ERROR}"
        if written and function.name not in written:
            yield f"{place} is not in the contract"
    functions = {function.name for _, function in suite.functions}
    for name in written:
        if name not in functions:
            yield f"{name} is in the contract and not in the manifest"
    for _, check, spec in suite.every_check:
        if spec.function not in functions:
            yield f"{check} is a check of {spec.function}, which is not in the manifest"


def without_contract(suite: Suite) -> Iterator[str]:
    name, instead = suite.contract.relative_to(suite.root).as_posix(), "were read alone"
    if not suite.contract.is_file():
        yield f"there is no {name}: the docstrings of the solution {instead}"
    elif not _contract(suite):
        point = "no point in it begins with a call in backticks, as - `f(x)`"
        yield f"{name} was not read: {point}; the docstrings of the solution {instead}"


def _contract(suite: Suite) -> dict[str, str]:
    """What the contract says of each function; empty where there is none."""
    if not suite.contract.is_file():
        return {}
    text = suite.contract.read_text(encoding="utf-8")
    return {point[1]: point[0] for point in _POINT.finditer(text)}
