"""The students' folder: made from the solutions, in step with them, and without them."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.authoring.manifest import Assignment
from autograder.release import ReleaseError, build_release
from autograder.release.regions import find_regions, looks_like_a_marker
from autograder.reports import lost_check
from corpus.paths import RELEASE, ROOT, SHARED, release_of, solutions_of
from corpus.solution import solution_files
from tests.support.flat_modules import flat_modules

GOOD = '''\
"""A page."""

from __future__ import annotations

import os
import math as m
from json import dumps, loads

HERE = os.sep


def area(r: float) -> float:
    """The area of a circle."""
    ### BEGIN SOLUTION
    squared_radius = r * r
    return m.pi * squared_radius
    ### END SOLUTION


class Page:
    def __init__(self) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.text = dumps({"a secret": 1}) + loads('"text"')

        def inner() -> None: ...

        ### END SOLUTION

    given = 1
'''
STUB = '''\
"""A page."""

from __future__ import annotations

import os
import math as m  # noqa: F401
from json import dumps, loads  # noqa: F401

HERE = os.sep


def area(r: float) -> float:
    """The area of a circle."""
    raise NotImplementedError("area")


class Page:
    def __init__(self) -> None:
        super().__init__()
        raise NotImplementedError("Page.__init__")

    given = 1
'''


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small folder of solutions."""
    folder = tmp_path / "solutions"
    (folder / "tests").mkdir(parents=True)
    (folder / "page.py").write_text(GOOD, encoding="utf-8")
    (folder / "README.md").write_text("# 안내\n", encoding="utf-8")
    (folder / "tests" / "test_page.py").write_text("import page\n", encoding="utf-8")
    return folder


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "assignment" / "small"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes, without what tools leave behind."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not {"__pycache__", ".pytest_cache", ".ruff_cache"}.intersection(path.parts)
    }


def in_function(body: str) -> str:
    """A file with one function of this body, which begins in line 2."""
    lines = "\n".join(f"    {line}".rstrip() for line in body.splitlines())
    return f"def function():\n{lines}\n"


# What is committed


def test_the_committed_assignment_is_what_the_solutions_give_today(
    any_assignment: Assignment, tmp_path: Path
) -> None:
    solutions = solutions_of(any_assignment.name)
    build_release(solutions, tmp_path / "fresh", shared=SHARED, data=ROOT / "data")
    fresh, committed = contents(tmp_path / "fresh"), contents(release_of(any_assignment.name))
    changed = sorted(name for name in fresh | committed if fresh.get(name) != committed.get(name))
    assert not changed, f"run `autograder release`; not in step: {changed}"


def test_no_line_of_a_solution_is_in_the_committed_assignment(any_assignment: Assignment) -> None:
    # Looked for by hand here, whole lines only, apart from the release's own check.
    outside, inside = set[str](), set[str]()
    for text in solution_files(any_assignment.name).values():
        within = False
        for line in text.splitlines():
            if "### END SOLUTION" in line:
                within = False
            (inside if within else outside).add(line.strip())
            if "### BEGIN SOLUTION" in line:
                within = True
    secret = {line for line in inside - outside if len(line) > 12} - {"with torch.no_grad():"}
    assert len(secret) > 2 * len(any_assignment.tasks)
    for name, data in contents(release_of(any_assignment.name)).items():
        if not name.endswith(".png"):
            lines = {line.strip() for line in data.decode("utf-8").splitlines()}
            assert not secret & lines, name


def test_no_marker_is_in_the_committed_assignment(any_assignment: Assignment) -> None:
    for name, data in contents(release_of(any_assignment.name)).items():
        assert b"SOLUTION" not in data, name


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["check", "format"])
def test_the_stubs_are_as_clean_as_all_other_code(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", str(RELEASE.parent)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


Stubs = dict[str, Any]


@pytest.fixture(scope="module")
def stubs(any_assignment: Assignment) -> Iterator[Stubs]:
    """The students' functions and classes, out of modules that are forgotten afterwards."""
    names = [task.name for task in any_assignment.tasks]
    with flat_modules(release_of(any_assignment.name), names) as modules:
        yield {
            name: getattr(modules[task.name], name)
            for task in any_assignment.tasks
            for name in task.function_names
        }


def needed(function: Callable[..., object]) -> list[None]:
    """A None for each argument that must be given."""
    parameters = inspect.signature(function).parameters.values()
    return [None for each in parameters if each.default is each.empty]


def test_every_function_waits_to_be_written(stubs: Stubs) -> None:
    functions = {name: stub for name, stub in stubs.items() if not isinstance(stub, type)}
    assert functions
    for name, function in functions.items():
        with pytest.raises(NotImplementedError, match=f"^{name}$"):
            function(*needed(function))


def test_every_class_waits_to_be_written(stubs: Stubs) -> None:
    for name, kind in stubs.items():
        if isinstance(kind, type):
            with pytest.raises(NotImplementedError, match=rf"^{name}\.__init__$"):
                kind(2, 2)
            empty: Any = object.__new__(kind)
            torch.nn.Module.__init__(empty)
            with pytest.raises(NotImplementedError, match=rf"^{name}\.forward$"):
                empty.forward(*needed(empty.forward))


def test_every_stub_says_what_to_do_in_both_languages(stubs: Stubs) -> None:
    for name, stub in stubs.items():
        documentation = inspect.getdoc(stub) or ""
        assert "Example:" in documentation, name
        assert any("가" <= letter <= "힣" for letter in documentation), name


# What a release does


def test_a_region_becomes_a_stub_that_names_its_function(source: Path, destination: Path) -> None:
    build_release(source, destination)
    assert (destination / "page.py").read_text(encoding="utf-8") == STUB


def test_the_files_made_are_returned_in_order(source: Path, destination: Path) -> None:
    made = build_release(source, destination)
    names = ["README.md", "page.py", "tests/test_page.py"]
    assert made == [destination.resolve() / name for name in names]


@pytest.mark.parametrize(
    "text", ["import lost_check\n", "def draw():\n    from lost_check import html\n"]
)
def test_a_file_that_draws_lost_checks_gets_the_graders_drawing(
    source: Path, destination: Path, text: str
) -> None:
    (source / "check.py").write_text(text, encoding="utf-8")
    assert destination.resolve() / "lost_check.py" in build_release(source, destination)
    drawing = Path(lost_check.__file__)
    assert (destination / "lost_check.py").read_bytes() == drawing.read_bytes()


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """What students of every assignment are given."""
    folder = tmp_path / "shared"
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / "check.py").write_text("SHARED = True\n", encoding="utf-8")
    (folder / "README.md").write_text("# Shared\n", encoding="utf-8")
    (folder / ".gitignore").write_text("*.pt\n", encoding="utf-8")
    (folder / ".github" / "workflows" / "tests.yml").write_text("on: push\n", encoding="utf-8")
    return folder


def test_shared_files_go_along_beneath_the_assignments_own(
    source: Path, destination: Path, shared: Path
) -> None:
    build_release(source, destination, shared=shared)
    found = contents(destination)
    given = {".gitignore", ".github/workflows/tests.yml", "check.py"}
    assert given | {"README.md", "page.py", "tests/test_page.py"} == found.keys() - {".release"}
    assert found["README.md"].decode() == "# 안내\n"


def test_a_shared_file_holds_no_solution(source: Path, destination: Path, shared: Path) -> None:
    (shared / "check.py").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"^check\.py:14: a shared file holds no solution"):
        build_release(source, destination, shared=shared)
    assert not destination.exists()


def test_shared_files_that_are_not_there_are_told(source: Path, destination: Path) -> None:
    with pytest.raises(ReleaseError, match=r"nowhere: there is no such folder of shared files"):
        build_release(source, destination, shared=source / "nowhere")


def test_shared_files_alone_are_no_assignment(
    tmp_path: Path, destination: Path, shared: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReleaseError, match="holds nothing to release"):
        build_release(tmp_path / "empty", destination, shared=shared)


def test_only_known_kinds_of_files_leave_the_house(source: Path, destination: Path) -> None:
    for name in (".hidden.py", "notes.txt", "solution.ipynb", "weights.pt", "page.pyc"):
        (source / name).write_text("secret", encoding="utf-8")
    for name in ("__pycache__", ".pytest_cache", ".idea"):
        (source / name).mkdir()
        (source / name / "page.py").write_text("secret = 1\n", encoding="utf-8")
    build_release(source, destination)
    assert sorted(contents(destination)) == [
        ".release",
        "README.md",
        "page.py",
        "tests/test_page.py",
    ]


def test_of_hidden_and_other_files_only_those_known_by_name_are_released(
    source: Path, destination: Path
) -> None:
    workflows = source / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (source / ".devcontainer").mkdir()
    (workflows / "tests.yml").write_text("name: Tests\n", encoding="utf-8")
    (source / ".gitignore").write_text("*.pt\n", encoding="utf-8")
    (source / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (source / ".devcontainer" / "devcontainer.json").write_text("{}\n", encoding="utf-8")
    for file in (
        *("notes.yml", ".github/CODEOWNERS", ".github/page.py", ".github/workflows/run.sh"),
        *("course.toml", "tests/pyproject.toml", ".devcontainer/Dockerfile", "page.json"),
    ):
        (source / file).write_text("secret", encoding="utf-8")
    build_release(source, destination)
    assert sorted(contents(destination)) == [
        ".devcontainer/devcontainer.json",
        ".github/workflows/tests.yml",
        ".gitignore",
        ".release",
        "README.md",
        "page.py",
        "pyproject.toml",
        "tests/test_page.py",
    ]


def test_a_solution_line_in_a_workflow_is_a_leak(source: Path, destination: Path) -> None:
    workflows = source / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / "tests.yml").write_text("# return m.pi * squared_radius\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"tests\.yml:1: this line holds"):
        build_release(source, destination)


def test_the_same_solutions_give_the_same_bytes(source: Path, destination: Path) -> None:
    build_release(source, destination)
    first = contents(destination)
    build_release(source, destination)
    assert contents(destination) == first


def test_a_file_that_is_gone_from_the_solutions_vanishes(source: Path, destination: Path) -> None:
    build_release(source, destination)
    (source / "tests" / "test_page.py").unlink()
    build_release(source, destination)
    assert sorted(contents(destination)) == [".release", "README.md", "page.py"]


def test_an_edited_file_is_made_anew(source: Path, destination: Path) -> None:
    build_release(source, destination)
    (destination / "page.py").write_text("edited = 1\n", encoding="utf-8")
    build_release(source, destination)
    assert (destination / "page.py").read_text(encoding="utf-8") == STUB


def test_caches_in_an_old_release_do_not_stop_a_new_one(source: Path, destination: Path) -> None:
    build_release(source, destination)
    (destination / "__pycache__").mkdir()
    (destination / "__pycache__" / "page.cpython-311.pyc").write_bytes(b"")
    build_release(source, destination)
    assert not (destination / "__pycache__").exists()


def test_nothing_is_left_beside_the_release(source: Path, destination: Path) -> None:
    build_release(source, destination)
    build_release(source, destination)
    assert list(destination.parent.iterdir()) == [destination]


def test_others_may_read_the_release(source: Path, destination: Path) -> None:
    build_release(source, destination)
    ordinary = source.stat().st_mode
    assert destination.stat().st_mode == ordinary


# What stops a release

BROKEN_MARKERS = {
    "misspelt": "# BEGIN SOLUTON",
    "two signs, no space": "##BEGIN SOLUTION",
    "one sign": "# BEGIN SOLUTION",
    "lower case": "### begin solution",
    "title case": "### Begin Solution",
    "two spaces": "###  BEGIN SOLUTION",
    "wide": "### BEGIN   SOLUTION",
    "no space": "###BEGIN SOLUTION",
    "one word": "### BEGINSOLUTION",
    "underscore": "### BEGIN_SOLUTION",
    "text behind": "### BEGIN SOLUTION of the first part",
    "code before": "value = 1  ### BEGIN SOLUTION",
    "swapped": "### SOLUTION BEGIN",
    "swapped letters": "### BEGIN SOULTION",
    "swapped letters in begin": "### BEING SOLUTION",
    "plural": "### BEGIN SOLUTIONS",
    "colon": "### BEGIN: SOLUTION",
    "another verb": "# START SOLUTION",
    "end misspelt": "### EDN SOLUTION",
    "end of": "### END OF SOLUTION",
    "end in lower case": "# end solution",
    "nbgrader's other words": "### BEGIN HIDDEN TESTS",
}


@pytest.mark.parametrize("marker", BROKEN_MARKERS.values(), ids=BROKEN_MARKERS)
def test_a_marker_that_is_almost_right_stops_the_release_with_its_line(
    source: Path, destination: Path, marker: str
) -> None:
    code = in_function(f"a = 1\n{marker}\nreturn a")
    (source / "broken.py").write_text(code, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"^broken\.py:3: ") as stopped:
        build_release(source, destination)
    assert (stopped.value.file.as_posix(), stopped.value.line) == ("broken.py", 3)


@pytest.mark.parametrize(
    "line",
    [
        "# the sum of both ends up here",
        "# one solution among many",
        "# at a high resolution the end is nearer",
        "### What to do",
        "begin, end = solution",
        "## The end of the road",
    ],
)
def test_ordinary_prose_is_no_marker(line: str) -> None:
    assert not looks_like_a_marker(line)


BROKEN_REGIONS = {
    "not closed": ("### BEGIN SOLUTION\nreturn 1", 2, "never closed"),
    "not opened": ("return 1\n### END SOLUTION", 3, "never began"),
    "nested": (
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\nreturn 1\n### END SOLUTION\n### END SOLUTION",
        3,
        "inside the one that began in line 2",
    ),
    "closed twice": (
        "### BEGIN SOLUTION\nreturn 1\n### END SOLUTION\n### END SOLUTION",
        5,
        "never",
    ),
    "end at another depth": (
        "if True:\n    ### BEGIN SOLUTION\n    return 1\n### END SOLUTION",
        5,
        "not indented like",
    ),
    "reaching out": (
        "if True:\n    ### BEGIN SOLUTION\n    return 1\nreturn 2\n    ### END SOLUTION",
        5,
        "indented less",
    ),
    "inside a string": ('text = """\n### BEGIN SOLUTION\n### END SOLUTION\n"""', 3, "statements"),
    "inside a list": (
        "return [\n    ### BEGIN SOLUTION\n    1,\n    ### END SOLUTION\n]",
        3,
        "not Python",
    ),
}


@pytest.mark.parametrize(
    ("body", "line", "reason"), BROKEN_REGIONS.values(), ids=BROKEN_REGIONS.keys()
)
def test_a_region_that_is_not_in_order_stops_the_release_with_its_line(
    source: Path, destination: Path, body: str, line: int, reason: str
) -> None:
    (source / "broken.py").write_text(in_function(body), encoding="utf-8")
    with pytest.raises(ReleaseError, match=rf"^broken\.py:{line}: .*{reason}"):
        build_release(source, destination)


@pytest.mark.parametrize(
    "code",
    [
        "### BEGIN SOLUTION\nvalue = 1\n### END SOLUTION\n",
        "class A:\n    ### BEGIN SOLUTION\n    value = 1\n    ### END SOLUTION\n",
    ],
    ids=["module", "class"],
)
def test_a_solution_outside_of_a_function_stops_the_release(
    source: Path, destination: Path, code: str
) -> None:
    (source / "broken.py").write_text(code, encoding="utf-8")
    with pytest.raises(ReleaseError, match="inside a function"):
        build_release(source, destination)


def test_a_marker_without_its_signs_is_no_python_and_stops_the_release(
    source: Path, destination: Path
) -> None:
    body = "### BEGIN SOLUTION\nreturn 1\n### END SOLUTION\nEND SOLUTION"
    (source / "broken.py").write_text(in_function(body), encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"broken\.py:5: this is not Python"):
        build_release(source, destination)


def test_a_region_in_a_page_of_text_stops_the_release(source: Path, destination: Path) -> None:
    page = "### BEGIN SOLUTION\nthe answer\n### END SOLUTION\n"
    (source / "README.md").write_text(page, encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"README\.md:1: only a \.py file"):
        build_release(source, destination)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("README.md", "As in `return m.pi * squared_radius`, say.\n"),
        ("tests/test_page.py", "squared_radius = r * r\n"),
        ("page.py", f"{GOOD}\n# return m.pi * squared_radius\n"),
    ],
    ids=["in a sentence", "in another file", "in a comment of the same file"],
)
def test_a_solution_line_that_would_get_out_stops_the_release(
    source: Path, destination: Path, file: str, text: str
) -> None:
    (source / file).write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match="a line of a solution in page"):
        build_release(source, destination)


def test_a_line_that_students_are_given_anyway_is_no_leak(source: Path, destination: Path) -> None:
    given = "\n\ndef given(r: float) -> None:\n    squared_radius = r * r\n"
    (source / "page.py").write_text(GOOD + given, encoding="utf-8")
    (source / "tests" / "test_page.py").write_text("squared_radius = r * r\n", encoding="utf-8")
    build_release(source, destination)
    assert (destination / "page.py").read_text(encoding="utf-8") == STUB + given


@pytest.mark.parametrize("name", ["linked.py", ".gitignore"])
def test_a_link_stops_the_release(
    source: Path, destination: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "elsewhere.py").write_text("secret = 1\n", encoding="utf-8")
    (source / name).symlink_to(tmp_path / "elsewhere.py")
    with pytest.raises(ReleaseError, match=f"{re.escape(name)}: is a link"):
        build_release(source, destination)


def test_bytes_that_are_no_text_stop_the_release(source: Path, destination: Path) -> None:
    (source / "README.md").write_bytes("안내".encode("euc-kr"))
    with pytest.raises(ReleaseError, match=r"README\.md: is not UTF-8"):
        build_release(source, destination)


@pytest.mark.parametrize("existing", [False, True], ids=["no folder", "an empty folder"])
def test_solutions_that_are_not_there_stop_the_release(
    tmp_path: Path, destination: Path, existing: bool
) -> None:
    if existing:
        (tmp_path / "nothing").mkdir()
    with pytest.raises(ReleaseError, match=r"no such folder|nothing to release"):
        build_release(tmp_path / "nothing", destination)


@pytest.mark.parametrize("inside", [".", "..", "made"], ids=["same", "above", "inside"])
def test_a_release_over_its_own_solutions_is_refused(source: Path, inside: str) -> None:
    before = contents(source)
    with pytest.raises(ReleaseError, match="apart from the solutions"):
        build_release(source, source / inside)
    assert contents(source) == before


# What an error leaves behind


def test_an_error_leaves_the_old_release_as_it_was(source: Path, destination: Path) -> None:
    build_release(source, destination)
    before = contents(destination)
    (source / "another.py").write_text("fine = 1\n", encoding="utf-8")
    (source / "broken.py").write_text(in_function("### BEGIN SOLUTION\npass"), encoding="utf-8")
    with pytest.raises(ReleaseError):
        build_release(source, destination)
    assert contents(destination) == before
    assert list(destination.parent.iterdir()) == [destination]


def test_an_error_in_a_first_release_writes_nothing(source: Path, destination: Path) -> None:
    (source / "broken.py").write_text(in_function("### BEGIN SOLUTION\npass"), encoding="utf-8")
    with pytest.raises(ReleaseError):
        build_release(source, destination)
    assert not destination.parent.exists()


def test_a_swap_that_fails_puts_the_old_release_back(
    source: Path, destination: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_release(source, destination)
    before = contents(destination)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError("the disk is full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    (source / "page.py").write_text("changed = 1\n", encoding="utf-8")
    with pytest.raises(OSError, match="disk is full"):
        build_release(source, destination)
    assert contents(destination) == before
    assert list(destination.parent.iterdir()) == [destination]


def test_a_folder_that_is_no_release_is_not_wiped(source: Path, destination: Path) -> None:
    destination.mkdir(parents=True)
    (destination / "page.py").write_text("somebody's work\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match="does not look like a release"):
        build_release(source, destination)
    assert contents(destination) == {"page.py": b"somebody's work\n"}


def test_a_file_that_no_release_made_is_not_wiped(source: Path, destination: Path) -> None:
    build_release(source, destination)
    (destination / "mine.py").write_text("mine = 1\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"mine\.py: no release made this file"):
        build_release(source, destination)
    assert (destination / "mine.py").read_text(encoding="utf-8") == "mine = 1\n"


def test_a_destination_that_is_a_file_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("taken", encoding="utf-8")
    with pytest.raises(ReleaseError, match="is a file"):
        build_release(source, tmp_path / "taken")
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "taken"


def test_an_empty_folder_may_become_a_release(source: Path, destination: Path) -> None:
    destination.mkdir(parents=True)
    build_release(source, destination)
    assert (destination / "page.py").is_file()


def test_regions_are_found_with_their_lines() -> None:
    regions = find_regions(Path("page.py"), GOOD)
    assert [(region.first, region.last) for region in regions] == [(14, 17), (23, 28)]
    assert [region.indentation for region in regions] == [" " * 4, " " * 8]
    assert regions[0].lines == ("    squared_radius = r * r", "    return m.pi * squared_radius")
