"""Mutants of a module: its text with one small change each.

The operators are mutmut's, used as a library, and beside them a few in the same form for what
mutmut leaves alone. Why neither of the usual tools is run as a command:

- mutmut as a command runs all mutants from one file behind a switch in the environment, with
  an import of its own in it. A submission here is a plain file in a process without that.
- cosmic-ray as a command writes each mutant over the original and starts the tests anew, three
  seconds of `import torch` a mutant; its 1,700 mutants are 11 other operators for each `+`.
  It does not touch arguments of calls, and in these files `dim=1`, `dtype=`, `bias=False` and
  `ceil_mode=True` are where the meaning is.
- mutmut's operators are functions from a libcst node to its mutations, and do take arguments
  away. What they lack: a validation that is forgotten or half of it, a number that is one less,
  a statement left out, height and width or two arguments exchanged, the level before, another
  kind of error.
  What they have too much of: None in the place of whatever is assigned or passed by position,
  which stops at the next line in any program; a hundred of those would flatter the score.

Annotations, docstrings and the words of a `raise` stay as they are: the contract does not fix
them, apart from the names in a message, which `ValueError(None)` takes away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Any

import libcst as cst
import libcst.matchers as m
from libcst.metadata import ExpressionContext, ExpressionContextProvider, MetadataWrapper
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_assignment

Operator = Callable[[Any], Iterable[cst.CSTNode]]

# Names of a size or a position along one axis: H, sW, opH, h, w_out, top.
AXIS = re.compile(r"(?:[a-z]{0,2}[HW]|[hw])(?:_out)?")
OTHER_AXIS = str.maketrans("HWhw", "WHwh")
PLACES = {"top": "left", "left": "top"}


@dataclass(frozen=True)
class Mutant:
    """A module with one change; `original` and `mutated` are the lines in which it differs."""

    module: str
    function: str  # the innermost one and what it stands in: UNet.forward
    line: int
    original: str
    mutated: str
    text: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What stays the same while other lines of the module change."""
        return self.module, self.function, self.original, self.mutated


def mutants(module: str, text: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines, none twice."""
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    sites = _Sites()
    wrapper.visit(sites)
    found: dict[str, Mutant] = {}
    for function, node, replacement in sites.found:
        mutated = wrapper.module.deep_replace(node, replacement)
        assert isinstance(mutated, cst.Module)
        if mutated.code not in (text, *found):
            found[mutated.code] = _mutant(module, function, text, mutated.code)
    return sorted(found.values(), key=lambda mutant: mutant.line)


def _mutant(module: str, function: str, before: str, after: str) -> Mutant:
    old, new = before.splitlines(), after.splitlines()
    same = _shared(old, new)
    old, new = old[same:], new[same:]
    tail = _shared(old[::-1], new[::-1])
    was, now = (
        "\n".join(line.strip() for line in lines[: len(lines) - tail]) for lines in (old, new)
    )
    return Mutant(module, function, same + 1, was, now, after)


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines at the beginning are the same."""
    pairs = zip(old, new, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


# --- where


class _Sites(cst.CSTVisitor):
    """Collects (function, node, what takes its place)."""

    METADATA_DEPENDENCIES = (ExpressionContextProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, cst.CSTNode, cst.CSTNode]] = []
        self._scope: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._scope.append(node.name.value)
        if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom):
            return False
        if not self._is_target(node):
            for replacement in _replacements(node):
                self.found.append((".".join(self._scope), node, replacement))
        return not isinstance(node, cst.Raise)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._scope.pop()

    def _is_target(self, node: cst.CSTNode) -> bool:
        """Whether something is assigned to this: another name there is another program."""
        if not isinstance(node, cst.Name | cst.Attribute | cst.Tuple | cst.List | cst.Subscript):
            return False
        context = self.get_metadata(ExpressionContextProvider, node, None)
        if isinstance(node, cst.Name):  # those of parameters and keywords have no context
            return context is not ExpressionContext.LOAD
        return context is ExpressionContext.STORE


def _replacements(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for kind, operator in OPERATORS:
        if isinstance(node, kind):
            yield from operator(node)


# --- what: a node to its mutations, as mutmut has it


def fewer_arguments(node: cst.Call) -> Iterator[cst.CSTNode]:
    """mutmut's, without None by position."""
    for mutation in operator_arg_removal(node):
        pairs = zip(node.args, mutation.args, strict=False)
        if len(mutation.args) < len(node.args) or all(
            new is old or new.keyword for old, new in pairs
        ):
            yield mutation


def one_less(node: cst.Integer) -> Iterator[cst.BaseExpression]:
    less = node.evaluated_value - 1
    yield cst.parse_expression(str(less) if less >= 0 else f"({less})")


def other_axis(node: cst.Name) -> Iterator[cst.Name]:
    if node.value in PLACES:
        yield node.with_changes(value=PLACES[node.value])
    elif AXIS.fullmatch(node.value):
        yield node.with_changes(value=node.value.translate(OTHER_AXIS))


def one_level_up(node: cst.Name | cst.Attribute) -> Iterator[cst.CSTNode]:
    """`pool3` for `pool4`: what belongs to the level before."""
    name = node.value if isinstance(node, cst.Name) else node.attr.value
    if name[-1] in "23456789":
        name = f"{name[:-1]}{int(name[-1]) - 1}"
        changed = {"value": name} if isinstance(node, cst.Name) else {"attr": cst.Name(name)}
        yield node.with_changes(**changed)


def decided_condition(node: cst.If) -> Iterator[cst.If]:
    """The branch is never taken, which forgets a validation, or always."""
    for decided in ("False", "True"):
        yield node.with_changes(test=cst.Name(decided))


def half_condition(node: cst.BooleanOperation) -> Iterator[cst.BaseExpression]:
    yield node.left
    yield node.right


def half_comparison(node: cst.Comparison) -> Iterator[cst.Comparison]:
    """Of `a <= b < c` either of the two."""
    if len(node.comparisons) == 2:
        first, second = node.comparisons
        yield node.with_changes(comparisons=[first])
        yield node.with_changes(left=first.comparator, comparisons=[second])


def no_statement(node: cst.Expr) -> Iterator[cst.Pass]:
    if not isinstance(node.value, cst.SimpleString | cst.ConcatenatedString):
        yield cst.Pass()


def exchanged_elements(node: cst.Tuple | cst.List) -> Iterator[cst.CSTNode]:
    for i, (left, right) in enumerate(pairwise(node.elements)):
        elements = list(node.elements)
        elements[i] = left.with_changes(value=right.value)
        elements[i + 1] = right.with_changes(value=left.value)
        yield node.with_changes(elements=elements)


def exchanged_arguments(node: cst.Call) -> Iterator[cst.Call]:
    for i, (left, right) in enumerate(pairwise(node.args)):
        if not (left.keyword or right.keyword or left.star or right.star):
            args = list(node.args)
            args[i] = left.with_changes(value=right.value)
            args[i + 1] = right.with_changes(value=left.value)
            yield node.with_changes(args=args)


def exchanged_indices(node: cst.Subscript) -> Iterator[cst.Subscript]:
    for i, (left, right) in enumerate(pairwise(node.slice)):
        indices = list(node.slice)
        indices[i] = left.with_changes(slice=right.slice)
        indices[i + 1] = right.with_changes(slice=left.slice)
        yield node.with_changes(slice=indices)


def other_error(node: cst.Raise) -> Iterator[cst.Raise]:
    """Another kind of error, or one that does not say what is wrong."""
    if isinstance(node.exc, cst.Call) and m.matches(node.exc.func, m.Name("ValueError")):
        for call in ("RuntimeError('x')", "ValueError(None)"):
            mutated = cst.ensure_type(cst.parse_expression(call), cst.Call)
            kind = cst.ensure_type(mutated.func, cst.Name).value
            args = node.exc.args if kind == "RuntimeError" else mutated.args
            yield node.with_changes(exc=node.exc.with_changes(func=mutated.func, args=args))


OPERATORS: tuple[tuple[type, Operator], ...] = (
    *(
        (kind, operator)
        for kind, operator in mutation_operators
        if operator not in (operator_assignment, operator_arg_removal)
    ),
    (cst.Call, fewer_arguments),
    (cst.Integer, one_less),
    (cst.Name, other_axis),
    (cst.Name, one_level_up),
    (cst.Attribute, one_level_up),
    (cst.If, decided_condition),
    (cst.BooleanOperation, half_condition),
    (cst.Comparison, half_comparison),
    (cst.Expr, no_statement),
    (cst.Tuple, exchanged_elements),
    (cst.List, exchanged_elements),
    (cst.Call, exchanged_arguments),
    (cst.Subscript, exchanged_indices),
    (cst.Raise, other_error),
)
