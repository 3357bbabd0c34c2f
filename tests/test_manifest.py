"""What the manifest says of the functions is what students have, and nothing else says it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder
from autograder.authoring.manifest import Assignment, Function, Task
from autograder.document.result import Section
from autograder.grading.assignments import assignments, load_assignment
from corpus.paths import release_of

ASSIGNMENTS = [load_assignment(name) for name in assignments()]
PACKAGE = Path(autograder.__file__).parent
FUNCTIONS = [
    (assignment, task, function)
    for assignment in ASSIGNMENTS
    for task in assignment.tasks
    for function in task.functions
]
# Those of an author's own may be words that everybody uses, such as padding.
OWN = ("segmentation", "after_fcn")
NAMES = {
    name
    for assignment, task, function in FUNCTIONS
    if assignment.name in OWN
    for name in (task.name, function.name)
}


def sections() -> Iterator[tuple[Assignment, Section]]:
    for assignment in ASSIGNMENTS:
        yield from ((assignment, section) for section in assignment.sections.values())
    for assignment, _, function in FUNCTIONS:
        if function.section:
            yield assignment, function.section
        if function.example:
            yield assignment, function.example.section


def shown(value: Assignment | Task | Function | Section) -> str:
    return value.title.en if isinstance(value, Section) else value.name


def signature(body: list[ast.stmt], name: str) -> tuple[str, ...]:
    (found,) = (each for each in body if isinstance(each, ast.FunctionDef) and each.name == name)
    return tuple(argument.arg for argument in found.args.args if argument.arg != "self")


@pytest.mark.parametrize(("assignment", "task", "function"), FUNCTIONS, ids=shown)
def test_parameters_are_those_that_students_are_given(
    assignment: Assignment, task: Task, function: Function
) -> None:
    stub = release_of(assignment.name) / f"{task.name}.py"
    body = ast.parse(stub.read_text(encoding="utf-8")).body
    kinds = [each for each in body if isinstance(each, ast.ClassDef) and each.name == function.name]
    if kinds:
        assert signature(kinds[0].body, "__init__") == function.parameters
        assert signature(kinds[0].body, "forward") == function.forward
    else:
        assert signature(body, function.name) == function.parameters


@pytest.mark.parametrize(
    ("assignment", "section"),
    {(each.name, section): (each, section) for each, section in sections()}.values(),
    ids=shown,
)
def test_every_section_stands_in_what_students_have(
    assignment: Assignment, section: Section
) -> None:
    text = (release_of(assignment.name) / section.file).read_text(encoding="utf-8")
    end = r'(\\n)?"' if section.file == assignment.given.notebook else "$"
    assert re.search(rf"#+ {re.escape(section.heading)}{end}", text, re.M)


def test_every_function_has_a_section() -> None:
    assert all(function.section for _, _, function in FUNCTIONS)


def test_what_students_are_given_is_what_is_released(any_assignment: Assignment) -> None:
    given, release = any_assignment.given, release_of(any_assignment.name)
    tasks = {f"{task.name}.py" for task in any_assignment.tasks}
    files = {path.name for path in release.iterdir() if path.is_file() and path.name[0] != "."}
    assert files == tasks | given.files | {given.notebook}
    assert (release / given.folder).is_dir()


def named(path: Path) -> Iterator[str]:
    """The names of the assignment that a module uses, with the lines."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            case ast.Constant(value=str(name)) | ast.Name(id=name) | ast.Attribute(attr=name):
                said = name
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                said = name
            case _:
                continue
        if said in NAMES:
            yield f"{path.relative_to(PACKAGE)}:{node.lineno}: {said}"


def test_only_the_suites_name_functions_and_files_of_the_assignment() -> None:
    suites = PACKAGE / "suites"
    generic = (path for path in PACKAGE.rglob("*.py") if suites not in path.parents)
    assert [line for path in generic for line in named(path)] == []


def test_a_name_of_the_assignment_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    module = tmp_path / "module.py"
    module.write_text('A = {"mean_iou": 1}\ndef unet(fcn8s): return x.iou\nB = "the iou"\n')
    found = ("1: mean_iou", "2: fcn8s", "2: iou", "2: unet")
    assert sorted(named(module)) == [f"module.py:{each}" for each in found]
