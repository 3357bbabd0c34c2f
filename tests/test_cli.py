"""The command line as its users meet it, on real submissions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import torch
from typer.testing import CliRunner

from autograder import cli
from autograder.document import result as results
from autograder.document.result import Result
from corpus.paths import RELEASE, ROOT, SOLUTIONS
from tests.support.command_line import Command, autograder
from tests.support.laid_out import tarred, written, zipped

Graded = Callable[..., Result]
EXAMPLES = ROOT / "examples"


def read(document: Path) -> Result:
    content = document.read_bytes()
    jsonschema.validate(json.loads(content), json.loads(results.json_schema()))
    return results.decode(content)


@pytest.fixture
def graded(command: Command, tmp_path: Path) -> Graded:
    def graded(submission: Path, *arguments: str) -> Result:
        document = tmp_path / "result.json"
        done = command("grade", submission, "--json", document, "--seed", "11", *arguments)
        assert done.exit_code == 0, done.stderr
        return read(document)

    return graded


@pytest.fixture(scope="module")
def half_done(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Result]:
    """What a process of its own prints of the half-done example, and its result."""
    document = tmp_path_factory.mktemp("half_done") / "result.json"
    done = autograder("grade", "examples/half_done", "--seed", "7", "--json", document)
    assert done.returncode == 0, done.stderr
    return done.stdout, read(document)


def points(result: Result) -> dict[str, float]:
    return {task.name: task.earned for task in result.tasks}


def test_the_reference_solution_has_every_point(tmp_path: Path) -> None:
    document = tmp_path / "result.json"
    assert autograder("grade", SOLUTIONS, "--json", document).returncode == 0
    result = read(document)
    assert points(result) == {
        "unpooling": 10,
        "transposed_conv": 25,
        "fcn8s": 25,
        "unet": 20,
        "iou": 20,
    }
    assert result.points == result.earned == 100
    assert result.sandbox.level == "isolated"
    assert {"landlock", "seccomp", "capabilities"} <= result.sandbox.layers.keys()


def test_untouched_stubs_have_none(graded: Graded) -> None:
    result = graded(RELEASE)
    assert result.earned == 0
    assert {check.verdict for check in result.checks} == {"not implemented"}


def written_points(example: str) -> dict[str, float]:
    """What examples/README.md says the files of an example get."""
    section = (EXAMPLES / "README.md").read_text().partition(f"## `{example}/`")[2]
    rows = re.findall(r"\| `(\w+)\.py` \| ([0-9.]+) of \d+ \|", section.partition("\n## ")[0])
    return {name: float(earned) for name, earned in rows}


def test_the_complete_example_has_every_point(graded: Graded) -> None:
    assert graded(EXAMPLES / "complete").earned == 100


def is_as_written(result: Result, example: str) -> bool:
    total = f"| {result.earned:g} of 100 |" in (EXAMPLES / "README.md").read_text()
    return total and points(result) == written_points(example)


def test_the_half_done_example_is_told_as_the_readme_shows(half_done: tuple[str, Result]) -> None:
    said, result = half_done
    assert is_as_written(result, "half_done")
    sample = (ROOT / "README.md").read_text().partition("```text\n")[2].partition("```")[0]
    printed = {line.rstrip() for line in said.splitlines()}
    head, *rest = sample.rstrip().splitlines()
    assert head.startswith("half_done · seed 7 · cpu")
    assert [line for line in rest if line != "…" and line not in printed] == []


def test_the_slides_number_is_told_as_the_slides_misprint(half_done: tuple[str, Result]) -> None:
    assert "misprint of the lecture slide: 16 is right" in half_done[0]


def test_the_same_submission_and_seed_give_the_same_result(
    half_done: tuple[str, Result], graded: Graded
) -> None:
    graded(SOLUTIONS, "--task", "iou")
    again = graded(EXAMPLES / "half_done", "--seed", "7")

    def said(result: Result) -> list[object]:
        return [(c.id, c.verdict, c.earned, c.message, c.counterexample) for c in result.checks]

    assert said(half_done[1]) == said(again)


def test_the_broken_example_loses_what_is_broken_and_nothing_else(graded: Graded) -> None:
    result = graded(EXAMPLES / "broken")
    assert is_as_written(result, "broken")
    lost = {(check.task, check.verdict) for check in result.checks if check.earned < check.points}
    assert lost == {("transposed_conv", "error"), ("iou", "timeout")}


def test_the_students_code_is_told_in_korean_too(command: Command) -> None:
    done = command("grade", EXAMPLES / "half_done", "--task", "iou", "--lang", "ko")
    assert done.exit_code == 0
    assert "점수" in done.stdout
    assert "힌트" in done.stdout


def test_a_result_without_a_sandbox_says_so_for_ever(tmp_path: Path) -> None:
    document = tmp_path / "result.json"
    done = autograder("grade", SOLUTIONS, "--unsafe", "--task", "iou", "--json", document)
    assert "NOT ISOLATED" in done.stdout
    assert read(document).sandbox.level == "none"


@pytest.mark.parametrize(
    "option", [("--device", "cuda"), ("--require-gpu",), ("--limits", "limits.toml")]
)
def test_an_option_that_is_heeded_on_linux_alone_is_refused_elsewhere(
    option: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.chdir(tmp_path)
    Path("limits.toml").write_text("call_seconds = 2\n")
    Path("iou.py").touch()
    done = CliRunner().invoke(cli.app, ["grade", ".", "--unsafe", *option])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"autograder: {option[0]}")
    assert "needs Linux" in done.stderr
    assert done.stderr.count("\n") == 1


def test_one_task_can_be_graded_alone(graded: Graded) -> None:
    result = graded(SOLUTIONS, "--task", "iou", "--task", "unpooling")
    assert points(result) == {"unpooling": 10, "iou": 20}


def test_a_submission_that_is_only_a_notebook_is_graded_and_told(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "24_Segmentation_practice.ipynb").write_text("{}")
    document = tmp_path / "result.json"
    done = command("grade", tmp_path / "submission", "--json", document)
    result = read(document)
    assert result.earned == 0
    assert {check.verdict for check in result.checks} == {"missing"}
    assert done.exit_code == 1
    assert "autograder: none of the five files found; not read, and may be work: 24_" in done.stderr


@pytest.mark.parametrize("ending", ["zip", "ZIP", "tar.gz"])
def test_an_archive_is_graded_as_the_folder_is(ending: str, graded: Graded, tmp_path: Path) -> None:
    files = code_of(EXAMPLES / "complete", "hw/")
    path = tmp_path / f"choi.{ending}"
    path.write_bytes(tarred(files) if ending == "tar.gz" else zipped(files))
    result = graded(path, "--task", "iou")
    folder = graded(EXAMPLES / "complete", "--task", "iou")
    assert (result.submission, result.earned) == ("choi", folder.earned)
    assert result.files == folder.files


def code_of(folder: Path, above: str) -> dict[str, str | bytes]:
    return {f"{above}{path.name}": path.read_bytes() for path in folder.glob("*.py")}


def test_what_was_not_read_is_told_and_no_success(command: Command, tmp_path: Path) -> None:
    files = code_of(EXAMPLES / "complete", "hw/")
    written(tmp_path / "kim", {**files, "setup.py": "", "report.pdf": ""})
    done = command("grade", tmp_path / "kim", "--task", "iou")
    assert done.exit_code == 1
    said = "autograder: not read, and may be work: setup.py; passed over: report.pdf"
    assert done.stderr.splitlines()[-1] == said


@pytest.mark.parametrize(
    ("make", "arguments", "said"),
    [
        (None, ["nowhere"], "there is no folder"),
        ("file", ["file"], "is not a folder"),
        ("empty", ["empty"], "holds no Python file"),
        ("broken", ["broken"], "is a broken link"),
        (None, [str(SOLUTIONS), "--task", "bogus"], "there is no task bogus"),
        (None, [str(SOLUTIONS), "--assignment", "bogus"], "there is no assignment called bogus"),
        (None, [str(SOLUTIONS), "--json", "gone/result.json"], "there is no folder"),
        (None, [str(SOLUTIONS), "--require-gpu"], "has no GPU"),
        (None, [str(SOLUTIONS), "--device", "cuda"], "has no GPU"),
    ],
)
def test_where_no_grade_can_be_given_one_line_says_why(
    make: str | None,
    arguments: list[str],
    said: str,
    tmp_path: Path,
    command: Command,
) -> None:
    if "GPU" in said and torch.cuda.is_available():
        pytest.fail("this test needs a machine without a GPU")
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    submission = Path(arguments[0])
    place = submission if submission.is_absolute() else tmp_path / submission
    done = command("grade", place, *arguments[1:])
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not done.stdout


def test_a_grade_with_an_undecided_check_is_told_as_open(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.suites.segmentation.iou.oracle.mean_iou", None)
    document = tmp_path / "result.json"
    done = command("grade", SOLUTIONS, "--task", "iou", "--json", document)
    assert done.exit_code == 1
    result = read(document)
    assert result.undecided
    assert 0 < result.earned < result.points
    assert {check.id for check in result.checks if check.earned == 0} == set(result.undecided)
    lines = done.stderr.splitlines()
    assert "Traceback (most recent call last):" in lines
    for line, name in zip(lines[-len(result.undecided) :], result.undecided, strict=True):
        assert line.startswith(f"autograder: {name} could not be decided: TypeError: ")


def test_a_process_ends_as_its_command_does() -> None:
    done = autograder("grade", SOLUTIONS, "--task", "bogus")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("autograder: there is no task bogus")


def test_an_option_that_does_not_exist_is_refused_with_the_same_code(command: Command) -> None:
    assert command("grade", SOLUTIONS, "--bogus").exit_code == 2


def test_the_doctor_names_every_layer() -> None:
    done = autograder("doctor")
    assert done.returncode == 0
    for name in ("Python", "torch", "GPU", "Landlock", "seccomp", "namespaces", "capabilities"):
        assert name in done.stdout


def test_the_schema_command_prints_the_committed_schema(command: Command) -> None:
    committed = Path(results.__file__).with_name("result.schema.json").read_text()
    assert command("schema").stdout == committed


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of two small assignments, of which nothing is known but their names."""
    monkeypatch.setattr(
        "autograder.release.course.assignments", lambda: ("first", "second", "third")
    )
    for name, file in (("first", "a.py"), ("second", "b.py"), ("shared", "check.py")):
        (tmp_path / "solutions" / name).mkdir(parents=True)
        (tmp_path / "solutions" / name / file).write_text("X = 1\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    return tmp_path


def test_release_without_a_name_makes_every_assignment(command: Command, course: Path) -> None:
    done = command("release", "--root", course)
    assert done.exit_code == 0, done.stderr
    folders = [course / "assignment" / name for name in ("first", "second")]
    assert done.stdout == "".join(f"2 files in {folder}\n" for folder in folders)
    for folder, own in zip(folders, ("a.py", "b.py"), strict=True):
        assert {path.name for path in folder.iterdir()} == {own, "check.py", ".release"}
        assert (course / "course" / "source" / folder.name / own).is_file()
    assert not (course / "assignment" / "shared").exists()


@pytest.mark.parametrize("name", ["shared", "bogus", "../segmentation"])
def test_release_of_what_has_no_manifest_is_refused(
    command: Command, course: Path, name: str
) -> None:
    done = command("release", name, "--root", course)
    assert done.exit_code == 2
    assert f"there is no assignment called {name}" in done.stderr
    assert not (course / "assignment").exists()


def test_release_makes_the_assignment_and_refuses_what_is_no_course(
    command: Command, tmp_path: Path
) -> None:
    done = command("release", "--root", tmp_path)
    assert done.exit_code == 2
    assert "there is no such folder of solutions" in done.stderr
