"""The command line as its users meet it: whole processes, real submissions."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from autograder.grading import result as results
from autograder.grading.result import Result
from tests.conftest import ASSIGNMENT, ROOT, SOLUTIONS

EXAMPLES = ROOT / "examples"


def autograder(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT)


def graded(submission: Path, tmp_path: Path, *arguments: str) -> Result:
    document = tmp_path / "result.json"
    done = autograder("grade", submission, "--json", document, "--seed", "11", *arguments)
    assert done.returncode == 0, done.stderr
    content = document.read_bytes()
    jsonschema.validate(json.loads(content), json.loads(results.json_schema()))
    return results.decode(content)


def points(result: Result) -> dict[str, float]:
    return {task.name: task.earned for task in result.tasks}


def test_the_reference_solution_has_every_point(tmp_path: Path) -> None:
    result = graded(SOLUTIONS, tmp_path)
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


def test_untouched_stubs_have_none(tmp_path: Path) -> None:
    result = graded(ASSIGNMENT, tmp_path)
    assert result.earned == 0
    assert {check.verdict for check in result.checks} == {"not implemented"}


def written_points(example: str) -> dict[str, float]:
    """What examples/README.md says the files of an example get."""
    section = (EXAMPLES / "README.md").read_text().partition(f"## `{example}/`")[2]
    rows = re.findall(r"\| `(\w+)\.py` \| ([0-9.]+) of \d+ \|", section.partition("\n## ")[0])
    return {name: float(earned) for name, earned in rows}


def test_the_complete_example_has_every_point(tmp_path: Path) -> None:
    assert graded(EXAMPLES / "complete", tmp_path).earned == 100


@pytest.mark.parametrize("example", ["half_done", "broken"])
def test_an_example_gets_the_points_that_its_readme_gives(example: str, tmp_path: Path) -> None:
    result = graded(EXAMPLES / example, tmp_path)
    assert points(result) == written_points(example)
    assert f"| {result.earned:g} of 100 |" in (EXAMPLES / "README.md").read_text()


def test_the_slides_number_is_told_as_the_slides_misprint() -> None:
    done = autograder("grade", EXAMPLES / "half_done", "--task", "transposed_conv")
    assert "misprint of the lecture slide: 16 is right" in done.stdout


def test_the_broken_example_loses_what_is_broken_and_nothing_else(tmp_path: Path) -> None:
    result = graded(EXAMPLES / "broken", tmp_path)
    lost = {(check.task, check.verdict) for check in result.checks if check.earned < check.points}
    assert lost == {("transposed_conv", "error"), ("iou", "timeout")}


def test_the_same_submission_and_seed_give_the_same_result(tmp_path: Path) -> None:
    first = graded(EXAMPLES / "half_done", tmp_path)
    graded(SOLUTIONS, tmp_path, "--task", "iou")
    again = graded(EXAMPLES / "half_done", tmp_path)

    def said(result: Result) -> list[object]:
        return [(c.id, c.verdict, c.earned, c.message, c.counterexample) for c in result.checks]

    assert said(first) == said(again)


def test_the_students_code_is_told_in_korean_too() -> None:
    done = autograder("grade", EXAMPLES / "half_done", "--task", "iou", "--lang", "ko")
    assert done.returncode == 0
    assert "점수" in done.stdout
    assert "힌트" in done.stdout


def test_a_result_without_a_sandbox_says_so_for_ever(tmp_path: Path) -> None:
    result = graded(SOLUTIONS, tmp_path, "--unsafe", "--task", "iou")
    assert result.sandbox.level == "none"
    done = autograder("grade", SOLUTIONS, "--unsafe", "--task", "iou")
    assert "NOT ISOLATED" in done.stdout


def test_one_task_can_be_graded_alone(tmp_path: Path) -> None:
    result = graded(SOLUTIONS, tmp_path, "--task", "iou", "--task", "unpooling")
    assert points(result) == {"unpooling": 10, "iou": 20}


def test_a_submission_that_is_only_a_notebook_is_graded(tmp_path: Path) -> None:
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "24_Segmentation_practice.ipynb").write_text("{}")
    result = graded(tmp_path / "submission", tmp_path)
    assert result.earned == 0
    assert {check.verdict for check in result.checks} == {"missing"}


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
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    if "GPU" in said and torch.cuda.is_available():
        pytest.fail("this test needs a machine without a GPU")
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    submission = Path(arguments[0])
    place = submission if submission.is_absolute() else tmp_path / submission
    done = autograder("grade", place, *arguments[1:])
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not done.stdout


def test_an_option_that_does_not_exist_is_refused_with_the_same_code() -> None:
    assert autograder("grade", SOLUTIONS, "--bogus").returncode == 2


def test_the_doctor_names_every_layer() -> None:
    done = autograder("doctor")
    assert done.returncode == 0
    for name in ("Python", "torch", "GPU", "Landlock", "seccomp", "namespaces", "capabilities"):
        assert name in done.stdout


def test_the_schema_command_prints_the_committed_schema() -> None:
    committed = Path(results.__file__).with_name("result.schema.json").read_text()
    assert autograder("schema").stdout == committed


def test_release_makes_the_assignment_and_refuses_what_is_no_course(tmp_path: Path) -> None:
    done = autograder("release", "--root", tmp_path)
    assert done.returncode == 2
    assert "there is no such folder of solutions" in done.stderr
